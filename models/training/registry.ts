/** The models that can be trained, by their names on the wire. A new one is a file of this folder and a line here. */
import { boltzmann } from "./boltzmann.ts";
import { glow, nice, planar, realNvp } from "./flows.ts";
import { hopfield } from "./hopfield.ts";
import { rbm } from "./rbm.ts";
import type { TrainingDefinition } from "./training.ts";

export const trainings = {
  "rbm": rbm,
  "boltzmann": boltzmann,
  "hopfield": hopfield,
  "planar": planar,
  "nice": nice,
  "real-nvp": realNvp,
  "glow": glow,
} as const satisfies Record<string, TrainingDefinition>;
