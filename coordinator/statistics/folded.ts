/**
 * The normal scores of the folded draws |x − median|, which R-hat needs to see chains that differ in scale. From the sort of
 * x itself: the folded values are two sorted runs, outwards from the median, and are merged; only the moments of each half
 * chain are kept.
 *
 * Vehtari et al. (2021), section 4.
 */
import { halfOf, isDroppedBySplit, splitInHalves } from "./chains.ts";
import type { Scores, Sorted } from "./rank_normal.ts";
import { countUpTo } from "./sorting.ts";

/** Means of each half chain, and the mean of their variances. */
export interface FoldedMoments {
  readonly length: number;
  readonly means: Float64Array;
  readonly meanVariance: number;
  /** False where all folded values are equal. */
  readonly varies: boolean;
}

/** center: the median of all draws. Where it is infinite, nothing can be folded. */
export function foldedMoments(sorted: Sorted, center: number, scores: Scores): FoldedMoments {
  const { values, order, chains, draws } = sorted;
  const count = chains * draws;
  const { length, starts } = splitInHalves(sorted);
  if (!Number.isFinite(center)) {
    return { length, means: new Float64Array(starts.length), meanVariance: NaN, varies: false };
  }
  scores.prepare(length * starts.length);
  const isDropped = isDroppedBySplit(draws);
  const half = halfOf(draws);
  const means = new Float64Array(starts.length), squares = new Float64Array(starts.length);
  let before = 0, runs = 0;

  /** Gives each kept draw of order[from … to) the score z. */
  const add = (from: number, to: number, z: number) => {
    for (let p = from; p < to; p++) {
      const place = order[p];
      if (isDropped?.(place)) continue;
      const h = half(place);
      means[h] += z;
      squares[h] += z * z;
    }
  };
  const dropped = (from: number, to: number) => {
    let n = 0;
    if (isDropped) { for (let p = from; p < to; p++) if (isDropped(order[p])) n++; }
    return n;
  };

  // Not yet merged: [0, left) below the center, [right, count) above it.
  let left = countUpTo(values, count, center), right = left;
  while (left > 0 || right < count) {
    const below = left > 0 ? center - values[left - 1] : Infinity;
    const above = right < count ? values[right] - center : Infinity;
    const distance = below < above ? below : above;
    const leftEnd = left, rightStart = right;
    while (left > 0 && center - values[left - 1] === distance) left--;
    while (right < count && values[right] - center === distance) right++;
    const ties = leftEnd - left + right - rightStart - dropped(left, leftEnd) - dropped(rightStart, right);
    if (ties === 0) continue;
    const z = scores.at(before + (ties + 1) / 2);
    add(left, leftEnd, z);
    add(rightStart, right, z);
    before += ties;
    runs++;
  }

  let meanVariance = 0;
  for (let h = 0; h < starts.length; h++) {
    means[h] /= length;
    meanVariance += Math.max(0, squares[h] - length * means[h] ** 2) / (length - 1) / starts.length;
  }
  return { length, means, meanVariance, varies: runs > 1 };
}
