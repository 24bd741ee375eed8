import assert from "node:assert/strict";
import { InputError } from "../../../../numerics/errors.ts";
import { Random } from "../../../../numerics/random/random.ts";
import type { Differentiable } from "../../../../models/target.ts";
import {
  averagedStepSize,
  startDualAveraging,
  updateDualAveraging,
} from "../../../../workers/kernels/adaptation/dual_averaging.ts";
import { identityScale, learnScale } from "../../../../workers/kernels/adaptation/metric.ts";
import { searchStepSize } from "../../../../workers/kernels/adaptation/step_size.ts";
import { addDense, addDiagonal, clearMoments, emptyMoments } from "../../../../workers/kernels/adaptation/welford.ts";
import { planWindows } from "../../../../workers/kernels/adaptation/windows.ts";
import { leapfrogDiagonal, newPhasePoint } from "../../../../workers/kernels/hamiltonian/leapfrog.ts";

Deno.test("dual averaging finds the step size whose mean acceptance is the target", () => {
  const random = new Random(11).at(0, 0);
  for (const target of [0.3, 0.574, 0.8, 0.95]) {
    const state = startDualAveraging(3);
    let step = 3;
    for (let t = 0; t < 20_000; t++) {
      // Acceptance exp(−ε) on average, with noise.
      const acceptance = Math.min(1, Math.max(0, Math.exp(-step) + 0.1 * (random.uniform() - 0.5)));
      step = updateDualAveraging(state, acceptance, target);
    }
    assert(Math.abs(Math.exp(-averagedStepSize(state)) - target) < 0.01, `${target}: ${averagedStepSize(state)}`);
  }
});

Deno.test("the first updates of dual averaging follow the paper's recursion", () => {
  const state = startDualAveraging(0.5);
  const first = updateDualAveraging(state, 0.2, 0.8);
  // H̄₁ = (0.8 − 0.2)/11, log ε = log 5 − √1/0.05 · H̄₁, and the average starts at it.
  assert(Math.abs(Math.log(first) - (Math.log(5) - 20 * 0.6 / 11)) < 1e-14);
  assert(Math.abs(averagedStepSize(state) - first) < 1e-14);
  const second = updateDualAveraging(state, 1, 0.8);
  const error = (1 - 1 / 12) * 0.6 / 11 + (0.8 - 1) / 12;
  assert(Math.abs(Math.log(second) - (Math.log(5) - 20 * Math.SQRT2 * error)) < 1e-14);
  const weight = 2 ** -0.75;
  const average = weight * Math.log(second) + (1 - weight) * Math.log(first);
  assert(Math.abs(Math.log(averagedStepSize(state)) - average) < 1e-14);
});

Deno.test("the windows of warmup are Stan's", () => {
  const cases: [number, number, number, number[]][] = [
    [1000, 76, 950, [100, 150, 250, 450, 950]],
    [2000, 76, 1950, [100, 150, 250, 450, 850, 1950]],
    [500, 76, 450, [100, 150, 250, 450]],
    [300, 76, 250, [100, 150, 250]],
    [150, 76, 100, [100]],
    [149, 23, 135, [135]], // 15 %, 75 %, 10 %
    [20, 4, 18, [18]],
    [19, 1, 0, []],
    [0, 1, 0, []],
  ];
  for (const [warmup, first, last, ends] of cases) assert.deepEqual(planWindows(warmup), { first, last, ends });
});

Deno.test("running moments equal those of two passes, far from zero too", () => {
  const random = new Random(12).at(0, 0);
  const dim = 4;
  const rows = Array.from({ length: 60 }, () => {
    const z = Array.from({ length: dim }, () => random.normal());
    return Float64Array.from(z, (value, i) => 1e6 * i + value + 0.7 * z[0]);
  });
  const mean = Array.from({ length: dim }, (_, i) => rows.reduce((sum, row) => sum + row[i], 0) / rows.length);
  const dense = emptyMoments(dim, true), diagonal = emptyMoments(dim, false);
  for (const row of rows) {
    addDense(dense, row);
    addDiagonal(diagonal, row);
  }
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j <= i; j++) {
      const expected = rows.reduce((sum, row) => sum + (row[i] - mean[i]) * (row[j] - mean[j]), 0);
      assert(Math.abs(dense.scatter[i * dim + j] - expected) < 1e-6, `${i} ${j}`);
      if (i === j) assert(Math.abs(diagonal.scatter[i] - expected) < 1e-6);
    }
  }
  clearMoments(dense);
  assert.deepEqual(dense, emptyMoments(dim, true));
});

Deno.test("a learned metric is the regularised covariance, as its factor", () => {
  const rows = [[1, 2], [3, 1], [-2, 0.5], [0, -4]];
  const dense = emptyMoments(2, true), diagonal = emptyMoments(2, false);
  for (const row of rows) {
    addDense(dense, Float64Array.from(row));
    addDiagonal(diagonal, Float64Array.from(row));
  }
  const mean = [0.5, -0.125];
  const covariance = (i: number, j: number) =>
    rows.reduce((sum, row) => sum + (row[i] - mean[i]) * (row[j] - mean[j]), 0) / 3 * (4 / 9) +
    (i === j ? 1e-3 * 5 / 9 : 0);
  const lower = identityScale(2, "dense"), sd = identityScale(2, "diagonal");
  assert(learnScale(dense, lower) && learnScale(diagonal, sd));
  for (let i = 0; i < 2; i++) {
    assert(Math.abs(sd[i] ** 2 - covariance(i, i)) < 1e-14);
    for (let j = 0; j < 2; j++) {
      const product = lower[2 * i] * lower[2 * j] + lower[2 * i + 1] * lower[2 * j + 1];
      assert(Math.abs(product - covariance(i, j)) < 1e-14);
    }
  }
});

Deno.test("moments that overflowed leave the metric as it was", () => {
  const moments = emptyMoments(2, false);
  for (const value of [1e300, -1e300, 1e300]) addDiagonal(moments, Float64Array.of(value, 0));
  const scale = Float64Array.of(3, 4);
  assert.equal(learnScale(moments, scale), false);
  assert.deepEqual(scale, Float64Array.of(3, 4));
});

function search(target: Differentiable, stepSize: number) {
  const position = new Float64Array(target.dim).fill(0.5), gradient = new Float64Array(target.dim);
  const logDensity = target.logDensityAndGradient(position, gradient);
  const start = { position, gradient, logDensity, scale: new Float64Array(target.dim).fill(1) };
  const random = new Random(13).at(0, 0);
  return searchStepSize(target, leapfrogDiagonal, start, stepSize, random, newPhasePoint(target.dim));
}

/** N(0, sd² I) in 10 dimensions. */
function normalOf(sd: number): Differentiable {
  const of = (x: Float64Array) => -0.5 * x.reduce((sum, value) => sum + value * value, 0) / (sd * sd);
  return {
    dim: 10,
    logDensity: of,
    logDensityAndGradient(x, gradient) {
      for (let i = 0; i < x.length; i++) gradient[i] = -x[i] / (sd * sd);
      return of(x);
    },
  };
}

Deno.test("the first step size is of the order of the target's width, from wherever the search begins", () => {
  for (const sd of [1e-8, 1, 1e8]) {
    for (const begin of [1e-3, 1, 1e3]) {
      const { stepSize } = search(normalOf(sd), begin);
      assert(stepSize > 0.1 * sd && stepSize < 4 * sd, `${sd} ${begin}: ${stepSize}`);
    }
  }
});

Deno.test("a flat density and one that jumps are refused in words", () => {
  const flat: Differentiable = { dim: 1, logDensity: () => 0, logDensityAndGradient: (_, g) => (g[0] = 0) };
  assert.throws(() => search(flat, 1), (error) => error instanceof InputError && /improper/.test(error.message));
  const spike = (x: Float64Array) => x[0] === 0.5 ? 0 : -1;
  const jumps: Differentiable = {
    dim: 1,
    logDensity: spike,
    logDensityAndGradient: (x, g) => (g[0] = 1e200, spike(x)),
  };
  assert.throws(() => search(jumps, 1), (error) => error instanceof InputError && /small enough/.test(error.message));
});

Deno.test("the search counts log densities that are NaN and takes them for too large a step", () => {
  const inner = normalOf(1);
  const walled: Differentiable = {
    ...inner,
    logDensityAndGradient(x, gradient) {
      const value = inner.logDensityAndGradient(x, gradient);
      return x.some((xi) => Math.abs(xi - 0.5) > 0.3) ? NaN : value;
    },
  };
  const { stepSize, nonFinite } = search(walled, 1);
  assert(stepSize < 0.5 && nonFinite > 0, `${stepSize} ${nonFinite}`);
});
