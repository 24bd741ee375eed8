/** Seeds are fixed; a statistical check alarms falsely once in 10⁶. */
import assert from "node:assert/strict";
import { Purpose, Random } from "../../../../numerics/random/random.ts";
import { studentT } from "../../../../numerics/random/inverse_transform/continuous.ts";
import { normalCdf } from "../../../../numerics/special/normal_distribution.ts";
import type { Target } from "../../../../models/target.ts";
import { laplace } from "../../../../workers/kernels/reference/laplace.ts";
import {
  createReference,
  drawReference,
  logReference,
  logReferenceAndGradient,
} from "../../../../workers/kernels/reference/reference.ts";
import { ReferenceSource } from "../../../../workers/kernels/reference/source.ts";
import { criticalValue, kolmogorovSmirnov } from "../../../numerics/kolmogorov_smirnov.ts";
import { gaussian, mixture, modelTarget, schools } from "../known_evidence.ts";

const FALSE_ALARM = 1e-6;
const dense = Float64Array.of(1.2, 0, -0.7, 0.5);
const references = [0, 1, 5].flatMap((degrees) => [
  createReference(Float64Array.of(0.5, -1), dense, degrees),
  createReference(Float64Array.of(0.5, -1), Float64Array.of(2, 0.3), degrees),
]);

Deno.test("a reference is normalised", () => {
  for (const reference of references) {
    // By the polar map of the plane about the mean: whitened radius r = tan(a), so that heavy tails end.
    const n = 4000, point = new Float64Array(2), white = new Float64Array(2);
    const [a, b, c, d] = reference.factor.length === 4
      ? reference.factor
      : [reference.factor[0], 0, 0, reference.factor[1]];
    assert.equal(b, 0);
    let mass = 0;
    for (let k = 0; k < n; k++) {
      const angle = (k + 0.5) / n * Math.PI / 2, r = Math.tan(angle);
      point[0] = reference.mean[0] + a * r;
      point[1] = reference.mean[1] + c * r;
      const density = Math.exp(logReference(reference, point, white));
      mass += 2 * Math.PI * r * density * a * d / Math.cos(angle) ** 2 * Math.PI / 2 / n;
    }
    assert.ok(Math.abs(mass - 1) < 1e-5, `${reference.degrees}: ${mass}`);
  }
});

Deno.test("the gradient of a reference is the derivative of its log density", () => {
  const x = Float64Array.of(1.3, 0.4), gradient = new Float64Array(2), white = new Float64Array(2), h = 1e-5;
  for (const reference of references) {
    assert.equal(logReferenceAndGradient(reference, x, gradient, white), logReference(reference, x, white));
    gradient.forEach((slope, i) => {
      const at = (offset: number) => logReference(reference, x.with(i, x[i] + offset), white);
      assert.ok(Math.abs((at(h) - at(-h)) / (2 * h) - slope) < 1e-8);
    });
  }
});

Deno.test("draws of a reference have its law along every direction, and their log density with them", () => {
  for (const reference of references) {
    const { degrees, mean, factor } = reference;
    const random = new Random(71).at(0, 0, Purpose.test), x = new Float64Array(2), white = new Float64Array(2);
    const scale = factor.length === 4 ? Math.hypot(factor[2], factor[3]) : factor[1];
    const standardised = Float64Array.from({ length: 3000 }, () => {
      const logDensity = drawReference(reference, random, x, white);
      assert.ok(Math.abs(logDensity - logReference(reference, x, white)) < 1e-10);
      return (x[1] - mean[1]) / scale;
    });
    const cdf = degrees === 0 ? normalCdf : studentT(degrees).cdf;
    assert.ok(kolmogorovSmirnov(standardised, cdf) < criticalValue(FALSE_ALARM));
    const other = degrees === 0 ? studentT(1).cdf : normalCdf;
    if (degrees < 5) assert.ok(kolmogorovSmirnov(standardised, other) > criticalValue(FALSE_ALARM));
  }
});

function withoutGradient({ logDensityAndGradient: _, ...target }: Target): Target {
  return target;
}

for (const [name, of] of Object.entries({ "with a gradient": (t: Target) => t, "without one": withoutGradient })) {
  Deno.test(`Laplace's approximation of a Gaussian is the Gaussian, ${name}`, () => {
    const found = laplace(of(gaussian.target), Float64Array.of(3, 3, -3));
    assert.ok(found);
    [1, -2, 0.5].forEach((mean, i) => assert.ok(Math.abs(found.mean[i] - mean) < 2e-3, `${found.mean}`));
    const covariance = (i: number, j: number) =>
      [0, 1, 2].reduce((sum, k) => sum + found.factor[3 * i + k] * found.factor[3 * j + k], 0);
    const truth = [[1, 0.6, 0], [0.6, 2, -0.3], [0, -0.3, 0.5]];
    truth.forEach((row, i) => row.forEach((value, j) => assert.ok(Math.abs(covariance(i, j) - value) < 1e-5)));
  });

  Deno.test(`a mode is found on any scale, ${name}`, () => {
    for (const sd of [1e-6, 1e6]) {
      const target = of(modelTarget({
        kind: "gaussian",
        mean: [3 * sd, -sd],
        covariance: [[sd * sd, 0], [0, 4 * sd * sd]],
      }));
      const found = laplace(target, Float64Array.of(0.5 * sd, 0.5 * sd));
      assert.ok(found && Math.abs(found.mean[0] / sd - 3) < 1e-2 && Math.abs(found.factor[3] / sd - 2) < 1e-2, `${sd}`);
    }
  });
}

Deno.test("modes of posteriors are found: the gradient vanishes there", () => {
  const regression = modelTarget({ kind: "logistic-regression", x: [[0.5], [1.2], [1.9], [2.4]], y: [0, 1, 0, 1] });
  for (const target of [schools.target, regression, mixture.target, modelTarget({ kind: "banana" })]) {
    const found = laplace(target, new Float64Array(target.dim).fill(0.3));
    assert.ok(found);
    const gradient = new Float64Array(target.dim);
    target.logDensityAndGradient?.(found.mean, gradient);
    const inSds = gradient.map((slope, i) => slope * found.factor[i * target.dim + i]);
    assert.ok(inSds.every((slope) => Math.abs(slope) < 2e-3), `${inSds}`);
  }
});

Deno.test("a density without a mode has no Laplace approximation", () => {
  const rising: Target = { ...withoutGradient(gaussian.target), dim: 1, logDensity: (x) => x[0] };
  assert.equal(laplace(rising, Float64Array.of(0)), null);
  const broken: Target = { ...withoutGradient(gaussian.target), dim: 1, logDensity: (x) => x[0] > 0.5 ? NaN : x[0] };
  assert.equal(laplace(broken, Float64Array.of(0)), null);
});

Deno.test("a warmup shows mean and covariance", () => {
  const config = { kind: "student-t", degreesOfFreedom: 5 } as const;
  for (const target of [gaussian.target, withoutGradient(gaussian.target)]) {
    const source = new ReferenceSource(target, { config, fit: "warmup", widen: 2, path: "proposal" }, 4000);
    const random = new Random(72);
    const fitting = source.init(Float64Array.of(0, 0, 0), random.at(0, 0));
    assert.equal(source.steps, 4000);
    for (let step = 1; step <= source.steps; step++) source.explore(fitting, random.at(0, step));
    assert.equal(fitting.exploration, null);
    assert.ok(fitting.reference);
    const { mean, factor } = fitting.reference;
    assert.ok(Math.abs(mean[0] - 1) < 0.25 && Math.abs(mean[1] + 2) < 0.35, `${mean}`);
    assert.ok(Math.abs(factor[0] / 2 - 1) < 0.2 && Math.abs(factor[3] / 2 - 0.6) < 0.25, `${factor}`);
  }
});
