/** What a file of this folder exports to be registered, and the transition kernel that it builds. */
import type { z } from "zod";
import type { Random } from "../../numerics/random/random.ts";
import type { Assets } from "../../models/model.ts";
import type { BatchSampler, Target } from "../../models/target.ts";

/** A Markov transition kernel. */
export interface Kernel<State, Info> {
  /** The state at a start. Plain data (numbers, booleans, strings, typed arrays, arrays and objects of them): it IS the checkpoint. */
  init(position: Float64Array, random: Random): State;
  /** Advances state in place by one transition. The returned Info may be one object, written over at every step. */
  step(state: State, random: Random): Info;
  /**
   * Puts state at another position, which is copied and may be the state's own. All that it caches of the target there
   * (log density, gradient …) is computed anew, from the target as it is now; what was learned (step size, metric, count
   * of steps) stays. Draws nothing. Parallel tempering calls it after a swap and where a temperature has changed, so
   * every kernel that can run inside it has one.
   */
  relocate?(state: State, position: Float64Array): void;
  /**
   * What the job's chains have learned together is `shared` from now on, as `Pooling.learn` made it; null: nothing yet. It is no part
   * of a state: who runs a segment gives the kernel what was learned at the last barrier before it.
   */
  share?(shared: Uint8Array | null): void;
}

/** Every state has these; the rest is the kernel's own. */
export interface BaseState {
  /** [dim], unconstrained. */
  position: Float64Array;
  logDensity: number;
}

/** Every info has these; the rest is in `statistics`. */
export interface BaseInfo {
  /** Steps of this transition at which the log density was NaN or +∞; counted, never hidden. */
  nonFinite: number;
}

/** A column of telemetry: what is recorded with each kept draw, in ArviZ's words where it has one. */
export interface StatisticColumn<Info> {
  /** The name in sample_stats: `acceptance_rate`, `diverging`, `energy`, `tree_depth`, `n_steps`, `step_size` … */
  readonly name: string;
  readonly type: "float64" | "float32" | "int32" | "uint8";
  read(info: Info): number;
}

/** How long adaptation lasts; the kernel's state counts its own steps. */
export interface Plan {
  readonly warmup: number;
  /** Chains of the job; 1 where absent. */
  readonly chains?: number;
}

/** All chains of a job at a barrier. */
export interface Pool<State extends BaseState = BaseState> {
  /** Of the job. */
  readonly seed: number;
  /** The number of this barrier, from 0. */
  readonly barrier: number;
  /** In the order of the chains. */
  readonly states: readonly State[];
  /** What was learned at the barrier before; null at the first. */
  readonly shared: Uint8Array | null;
}

/**
 * Adaptation from all chains of a job together, at barriers of its warmup. The chains wait there; one place learns from all of their
 * states, and all go on with the same.
 */
export interface Pooling<Config extends z.ZodObject = z.ZodObject, State extends BaseState = BaseState> {
  /** Steps of warmup, ascending from 1: a function of the job alone. */
  barriers(config: z.output<Config>, plan: Plan): readonly number[];
  /** What the kernels share from then on: pure, so that it gives the same bytes again. Yields now and then, so that it can be stopped. */
  learn(config: z.output<Config>, pool: Pool<State>): Generator<void, Uint8Array<ArrayBuffer>>;
}

/**
 * `real`: coordinates are real numbers. `conditionals`: full conditionals can be drawn, one by one or by `sweeps`. `sweeps`: the
 * target is an energy model that makes its own Gibbs sweeps. `tempering`: real or sweeps. `path`: the target is an energy model
 * with a path from a law whose normalizer is known. `annealing`: real or path. `sample`: it has exact, independent draws.
 * `quantile`: it has the inverse of its distribution function. `odds`: its coordinates have two values, and their log odds. `hidden`:
 * it is a flow, some of whose columns are known. `replication`: its prior can be drawn from and its data simulated, or it has exact draws.
 */
export type Capability =
  | "gradient"
  | "conditionals"
  | "real"
  | "sweeps"
  | "tempering"
  | "path"
  | "annealing"
  | "sample"
  | "quantile"
  | "odds"
  | "hidden"
  | "replication";

/** Where a group of chains is: the key of its random numbers. */
export interface GroupStep {
  readonly seed: number;
  /** The number of the group's first chain; lane l is chain + l. */
  readonly chain: number;
  /** From 1, warmup included. */
  readonly step: number;
}

/**
 * A kernel that advances consecutive chains of a job together, for speed: what a chain gets depends on its own number alone,
 * never on which others are in its group, so the random numbers of lane l are those of the stream chain + l.
 */
export interface GroupKernel<State, Info extends BaseInfo> {
  /** The state at the starts of chains `chain` …; plain data, and the checkpoint, as a Kernel's is. */
  init(starts: readonly Float64Array[], at: GroupStep): State;
  /** Advances all lanes in place by one transition. Returns the evaluations in it that were NaN or +∞. */
  step(state: State, at: GroupStep): number;
  /** `count` transitions, at.step the first: the bits of as many calls of `step`, in less time. */
  run?(state: State, at: GroupStep, count: number): number;
  /** Writes the target's coordinates of one lane into position and returns their log density. Called for kept draws alone. */
  read(state: State, lane: number, position: Float64Array): number;
  /** Of the last step of a lane. May be one object, written over at every call. */
  info(state: State, lane: number): Info;
}

/** What of a sampler runs: all but what it is on the wire. */
export type Sampler = Omit<KernelDefinition, "kind" | "summary" | "config" | "requires">;

/** A sampler kind: its name on the wire, its parameters, what it asks of a target, its kernel. */
export interface KernelDefinition<
  Config extends z.ZodObject = z.ZodObject,
  State extends BaseState = BaseState,
  Info extends BaseInfo = BaseInfo,
> {
  readonly kind: string;
  /** One sentence for the documentation. */
  readonly summary: string;
  readonly config: Config;
  /** What the target must offer, given the configuration. */
  requires(config: z.output<Config>): readonly Capability[];
  readonly statistics: readonly StatisticColumn<Info>[];
  /**
   * Builds the kernel. Throws InputError with a path relative to the config where it does not fit the target. `assets` has what the config
   * names by SHA-256.
   */
  build(target: Target, config: z.output<Config>, plan: Plan, assets?: Assets): Kernel<State, Info>;
  /** A kernel for many chains at once, where there is one for this target and configuration. */
  buildGroup?(target: Target, config: z.output<Config>, plan: Plan): GroupKernel<unknown, Info> | null;
  /** Where the target has independent draws that are made many at once, and this sampler's draws are those: they then have no chain. */
  buildBatches?(target: Target): BatchSampler | null;
  /** Where its chains learn from each other in warmup; such a kernel has `share`, and is not advanced in groups. */
  readonly pooling?: Pooling<Config, State>;
  /**
   * Steps that make one draw, 1 where absent: a sampler whose draws are independent runs of many steps (annealed importance
   * sampling) keeps the state at the end of each run.
   */
  stepsADraw?(config: z.output<Config>): number;
  /** Numbers of a chain's state, where they are many more than the target's coordinates or units: a population. */
  stateSize?(config: z.output<Config>, target: Target, plan: Plan): number;
  /** Its draws are independent and weighted, by the statistic `log_weight`; there is no warmup by default. */
  readonly weighted?: boolean;
  /** The warmup of a job that names none, where it is not that of all (1000 steps, none for weighted draws). */
  defaultWarmup?(config: z.output<Config>, target: Target): number;
  /** Its draws are independent: one chain is as good as many. */
  readonly isIndependent?: boolean;
  /**
   * Of calibration: each chain is a replication with a target of its own, and what is reported are the ranks of its truth; where its draws
   * go on from.
   */
  replicates?(config: z.output<Config>): "truth" | "warmup";
  /** false: it searches, and its states are not draws of the target. */
  readonly keepsTarget?: boolean;
}
