/** Seeds are fixed; a check alarms falsely once in 10⁶. */
import assert from "node:assert/strict";
import { sampleHalfCauchyTimesNormal } from "../../../models/posteriors/half_cauchy_times_normal.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import { criticalValue, kolmogorovSmirnov } from "../../numerics/kolmogorov_smirnov.ts";

/** F by the trapezoidal rule over log τ, where the density is smooth on every scale. */
function cdfByQuadrature(scale: number, a: number, b: number): (tau: number) => number {
  const logDensity = (t: number) => {
    const tau = Math.exp(t);
    return b * tau - 0.5 * a * tau * tau - Math.log1p((tau / scale) ** 2) + t;
  };
  const from = -20, to = 25, points = 500_001, h = (to - from) / (points - 1);
  const logs = Float64Array.from({ length: points }, (_, k) => logDensity(from + k * h));
  const most = logs.reduce((x, y) => Math.max(x, y));
  const sums = new Float64Array(points);
  for (let k = 1; k < points; k++) sums[k] = sums[k - 1] + Math.exp(logs[k - 1] - most) + Math.exp(logs[k] - most);
  return (tau) => {
    const place = (Math.log(tau) - from) / h, k = Math.floor(place);
    return (sums[k] + (place - k) * (sums[k + 1] - sums[k])) / sums[points - 1];
  };
}

const cases: [what: string, scale: number, mean: number, sd: number][] = [
  ["eight schools' own", 5, 4, 4],
  ["a likelihood far out in the prior's tail", 5, 1e5, 100],
  ["a likelihood wide beside the prior", 5, 1000, 400],
  ["two bumps, one at the prior's scale and one far away", 1, 60, 10.5],
  ["a likelihood that would have the scale negative", 5, -300, 3],
  ["hardly any likelihood", 2, 0, 1e6],
];

for (const [what, scale, mean, sd] of cases) {
  Deno.test(`a half-Cauchy scale under a normal likelihood: ${what}`, () => {
    const a = 1 / (sd * sd), b = mean * a;
    const random = new Random(51).at(0, 0, Purpose.test);
    const draws = Float64Array.from({ length: 3000 }, () => sampleHalfCauchyTimesNormal(scale, a, b, random));
    const distance = kolmogorovSmirnov(draws, cdfByQuadrature(scale, a, b));
    assert.ok(distance < criticalValue(1e-6), `${distance}`);
  });
}
