/**
 * The normal scores of the folded draws |x − median|, which R-hat needs to see chains that differ in scale. From the sort of
 * x itself: the folded values are two sorted runs, outwards from the median, and are merged; only the moments of each half
 * chain are kept.
 *
 * Vehtari et al. (2021), section 4.
 */
import { halfAt, splitInHalves } from "./chains.ts";
import { countLeftOut, type Scores, type Sorted } from "./rank_normal.ts";
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
  const means = new Float64Array(starts.length), squares = new Float64Array(starts.length);
  if (!Number.isFinite(center)) return { length, means, meanVariance: NaN, varies: false };
  const inverse = 1 / draws;
  const leavesOut = draws % 2 === 1 && draws > 1;

  let before = 0, runs = 0;
  // Not yet merged: [0, left) below the center, [right, count) above it.
  let left = countUpTo(values, count, center), right = left;
  while (left > 0 || right < count) {
    const below = left > 0 ? center - values[left - 1] : Infinity;
    const above = right < count ? values[right] - center : Infinity;
    const distance = below < above ? below : above;
    const leftEnd = left, rightStart = right;
    while (left > 0 && center - values[left - 1] === distance) left--;
    while (right < count && values[right] - center === distance) right++;
    let ties = leftEnd - left + right - rightStart;
    if (leavesOut) {
      ties -= countLeftOut(order, left, leftEnd, draws) + countLeftOut(order, rightStart, right, draws);
      if (ties === 0) continue;
    }
    const z = scores.ofTies(before, ties);
    before += ties;
    runs++;
    for (let p = left; p < right; p++) {
      if (p === leftEnd) p = rightStart; // what lies between was merged before
      if (p === right) break;
      const half = halfAt(order[p], draws, inverse);
      if (half < 0) continue;
      means[half] += z;
      squares[half] += z * z;
    }
  }

  let meanVariance = 0;
  for (let h = 0; h < starts.length; h++) {
    means[h] /= length;
    meanVariance += Math.max(0, squares[h] - length * means[h] ** 2) / (length - 1) / starts.length;
  }
  return { length, means, meanVariance, varies: runs > 1 };
}
