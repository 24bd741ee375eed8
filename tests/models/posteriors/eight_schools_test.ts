import assert from "node:assert/strict";
import { models } from "../../../models/registry.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import { eightSchoolsReference } from "./eight_schools_reference.ts";

const { config, build } = models["eight-schools"];

/** The log density of mu, tau, theta, from the page of the book; up to a constant. */
function plain(mu: number, tau: number, theta: readonly number[]): number {
  const y = [28, 8, -3, 7, -1, 1, 18, 12], sigma = [15, 10, 16, 11, 9, 11, 10, 18];
  const logNormal = (x: number, mean: number, sd: number) => -(((x - mean) / sd) ** 2) / 2 - Math.log(sd);
  return logNormal(mu, 0, 5) - Math.log(1 + tau ** 2 / 25) +
    theta.reduce((sum, t, j) => sum + logNormal(t, mu, tau) + logNormal(y[j], t, sigma[j]), 0);
}

for (const centered of [false, true]) {
  const target = build(config.parse({ kind: "eight-schools", centered }));

  Deno.test(`eight schools, centered ${centered}: the log density is that of the book, with its Jacobian`, () => {
    const random = new Random(11).at(0, 0, Purpose.test);
    const reported = new Float64Array(10);
    const offsets = Array.from({ length: 10 }, () => {
      const x = Float64Array.from({ length: 10 }, () => 1.5 * random.normal());
      target.constrain(x, reported);
      const [mu, tau, ...theta] = reported;
      // dτ = τ dt; and dθ = τ dη for each of the eight where eta is the coordinate.
      const logJacobian = Math.log(tau) * (centered ? 1 : 9);
      return target.logDensity(x) - plain(mu, tau, theta) - logJacobian;
    });
    offsets.forEach((offset) => assert.ok(Math.abs(offset - offsets[0]) < 1e-10, `${offsets}`));
  });

  Deno.test(`eight schools, centered ${centered}: a start outside the range of tau is refused by its place`, () => {
    assert.throws(() => target.unconstrain([0, -1, ...new Array(8).fill(0)]), { name: "InputError", path: "1" });
    assert.throws(() => target.unconstrain([0, NaN, ...new Array(8).fill(0)]), { name: "InputError", path: "1" });
  });
}

Deno.test("eight schools by Gibbs sweeps agrees with quadrature", () => {
  // Batch means of 100 batches; z within 4.9 has a false-alarm rate of 1e-6 each.
  const target = build(config.parse({ kind: "eight-schools" }));
  const { mu, tau, theta } = eightSchoolsReference();
  const references = [mu, tau, ...theta];
  const random = new Random(12).at(0, 0, Purpose.test);
  const x = new Float64Array(10).fill(0.5), reported = new Float64Array(10);
  const batches = 100, length = 400;
  const means = Array.from({ length: batches }, () => {
    const sum = new Float64Array(10);
    for (let sweep = 0; sweep < length; sweep++) {
      for (let i = 0; i < 10; i++) x[i] = target.sampleConditional?.(i, x, random) ?? NaN;
      target.constrain(x, reported);
      reported.forEach((value, i) => sum[i] += value / length);
    }
    return sum;
  }).slice(1);
  references.forEach(({ mean }, i) => {
    const values = means.map((batch) => batch[i]);
    const average = values.reduce((a, b) => a + b) / values.length;
    const variance = values.reduce((sum, v) => sum + (v - average) ** 2, 0) / (values.length - 1);
    const z = (average - mean) / Math.sqrt(variance / values.length);
    assert.ok(Math.abs(z) < 4.9, `variable ${i}: ${average} against ${mean}, z = ${z}`);
  });
});

Deno.test("the reference of eight schools is what is published", () => {
  // posteriordb, eight_schools-eight_schools_noncentered: its gold draws have mu 4.41, tau 3.60.
  const { mu, tau, theta } = eightSchoolsReference();
  assert.ok(Math.abs(mu.mean - 4.4) < 0.05 && Math.abs(mu.sd - 3.3) < 0.05);
  assert.ok(Math.abs(tau.mean - 3.6) < 0.05 && Math.abs(tau.sd - 3.2) < 0.1);
  assert.ok(Math.abs(theta[0].mean - 6.2) < 0.1);
});
