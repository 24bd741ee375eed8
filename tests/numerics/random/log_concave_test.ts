/** Seeds are fixed; a statistical check alarms falsely once in 10⁶. */
import assert from "node:assert/strict";
import { type LogConcave, sampleLogConcave } from "../../../numerics/random/log_concave.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import { incompleteGamma } from "../../../numerics/special/incomplete_gamma.ts";
import { normalCdf } from "../../../numerics/special/normal_distribution.ts";
import { expit } from "../../../numerics/special/logarithms.ts";
import { criticalValue, kolmogorovSmirnov } from "../kolmogorov_smirnov.ts";

const FALSE_ALARM = 1e-6;

class Law implements LogConcave {
  slope = 0;
  evaluations = 0;
  constructor(
    readonly value: (t: number) => number,
    readonly derivative: (t: number) => number,
    readonly lower?: number,
    readonly upper?: number,
  ) {}
  logDensity(t: number): number {
    this.evaluations++;
    this.slope = this.derivative(t);
    return this.value(t);
  }
}

const normalLaw = (mean: number, sd: number, lower?: number, upper?: number) =>
  new Law((t) => -0.5 * ((t - mean) / sd) ** 2, (t) => (mean - t) / (sd * sd), lower, upper);
const gammaLaw = (shape: number) => new Law((t) => (shape - 1) * Math.log(t) - t, (t) => (shape - 1) / t - 1, 0);
const truncated = (mean: number, sd: number, lower: number, upper: number) => {
  const low = normalCdf((lower - mean) / sd), high = normalCdf((upper - mean) / sd);
  return (t: number) => (normalCdf((t - mean) / sd) - low) / (high - low);
};

const cases: [name: string, law: () => Law, hint: number, cdf: (t: number) => number][] = [
  ["a normal", () => normalLaw(0, 1), 0, normalCdf],
  ["a normal from a hint far away", () => normalLaw(3, 1e-3), 1e4, (t) => normalCdf((t - 3) / 1e-3)],
  ["a normal on a large scale", () => normalLaw(-5e7, 1e6), 0, (t) => normalCdf((t + 5e7) / 1e6)],
  ["a normal far from zero for its width", () => normalLaw(1e6, 1e-3), 0, (t) => normalCdf((t - 1e6) / 1e-3)],
  ["a logistic law", () => new Law((t) => -t - 2 * Math.log1p(Math.exp(-t)), (t) => 2 * expit(-t) - 1), 5, expit],
  [
    "a Laplace law, whose slope jumps",
    () => new Law((t) => -Math.abs(t), (t) => -Math.sign(t)),
    3,
    (t) => t < 0 ? 0.5 * Math.exp(t) : 1 - 0.5 * Math.exp(-t),
  ],
  ["a gamma law", () => gammaLaw(4.5), 1, (t) => incompleteGamma(4.5, t)],
  ["an exponential law, whose mode is the edge", () => gammaLaw(1), 7, (t) => -Math.expm1(-t)],
  ["a normal cut around its mode", () => normalLaw(0, 1, -0.5, 0.2), 0, truncated(0, 1, -0.5, 0.2)],
  ["a normal cut in its upper tail", () => normalLaw(0, 1, 2, 4), 3, truncated(0, 1, 2, 4)],
  ["a normal cut in its lower tail, from a hint outside", () => normalLaw(9, 2, -1, 3), 9, truncated(9, 2, -1, 3)],
  ["a uniform law", () => new Law(() => 0, () => 0, 2, 5), 2.1, (t) => (t - 2) / 3],
  [
    "the log of a small gamma variable, with one steep tail",
    () => new Law((t) => 0.05 * t - Math.exp(t), (t) => 0.05 - Math.exp(t)),
    0,
    (t) => incompleteGamma(0.05, Math.exp(t)),
  ],
];

for (const [name, build, hint, cdf] of cases) {
  Deno.test(`log-concave draws have the law of ${name}`, () => {
    const random = new Random(31).at(0, 0, Purpose.test);
    const law = build();
    const draws = Float64Array.from({ length: 4000 }, () => sampleLogConcave(law, hint, random));
    const distance = kolmogorovSmirnov(draws, cdf);
    assert.ok(distance < criticalValue(FALSE_ALARM), `${distance}`);
    assert.ok(law.evaluations < 80 * draws.length, `${law.evaluations / draws.length} evaluations a draw`);
  });
}

Deno.test("the check sees a law that is a little off", () => {
  const random = new Random(32).at(0, 0, Purpose.test);
  const law = normalLaw(0, 1);
  const draws = Float64Array.from({ length: 4000 }, () => sampleLogConcave(law, 0, random) + 0.15);
  assert.ok(kolmogorovSmirnov(draws, normalCdf) > criticalValue(FALSE_ALARM));
});

Deno.test("from near the mode, a draw takes few evaluations", () => {
  const random = new Random(33).at(0, 0, Purpose.test);
  const law = normalLaw(0, 1);
  for (let i = 0; i < 1000; i++) sampleLogConcave(law, 0.3, random);
  assert.ok(law.evaluations < 12_000, `${law.evaluations / 1000}`);
});

Deno.test("a function without a finite integral, or not finite, is refused", () => {
  const random = new Random(34).at(0, 0, Purpose.test);
  assert.throws(() => sampleLogConcave(new Law(() => 0, () => 0), 0, random), RangeError);
  assert.throws(() => sampleLogConcave(new Law((t) => t, () => 1), 0, random), RangeError);
  assert.throws(() => sampleLogConcave(new Law(() => NaN, () => NaN), 0, random), /must be finite, found NaN/);
});
