/** A training as a job's one chain: a step is an update, a draw what is recorded of it. */
import type { Training } from "../models/training/training.ts";
import type { Process } from "./process.ts";

export interface TrainingState {
  /** The training's own. */
  readonly training: unknown;
  /** Updates made. */
  update: number;
  /** Whether the training stops after the last record: so who decides needs nothing but the checkpoint. */
  stop: boolean;
}

/** `alive`: a sign of life, given now and then within steps that take long. */
export function trainingProcess(training: Training, alive: () => void): Process<TrainingState> {
  return {
    values: training.metrics.length,
    valueType: "float64",
    statistics: [],
    numericClass: training.numericClass,
    warmup: 0,
    thin: training.updatesARecord,
    ...(training.sharing ? { sharing: training.sharing } : {}),
    start: () => ({ training: training.init(), update: 0, stop: false }),
    advance(state, _chain, step) {
      training.update(state.training, step, alive);
      state.update = step;
      return 0;
    },
    record(state, _lane, values) {
      training.record(state.training, state.update, values, alive);
      state.stop = training.shouldStop(state.training);
    },
  };
}

/** The state in a checkpoint of this process, as decoded. */
export function trainingState(checkpoint: unknown): TrainingState {
  return checkpoint as TrainingState; // by construction: see worker.ts
}
