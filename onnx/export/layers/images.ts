/** Layers over images in rows, channels fastest: what they do to a pixel's channels is a product of rows of channels. */
import type { Actnorm } from "../../../models/flows/layers/actnorm.ts";
import type { InvertibleConvolution } from "../../../models/flows/layers/invertible_convolution.ts";
import type { Squeeze } from "../../../models/flows/layers/squeeze.ts";
import { asRows } from "../../graph/columns.ts";
import { ROWS } from "../../graph/graph.ts";
import { add, linear, multiply, reshape, subtract, transpose } from "../../graph/operations.ts";
import type { Walk } from "../walk.ts";

/** z = (x + shift) ⊙ exp(s) a channel. */
export function writeActnorm(walk: Walk, { pixels, channels, shift, logScale }: Actnorm): void {
  const sign = walk.direction === "forward" ? -1 : 1;
  const x = asRows(walk.x, channels), by = walk.graph.reals(shift.values, [channels]);
  const scale = walk.graph.reals(Array.from(logScale.values, (s) => Math.exp(sign * s)), [channels]);
  const out = walk.direction === "forward" ? subtract(multiply(x, scale), by) : multiply(add(x, by), scale);
  walk.x = asRows(out, pixels * channels);
  walk.addForward(-pixels * Array.from(logScale.values).reduce((sum, s) => sum + s, 0));
}

/** z = W x of each pixel's channels. */
export function writeInvertibleConvolution(walk: Walk, layer: InvertibleConvolution): void {
  const { pixels, channels: c, logScale, matrices: { weights, inverse } } = layer;
  const matrix = walk.direction === "forward" ? inverse : weights;
  const transposed = matrix.map((_, k) => matrix[(k % c) * c + Math.floor(k / c)]);
  walk.x = asRows(linear(asRows(walk.x, c), walk.graph.reals(transposed, [c, c])), pixels * c);
  walk.addForward(-pixels * Array.from(logScale.values).reduce((sum, s) => sum + s, 0));
}

/** From data to noise 2 × 2 pixels become the channels of one: channel 4c + 2a + b is channel c of row a, column b. */
export function writeSqueeze(walk: Walk, { image: [height, width, channels] }: Squeeze): void {
  const [h, w] = [height / 2, width / 2];
  const image = walk.direction === "forward"
    ? transpose(reshape(walk.x, [ROWS, h, w, channels, 2, 2]), [0, 1, 4, 2, 5, 3])
    : transpose(reshape(walk.x, [ROWS, h, 2, w, 2, channels]), [0, 1, 3, 5, 2, 4]);
  walk.x = reshape(image, [ROWS, walk.width]);
}
