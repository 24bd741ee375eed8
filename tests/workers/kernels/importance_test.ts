/** Seeds are fixed; what a right sampler would fail, and how often over seeds, stands at each statistical check. */
import assert from "node:assert/strict";
import { WeightedSums } from "../../../coordinator/statistics/weighted_sums.ts";
import type { Target } from "../../../models/target.ts";
import { importance } from "../../../workers/kernels/importance.ts";
import { gaussian, type KnownEvidence, knownEvidence, mixture, modelTarget } from "./known_evidence.ts";
import { runWeighted } from "./weighted_run.ts";

function run(target: Target, config: Record<string, unknown>, draws: number, seed: number, warmup = 0) {
  return runWeighted({ target, definition: importance, config, draws, seed, warmup });
}

Deno.test("where the proposal is the target all weights are its normalizer", () => {
  const { logWeights } = run(gaussian.target, { proposal: { kind: "normal" } }, 100, 81);
  assert.ok(logWeights.every((w) => Math.abs(w + 12.5) < 1e-3), `${logWeights.slice(0, 5)}`);
});

/** How many of 50 seeds have the evidence within three standard errors, the weights changed by a broken twin. */
function covered(
  known: KnownEvidence,
  config: Record<string, unknown>,
  warmup: number,
  twin = (w: number) => w,
): number {
  let count = 0;
  for (let seed = 0; seed < 50; seed++) {
    const { logWeights } = run(known.target, config, 1000, 1000 + seed, warmup);
    const sums = new WeightedSums().addAll(logWeights.map(twin));
    if (Math.abs(sums.logMeanWeight - known.logEvidence) < 3 * sums.logMeanWeightError) count++;
  }
  return count;
}

// Errors are normal enough for 99 % of seeds: fewer than 46 of 50 then have probability 10⁻⁵.
const PROPOSALS: Record<string, Record<string, unknown>> = {
  "a learned student-t": {},
  "a learned normal, defended": { proposal: { kind: "normal" }, defensive: 0.2, widen: 1.5 },
};
for (const known of knownEvidence) {
  for (const [name, config] of Object.entries(PROPOSALS)) {
    Deno.test(`${name} finds the evidence of ${known.name} within 3 standard errors in 46 of 50 seeds`, () => {
      assert.ok(covered(known, config, 600) >= 46);
    });
  }
}

Deno.test("weights with the wrong sign, or without the proposal's density, are caught", () => {
  assert.ok(covered(gaussian, {}, 600, (w) => -w) < 5);
  const unnormalised = (target: Target): Target => ({ ...target, logDensity: (x) => target.logDensity(x) + 0.1 });
  assert.ok(covered({ ...gaussian, target: unnormalised(gaussian.target) }, {}, 600) < 5);
});

Deno.test("weighted means of a mixture are its own, with every kind of proposal", () => {
  const wide = [[9, 0], [0, 9]];
  const proposals: Record<string, unknown>[] = [
    { proposal: { kind: "student-t", mean: [0, 0], covariance: wide, degreesOfFreedom: 3 } },
    { proposal: { kind: "normal", mean: [0, 0], covariance: wide } },
    { proposal: { kind: "uniform", low: [-9, -11], high: [9, 13] } },
    {
      proposal: {
        kind: "mixture",
        components: [
          { mean: [-2, 0], covariance: [[1.5, 0], [0, 1.5]] },
          { weight: 3, mean: [1, 1], covariance: [[2, 0], [0, 2]], degreesOfFreedom: 4 },
        ],
      },
    },
  ];
  for (const config of proposals) {
    const { sums } = run(mixture.target, config, 4000, 82);
    // 4.9 standard errors: two-sided 10⁻⁶.
    assert.ok(Math.abs(sums.mean - mixture.mean) < 4.9 * sums.mcseMean, `${JSON.stringify(config)}: ${sums.mean}`);
    assert.ok(Math.abs(sums.logMeanWeight - 3) < 4.9 * sums.logMeanWeightError);
    assert.ok(sums.ess > 100);
  }
});

Deno.test("a defensive part bounds the weights where the proposal's tails are too light", () => {
  const target = modelTarget({ kind: "distribution", family: "student-t", parameters: { degreesOfFreedom: 2 } });
  const narrow = { proposal: { kind: "normal", mean: [0], covariance: [[1]] } };
  const largest = (config: Record<string, unknown>) => Math.max(...run(target, config, 20_000, 83).logWeights);
  assert.ok(largest(narrow) > 3);
  // p(x) ≤ 4 · Cauchy(0, 3) everywhere: weights ≤ 4 / 0.1.
  assert.ok(largest({ ...narrow, defensive: 0.1 }) < Math.log(40));
});

Deno.test("a box that leaves out a part of the model is an error that says where", () => {
  const box = (low: number, high: number) => ({ proposal: { kind: "uniform", low: [low, low], high: [high, high] } });
  assert.throws(() => run(mixture.target, box(1, 2), 1, 1), {
    name: "InputError",
    path: "sampler.proposal",
    message: /no support .* coordinate 1 is from 1 to 2 .* not negligible at 0.1/,
  });
  const cut: Target = {
    ...mixture.target,
    logDensity: (x) => x.every((value) => Math.abs(value) <= 2) ? mixture.target.logDensity(x) : -Infinity,
  };
  assert.throws(() => run(cut, box(-1.9, 1.9), 1, 1), { path: "sampler.proposal", message: /not negligible at/ });
  assert.ok(run(cut, box(-2, 2), 100, 1).logWeights.every(Number.isFinite));
});

Deno.test("densities of NaN and infinity have no weight, and are counted", () => {
  const broken: Target = {
    ...gaussian.target,
    logDensity: (x) => x[0] > 1.5 ? NaN : x[0] < -0.5 ? Infinity : gaussian.target.logDensity(x),
  };
  const config = { proposal: { kind: "normal", mean: [1, -2, 0.5], covariance: [[1, 0, 0], [0, 1, 0], [0, 0, 1]] } };
  const { logWeights, nonFinite } = run(broken, config, 1000, 84);
  assert.equal(logWeights.filter((w) => w === -Infinity).length, nonFinite);
  assert.ok(nonFinite > 200 && nonFinite < 600);
});

Deno.test("what does not fit the model is refused, with its place", () => {
  const build = (config: Record<string, unknown>, warmup = 0) => () => run(gaussian.target, config, 1, 1, warmup);
  const unit = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
  const cases: [Record<string, unknown>, string][] = [
    [{ fit: "warmup" }, "fit"],
    [{ proposal: { kind: "normal", mean: [0, 0, 0] } }, "proposal.covariance"],
    [{ proposal: { kind: "normal", mean: [0], covariance: unit } }, "proposal.mean"],
    [{ proposal: { kind: "normal", mean: [0, 0, 0], covariance: [[1]] } }, "proposal.covariance"],
    [{ proposal: { kind: "mixture", components: [{ mean: [0], covariance: unit }] } }, "proposal.components.0.mean"],
    [{ proposal: { kind: "uniform", low: [0, 0, 0], high: [1, 0, 1] } }, "proposal.high.1"],
    [{ proposal: { kind: "uniform", low: [0, 0, 0], high: [1, 1, 1] }, defensive: 0.1 }, "defensive"],
  ];
  for (const [config, path] of cases) assert.throws(build(config), { name: "InputError", path });
  const rising: Target = { ...gaussian.target, logDensityAndGradient: undefined, logDensity: (x) => x[0] };
  assert.throws(() => run(rising, {}, 1, 1), { name: "InputError", path: "sampler.fit" });
});
