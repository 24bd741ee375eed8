/**
 * Simulation-based calibration: whether a model and a sampler agree with the model's own simulation of data.
 *
 * Every chain is a replication. It draws parameters θ from the prior and data y given θ, and samples the posterior of y; over
 * replications, θ and the draws then have one law given y, so that θ's rank among L draws is uniform on 0 … L. A prior, a
 * likelihood, a Jacobian or a gradient that differs from the simulation bends the ranks. What is recorded of a draw is
 * whether each reported value is below that of θ (0 or 1), and whether its log density is: their sums over a chain are the ranks.
 *
 * start "truth": once warmup has adapted the sampler from a start that knows y alone, the chain is put at θ, makes the first M
 * draws, is put at θ again and makes the other L − M, with M uniform on 0 … L. Under a reversible kernel these are the M
 * draws before and the L − M after θ in one stationary chain, among which θ has a place at random: ranks are uniform to the last
 * bit however the draws depend on each other, so that they need no thinning and the verdict's false alarms are what it says. What
 * this cannot see is a chain that does not find the posterior from elsewhere: that is what R-hat is for.
 *
 * start "warmup": the chain goes on from the end of warmup, which tests the sampler's way there as well. The ranks are then
 * uniform only so far as draws are independent: thin them.
 *
 * Talts, Betancourt, Simpson, Vehtari & Gelman (2018), "Validating Bayesian inference algorithms with simulation-based
 * calibration"; Gandy & Scott (2020), "Unit testing for MCMC and other Monte Carlo methods", for the chain through θ; Modrák
 * et al. (2023), "Simulation-based calibration checking for Bayesian computation", for the rank of the log density.
 */
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import type { Target } from "../../models/target.ts";
import { buildInner, defaultInner, innerConfigs, innerKernels, statistic } from "./inner_kernel.ts";
import type { BaseInfo, BaseState, Kernel, KernelDefinition } from "./kernel.ts";

/** Each of its scans goes through the coordinates in their order. */
const IRREVERSIBLE = ["slice"];
const WARMUP = 300;

export const config = z.strictObject({
  kind: z.literal("calibration"),
  inner: z.discriminatedUnion("kind", [...innerConfigs]).optional().describe(
    "The sampler of each replication. Default: nuts where there is a gradient, else random-walk.",
  ),
  start: z.enum(["truth", "warmup"]).default("truth").describe(
    "Whether draws are made to both sides of the parameters that made the data, which keeps ranks uniform however the draws depend on " +
      "each other, or go on from the end of warmup, which also tests the way there and needs draws that are thinned.",
  ),
});
type Config = z.output<typeof config>;

export interface Info extends BaseInfo {
  /** NaN where the inner kernel has none. */
  acceptanceRate: number;
  diverging: number;
  steps: number;
}

/** With the state of the inner kernel: a replication is a function of the seed and of the chain. */
function build(target: Target, { inner = defaultInner(target), start }: Config, plan: { warmup: number }) {
  if (start === "truth" && IRREVERSIBLE.includes(inner.kind)) {
    throw new InputError(
      "inner.kind",
      `${inner.kind} is not reversible, so its chains cannot be continued to both sides of the truth. ` +
        'Use another sampler, or start: "warmup" with thinned draws.',
    );
  }
  const definition: KernelDefinition = innerKernels[inner.kind];
  const kernel = buildInner(definition, target, inner, plan, "inner");
  const readAcceptance = statistic(definition, "acceptance_rate", NaN);
  const readDiverging = statistic(definition, "diverging", 0);
  const readSteps = statistic(definition, "n_steps", 1);
  const info: Info = { acceptanceRate: NaN, diverging: 0, steps: 0, nonFinite: 0 };
  return {
    init: (position, random) => kernel.init(position, random),
    relocate: (state, position) => kernel.relocate(state, position),
    step(state, random) {
      const innerInfo = kernel.step(state, random);
      info.acceptanceRate = readAcceptance(innerInfo);
      info.diverging = readDiverging(innerInfo);
      info.steps = readSteps(innerInfo);
      info.nonFinite = innerInfo.nonFinite;
      return info;
    },
  } satisfies Kernel<BaseState, Info>;
}

export const calibration: KernelDefinition<typeof config, BaseState, Info> = {
  kind: "calibration",
  summary:
    "Simulation-based calibration: every chain samples the posterior of data that the model simulated, and tells the ranks of the truth.",
  config,
  requires: ({ inner }) => {
    if (!inner) return ["replication"];
    const definition: KernelDefinition = innerKernels[inner.kind];
    return ["replication", ...definition.requires(inner)];
  },
  statistics: [
    { name: "acceptance_rate", type: "float32", read: (info) => info.acceptanceRate },
    { name: "diverging", type: "uint8", read: (info) => info.diverging },
    { name: "n_steps", type: "int32", read: (info) => info.steps },
  ],
  build,
  defaultWarmup: () => WARMUP,
  replicates: ({ start }) => start,
};
