/**
 * Parallel tempering over any kernel that can be moved, or over the sweeps of an energy model (tempering/rows.ts).
 *
 * Replica k of a ladder 1 = β_0 > β_1 > … > β_K > 0 has the target p^{β_k}: the whole log density is multiplied, prior
 * included. A step advances every replica by one step of the inner kernel, with what that kernel has learned at its own
 * temperature; then the positions of neighbours are exchanged with probability min(1, exp((β_k − β_{k+1}) (log p(x_{k+1}) −
 * log p(x_k)))), the pairs (0,1), (2,3) … and (1,2), (3,4) … in alternate rounds. This order is not reversible, and takes
 * a start from the hot end to the cold end in O(K) rounds where random pairs take O(K²). The draws are those of β_0 = 1.
 *
 * The ladder is one chain of a job, advanced as a whole: its swaps are barriers inside of a step, so that what they see
 * does not depend on where anything runs.
 *
 * Warmup places the inner temperatures. With r_k the mean rejection of the swaps of pair k, the communication barrier up to β_k
 * is Λ(β_k) = Σ_{j<k} r_j; it is interpolated in log β, and the temperatures are put where it is cut into equal parts, in
 * rounds that double in length, the last one at half of warmup, so that the inner kernels can settle afterwards.
 *
 * p^β must be a proper density at the hottest β: a target with the tails of |x|^{−a} needs β > 1/a.
 *
 * Syed, Bouchard-Côté, Deligiannidis & Doucet (2022), "Non-reversible parallel tempering"; Okabe et al. (2001).
 */
import { z } from "zod";
import type { Random } from "../../numerics/random/random.ts";
import type { Target } from "../../models/target.ts";
import { gibbs } from "./gibbs.ts";
import { buildInner, defaultInner, innerConfigs, innerKernels, statistic } from "./inner_kernel.ts";
import type { BaseInfo, BaseState, Kernel, KernelDefinition, Plan } from "./kernel.ts";
import { adapt, adaptationRounds, createLadder, initialBetas, type Ladder, swapRound } from "./tempering/ladder.ts";
import { buildTemperedRows } from "./tempering/rows.ts";

export const config = z.strictObject({
  kind: z.literal("parallel-tempering"),
  inner: z.discriminatedUnion("kind", [...innerConfigs, gibbs.config])
    .optional()
    .describe(
      "The sampler that moves each replica. Default: gibbs for an energy model, nuts where there is a gradient, else random-walk.",
    ),
  temperatures: z.int().min(2).max(128).default(8).describe(
    "The number of replicas, the one at temperature 1 included.",
  ),
  hottest: z.number().gt(1).max(1e6).optional()
    .describe("The highest temperature. Default: (1 + √(2/dim))^(temperatures − 1), at most 1000."),
  betas: z.array(z.number().gt(0).max(1)).min(2).max(128).optional().describe(
    "Inverse temperatures, from 1 downwards or upwards to 1, in place of `temperatures` and `hottest`; they do not adapt.",
  ),
  swapEvery: z.int().min(1).max(10_000).default(1).describe("Steps between two rounds of swaps."),
});

export interface State extends BaseState {
  /** Transitions made. */
  step: number;
  /** [replicas], descending from 1. */
  betas: Float64Array;
  /** The inner kernel's states; [0] is at β = 1. Their log densities are those of p^β. None where replicas are rows of sweeps. */
  replicas: BaseState[];
  /** [replicas]: which of the starts each replica now carries on. */
  starts: Int32Array;
  ladder: Ladder | null;
}

export interface Info extends BaseInfo {
  /** Of the replica at β = 1; NaN where the inner kernel has none. */
  acceptanceRate: number;
  diverging: number;
  /** Σ over replicas of the inner kernel's n_steps, which is 1 where it records none. */
  evaluations: number;
  /** Mean over the pairs of this step's round; NaN where there was none. */
  swapAcceptance: number;
  start: number;
}

function build(target: Target, options: Options, plan: Plan): Kernel<State, Info> {
  const { inner } = options;
  if (inner?.kind === "gibbs" || (!inner && target.sweeps)) return buildTemperedRows(target, options, inner, plan);
  return buildReplicas(target, options, inner ?? defaultInner(target), plan);
}

function buildReplicas(target: Target, options: Options, inner: InnerConfig, plan: Plan): Kernel<State, Info> {
  const { swapEvery } = options;
  const tempered = temper(target);
  const definition: KernelDefinition = innerKernels[inner.kind];
  const kernel = buildInner(definition, tempered.target, inner, plan, "inner");
  const readAcceptance = statistic(definition, "acceptance_rate", NaN);
  const readDiverging = statistic(definition, "diverging", 0);
  const readSteps = statistic(definition, "n_steps", 1);
  const firstBetas = initialBetas(options, target.dim);
  const count = firstBetas.length;
  const roundEnds = adaptationRounds(options, plan);
  const exchange = new Float64Array(target.dim);
  const info: Info = { acceptanceRate: 0, diverging: 0, evaluations: 0, swapAcceptance: 0, start: 0, nonFinite: 0 };

  function relocate(state: State, k: number, position: Float64Array): void {
    tempered.setBeta(state.betas[k]);
    kernel.relocate(state.replicas[k], position);
  }

  function swap(state: State, round: number, random: Random): void {
    const { betas, replicas, starts, ladder } = state;
    info.swapAcceptance = swapRound(count, round, ladder, (k) => {
      const gain = replicas[k + 1].logDensity / betas[k + 1] - replicas[k].logDensity / betas[k];
      return Math.min(1, Math.exp((betas[k] - betas[k + 1]) * gain));
    }, (k, acceptance) => {
      if (random.uniform() >= acceptance) return;
      exchange.set(replicas[k].position);
      relocate(state, k, replicas[k + 1].position);
      relocate(state, k + 1, exchange);
      [starts[k], starts[k + 1]] = [starts[k + 1], starts[k]];
    });
    if (!ladder || !adapt(ladder, betas, round, roundEnds)) return;
    for (let k = 1; k < count; k++) relocate(state, k, replicas[k].position);
    if (round === roundEnds.at(-1)) state.ladder = null;
  }

  return {
    init(position, random) {
      const replicas = Array.from(firstBetas, (beta) => {
        tempered.setBeta(beta);
        return kernel.init(position, random);
      });
      return {
        position: position.slice(),
        logDensity: replicas[0].logDensity,
        step: 0,
        betas: firstBetas.slice(),
        replicas,
        starts: Int32Array.from(firstBetas, (_, k) => k),
        ladder: roundEnds.length === 0 ? null : createLadder(count),
      };
    },

    step(state: State, random: Random): Info {
      const { betas, replicas } = state;
      info.nonFinite = 0;
      info.evaluations = 0;
      info.swapAcceptance = NaN;
      for (let k = 0; k < count; k++) {
        tempered.setBeta(betas[k]);
        const innerInfo = kernel.step(replicas[k], random);
        info.nonFinite += innerInfo.nonFinite;
        info.evaluations += readSteps(innerInfo);
        if (k > 0) continue;
        info.acceptanceRate = readAcceptance(innerInfo);
        info.diverging = readDiverging(innerInfo);
      }
      state.step++;
      if (state.step % swapEvery === 0) swap(state, state.step / swapEvery, random);
      state.position.set(replicas[0].position);
      state.logDensity = replicas[0].logDensity;
      info.start = state.starts[0];
      return info;
    },

    /** Moves the replica at temperature 1; the others stay where they are. */
    relocate(state: State, position: Float64Array): void {
      relocate(state, 0, position);
      state.position.set(position);
      state.logDensity = state.replicas[0].logDensity;
    },
  };
}

/** A target p^β whose β can be set at any time. Leaves out what kernels do not ask for. */
function temper(target: Target): { target: Target; setBeta(value: number): void } {
  let beta = 1;
  const { dim, variables, numericClass } = target;
  const tempered: Target = {
    dim,
    variables,
    numericClass,
    constrain: (x, out) => target.constrain(x, out),
    unconstrain: (values) => target.unconstrain(values),
    logDensity: (x) => beta * target.logDensity(x),
  };
  const setBeta = (value: number) => {
    beta = value;
  };
  if (!target.logDensityAndGradient) return { target: tempered, setBeta };
  const logDensityAndGradient = target.logDensityAndGradient.bind(target);
  return {
    target: {
      ...tempered,
      logDensityAndGradient(x, gradient) {
        const logDensity = logDensityAndGradient(x, gradient);
        for (let i = 0; i < dim; i++) gradient[i] *= beta;
        return beta * logDensity;
      },
    },
    setBeta,
  };
}

type Options = z.output<typeof config>;
/** Of the kernels that move one replica at a time. */
type InnerConfig = Exclude<NonNullable<Options["inner"]>, { kind: "gibbs" }>;

export const parallelTempering: KernelDefinition<typeof config, State, Info> = {
  kind: "parallel-tempering",
  summary: "Parallel tempering: replicas at rising temperatures that exchange places, for targets with several modes.",
  config,
  requires: ({ inner }) => {
    if (!inner) return ["tempering"];
    if (inner.kind === "gibbs") return ["sweeps"];
    const definition: KernelDefinition = innerKernels[inner.kind];
    return definition.requires(inner);
  },
  statistics: [
    { name: "acceptance_rate", type: "float32", read: (info) => info.acceptanceRate },
    { name: "diverging", type: "uint8", read: (info) => info.diverging },
    { name: "n_steps", type: "int32", read: (info) => info.evaluations },
    { name: "swap_acceptance_rate", type: "float32", read: (info) => info.swapAcceptance },
    { name: "replica", type: "int32", read: (info) => info.start },
  ],
  build,
};
