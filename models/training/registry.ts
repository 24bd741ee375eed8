/** The models that can be trained, by their names on the wire. A new one is a file of this folder and a line here. */
import { rbm } from "./rbm.ts";
import type { TrainingDefinition } from "./training.ts";

export const trainings = {
  "rbm": rbm,
} as const satisfies Record<string, TrainingDefinition>;
