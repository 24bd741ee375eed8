/** The variates that simulations are made of, held against their laws: by distribution functions, and by exact probabilities. */
import assert from "node:assert/strict";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import { binomialVariate } from "../../../numerics/random/variates/binomial.ts";
import { gammaVariate, logGammaVariate } from "../../../numerics/random/variates/gamma.ts";
import { poissonVariate } from "../../../numerics/random/variates/poisson.ts";
import { logGamma } from "../../../numerics/special/gamma_function.ts";
import { incompleteBeta } from "../../../numerics/special/incomplete_beta.ts";
import { incompleteGamma } from "../../../numerics/special/incomplete_gamma.ts";
import { normalCdf } from "../../../numerics/special/normal_distribution.ts";
import { type ModuleRandom, moduleRandom } from "../../../models/modules/random.ts";
import { criticalValue, kolmogorovSmirnov } from "../kolmogorov_smirnov.ts";

const DRAWS = 20_000;
const FALSE_ALARM = 1e-5; // of each law; there are about fifty
const random = () => new Random(20260515).at(0, 0, Purpose.test);

/** Draws that are continuous. */
function assertLaw(draw: () => number, cdf: (x: number) => number): void {
  const distance = kolmogorovSmirnov(Float64Array.from({ length: DRAWS }, draw), cdf);
  assert.ok(distance < criticalValue(FALSE_ALARM), `${distance}`);
}

/** Counts: Pearson's χ² over cells of at least ten expected draws, against its normal limit from above (Wilson & Hilferty). */
function assertCounts(draw: () => number, probability: (k: number) => number, from: number, to: number): void {
  const found = new Map<number, number>();
  for (let i = 0; i < DRAWS; i++) {
    const k = draw();
    assert.ok(Number.isInteger(k) && k >= 0, `${k}`);
    found.set(k, (found.get(k) ?? 0) + 1);
  }
  let statistic = 0, cells = 0, expected = 0, count = 0, seen = 0, total = 0;
  const close = (mass: number, draws: number) => {
    statistic += (draws - DRAWS * mass) ** 2 / (DRAWS * mass);
    cells++;
  };
  for (let k = from; k <= to; k++) {
    expected += probability(k);
    total += probability(k);
    count += found.get(k) ?? 0;
    seen += found.get(k) ?? 0;
    if (DRAWS * expected < 10) continue;
    close(expected, count);
    expected = count = 0;
  }
  const rest = 1 - total + expected;
  if (DRAWS * rest >= 1e-6) close(Math.max(rest, 1e-3), DRAWS - seen + count); // a last cell never smaller than 20 draws
  const freedom = cells - 1, spread = 2 / (9 * freedom);
  const z = (Math.cbrt(statistic / freedom) - (1 - spread)) / Math.sqrt(spread);
  assert.ok(z < 4.5, `χ² ${statistic} of ${freedom}`); // one-sided 3·10⁻⁶
}

for (const shape of [0.05, 0.5, 1, 1.5, 8, 1000]) {
  Deno.test(`gamma variates of shape ${shape} have their law`, () => {
    const r = random();
    assertLaw(() => gammaVariate(shape, r), (x) => incompleteGamma(shape, x));
  });
}

Deno.test("the logarithm of a gamma variate is finite where the variate is 0", () => {
  const r = random(), logs = Array.from({ length: 100 }, () => logGammaVariate(1e-3, r));
  assert.ok(logs.every(Number.isFinite) && logs.some((x) => Math.exp(x) === 0));
});

for (const mean of [0.1, 3, 9.99, 10.01, 40, 1000, 123_456.7]) {
  Deno.test(`Poisson variates of mean ${mean} have their law`, () => {
    const r = random(), spread = 6 * Math.sqrt(mean);
    const probability = (k: number) => Math.exp(k * Math.log(mean) - mean - logGamma(k + 1));
    assertCounts(
      () => poissonVariate(mean, r),
      probability,
      Math.max(0, Math.floor(mean - spread)),
      Math.ceil(mean + spread + 8),
    );
  });
}

Deno.test("a Poisson variate of a mean near the largest is a whole number a few deviations from it", () => {
  const mean = 2 ** 49, r = random();
  for (let i = 0; i < 1000; i++) {
    const k = poissonVariate(mean, r);
    assert.ok(Number.isInteger(k) && Math.abs(k - mean) < 6 * Math.sqrt(mean)); // 2·10⁻⁶ over all
  }
});

for (
  const [n, p] of [[1, 0.3], [20, 0.1], [20, 0.9], [200, 0.04], [200, 0.06], [50, 0.5], [1000, 0.7], [100_000, 0.999]]
) {
  Deno.test(`binomial variates of ${n} trials at ${p} have their law`, () => {
    const r = random(), spread = 6 * Math.sqrt(n * p * (1 - p));
    const probability = (k: number) =>
      Math.exp(logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1) + k * Math.log(p) + (n - k) * Math.log1p(-p));
    const [from, to] = [Math.max(0, Math.floor(n * p - spread - 8)), Math.min(n, Math.ceil(n * p + spread + 8))];
    assertCounts(() => binomialVariate(n, p, r), probability, from, to);
  });
}

Deno.test("binomial variates at the ends are certain", () => {
  const r = random();
  assert.deepEqual([binomialVariate(9, 0, r), binomialVariate(9, 1, r), binomialVariate(0, 0.5, r)], [0, 9, 0]);
});

const studentCdf = (nu: number) => (t: number) => {
  const tail = 0.5 * incompleteBeta(nu / 2, 0.5, nu / (nu + t * t));
  return t > 0 ? 1 - tail : tail;
};
const continuous: [string, (r: ModuleRandom) => number, (x: number) => number][] = [
  ["uniform(-1, 3)", (r) => r.uniform(-1, 3), (x) => (x + 1) / 4],
  ["normal(1, 2)", (r) => r.normal(1, 2), (x) => normalCdf((x - 1) / 2)],
  ["halfNormal(2)", (r) => r.halfNormal(2), (x) => 2 * normalCdf(x / 2) - 1],
  ["lognormal(1, 2)", (r) => r.lognormal(1, 2), (x) => normalCdf((Math.log(x) - 1) / 2)],
  ["exponential(3)", (r) => r.exponential(3), (x) => -Math.expm1(-3 * x)],
  ["gamma(2, 3)", (r) => r.gamma(2, 3), (x) => incompleteGamma(2, 3 * x)],
  ["inverseGamma(2, 3)", (r) => r.inverseGamma(2, 3), (x) => 1 - incompleteGamma(2, 3 / x)],
  ["beta(2, 3)", (r) => r.beta(2, 3), (x) => incompleteBeta(2, 3, x)],
  ["beta(0.1, 0.2)", (r) => r.beta(0.1, 0.2), (x) => incompleteBeta(0.1, 0.2, x)],
  ["cauchy(1, 2)", (r) => r.cauchy(1, 2), (x) => 0.5 + Math.atan((x - 1) / 2) / Math.PI],
  ["halfCauchy(2)", (r) => r.halfCauchy(2), (x) => Math.atan(x / 2) / (Math.PI / 2)],
  ["studentT(3, 1, 2)", (r) => r.studentT(3, 1, 2), (x) => studentCdf(3)((x - 1) / 2)],
  [
    "laplace(1, 2)",
    (r) => r.laplace(1, 2),
    (x) => x < 1 ? 0.5 * Math.exp((x - 1) / 2) : 1 - 0.5 * Math.exp((1 - x) / 2),
  ],
  ["logistic(1, 2)", (r) => r.logistic(1, 2), (x) => 1 / (1 + Math.exp((1 - x) / 2))],
  ["weibull(2, 3)", (r) => r.weibull(2, 3), (x) => -Math.expm1(-((x / 3) ** 2))],
  ["the first of dirichlet(1, 2, 3)", (r) => r.dirichlet([1, 2, 3])[0], (x) => incompleteBeta(1, 5, x)],
];
for (const [name, draw, cdf] of continuous) {
  Deno.test(`a module's random.${name} has its law`, () => {
    const r = moduleRandom(random());
    assertLaw(() => draw(r), cdf);
  });
}

const discrete: [string, (r: ModuleRandom) => number, (k: number) => number, number, number][] = [
  ["bernoulli(0.3)", (r) => r.bernoulli(0.3), (k) => [0.7, 0.3][k], 0, 1],
  ["categorical([1, 0, 3])", (r) => r.categorical([1, 0, 3]), (k) => [0, 0.25, 0, 0.75][k], 0, 3],
  ["integer(2, 5)", (r) => r.integer(2, 5), (k) => k < 2 ? 0 : 0.25, 0, 5],
  ["poisson(2)", (r) => r.poisson(2), (k) => Math.exp(k * Math.log(2) - 2 - logGamma(k + 1)), 0, 20],
  ["binomial(3, 0.5)", (r) => r.binomial(3, 0.5), (k) => [1, 3, 3, 1][k] / 8, 0, 3],
  [
    "negativeBinomial(3, 2)",
    (r) => r.negativeBinomial(3, 2),
    (k) => Math.exp(logGamma(k + 2) - logGamma(2) - logGamma(k + 1) + 2 * Math.log(2 / 5) + k * Math.log(3 / 5)),
    0,
    60,
  ],
];
for (const [name, draw, probability, from, to] of discrete) {
  Deno.test(`a module's random.${name} has its law`, () => {
    const r = moduleRandom(random());
    assertCounts(() => draw(r), probability, from, to);
  });
}

const wrong: [string, (r: ModuleRandom) => unknown, RegExp][] = [
  ["a negative scale", (r) => r.normal(0, -1), /sigma must be positive, found -1/],
  ["a NaN", (r) => r.poisson(NaN), /rate must be a finite number, found NaN/],
  ["a probability above 1", (r) => r.bernoulli(1.5), /p must be from 0 to 1, found 1.5/],
  ["half a trial", (r) => r.binomial(1.5, 0.5), /n must be an integer, found 1.5/],
  ["bounds in the wrong order", (r) => r.uniform(1, 0), /low < high, found 1 and 0/],
  ["no weights", (r) => r.categorical([]), /weights must be a list of numbers/],
  ["weights that are all 0", (r) => r.categorical([0, 0]), /positive sum/],
];
for (const [name, draw, expected] of wrong) {
  Deno.test(`a module's random numbers refuse ${name}`, () => {
    assert.throws(() => draw(moduleRandom(random())), expected);
  });
}
