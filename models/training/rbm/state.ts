/** The state of an RBM's training: plain data, and the checkpoint. */
import type { Stopping } from "../early_stopping.ts";

/** One array for each group of parameters, in single precision or, with exact gradients, double. */
export interface ParameterArrays<A = Float32Array> {
  /** [visible × hidden] */
  weights: A;
  /** [visible] */
  visibleBias: A;
  /** [hidden] */
  hiddenBias: A;
  /** log σ², [visible], where they are learned; else empty. */
  logVariances: A;
}

export const GROUPS = ["weights", "visibleBias", "hiddenBias", "logVariances"] as const;

/** What early stopping keeps. */
export interface Best<A = Float32Array> {
  readonly value: number;
  readonly parameters: ParameterArrays<A>;
}

export interface RbmState<A extends Float32Array | Float64Array = Float32Array> extends Stopping<Best<A>> {
  parameters: ParameterArrays<A>;
  /** The moving average of the parameters that is reported and measured; null where they are themselves. */
  average: ParameterArrays<A> | null;
  /** Of the momentum. */
  velocity: ParameterArrays<A>;
  /** Hidden bits of the persistent chains, [particles × hidden]; empty without. */
  particles: Int8Array;
  /** How often each hidden unit is on for data, a moving average; [hidden]. */
  hiddenMeans: A;
}

/** What is reported and measured of a state. */
export function reportedParameters<A extends Float32Array | Float64Array>(state: RbmState<A>): ParameterArrays<A> {
  return state.average ?? state.parameters;
}
