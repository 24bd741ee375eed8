/**
 * Importance sampling: every step is an independent draw x ~ q with the log weight log p(x) − log q(x), q normalised. What is made
 * of the draws is self-normalised, with smoothed weights and k̂; the mean of the weights estimates ∫ p.
 *
 * q is a multivariate Student t or normal, given or fitted to the model; a mixture of such; uniform in a box; or a trained flow. A defensive mixture
 * takes a part of the draws from a Cauchy law of three times the width about the same centre, so that no weight can exceed
 * 1/defensive times what that law would give: Hesterberg (1995), "Weighted average importance sampling and defensive mixture
 * distributions". A log density of NaN or +∞ has no weight and is counted.
 *
 * Kahn & Marshall (1953); Owen (2013), "Monte Carlo theory, methods and examples", chapter 9.
 */
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import type { Assets } from "../../models/model.ts";
import type { Target } from "../../models/target.ts";
import { isNonFinite } from "./hamiltonian/leapfrog.ts";
import type { BaseInfo, BaseState, Kernel, KernelDefinition, Plan } from "./kernel.ts";
import { boxConfig, BoxProposal } from "./reference/box.ts";
import { flowConfig, flowProposal } from "./reference/flow.ts";
import { defended, mixtureConfig, mixtureOf, MixtureProposal, type Proposal } from "./reference/mixture.ts";
import { fitOptions, type Fitting, normalConfig, ReferenceSource, studentConfig } from "./reference/source.ts";

export const config = z.strictObject({
  kind: z.literal("importance"),
  proposal: z.discriminatedUnion("kind", [normalConfig, studentConfig, mixtureConfig, boxConfig, flowConfig])
    .default({ kind: "student-t", degreesOfFreedom: 5 })
    .describe("The law to draw from, on the unconstrained scale."),
  ...fitOptions,
  defensive: z.number().min(0).max(0.9).default(0).describe(
    "The share of draws from a Cauchy law three times as wide, which bounds the weights. Of a normal or student-t proposal.",
  ),
});

export interface State extends BaseState {
  /** Null where the proposal is given once and for all. */
  fitting: Fitting | null;
}

export interface Info extends BaseInfo {
  /** log p(x) − log q(x); −∞ outside the support. */
  logWeight: number;
}

function build(target: Target, options: z.output<typeof config>, plan: Plan, assets?: Assets): Kernel<State, Info> {
  const { proposal: proposed, defensive, fit, widen } = options;
  if (defensive > 0 && proposed.kind !== "normal" && proposed.kind !== "student-t") {
    throw new InputError(
      "defensive",
      `a ${proposed.kind} proposal takes no defensive part: add a wide component to a mixture.`,
    );
  }
  let fixed: Proposal | null = null, source: ReferenceSource | null = null;
  if (proposed.kind === "uniform") fixed = new BoxProposal(proposed, target.dim, "proposal");
  else if (proposed.kind === "mixture") fixed = mixtureOf(proposed, target.dim, "proposal");
  else if (proposed.kind === "flow") fixed = flowProposal(proposed, target.dim, assets, "proposal");
  else source = new ReferenceSource(target, { config: proposed, fit, widen, path: "proposal" }, plan.warmup);
  const info: Info = { logWeight: NaN, nonFinite: 0 };

  // The proposal of the chain last seen; made anew where another chain's is asked for.
  let current: { fitting: Fitting; proposal: Proposal } | null = null;
  function proposalOf({ fitting }: State): Proposal {
    if (fixed) return fixed;
    if (!fitting?.reference) throw new Error("the proposal has not been fitted yet");
    if (current?.fitting !== fitting) {
      current = { fitting, proposal: new MixtureProposal(defended(fitting.reference, defensive)) };
    }
    return current.proposal;
  }

  return {
    init(position, random) {
      if (fixed instanceof BoxProposal) fixed.checkSupport(target, position);
      return {
        position: position.slice(),
        logDensity: target.logDensity(position),
        fitting: source && source.init(position, random),
      };
    },

    step(state, random) {
      if (source && state.fitting?.exploration) {
        const { walk } = state.fitting.exploration;
        info.nonFinite = source.explore(state.fitting, random);
        info.logWeight = NaN;
        state.position.set(walk.position);
        state.logDensity = walk.logDensity;
        return info;
      }
      const logProposal = proposalOf(state).draw(random, state.position);
      const logDensity = target.logDensity(state.position);
      info.nonFinite = isNonFinite(logDensity) ? 1 : 0;
      state.logDensity = info.nonFinite ? -Infinity : logDensity;
      info.logWeight = state.logDensity - logProposal;
      return info;
    },
  };
}

export const importance: KernelDefinition<typeof config, State, Info> = {
  kind: "importance",
  summary: "Importance sampling: independent, weighted draws from a fitted or given proposal, with the log evidence.",
  config,
  requires: () => ["real"],
  statistics: [{ name: "log_weight", type: "float64", read: (info) => info.logWeight }],
  build,
  weighted: true,
  defaultWarmup: ({ fit, proposal }) => fit === "laplace" || isGiven(proposal) ? 0 : 1000,
};

function isGiven(proposal: z.output<typeof config>["proposal"]): boolean {
  return proposal.kind !== "normal" && proposal.kind !== "student-t" || proposal.mean !== undefined;
}
