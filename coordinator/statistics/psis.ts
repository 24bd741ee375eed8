/**
 * Pareto-smoothed importance sampling: the largest weights are replaced by expected order statistics of a generalised Pareto
 * distribution fitted to them, and its shape k̂ says whether the estimates can be trusted. The variance of the weights is finite
 * for k < ½; up to 0.7 the estimates converge at a rate that is of use, beyond it they don't.
 *
 * Vehtari, Simpson, Gelman, Yao & Gabry (2024), "Pareto smoothed importance sampling", JMLR 25; equal to R's loo.
 */
import { fitGeneralizedPareto, generalizedParetoQuantile } from "./generalized_pareto.ts";
import { type SortArrays, sortWithOrder } from "./sorting.ts";

const LEAST_TAIL = 5;

/** The number of weights in the tail. */
export function tailLength(draws: number): number {
  return Math.ceil(Math.min(0.2 * draws, 3 * Math.sqrt(draws)));
}

/** k̂ above it says that so many draws are too few: min(1 − 1 / log₁₀ S, 0.7), section 3.2.4. */
export function khatLimit(draws: number): number {
  return Math.min(1 - 1 / Math.log10(draws), 0.7);
}

export class ParetoSmoothing {
  readonly #arrays: SortArrays;

  /** The arrays are scratch, each as long as the draws at least. */
  constructor(arrays: SortArrays) {
    this.#arrays = arrays;
  }

  /**
   * Writes normalised, smoothed weights into `weights` and returns k̂. It is NaN, and the weights are smoothed in nothing, where
   * the tail has fewer than five draws or no spread, as that of equal weights. Log weights: none NaN or +∞, some finite.
   */
  smooth(logWeights: Float64Array, count: number, weights: Float64Array): number {
    const { values, sorted, order } = this.#arrays;
    let most = -Infinity;
    for (let i = 0; i < count; i++) if (logWeights[i] > most) most = logWeights[i];
    for (let i = 0; i < count; i++) {
      values[i] = logWeights[i] - most + 0;
      weights[i] = Math.exp(values[i]);
    }
    sortWithOrder(this.#arrays, count);

    const length = tailLength(count), first = count - length;
    let khat = NaN;
    if (length >= LEAST_TAIL && sorted[count - 1] - sorted[first] >= NO_SPREAD) {
      const cutoff = Math.exp(sorted[first - 1]);
      const exceedances = new Float64Array(length);
      for (let i = 0; i < length; i++) exceedances[i] = Math.exp(sorted[first + i]) - cutoff;
      const fit = fitGeneralizedPareto(exceedances);
      khat = fit.k;
      if (Number.isFinite(khat) && fit.sigma > 0) {
        for (let i = 0; i < length; i++) {
          const smoothed = cutoff + generalizedParetoQuantile((i + 0.5) / length, fit);
          weights[order[first + i]] = Math.min(smoothed, 1); // never above the largest there was
        }
      }
    }
    let sum = 0;
    for (let i = 0; i < count; i++) sum += weights[i];
    for (let i = 0; i < count; i++) weights[i] /= sum;
    return khat;
  }

  /**
   * k̂ of the estimate of E h: the largest of `khat`, that of the weights, and those of both tails of h times the raw weights.
   * A function of two values, or one, is bounded and has the weights' own.
   */
  khatOf(h: Float64Array, logWeights: Float64Array, count: number, khat: number): number {
    if (Number.isNaN(khat) || hasTwoValues(h, count)) return khat;
    const { values, sorted } = this.#arrays;
    let most = -Infinity;
    for (let i = 0; i < count; i++) if (logWeights[i] > most) most = logWeights[i];
    for (let i = 0; i < count; i++) {
      const weight = Math.exp(logWeights[i] - most);
      values[i] = weight === 0 ? 0 : h[i] * weight + 0; // no −0, and no 0 · ∞
    }
    sortWithOrder(this.#arrays, count);
    const length = Math.min(tailLength(count), Math.floor(count / 2));
    const right = new Float64Array(length), left = new Float64Array(length);
    const above = sorted[count - length - 1], below = sorted[length];
    for (let i = 0; i < length; i++) {
      right[i] = sorted[count - length + i] - above;
      left[i] = below - sorted[length - 1 - i];
    }
    const tails = [right, left].map((tail) => fitGeneralizedPareto(tail).k).filter((k) => !Number.isNaN(k));
    return Math.max(khat, ...tails);
  }
}

const NO_SPREAD = Number.EPSILON / 100;

function hasTwoValues(h: Float64Array, count: number): boolean {
  const one = h[0];
  let other = one;
  for (let i = 1; i < count; i++) {
    if (h[i] === one || h[i] === other) continue;
    if (other !== one) return false;
    other = h[i];
  }
  return true;
}
