/** Which function writes which layer. A new kind of layer is a line here; the tests find those that have none. */
import type { Layer } from "../../models/flows/layer.ts";
import { Actnorm } from "../../models/flows/layers/actnorm.ts";
import { AdditiveCoupling } from "../../models/flows/layers/additive_coupling.ts";
import { AffineCoupling } from "../../models/flows/layers/affine_coupling.ts";
import { InvertibleConvolution } from "../../models/flows/layers/invertible_convolution.ts";
import { Logit } from "../../models/flows/layers/logit.ts";
import { Part } from "../../models/flows/layers/part.ts";
import { Permutation } from "../../models/flows/layers/permutation.ts";
import { Planar } from "../../models/flows/layers/planar.ts";
import { Rescaling } from "../../models/flows/layers/rescaling.ts";
import { Squeeze } from "../../models/flows/layers/squeeze.ts";
import { Standardization } from "../../models/flows/layers/standardization.ts";
import { writeLogit, writePermutation, writeRescaling, writeStandardization } from "./layers/columns.ts";
import { writeAdditiveCoupling, writeAffineCoupling } from "./layers/coupling.ts";
import { writeActnorm, writeInvertibleConvolution, writeSqueeze } from "./layers/images.ts";
import { writePart } from "./layers/part.ts";
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
  writer(Actnorm, writeActnorm),
  writer(AdditiveCoupling, writeAdditiveCoupling),
  writer(AffineCoupling, writeAffineCoupling),
  writer(InvertibleConvolution, writeInvertibleConvolution),
  writer(Logit, writeLogit),
  writer(Part, writePart),
  writer(Permutation, writePermutation),
  writer(Planar, writePlanar),
  writer(Rescaling, writeRescaling),
  writer(Squeeze, writeSqueeze),
  writer(Standardization, writeStandardization),
];

/** Layers that are listed from noise to data, in the walk's direction. */
export function writeLayers(walk: Walk, layers: readonly Layer[]): void {
  for (const layer of walk.direction === "forward" ? layers : layers.toReversed()) {
    if (WRITERS.some((write) => write(walk, layer))) continue;
    throw new Error(`a layer of kind ${layer.kind} cannot be written as ONNX yet: see onnx/export/layers.ts`);
  }
}
