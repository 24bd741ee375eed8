/** The fixed point of a column: integers of 2^(e − 30), where 2^e is the least power of two above the sum of the column's magnitudes. */
import { nearest } from "./float32.ts";

const words = new Int32Array(1);
const floats = new Float32Array(words.buffer);

/** Below this exponent the step is no longer refined. */
const LOWEST_EXPONENT = -60;

/** Writes the entries as integers into out and returns what one is worth: NaN where an entry is not finite. */
export function toFixedPoint(column: Float32Array, out: Int32Array): number {
  floats[0] = column.reduce((sum, x) => Math.fround(sum + Math.abs(x)), 0);
  if (!Number.isFinite(floats[0])) return NaN;
  const exponent = Math.max((words[0] >> 23) - 126, LOWEST_EXPONENT);
  const scale = 2 ** (30 - exponent);
  column.forEach((x, i) => out[i] = nearest(x * scale));
  return 2 ** (exponent - 30);
}
