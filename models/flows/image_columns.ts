/** Columns of images in rows, channels fastest. */
import type { ImageShape } from "./layers/squeeze.ts";

/** Of every pixel, the channels `first` … `end` − 1. */
export function channelColumns([height, width, channels]: ImageShape, first: number, end: number): Int32Array {
  const count = end - first;
  return Int32Array.from(
    { length: height * width * count },
    (_, k) => Math.floor(k / count) * channels + first + k % count,
  );
}

/** Half of the channels says how the other half moves; `swapped` exchanges their parts. */
export function splitChannels(image: ImageShape, swapped: boolean) {
  const half = Math.floor(image[2] / 2);
  const first = channelColumns(image, 0, half), second = channelColumns(image, half, image[2]);
  return swapped ? { passing: second, transformed: first } : { passing: first, transformed: second };
}
