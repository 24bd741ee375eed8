/**
 * Couplings: x_2 = h_2 + m(h_1), or h_2 ⊙ exp(s(h_1)) + t(h_1) with s = bound ⊙ tanh(raw), Σ s the log-determinant; and their inverses. Over images
 * raw and t are halves of each pixel's channels.
 */
import type { AdditiveCoupling } from "../../../models/flows/layers/additive_coupling.ts";
import type { AffineCoupling } from "../../../models/flows/layers/affine_coupling.ts";
import { MaskedConditioner } from "../../../models/flows/layers/checkerboard_coupling.ts";
import { columns, inPlaces } from "../../graph/columns.ts";
import type { Value } from "../../graph/graph.ts";
import { add, exponential, multiply, scaleColumns, subtract, tangent } from "../../graph/operations.ts";
import { writeConditioner } from "../conditioners.ts";
import type { Walk } from "../walk.ts";

export function writeAdditiveCoupling(walk: Walk, { split, conditioner }: AdditiveCoupling): void {
  const passing = columns(walk.x, split.passing), moved = columns(walk.x, split.transformed);
  const shift = writeConditioner(conditioner, passing, walk.context);
  const out = walk.direction === "forward" ? add(moved, shift) : subtract(moved, shift);
  walk.x = inPlaces(passing, out, [split.passing, split.transformed]);
}

export function writeAffineCoupling(walk: Walk, layer: AffineCoupling): void {
  const { split, conditioner, bound, channels, pixels } = layer;
  if (conditioner instanceof MaskedConditioner) return writeMasked(walk, layer, conditioner);
  const passing = columns(walk.x, split.passing), moved = columns(walk.x, split.transformed);
  const told = writeConditioner(conditioner, passing, walk.context);
  const scales = Array.from({ length: pixels * channels }, (_, k) => bound.values[k % channels]);
  const [out, scale] = move(walk, moved, told, channels, scales);
  walk.x = inPlaces(passing, out, [split.passing, split.transformed]);
  walk.addLogDet(scale);
}

/** A checkerboard: the net sees the whole image with the moved pixels at 0, and where pixels pass s and t are 0. */
function writeMasked(walk: Walk, { split, bound, channels }: AffineCoupling, { inner }: MaskedConditioner): void {
  const isMoved = new Float32Array(walk.width);
  for (const column of split.transformed) isMoved[column] = 1;
  const passes = walk.graph.reals(isMoved.map((moved) => 1 - moved), [walk.width]);
  const told = writeConditioner(inner, multiply(walk.x, passes), walk.context);
  const scales = Array.from(isMoved, (moved, k) => moved * bound.values[k % channels]);
  const [out, scale] = move(walk, walk.x, told, channels, scales, walk.graph.reals(isMoved, [walk.width]));
  walk.x = out;
  walk.addLogDet(scale);
}

/** What becomes of the moved columns, and s, or −s on the way back. `told` has raw and then t of `channels`, pixel after pixel. */
function move(
  walk: Walk,
  moved: Value,
  told: Value,
  channels: number,
  bounds: readonly number[],
  mask?: Value,
): [out: Value, scale: Value] {
  const [raw, all] = [0, channels].map((first) =>
    columns(
      told,
      bounds.map((_, k) => 2 * channels * Math.floor(k / channels) + first + k % channels),
    )
  );
  const shift = mask ? multiply(all, mask) : all;
  const scale = scaleColumns(tangent(raw), bounds.map((bound) => walk.sign * bound));
  const stretch = exponential(scale);
  const out = walk.direction === "forward"
    ? add(multiply(moved, stretch), shift)
    : multiply(subtract(moved, shift), stretch);
  return [out, scale];
}
