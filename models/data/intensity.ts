/** What the numbers of a data set stand for: bytes are bits where none is above 1, else intensities from 0 to 255. */

/** The value that stands for intensity 1. */
export function fullIntensity(values: Uint8Array | Float32Array): number {
  return values instanceof Float32Array || isBinary(values) ? 1 : 255;
}

/** Whether these are bytes that are all 0 or 1. */
export function isBinary(values: Uint8Array | Float32Array): values is Uint8Array {
  if (values instanceof Float32Array) return false;
  for (let i = 0; i < values.length; i++) if (values[i] > 1) return false;
  return true;
}

/** Numbers in the smallest type that keeps their meaning: bits as bytes, an image's integers 0 … 255 as bytes, else Float32. */
export function compact(numbers: Float64Array, isImage: boolean): Uint8Array | Float32Array {
  const most = isImage ? 255 : 1;
  const fits = numbers.every((value) => value >= 0 && value <= most && Number.isInteger(value));
  return fits ? Uint8Array.from(numbers) : Float32Array.from(numbers);
}
