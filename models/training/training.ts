/** What a file of this folder exports to be registered: a model that learns from data, one update at a time. */
import type { z } from "zod";
import type { Dataset } from "../data/dataset.ts";
import type { NumericClass } from "../target.ts";

/** What a training gives: the model's configuration without its arrays, and those by their names. */
export interface TrainedParameters {
  /** The kind of the model that can be sampled with them, with its scalars. */
  readonly config: { readonly kind: string; readonly [key: string]: unknown };
  readonly arrays: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly values: Float32Array | Float64Array }>
  >;
}

/**
 * A training: pure, so that it gives the same bytes wherever it runs and from whichever checkpoint it goes on. Its random
 * numbers are functions of (seed, update, row).
 */
export interface Training<State = unknown> {
  /** The names of what `record` writes: `epoch`, `reconstruction_error`, `validation_log_likelihood` … */
  readonly metrics: readonly string[];
  readonly numericClass: NumericClass;
  /** Updates in all. */
  readonly updates: number;
  /** Updates between two records; divides `updates`. */
  readonly updatesARecord: number;
  /** The state before the first update. Plain data, and the checkpoint: parameters, the optimiser's and the chains' states. */
  init(): State;
  /** Bytes of a checkpoint, at most about. */
  readonly stateBytes: number;
  /** Where other workers may compute parts of updates. */
  readonly sharing?: Sharing;
  /** Makes update number `update` (from 1) in place. `alive` as in `record`. */
  update(state: State, update: number, alive?: () => void): void;
  /**
   * Writes the metrics of the state after `update` updates; what cannot be computed is NaN. May keep in the state what early stopping
   * needs. `alive` is called now and then in what takes long, as a sign of life; it changes nothing.
   */
  record(state: State, update: number, out: Float64Array, alive?: () => void): void;
  /** Whether to stop after the last record. Depends on the state alone. */
  shouldStop(state: State): boolean;
  /** What enters the registry: of early stopping, the best that was seen. */
  parameters(state: State): TrainedParameters;
}

/** Updates whose parts other workers may compute, through shared memory. Whether they do changes no bit. */
export interface Sharing {
  /** Of the shared memory. */
  readonly bytes: number;
  /** Lets helpers in from now on. */
  open(board: SharedArrayBuffer): void;
  /** Joins the same training of another worker. Throws RangeError where this worker has no memory for it. */
  join(board: SharedArrayBuffer): Helper;
}

export interface Helper {
  /** Waits up to `ms` for a part of an update and computes it; false where none came. */
  work(ms: number): boolean;
  leave(): void;
}

/** A model kind that can be trained: its name on the wire, its options, its training. */
export interface TrainingDefinition<Config extends z.ZodObject = z.ZodObject> {
  readonly kind: string;
  /** One sentence for the documentation. */
  readonly summary: string;
  /** Of the model and its optimiser; `kind` tells them apart. The data and the seed come beside it. */
  readonly config: Config;
  /** Throws InputError with a path relative to the config, or to `data`. */
  build(config: z.output<Config>, data: Dataset, seed: number): Training;
  /** The same without data, where there are configurations that need none. Throws InputError (path `data`) for one that does. */
  buildAlone?(config: z.output<Config>, seed: number): Training;
}
