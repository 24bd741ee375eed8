/** Which function writes which layer. A new kind of layer is a line here; the tests find those that have none. */
import type { Layer } from "../../models/flows/layer.ts";
import { AdditiveCoupling } from "../../models/flows/layers/additive_coupling.ts";
import { AffineCoupling } from "../../models/flows/layers/affine_coupling.ts";
import { Logit } from "../../models/flows/layers/logit.ts";
import { Permutation } from "../../models/flows/layers/permutation.ts";
import { Planar } from "../../models/flows/layers/planar.ts";
import { Rescaling } from "../../models/flows/layers/rescaling.ts";
import { Standardization } from "../../models/flows/layers/standardization.ts";
import { writeLogit, writePermutation, writeRescaling, writeStandardization } from "./layers/columns.ts";
import { writeAdditiveCoupling, writeAffineCoupling } from "./layers/coupling.ts";
import { writePlanar } from "./layers/planar.ts";
import type { Walk } from "./walk.ts";

/** Writes a layer where it is of the kind that this can write. */
type Writer = (walk: Walk, layer: Layer) => boolean;

function writer<L extends Layer>(
  type: abstract new (...built: never[]) => L,
  write: (walk: Walk, layer: L) => void,
): Writer {
  return (walk, layer) => {
    if (!(layer instanceof type)) return false;
    write(walk, layer);
    return true;
  };
}

const WRITERS: readonly Writer[] = [
  writer(AdditiveCoupling, writeAdditiveCoupling),
  writer(AffineCoupling, writeAffineCoupling),
  writer(Logit, writeLogit),
  writer(Permutation, writePermutation),
  writer(Planar, writePlanar),
  writer(Rescaling, writeRescaling),
  writer(Standardization, writeStandardization),
];

export function writeLayer(walk: Walk, layer: Layer): void {
  if (WRITERS.some((write) => write(walk, layer))) return;
  throw new Error(`a layer of kind ${layer.kind} cannot be written as ONNX yet: see onnx/export/layers.ts`);
}
