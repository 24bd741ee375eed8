/**
 * Several series of equal length that the estimators below treat alike: the half chains of one variable, seen through a
 * transform (the values, their squared deviations, their normal scores, an indicator). The transform is computed a part at
 * a time where it is needed and never stored, so that ten million draws need no further copies.
 */
import type { Halves } from "./chains.ts";

export interface Series extends Halves {
  /** Writes the transformed values of [from, from + count) into out[0 … count). */
  read(from: number, count: number, out: Float64Array): void;
  /** Values that lie closer than this count as equal. */
  readonly tolerance: number;
}

export interface SeriesMeans {
  /** One a series. */
  readonly means: Float64Array;
  /** False where some value is NaN or infinite, or all are equal within the tolerance: then nothing can be estimated. */
  readonly varies: boolean;
}

const CHUNK = 4096; // 32 KiB: stays in the first-level cache
const chunk = new Float64Array(CHUNK);

export function seriesMeans(series: Series): SeriesMeans {
  const { starts, length } = series;
  const means = new Float64Array(starts.length);
  let least = Infinity, most = -Infinity, finite = true;
  for (let s = 0; s < starts.length; s++) {
    let low = Infinity, high = -Infinity, sum = 0;
    for (let done = 0; done < length; done += CHUNK) {
      const count = Math.min(CHUNK, length - done);
      series.read(starts[s] + done, count, chunk);
      let part = 0;
      for (let i = 0; i < count; i++) {
        const x = chunk[i];
        part += x;
        if (x < low) low = x;
        if (x > high) high = x;
      }
      sum += part;
    }
    // A series that stands still has no variance at all, not the rounding of its mean.
    means[s] = low === high ? low : sum / length;
    if (!Number.isFinite(sum)) finite = false;
    if (low < least) least = low;
    if (high > most) most = high;
  }
  return { means, varies: finite && most - least >= series.tolerance };
}

/** The mean over the series of their variances (n − 1). NaN for series of one value. */
export function meanVariance(series: Series, means: Float64Array): number {
  const { starts, length } = series;
  let total = 0;
  for (let s = 0; s < starts.length; s++) {
    const mean = means[s];
    let sum = 0;
    for (let done = 0; done < length; done += CHUNK) {
      const count = Math.min(CHUNK, length - done);
      series.read(starts[s] + done, count, chunk);
      let part = 0;
      for (let i = 0; i < count; i++) part += (chunk[i] - mean) ** 2;
      sum += part;
    }
    total += sum / (length - 1);
  }
  return total / starts.length;
}

/** Variance with n − 1; NaN for fewer than two. */
export function variance(values: ArrayLike<number>): number {
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += values[i];
  mean /= values.length;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] - mean) ** 2;
  return sum / (values.length - 1);
}
