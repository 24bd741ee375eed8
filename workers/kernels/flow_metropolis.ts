/**
 * Flow-assisted Metropolis: a normalizing flow, learned from all chains, proposes moves to anywhere.
 *
 * A step makes `localSteps` transitions of a local kernel and then one independence proposal x' = f(z), z from the flow's base:
 * with q the flow's density it is accepted with probability min(1, p(x') q(x) / (p(x) q(x'))). Each part keeps p, so the step does,
 * however well the flow fits; how well decides how often it is accepted, and so how fast modes exchange chains.
 *
 * The flow is trained in warmup, at barriers, by maximum likelihood on the positions that all chains have visited since the barrier
 * before; the stretches between barriers double in length. From the last barrier on (four fifths of warmup) it is frozen: adapting
 * it for ever would not keep p. Until the first one only the local kernel moves.
 *
 * What no chain has visited the flow does not know, and a global move hardly ever goes there: the modes must be among those in which
 * chains start or which the local kernel finds. See docs/samplers.md for what helps.
 *
 * log q is computed in double precision by plain arithmetic (class v8) whatever the model's class: a ratio of densities whose rounding
 * differs between machines would accept differently, and single precision would err by 10⁻⁵ in it. x' is evaluated by the same
 * function as x, so that q is one density. Proposals are independent draws of the frozen q, so that p(x')/q(x') are importance
 * weights: their mean estimates ∫ p, and their k̂ tells whether q covers what the chains have seen.
 *
 * Gabrié, Rotskoff & Vanden-Eijnden (2022), "Adaptive Monte Carlo augmented with normalizing flows", PNAS 119.
 */
import { z } from "zod";
import { Purpose, type Random } from "../../numerics/random/random.ts";
import type { Target } from "../../models/target.ts";
import { emptyHistory, type History, remember, stretchesOf } from "./flow/history.ts";
import { expectFlowFits, flowOptions, learnFlow } from "./flow/learning.ts";
import { type GlobalProposal, openFlow } from "./flow/proposal.ts";
import { isNonFinite } from "./hamiltonian/leapfrog.ts";
import { buildInner, defaultInner, innerConfigs, innerKernels, statistic } from "./inner_kernel.ts";
import type { BaseInfo, BaseState, Kernel, KernelDefinition, Plan } from "./kernel.ts";
import { parallelTempering } from "./parallel_tempering.ts";

const localKernels = { ...innerKernels, "parallel-tempering": parallelTempering } as const;

export const config = z.strictObject({
  kind: z.literal("flow-metropolis"),
  local: z.discriminatedUnion("kind", [...innerConfigs, parallelTempering.config]).optional()
    .describe("The sampler of the local moves. Default: nuts where there is a gradient, else random-walk."),
  localSteps: z.int().min(1).max(10_000).optional()
    .describe(
      "Local transitions between two global proposals. Default: 1 of nuts, hmc and parallel-tempering, 10 of others.",
    ),
  flow: flowOptions.optional().describe(
    "The flow and how it is trained, as a training of its kind takes them. Default: a Real NVP of six couplings over a mixture of four " +
      "normals, trained by 2000 updates at most; a tenth of the positions is held back to end it early.",
  ),
  learnings: z.int().min(1).max(20).default(4)
    .describe(
      "The most barriers of warmup at which the flow is learned from all chains; each comes at twice the steps of the one before.",
    ),
});
type Options = z.output<typeof config>;
type LocalConfig = NonNullable<Options["local"]>;

export interface State extends BaseState {
  /** Transitions made. */
  step: number;
  /** Of the local kernel, at the same position. */
  local: BaseState;
  /** What all chains learn from at the next barrier; null once the flow is frozen. */
  history: History | null;
}

export interface Info extends BaseInfo {
  /** Mean over the local transitions. */
  acceptanceRate: number;
  /** Whether one of them diverged, or made the longest trajectory. */
  diverging: boolean;
  reachedMaxTreeDepth: boolean;
  /** Σ of the local kernel's n_steps, which is 1 where it records none. */
  evaluations: number;
  /** Of the global proposal; NaN before there is a flow. */
  globalAcceptance: number;
  /** log p(x') − log q(x') of the proposal; NaN before there is a flow. */
  logWeight: number;
}

/** `open`: the proposal that shared bytes stand for. */
export function buildFlowMetropolis(
  target: Target,
  options: Pick<Options, "local" | "localSteps" | "learnings">,
  { warmup, chains = 1 }: Plan,
  open: (shared: Uint8Array) => GlobalProposal,
): Kernel<State, Info> {
  const { dim } = target;
  const localConfig = options.local ?? defaultInner(target);
  const { localSteps = ["nuts", "hmc", "parallel-tempering"].includes(localConfig.kind) ? 1 : 10 } = options;
  const definition: KernelDefinition = localKernels[localConfig.kind];
  const local = buildInner(definition, target, localConfig, { warmup: warmup * localSteps, chains }, "local");
  const readAcceptance = statistic(definition, "acceptance_rate", NaN);
  const readDiverging = statistic(definition, "diverging", 0);
  const readDepth = statistic(definition, "reached_max_treedepth", 0);
  const readSteps = statistic(definition, "n_steps", 1);
  const stretches = stretchesOf(options.learnings, warmup, chains);
  const candidate = new Float64Array(dim);
  const info: Info = {
    acceptanceRate: NaN,
    diverging: false,
    reachedMaxTreeDepth: false,
    evaluations: 0,
    globalAcceptance: NaN,
    logWeight: NaN,
    nonFinite: 0,
  };
  let proposal: GlobalProposal | null = null;

  function moveLocally(state: State, random: Random): void {
    let acceptance = 0;
    for (let k = 0; k < localSteps; k++) {
      const moved = local.step(state.local, random);
      acceptance += readAcceptance(moved);
      if (readDiverging(moved) > 0) info.diverging = true;
      if (readDepth(moved) > 0) info.reachedMaxTreeDepth = true;
      info.evaluations += readSteps(moved);
      info.nonFinite += moved.nonFinite;
    }
    info.acceptanceRate = acceptance / localSteps;
    state.position.set(state.local.position);
    state.logDensity = state.local.logDensity;
  }

  function moveGlobally(state: State, proposal: GlobalProposal, random: Random): void {
    const threshold = Math.log(random.uniform());
    // A place of its own, however many numbers the local moves have taken.
    const { stream, step } = random.place;
    proposal.draw(random.at(stream, step, Purpose.proposal), candidate);
    const logDensity = candidate.every(Number.isFinite) ? target.logDensity(candidate) : NaN;
    info.evaluations++;
    info.globalAcceptance = 0;
    info.logWeight = -Infinity;
    if (isNonFinite(logDensity)) info.nonFinite++;
    if (!Number.isFinite(logDensity)) return;
    info.logWeight = logDensity - proposal.logDensity(candidate);
    const logRatio = info.logWeight - (state.logDensity - proposal.logDensity(state.position));
    if (Number.isNaN(logRatio)) return;
    info.globalAcceptance = logRatio >= 0 ? 1 : Math.exp(logRatio);
    if (threshold >= logRatio) return;
    local.relocate(state.local, candidate);
    state.position.set(candidate);
    state.logDensity = logDensity;
  }

  return {
    init(position, random) {
      const inner = local.init(position, random);
      return {
        position: position.slice(),
        logDensity: inner.logDensity,
        step: 0,
        local: inner,
        history: emptyHistory(stretches[0], dim),
      };
    },

    step(state, random) {
      info.diverging = false;
      info.reachedMaxTreeDepth = false;
      info.evaluations = 0;
      info.nonFinite = 0;
      info.globalAcceptance = NaN;
      info.logWeight = NaN;
      state.step++;
      moveLocally(state, random);
      if (proposal) moveGlobally(state, proposal, random);
      state.history = remember(state.history, stretches, state.step, state.position);
      return info;
    },

    relocate(state, position) {
      local.relocate(state.local, position);
      state.position.set(position);
      state.logDensity = state.local.logDensity;
    },

    share(shared) {
      proposal = shared && open(shared);
    },
  };
}

export const flowMetropolis: KernelDefinition<typeof config, State, Info> = {
  kind: "flow-metropolis",
  summary:
    "Local moves, and global ones that a normalizing flow proposes, learned in warmup from all chains: for several modes.",
  config,
  requires: ({ local }) => {
    if (!local) return ["real"];
    const definition: KernelDefinition = localKernels[local.kind];
    return ["real", ...definition.requires(local)];
  },
  statistics: [
    { name: "acceptance_rate", type: "float32", read: (info) => info.acceptanceRate },
    { name: "diverging", type: "uint8", read: (info) => Number(info.diverging) },
    { name: "reached_max_treedepth", type: "uint8", read: (info) => Number(info.reachedMaxTreeDepth) },
    { name: "n_steps", type: "int32", read: (info) => info.evaluations },
    { name: "global_acceptance_rate", type: "float32", read: (info) => info.globalAcceptance },
    { name: "proposal_log_weight", type: "float64", read: (info) => info.logWeight },
  ],
  build: (target, options, plan) => {
    const { flow, learnings } = options, { warmup, chains = 1 } = plan;
    const rows = chains * Math.max(0, ...stretchesOf(learnings, warmup, chains).map(({ count }) => count));
    if (flow) expectFlowFits(flow, target.dim, rows);
    return buildFlowMetropolis(target, options, plan, (shared) => openFlow(shared, target.dim));
  },
  pooling: {
    barriers: ({ learnings }, { warmup, chains = 1 }) =>
      stretchesOf(learnings, warmup, chains).map(({ barrier }) => barrier),
    learn: ({ flow }, pool) => learnFlow(flow, pool),
  },
  stateSize: ({ learnings }, { dim }, { warmup, chains = 1 }) =>
    dim * (2 + Math.max(0, ...stretchesOf(learnings, warmup, chains).map(({ count }) => count))),
};
