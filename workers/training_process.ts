/** A training as a job's one chain: a step is an update, a draw what is recorded of it. */
import type { Training } from "../models/training/training.ts";
import type { Process } from "./process.ts";

interface State {
  readonly training: unknown;
  /** Updates made. */
  update: number;
}

export function trainingProcess(training: Training): Process<State> {
  return {
    values: training.metrics.length,
    valueType: "float64",
    statistics: [],
    numericClass: training.numericClass,
    warmup: 0,
    thin: training.updatesARecord,
    start: () => ({ training: training.init(), update: 0 }),
    advance(state, _chain, step) {
      training.update(state.training, step);
      state.update = step;
      return 0;
    },
    record: (state, _lane, values) => training.record(state.training, state.update, values),
  };
}

/** The training's own state within a checkpoint of this process. */
export function trainingState(checkpoint: unknown): unknown {
  return (checkpoint as State).training; // by construction: see worker.ts
}
