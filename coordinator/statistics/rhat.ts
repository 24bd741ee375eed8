/**
 * Potential scale reduction: R-hat = √((B/W + n − 1)/n), B = n times the variance of the chains' means, W the mean of their
 * variances. Gelman & Rubin (1992); ranks, folding and the maximum of both: Vehtari et al. (2021).
 */
import { variance } from "./series.ts";

/**
 * NaN where it is not defined: fewer than two values a chain, or values that do not vary; +∞ where every chain stands still
 * at its own value.
 */
export function rhatOf(means: Float64Array, meanVariance: number, length: number, varies: boolean): number {
  if (!varies || length < 2) return NaN;
  const between = length * variance(means);
  // Scores are of order 1: what is left below this is the rounding of a variance that is zero.
  const within = meanVariance < 1e-13 * (meanVariance + between / length) ? 0 : meanVariance;
  return Math.sqrt((between / within + length - 1) / length);
}
