/** A trained flow as a law to propose from. Seeds are fixed; what a right law would fail, and how often over seeds, stands at each check. */
import assert from "node:assert/strict";
import { Random } from "../../../../numerics/random/random.ts";
import { WeightedSums } from "../../../../coordinator/statistics/weighted_sums.ts";
import { openFlow } from "../../../../workers/kernels/flow/proposal.ts";
import { importance } from "../../../../workers/kernels/importance.ts";
import { gaussian2 } from "../exact_targets.ts";
import { modelTarget } from "../known_evidence.ts";
import { aFlow, asAsset } from "./a_flow.ts";

Deno.test("importance sampling from a flow finds the normalizer of a density, and its mean", () => {
  const target = modelTarget({
    kind: "gaussian",
    mean: [0.3, -0.2, 0.1],
    covariance: [[0.5, 0.1, 0], [0.1, 0.4, 0], [0, 0, 0.6]],
  });
  const { sha256, assets } = asAsset(aFlow(3, 5, 0.1));
  const options = importance.config.parse({ kind: "importance", proposal: { kind: "flow", sha256 } });
  const kernel = importance.build(target, options, { warmup: 0 }, assets);
  const random = new Random(43), draws = 20_000;
  const state = kernel.init(new Float64Array(3), random.at(0, 0));
  const logWeights = new Float64Array(draws), x = new Float64Array(draws);
  for (let d = 0; d < draws; d++) {
    logWeights[d] = kernel.step(state, random.at(0, d + 1)).logWeight;
    x[d] = state.position[0];
  }
  const sums = new WeightedSums().addAll(logWeights, x);
  // 4.9 standard errors: two-sided 10⁻⁶ each.
  assert.ok(Math.abs(sums.logMeanWeight) < 4.9 * sums.logMeanWeightError, `${sums.logMeanWeight}`);
  assert.ok(Math.abs(sums.mean - 0.3) < 4.9 * sums.mcseMean, `${sums.mean}`);
  assert.ok(sums.ess > 1000, `${sums.ess}`);
});

Deno.test("the density of a flow is that of its draws: it weighs to one against the model that it is", () => {
  const { bytes } = asAsset(aFlow(2, 6, 0.05));
  const flow = openFlow(bytes, 2);
  // ∫ g q = E_q g over draws and over a grid, for bounded g: 4.9 standard errors, two-sided 10⁻⁶.
  const g = (x: ArrayLike<number>) => Math.tanh(x[0]) + Math.cos(x[1]);
  const random = new Random(44), draws = 20_000, x = new Float64Array(2);
  let sum = 0, squares = 0;
  for (let d = 0; d < draws; d++) {
    flow.draw(random.at(0, d), x);
    sum += g(x);
    squares += g(x) ** 2;
  }
  const side = 300, reach = 15, width = 2 * reach / side;
  let integral = 0, mass = 0;
  for (let i = 0; i < side * side; i++) {
    x[0] = -reach + (i % side + 0.5) * width;
    x[1] = -reach + (Math.floor(i / side) + 0.5) * width;
    const density = Math.exp(flow.logDensity(x)) * width * width;
    integral += g(x) * density;
    mass += density;
  }
  assert.ok(Math.abs(mass - 1) < 1e-3, `${mass}`);
  const mean = sum / draws, error = Math.sqrt((squares / draws - mean * mean) / draws);
  assert.ok(Math.abs(mean - integral) < 4.9 * error + 1e-3, `${mean} against ${integral}`);
});

Deno.test("a flow that does not fit the model, or is not there, is refused at its place", () => {
  const { sha256, assets } = asAsset(aFlow(3, 5));
  const build = (proposal: Record<string, unknown>, given?: typeof assets) => () =>
    importance.build(
      gaussian2.target,
      importance.config.parse({ kind: "importance", proposal: { kind: "flow", ...proposal } }),
      { warmup: 0 },
      given,
    );
  assert.throws(build({ sha256 }, assets), { path: "proposal.sha256", message: /rows of 3 numbers.* 2 coordinates/ });
  assert.throws(build({}, assets), { path: "proposal.sha256", message: /found neither/ });
  assert.throws(build({ sha256 }), { path: "proposal.sha256", message: /not at hand/ });
});
