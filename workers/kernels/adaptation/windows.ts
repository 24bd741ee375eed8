/**
 * The stretches of warmup, as Stan has them: an initial buffer in which the chain finds the bulk of the target, then
 * windows of doubling length, at the end of each of which the metric is learned from that window alone, then a final buffer
 * in which the step size settles. Stan Reference Manual, section "Automatic parameter tuning".
 */

const INITIAL_BUFFER = 75;
const FIRST_WINDOW = 25;
const FINAL_BUFFER = 50;
const LEAST_WARMUP = 20; // below it only the step size is adapted

/** Steps are counted from 1. */
export interface Windows {
  /** Steps first … last enter the estimates; last < first where there are none. */
  readonly first: number;
  readonly last: number;
  /** The steps at whose end the metric is learned, ascending; the last one is `last`. */
  readonly ends: readonly number[];
}

export function planWindows(warmup: number): Windows {
  if (warmup < LEAST_WARMUP) return { first: 1, last: 0, ends: [] };
  let initial = INITIAL_BUFFER, window = FIRST_WINDOW, final = FINAL_BUFFER;
  if (initial + window + final > warmup) {
    initial = Math.floor(0.15 * warmup);
    final = Math.floor(0.1 * warmup);
    window = warmup - initial - final;
  }
  const last = warmup - final;
  const ends = [];
  let end = initial + window;
  while (end < last) {
    ends.push(end);
    window *= 2;
    // Where the window after this one would not fit, this one takes its place too.
    end = end + 3 * window > last ? last : end + window;
  }
  ends.push(last);
  return { first: initial + 1, last, ends };
}
