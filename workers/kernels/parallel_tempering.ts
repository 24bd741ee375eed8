/**
 * Parallel tempering over any kernel that can be moved.
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
import { InputError } from "../../numerics/errors.ts";
import type { Random } from "../../numerics/random/random.ts";
import type { Target } from "../../models/target.ts";
import { hmc } from "./hmc.ts";
import type { BaseInfo, BaseState, Kernel, KernelDefinition, Plan } from "./kernel.ts";
import { mala } from "./mala.ts";
import { nuts } from "./nuts.ts";
import { randomWalk } from "./random_walk.ts";
import { slice } from "./slice.ts";

const innerKernels = { "random-walk": randomWalk, "slice": slice, "mala": mala, "hmc": hmc, "nuts": nuts } as const;

export const config = z.strictObject({
  kind: z.literal("parallel-tempering"),
  inner: z.discriminatedUnion("kind", [randomWalk.config, slice.config, mala.config, hmc.config, nuts.config])
    .optional()
    .describe("The sampler that moves each replica. Default: nuts where the model has a gradient, else random-walk."),
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

/** What is being learned of the ladder. */
interface Ladder {
  /** Swap rounds since the temperatures last changed. */
  rounds: number;
  /** [replicas − 1]: Σ of rejection probabilities of each pair, and how often it was tried. */
  rejections: Float64Array;
  tries: Float64Array;
}

export interface State extends BaseState {
  /** Transitions made. */
  step: number;
  /** [replicas], descending from 1. */
  betas: Float64Array;
  /** The inner kernel's states; [0] is at β = 1. Their log densities are those of p^β. */
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

const LEAST_ROUNDS = 20; // to estimate rejections from: each pair is tried in every other one
const LEAST_REJECTION = 0.01; // keeps two temperatures apart that have always swapped so far

function build(target: Target, options: z.output<typeof config>, plan: Plan): Kernel<State, Info> {
  const { swapEvery } = options;
  const tempered = temper(target);
  const inner = options.inner ?? defaultInner(target);
  const definition: KernelDefinition = innerKernels[inner.kind];
  const kernel = buildInner(definition, tempered.target, inner, plan);
  const readAcceptance = statistic(definition, "acceptance_rate", NaN);
  const readDiverging = statistic(definition, "diverging", 0);
  const readSteps = statistic(definition, "n_steps", 1);
  const initialBetas = options.betas ? sortedBetas(options.betas) : geometricBetas(options, target.dim);
  const count = initialBetas.length;
  const roundEnds = options.betas ? [] : ladderRounds(Math.floor(plan.warmup / swapEvery));
  const exchange = new Float64Array(target.dim);
  const info: Info = { acceptanceRate: 0, diverging: 0, evaluations: 0, swapAcceptance: 0, start: 0, nonFinite: 0 };

  function relocate(state: State, k: number, position: Float64Array): void {
    tempered.setBeta(state.betas[k]);
    kernel.relocate(state.replicas[k], position);
  }

  /** One round of swaps: every other pair, from the first on in even rounds and from the second on in odd ones. */
  function swap(state: State, round: number, random: Random): void {
    const { betas, replicas, starts, ladder } = state;
    let sum = 0, pairs = 0;
    const first = count === 2 ? 0 : round % 2;
    for (let k = first; k + 1 < count; k += 2) {
      const colder = replicas[k], hotter = replicas[k + 1];
      const gain = hotter.logDensity / betas[k + 1] - colder.logDensity / betas[k];
      const acceptance = Math.min(1, Math.exp((betas[k] - betas[k + 1]) * gain));
      sum += acceptance;
      pairs++;
      if (ladder) {
        ladder.rejections[k] += 1 - acceptance;
        ladder.tries[k]++;
      }
      if (random.uniform() < acceptance) {
        exchange.set(colder.position);
        relocate(state, k, hotter.position);
        relocate(state, k + 1, exchange);
        [starts[k], starts[k + 1]] = [starts[k + 1], starts[k]];
      }
    }
    info.swapAcceptance = sum / pairs;
    if (ladder) adaptLadder(state, ladder, round);
  }

  function adaptLadder(state: State, ladder: Ladder, round: number): void {
    ladder.rounds++;
    if (!roundEnds.includes(round)) return;
    equaliseBarrier(state.betas, ladder);
    for (let k = 1; k < count; k++) relocate(state, k, state.replicas[k].position);
    ladder.rounds = 0;
    ladder.rejections.fill(0);
    ladder.tries.fill(0);
    if (round === roundEnds.at(-1)) state.ladder = null;
  }

  return {
    init(position, random) {
      const replicas = Array.from(initialBetas, (beta) => {
        tempered.setBeta(beta);
        return kernel.init(position, random);
      });
      return {
        position: position.slice(),
        logDensity: replicas[0].logDensity,
        step: 0,
        betas: initialBetas.slice(),
        replicas,
        starts: Int32Array.from(initialBetas, (_, k) => k),
        ladder: roundEnds.length === 0
          ? null
          : { rounds: 0, rejections: new Float64Array(count - 1), tries: new Float64Array(count - 1) },
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

type InnerConfig = NonNullable<z.output<typeof config>["inner"]>;
type Movable = Kernel<BaseState, BaseInfo> & Required<Pick<Kernel<BaseState, BaseInfo>, "relocate">>;

function defaultInner(target: Target): InnerConfig {
  return target.logDensityAndGradient
    ? nuts.config.parse({ kind: "nuts" })
    : randomWalk.config.parse({ kind: "random-walk" });
}

function buildInner(definition: KernelDefinition, target: Target, inner: InnerConfig, plan: Plan): Movable {
  try {
    const kernel = definition.build(target, inner, plan);
    if (!isMovable(kernel)) throw new Error(`the kernel ${definition.kind} has no relocate, so it cannot be tempered`);
    return kernel;
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`inner.${error.path}`, error.message);
    throw error;
  }
}

function isMovable(kernel: Kernel<BaseState, BaseInfo>): kernel is Movable {
  return kernel.relocate !== undefined;
}

/** What reads a statistic off the inner kernel's info, or gives `missing` where it records none of that name. */
function statistic(definition: KernelDefinition, name: string, missing: number): (info: BaseInfo) => number {
  const column = definition.statistics.find((candidate) => candidate.name === name);
  return column ? (info) => column.read(info) : () => missing;
}

function sortedBetas(betas: readonly number[]): Float64Array {
  const sorted = betas[0] === 1 ? [...betas] : betas.toReversed();
  const wrong = sorted.findIndex((beta, k) => k === 0 ? beta !== 1 : !(beta < sorted[k - 1]));
  if (wrong >= 0) {
    throw new InputError(
      `betas.${betas[0] === 1 ? wrong : betas.length - 1 - wrong}`,
      "betas must begin or end with 1, and fall, or rise, strictly.",
    );
  }
  return Float64Array.from(sorted);
}

/**
 * Temperatures in constant ratio. For a normal target of any scale the swaps between two temperatures depend on their ratio
 * and dim alone, and 1 + √(2/dim) has a half of them accepted (dim → ∞), or some more.
 */
function geometricBetas({ temperatures, hottest }: z.output<typeof config>, dim: number): Float64Array {
  const highest = hottest ?? Math.min(1000, (1 + Math.sqrt(2 / dim)) ** (temperatures - 1));
  return Float64Array.from({ length: temperatures }, (_, k) => highest ** (-k / (temperatures - 1)));
}

/** The rounds at whose end the ladder adapts: a half, a quarter … of those in warmup, while there are enough between. */
function ladderRounds(rounds: number): number[] {
  const ends = [];
  for (let end = Math.floor(rounds / 2); end / 2 >= LEAST_ROUNDS; end = Math.floor(end / 2)) ends.unshift(end);
  return ends;
}

/** Moves the inner temperatures so that each pair has an equal part of the communication barrier. */
function equaliseBarrier(betas: Float64Array, { rejections, tries }: Ladder): void {
  const count = betas.length;
  const barrier = new Float64Array(count);
  for (let k = 0; k + 1 < count; k++) {
    barrier[k + 1] = barrier[k] + Math.max(LEAST_REJECTION, rejections[k] / Math.max(1, tries[k]));
  }
  const logBetas = betas.map(Math.log);
  for (let k = 1, j = 0; k + 1 < count; k++) {
    const level = barrier[count - 1] * k / (count - 1);
    while (barrier[j + 1] < level) j++;
    const part = (level - barrier[j]) / (barrier[j + 1] - barrier[j]);
    betas[k] = Math.exp(logBetas[j] + part * (logBetas[j + 1] - logBetas[j]));
  }
}

export const parallelTempering: KernelDefinition<typeof config, State, Info> = {
  kind: "parallel-tempering",
  summary: "Parallel tempering: replicas at rising temperatures that exchange places, for targets with several modes.",
  config,
  requires: ({ inner }) => {
    if (!inner) return ["real"];
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
