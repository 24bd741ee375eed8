/** Every sampler, by its kind on the wire. Validation, documentation, forms and the tests of kernels come from here. */
import { ais } from "./ais.ts";
import { calibration } from "./calibration.ts";
import { exact } from "./exact.ts";
import { flowMetropolis } from "./flow_metropolis.ts";
import { gibbs } from "./gibbs.ts";
import { hmc } from "./hmc.ts";
import { importance } from "./importance.ts";
import { independence } from "./independence.ts";
import { inpaint } from "./inpaint.ts";
import { inverseTransform } from "./inverse_transform.ts";
import { mala } from "./mala.ts";
import { nuts } from "./nuts.ts";
import { parallelTempering } from "./parallel_tempering.ts";
import { randomWalk } from "./random_walk.ts";
import { recall } from "./recall.ts";
import { retrieval } from "./retrieval.ts";
import { reverseAis } from "./reverse_ais.ts";
import { slice } from "./slice.ts";
import { smc } from "./smc.ts";

export const kernels = {
  "random-walk": randomWalk,
  "independence": independence,
  "gibbs": gibbs,
  "slice": slice,
  "mala": mala,
  "hmc": hmc,
  "nuts": nuts,
  "parallel-tempering": parallelTempering,
  "flow-metropolis": flowMetropolis,
  "exact": exact,
  "recall": recall,
  "retrieval": retrieval,
  "inverse-transform": inverseTransform,
  "inpaint": inpaint,
  "importance": importance,
  "ais": ais,
  "reverse-ais": reverseAis,
  "smc": smc,
  "calibration": calibration,
};
