/** The fixed point of a column of sums: integers of 2^(e − 30), where 2^e is the least power of two above every sum of magnitudes. */

const words = new Int32Array(1);
const floats = new Float32Array(words.buffer);

/** Below this exponent the step is no longer refined. */
const LOWEST_EXPONENT = -60;

/** e for the largest sum of magnitudes; null where that is NaN or infinite. */
export function fixedPointExponent(largest: number): number | null {
  if (!Number.isFinite(largest)) return null;
  floats[0] = largest;
  return Math.max((words[0] >> 23) - 126, LOWEST_EXPONENT);
}

/** The largest that Float32Array `sums` holds; NaN where one is NaN. */
export function largest(sums: Float32Array): number {
  return sums.reduce((most, sum) => Number.isNaN(sum) || sum > most ? sum : most, 0);
}
