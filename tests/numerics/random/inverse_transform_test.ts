/** Seeds are fixed; a statistical check alarms falsely once in 10⁶. */
import assert from "node:assert/strict";
import {
  beta,
  cauchy,
  exponential,
  gamma,
  gumbel,
  laplace,
  logistic,
  normal,
  pareto,
  studentT,
  uniform,
  weibull,
} from "../../../numerics/random/inverse_transform/continuous.ts";
import {
  bernoulli,
  binomial,
  categorical,
  geometric,
  poisson,
} from "../../../numerics/random/inverse_transform/discrete.ts";
import { type Distribution, draw } from "../../../numerics/random/inverse_transform/distribution.ts";
import { numericQuantile } from "../../../numerics/random/inverse_transform/numeric.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import { criticalValue, kolmogorovSmirnov } from "../kolmogorov_smirnov.ts";

const FALSE_ALARM = 1e-6;
const PROBABILITIES = [1e-12, 1e-5, 0.01, 0.2, 0.25, 0.5, 0.6, 0.75, 0.9, 0.99, 0.99999];

/** A distribution, and a density of it that knows nothing of its distribution function. */
const continuous: Record<string, [Distribution, (x: number) => number]> = {
  "uniform": [uniform(-2, 3), () => 1],
  "exponential": [exponential(2.5), (x) => Math.exp(-2.5 * x)],
  "logistic": [logistic(1, 2), (x) => 1 / Math.cosh((x - 1) / 4) ** 2],
  "laplace": [laplace(-1, 0.5), (x) => Math.exp(-2 * Math.abs(x + 1))],
  "cauchy": [cauchy(2, 3), (x) => 1 / (1 + ((x - 2) / 3) ** 2)],
  "weibull": [weibull(1.7, 2), (x) => x ** 0.7 * Math.exp(-((x / 2) ** 1.7))],
  "pareto": [pareto(2.5, 3), (x) => x ** -3.5],
  "gumbel": [gumbel(1, 2), (x) => Math.exp(-(x - 1) / 2 - Math.exp(-(x - 1) / 2))],
  "normal": [normal(-3, 4), (x) => Math.exp(-0.5 * ((x + 3) / 4) ** 2)],
  "gamma": [gamma(2.3, 0.5), (x) => x ** 1.3 * Math.exp(-0.5 * x)],
  "beta": [beta(2.5, 1.5), (x) => x ** 1.5 * (1 - x) ** 0.5],
  "student-t": [studentT(3.5), (x) => (1 + x * x / 3.5) ** -2.25],
};

for (const [name, [distribution, density]] of Object.entries(continuous)) {
  Deno.test(`${name}: F(F⁻¹(p)) = p`, () => {
    for (const p of PROBABILITIES) {
      const found = distribution.cdf(distribution.quantile(p));
      assert.ok(Math.abs(found - p) <= 2e-14 * Math.min(1, 50 * p) + 1e-15, `${p}: ${found}`);
    }
    assert.ok(Number.isNaN(distribution.quantile(-0.1)) && Number.isNaN(distribution.quantile(NaN)));
  });

  Deno.test(`${name}: differences of quantiles carry the mass that the density gives`, () => {
    const integrate = (from: number, to: number) => {
      const n = 2000, h = (to - from) / n;
      let sum = density(from) + density(to);
      for (let k = 1; k < n; k++) sum += (k % 2 === 1 ? 4 : 2) * density(from + k * h);
      return sum * h / 3;
    };
    const quarters = [0.1, 0.3, 0.5, 0.7, 0.9].map((p) => distribution.quantile(p));
    const masses = quarters.slice(1).map((to, k) => integrate(quarters[k], to));
    for (const mass of masses) assert.ok(Math.abs(mass / masses[0] - 1) < 1e-6, `${masses}`);
  });

  Deno.test(`${name}: draws have the law`, () => {
    const random = new Random(21).at(0, 0, Purpose.test);
    const draws = Float64Array.from({ length: 2000 }, () => draw(distribution, random));
    assert.ok(kolmogorovSmirnov(draws, (x) => distribution.cdf(x)) < criticalValue(FALSE_ALARM));
  });
}

/** A distribution and its probabilities of 0, 1 … */
const discrete: Record<string, [Distribution, (k: number) => number]> = {
  "bernoulli": [bernoulli(0.3), (k) => [0.7, 0.3][k] ?? 0],
  "geometric": [geometric(0.2), (k) => 0.2 * 0.8 ** k],
  "binomial": [binomial(12, 0.35), (k) => {
    let ways = 1;
    for (let i = 0; i < k; i++) ways *= (12 - i) / (i + 1);
    return ways * 0.35 ** k * 0.65 ** (12 - k);
  }],
  "poisson": [poisson(4.2), (k) => {
    let term = Math.exp(-4.2);
    for (let i = 1; i <= k; i++) term *= 4.2 / i;
    return term;
  }],
  "categorical": [categorical([0, 2, 0, 5, 3, 0]), (k) => ([0, 0.2, 0, 0.5, 0.3][k] ?? 0)],
};

for (const [name, [distribution, probability]] of Object.entries(discrete)) {
  Deno.test(`${name}: the distribution function sums the probabilities`, () => {
    let sum = 0;
    for (let k = 0; k < 12; k++) {
      sum += probability(k);
      assert.ok(Math.abs(distribution.cdf(k) - sum) < 1e-13, `${k}`);
      assert.equal(distribution.cdf(k + 0.5), distribution.cdf(k));
    }
    assert.equal(distribution.cdf(-1), 0);
  });

  Deno.test(`${name}: the quantile is the least k with F(k) ≥ p`, () => {
    for (const p of [...PROBABILITIES, distribution.cdf(3), distribution.cdf(1), 0.65]) {
      const k = distribution.quantile(p);
      assert.ok(distribution.cdf(k) >= p && distribution.cdf(k - 1) < p, `p = ${p}, k = ${k}`);
    }
    assert.ok(Number.isNaN(distribution.quantile(1.5)));
  });

  Deno.test(`${name}: draws have the law`, () => {
    const draws = 20_000, random = new Random(22).at(0, 0, Purpose.test);
    const counts = new Map<number, number>();
    for (let i = 0; i < draws; i++) {
      const k = draw(distribution, random);
      counts.set(k, (counts.get(k) ?? 0) + 1);
    }
    for (let k = 0; k < 12; k++) {
      const p = probability(k);
      const misfit = Math.abs((counts.get(k) ?? 0) - draws * p);
      assert.ok(misfit <= 5.5 * Math.sqrt(draws * p * (1 - p)), `${k}: ${counts.get(k)} for ${draws * p}`);
    }
  });
}

Deno.test("far quantiles of large discrete families are found", () => {
  for (const distribution of [poisson(1e6), binomial(1e9, 0.5), geometric(1e-7)]) {
    for (const p of [1e-12, 0.3, 1 - 1e-6]) {
      const k = distribution.quantile(p);
      assert.ok(distribution.cdf(k) >= p && distribution.cdf(k - 1) < p, `${k}`);
    }
  }
  assert.equal(binomial(0, 0.5).quantile(0.7), 0);
  assert.equal(binomial(7, 1).quantile(0.7), 7);
  assert.equal(geometric(1).quantile(0.99), 0);
});

Deno.test("a numeric quantile is the least double that reaches p, at jumps and on flat stretches too", () => {
  const step = (x: number) => x < 1 ? 0 : x < Math.PI ? 0.5 : 1;
  assert.equal(numericQuantile(step, 0.2), 1);
  assert.equal(numericQuantile(step, 0.5), 1);
  assert.equal(numericQuantile(step, 0.6), Math.PI);
  assert.equal(numericQuantile(step, 1), Math.PI);
  assert.equal(numericQuantile((x) => x < -1e300 ? 0 : 1, 0.5), -1e300);
  assert.equal(numericQuantile((x) => x < 1e-300 ? 0 : 1, 0.5), 1e-300);
  assert.equal(numericQuantile((x) => x < 0 ? 0 : 1, 0.5), 0);
  assert.equal(numericQuantile((x) => x * x, 0.25, 0, 1), 0.5);
  const { cdf, quantile } = logistic(5, 1e-3);
  for (const p of [1e-9, 0.3, 0.999]) assert.ok(Math.abs(numericQuantile(cdf, p) - quantile(p)) < 1e-14);
});

Deno.test("a numeric quantile takes few evaluations of a smooth distribution function", () => {
  let evaluations = 0;
  const { cdf } = gamma(3);
  numericQuantile(
    (x) => {
      evaluations++;
      return cdf(x);
    },
    0.3,
    0,
  );
  assert.ok(evaluations < 120, `${evaluations}`);
});

Deno.test("a function that is no distribution function is refused", () => {
  assert.throws(() => numericQuantile(() => 0.4, 0.5), /does not reach 0.5/);
  assert.throws(() => numericQuantile(() => NaN, 0.5), /NaN/);
  assert.throws(() => exponential(-1), /rate must be positive and finite, found -1/);
  assert.throws(() => categorical([0, 0]), /positive finite sum/);
  assert.throws(() => categorical([1, -1]), /weight 1/);
  assert.throws(() => binomial(2.5, 0.5), /trials/);
  assert.throws(() => bernoulli(1.1), /from 0 to 1/);
});
