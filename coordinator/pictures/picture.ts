/** Pictures of pixels, and the PNG files that they become. */
import { encode } from "fast-png";

/** In grey. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** [height × width], 0 black … 255 white. */
  readonly pixels: Uint8Array;
}

/** A PNG file of 8-bit grey. The same picture gives the same bytes on every machine: the compression is not the system's. */
export function encodePng({ width, height, pixels }: Picture): Uint8Array<ArrayBuffer> {
  return new Uint8Array(encode({ width, height, data: pixels, channels: 1, depth: 8 }));
}

/** Colours [height × width × 3], red, green and blue, as a PNG file. */
export function encodeColourPng(width: number, height: number, pixels: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(encode({ width, height, data: pixels, channels: 3, depth: 8 }));
}
