/** What a training's checkpoint holds: arrays in the order of the network's parameters. */
import type { Network } from "../../flows/definition.ts";
import { parametersOf } from "../../flows/network.ts";
import type { Stopping } from "../early_stopping.ts";
import type { TrainedParameters } from "../training.ts";

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
  /** Of the updates since the last record: Σ of their mean values (log-likelihoods, say), and how many. */
  valueSum: number;
  updates: number;
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

/** The state before the first update. */
export function firstState(network: Network, { averaging }: { readonly averaging: number }): FlowState {
  const parameters = parametersOf(network);
  const values = () => parameters.map(({ values }) => Float32Array.from(values));
  const moments = () => parameters.map(({ gradient }) => new Float32Array(gradient?.length ?? 0));
  return {
    values: values(),
    first: moments(),
    second: moments(),
    average: averaging > 0 ? values() : null,
    initialized: false,
    valueSum: 0,
    updates: 0,
    gradientNorm: 0,
    best: null,
    waited: 0,
    diverged: false,
  };
}

/** The best that were kept, or where none were the last. */
export function trainedParameters(
  network: Network,
  config: TrainedParameters["config"],
  state: FlowState,
): TrainedParameters {
  const values = state.best?.values ?? reported(state);
  const arrays = parametersOf(network).map(({ name, shape }, i) =>
    [name, { shape: [...shape], values: values[i].slice() }] as const
  );
  return { config, arrays: Object.fromEntries(arrays) };
}
