/** Every sampler, by its kind on the wire. Validation, documentation, forms and the tests of kernels come from here. */
import { hmc } from "./hmc.ts";
import { mala } from "./mala.ts";
import { nuts } from "./nuts.ts";

export const kernels = {
  "mala": mala,
  "hmc": hmc,
  "nuts": nuts,
};
