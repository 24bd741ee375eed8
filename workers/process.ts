/** What segments advance, whatever it is: a chain by a kernel, a group of chains together, a training; or draws that need no one before them. */
import type { NonFiniteTerm, NumericClass } from "../models/target.ts";
import type { Sharing } from "../models/training/training.ts";
import type { StatisticType, ValueType } from "./block.ts";

/** What a process says of its draws. */
export interface Report {
  /** Reported values of a draw of one lane, and how a block keeps them. */
  readonly values: number;
  readonly valueType: ValueType;
  /** Recorded with each draw. */
  readonly statistics: readonly StatisticType[];
  readonly numericClass: NumericClass;
  /** Steps before the first that can be kept, and how many make one draw after it. */
  readonly warmup: number;
  readonly thin: number;
}

/**
 * Built once in each worker from a job's spec, used for every segment of it. A lane is one chain of those that are advanced
 * together; most processes have one. Pure: the same state and step give the same state, wherever.
 */
export interface Process<State = unknown> extends Report {
  /** The state before the first step of chains `chain` … chain + lanes − 1: plain data, the checkpoint. Throws InputError. */
  start(chain: number, lanes: number): State;
  /** Makes step number `step` (from 1) in place. Returns the evaluations in it that were not finite. */
  advance(state: State, chain: number, step: number): number;
  /** Makes `count` steps, `step` the first: the bits of as many calls of `advance`, in less time. */
  run?(state: State, chain: number, step: number, count: number): number;
  /** What the chains have learned together is `shared` from now on; null: nothing yet. Told before the segments that it counts for. */
  share?(shared: Uint8Array | null): void;
  /** Where workers that have nothing else to do may help with steps. */
  readonly sharing?: Sharing;
  /** Writes what is reported of one lane. */
  record(state: State, lane: number, values: Float64Array, statistics: Float64Array): void;
  /** What of its target was not finite since it was asked last. */
  takeTerms?(): readonly NonFiniteTerm[];
  /** When the job is closed here. */
  close?(): void;
}

/** Independent draws, a batch at once: each is a function of its chain and step, so there is no state and nothing to advance. */
export interface BatchProcess extends Report {
  /** The most draws of a batch: less than about a second's; a function of the job alone. */
  readonly rows: number;
  /**
   * Writes the draws of a chain from number `first`, counted from 0, `count` of them and none beyond the next multiple of `rows`: values [count × values], statistics
   * [count × statistics]. Returns the densities that were not finite.
   */
  fill(chain: number, first: number, count: number, values: Float64Array, statistics: Float64Array): Promise<number>;
  /** When the job is closed here. */
  close(): Promise<void>;
}

export type AnyProcess = Process | BatchProcess;

export function isBatched(process: AnyProcess): process is BatchProcess {
  return "fill" in process;
}
