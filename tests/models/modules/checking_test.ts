/** What `check` says of gradients and transforms: right ones agree, wrong ones are found. */
import assert from "node:assert/strict";
import { Random } from "../../../numerics/random/random.ts";
import type { Differentiable } from "../../../models/target.ts";
import { library, type LibraryFunction } from "../../../models/library/library.ts";
import { checkGradient } from "../../../models/modules/checking/gradient.ts";
import { checkTransforms, spiedLibrary, type TransformCall } from "../../../models/modules/checking/transforms.ts";

/** −½ Σ x⁴ − x₁ x₂, with a slope of x₂ that is off by a factor. */
function quartic(factor: number): Differentiable {
  return {
    dim: 3,
    logDensity: (x) => x.reduce((sum, one) => sum - 0.5 * one ** 4, -x[0] * x[1]),
    logDensityAndGradient(x, gradient) {
      for (let i = 0; i < 3; i++) gradient[i] = -2 * x[i] ** 3;
      gradient[0] -= x[1];
      gradient[1] = factor * (gradient[1] - x[0]);
      return this.logDensity(x);
    },
  };
}

const check = () => ({
  names: ["a", "b", "c"],
  points: [Float64Array.of(0.3, -1, 2), Float64Array.of(-0.1, 0.7, 0)],
  most: 3,
  random: new Random(1),
});

Deno.test("a right gradient agrees with differences to many digits", () => {
  const report = checkGradient(quartic(1), check());
  assert.ok(report.agrees && report.relativeError < 1e-8, JSON.stringify(report));
  assert.deepEqual([report.points, report.derivatives, report.unsettled], [2, 6, 0]);
});

Deno.test("a gradient that is wrong by a hundred-thousandth is found, with its coordinate", () => {
  const { agrees, worst } = checkGradient(quartic(1 + 1e-5), check());
  assert.deepEqual([agrees, worst?.coordinate], [false, "b"]);
});

Deno.test("of more coordinates than are to be compared some are chosen at random", () => {
  assert.equal(checkGradient(quartic(1), { ...check(), most: 1 }).derivatives, 2);
});

Deno.test("points at which the density or the gradient is not finite are told, and not compared", () => {
  const target: Differentiable = {
    dim: 1,
    logDensity: ([x]) => Math.log(x),
    logDensityAndGradient([x], gradient) {
      gradient[0] = x === 1 ? NaN : 1 / x;
      return Math.log(x);
    },
  };
  const at = [-1, 0, 1, 2].map((x) => Float64Array.of(x));
  const report = checkGradient(target, { ...check(), names: ["x"], points: at });
  assert.deepEqual(report.nonFinite.map(({ at: [x], what, value }) => [x, what, value]), [
    [-1, "density", "NaN"],
    [0, "density", "-Infinity"],
    [1, "gradient", "NaN"],
  ]);
  assert.deepEqual([report.points, report.nonFinitePoints, report.agrees], [1, 3, true]);
});

Deno.test("a density with a jump at every step is not called right", () => {
  const steps: Differentiable = {
    dim: 1,
    logDensity: ([x]) => Math.floor(1e5 * x),
    logDensityAndGradient(x, gradient) {
      gradient[0] = 0;
      return this.logDensity(x);
    },
  };
  const { agrees, unsettled } = checkGradient(steps, { ...check(), names: ["x"], points: [Float64Array.of(0.5)] });
  assert.deepEqual([agrees, unsettled], [false, 1]);
});

const calls: TransformCall[] = [
  { name: "positive", given: [0.7] },
  { name: "positive", given: [[0.7, -1, 2]] },
  { name: "bounded", given: [0.2, -1, 3] },
  { name: "lowerBounded", given: [[0.2, 1], 2] },
  { name: "upperBounded", given: [0.2, 2] },
  { name: "ordered", given: [[0.3, -0.2, 1]] },
  { name: "positiveOrdered", given: [[0.3, -0.2, 1]] },
  { name: "simplex", given: [[0.3, -0.2, 1]] },
  { name: "choleskyCorrelation", given: [[0.3, -0.2, 1], 3] },
  { name: "correlation", given: [[0.3, -0.2, 1], 3] },
  { name: "choleskyCovariance", given: [[0.3, -0.2, 1, 0.4, 0.5, -0.6], 3] },
  { name: "covariance", given: [[0.3, -0.2, 1, 0.4, 0.5, -0.6], 3] },
];

Deno.test("the library's transforms have the Jacobians of their differences", () => {
  const reports = checkTransforms(calls);
  assert.equal(reports.length, 11);
  for (const { name, error, agrees } of reports) assert.ok(agrees && error < 1e-8, `${name}: ${error}`);
});

Deno.test("a transform whose log-Jacobian is off is found", () => {
  const broken = Object.fromEntries(
    Object.entries(library).map(([name, transform]): [string, LibraryFunction] => {
      return [name, (...given: never[]) => {
        const { value, logJacobian } = transform(...given) as { value: unknown; logJacobian: number };
        return { value, logJacobian: logJacobian + 0.01 };
      }];
    }),
  );
  for (const { name, agrees } of checkTransforms(calls, broken)) assert.ok(!agrees, name);
});

Deno.test("a spied library gives what the library gives, and notes a few calls of each transform", () => {
  const noted: TransformCall[] = [];
  const spied = spiedLibrary(noted);
  assert.deepEqual(Object.keys(spied), Object.keys(library));
  for (let i = 0; i < 10; i++) {
    const positive: LibraryFunction = spied.positive;
    assert.deepEqual(Reflect.apply(positive, undefined, [i]), { value: Math.exp(i), logJacobian: i });
  }
  assert.deepEqual(noted.map(({ given }) => given), [[0], [1], [2], [3]]);
});
