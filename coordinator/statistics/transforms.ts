/** What of the draws is looked at: each a series over the halves (or the whole) of the chains. */
import type { Halves } from "./chains.ts";
import type { Series } from "./series.ts";

/** x · scale. */
export function scaled(halves: Halves, values: Float64Array, scale: number, tolerance: number): Series {
  return {
    ...halves,
    tolerance,
    read(from, count, out) {
      for (let i = 0; i < count; i++) out[i] = values[from + i] * scale;
    },
  };
}

/** (x · scale − center)². */
export function squaredDeviations(
  halves: Halves,
  values: Float64Array,
  scale: number,
  center: number,
  tolerance: number,
): Series {
  return {
    ...halves,
    tolerance,
    read(from, count, out) {
      for (let i = 0; i < count; i++) {
        const deviation = values[from + i] * scale - center;
        out[i] = deviation * deviation;
      }
    },
  };
}

/** 1 where x ≤ bound, else 0. */
export function indicator(halves: Halves, values: Float64Array, bound: number): Series {
  return {
    ...halves,
    tolerance: Number.EPSILON,
    read(from, count, out) {
      for (let i = 0; i < count; i++) out[i] = values[from + i] <= bound ? 1 : 0;
    },
  };
}
