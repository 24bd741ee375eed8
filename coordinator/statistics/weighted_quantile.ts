/** Quantiles of weighted draws that are sorted; `order` says where in `weights` each of them has its weight. Weights sum to 1. */
export interface WeightedSorted {
  readonly count: number;
  readonly sorted: Float64Array;
  readonly order: Uint32Array;
  readonly weights: Float64Array;
}

/**
 * The quantile of type 7 with a weight for each draw: the mean of the sorted values over the stretch of length 1/n* that begins
 * at (n* − 1) p / n*, n* = 1 / Σw² their effective number. Of equal weights it is type 7 itself. Akinshin (2023), "Weighted
 * quantile estimators".
 */
export function weightedQuantile(draws: WeightedSorted, effective: number, probability: number): number {
  const { count, sorted, order, weights } = draws;
  const from = (effective - 1) * probability / effective, to = from + 1 / effective;
  let below = 0, sum = 0, covered = 0;
  for (let i = 0; i < count && below < to; i++) {
    const above = below + weights[order[i]];
    const part = Math.min(above, to) - Math.max(below, from);
    if (part > 0) {
      sum += part * sorted[i];
      covered += part;
    }
    below = above;
  }
  return sum / covered;
}

/** inf{x : Σ of the weights up to x ≥ p}. */
export function weightedStep({ count, sorted, order, weights }: WeightedSorted, probability: number): number {
  let sum = 0, last = 0;
  for (let i = 0; i < count; i++) {
    const weight = weights[order[i]];
    if (weight === 0) continue;
    sum += weight;
    last = i;
    if (sum >= probability) break;
  }
  return sorted[last];
}
