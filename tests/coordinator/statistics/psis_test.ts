/** psis_golden.json is written by psis_golden.R, from R's loo. */
import assert from "node:assert/strict";
import { fitGeneralizedPareto, generalizedParetoQuantile } from "../../../coordinator/statistics/generalized_pareto.ts";
import { khatLimit, ParetoSmoothing } from "../../../coordinator/statistics/psis.ts";
import { Workspace } from "../../../coordinator/statistics/workspace.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";

interface Case {
  readonly name: string;
  readonly values: readonly number[];
  readonly logWeights: readonly number[];
  readonly khat: number | null;
  readonly functionKhat: number | null;
  readonly ess: number;
  readonly weights: readonly number[];
}

const { cases }: { cases: Case[] } = JSON.parse(
  Deno.readTextFileSync(new URL("./psis_golden.json", import.meta.url)),
);

function smoothed(logWeights: readonly number[]) {
  const workspace = new Workspace();
  workspace.reserve(logWeights.length);
  const smoothing = new ParetoSmoothing(workspace);
  const logs = Float64Array.from(logWeights), weights = new Float64Array(logs.length);
  const khat = smoothing.smooth(logs, logs.length, weights);
  return { smoothing, logs, weights, khat };
}

function close(found: number, expected: number | null, message: string): void {
  if (expected === null) assert.ok(Number.isNaN(found), `${message}: ${found} for none`);
  else {assert.ok(
      Math.abs(found - expected) <= 1e-8 * Math.max(1, Math.abs(expected)),
      `${message}: ${found}, ${expected}`,
    );}
}

for (const { name, values, logWeights, khat, functionKhat, ess, weights } of cases) {
  Deno.test(`${name}: k-hat, smoothed weights and effective sample size are those of loo`, () => {
    const found = smoothed(logWeights);
    close(found.khat, khat, "k-hat");
    found.weights.forEach((weight, i) => {
      assert.ok(Math.abs(weight - weights[i]) <= 1e-8 * weights[i], `weight ${i}: ${weight}, ${weights[i]}`);
    });
    const foundEss = 1 / found.weights.reduce((sum, w) => sum + w * w, 0);
    assert.ok(Math.abs(foundEss / ess - 1) < 1e-8);
    const h = Float64Array.from(values);
    close(found.smoothing.khatOf(h, found.logs, h.length, found.khat), functionKhat, "k-hat of the function");
  });
}

Deno.test("a shift of the log weights changes nothing", () => {
  const { logWeights } = cases[2];
  const here = smoothed(logWeights), there = smoothed(logWeights.map((x) => x + 700));
  assert.ok(Math.abs(here.khat - there.khat) < 1e-9);
  here.weights.forEach((w, i) => assert.ok(Math.abs(w - there.weights[i]) < 1e-9));
});

Deno.test("weights of zero stay zero and leave the others smoothed", () => {
  const { logWeights } = cases[2];
  const { weights, khat } = smoothed([...logWeights, ...new Array(300).fill(-Infinity)]);
  assert.ok(weights.subarray(logWeights.length).every((w) => w === 0));
  assert.ok(Number.isFinite(khat));
  assert.ok(Math.abs(weights.reduce((a, b) => a + b, 0) - 1) < 1e-12);
});

Deno.test("a tail of zeros has no k-hat and no NaN", () => {
  const { weights, khat } = smoothed([0, -1, -2, ...new Array(97).fill(-Infinity)]);
  assert.ok(Number.isNaN(khat));
  assert.ok(weights.every(Number.isFinite));
});

Deno.test("the fit finds the shape of generalised Pareto draws", () => {
  // The standard error of k is about (1 + k)/√n = 0.02: five of them alarm falsely less than once in 10⁶.
  const random = new Random(51).at(0, 0, Purpose.test);
  for (const k of [-0.3, 0.2, 0.7, 1.5]) {
    const draws = Float64Array.from(
      { length: 10_000 },
      () => generalizedParetoQuantile(random.uniform(), { k, sigma: 2 }),
    ).sort();
    const fit = fitGeneralizedPareto(draws);
    assert.ok(Math.abs(fit.k - k) < 5 * (1 + Math.abs(k)) / 100, `${k}: ${fit.k}`);
    assert.ok(Math.abs(fit.sigma / 2 - 1) < 0.15, `${fit.sigma}`);
  }
});

Deno.test("the limit of k-hat grows with the draws, up to 0.7", () => {
  assert.ok(Math.abs(khatLimit(100) - 0.5) < 1e-12);
  assert.ok(Math.abs(khatLimit(1000) - 2 / 3) < 1e-12);
  assert.equal(khatLimit(1e6), 0.7);
});
