/** What a training's checkpoint holds: arrays in the order of the network's parameters. */
import type { Stopping } from "../early_stopping.ts";

export interface Best {
  readonly value: number;
  readonly values: Float32Array[];
}

export interface FlowState extends Stopping<Best> {
  values: Float32Array[];
  /** Adam's moments; empty for what is not learned. */
  first: Float32Array[];
  second: Float32Array[];
  /** The moving average, where one is reported. */
  average: Float32Array[] | null;
  /** Whether the first batch has set what it decides (actnorm). */
  initialized: boolean;
  /** Of the updates since the last record: Σ of the batches' mean log-likelihoods, and how many. */
  logLikelihoodSum: number;
  batches: number;
  /** Of the last update, before clipping. */
  gradientNorm: number;
}

/** What is reported, sampled and kept. */
export function reported({ values, average }: FlowState): Float32Array[] {
  return average ?? values;
}

export function copyOf(arrays: readonly Float32Array[]): Float32Array[] {
  return arrays.map((array) => array.slice());
}
