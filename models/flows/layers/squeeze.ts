/**
 * Squeeze: going from data to noise, each 2 × 2 square of pixels becomes one pixel of four times the channels; its log-determinant is 0. Channel
 * 4c + 2a + b of the pixel is channel c of the square's row a, column b.
 *
 * Dinh, Sohl-Dickstein & Bengio (2017), section 3.6.
 */
import type { Layer, Workplace } from "../layer.ts";
import { Reordering } from "./reordering.ts";

export type ImageShape = readonly [height: number, width: number, channels: number];

export class Squeeze extends Reordering implements Layer {
  readonly kind = "squeeze";
  readonly parameters = [];

  /** `image`: at the data end, of even height and width. */
  constructor(readonly image: ImageShape, place: Workplace) {
    super(unsqueezing(image), place);
  }

  /** Numbers that it takes of an arithmetic. */
  static size([height, width, channels]: ImageShape, capacity: number): number {
    return capacity * height * width * channels;
  }

  reload(): void {}
}

/** For each entry of the large image, where it is in the squeezed one. */
export function unsqueezing([height, width, channels]: ImageShape): Int32Array {
  const order = new Int32Array(height * width * channels);
  for (let i = 0, k = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const pixel = (i >> 1) * (width / 2) + (j >> 1);
      for (let c = 0; c < channels; c++, k++) order[k] = 4 * (pixel * channels + c) + 2 * (i & 1) + (j & 1);
    }
  }
  return order;
}
