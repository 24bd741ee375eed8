/** Monte Carlo standard errors, as R's posterior has them. */
import { betaQuantile } from "./beta_quantile.ts";

/** sd / √ESS of the mean. */
export function mcseOfMean(sd: number, essMean: number): number {
  return sd / Math.sqrt(essMean);
}

/**
 * Of the standard deviation, by the delta method: Var(s²) = (E c⁴ − (E c²)²) / ESS of c², c = x − mean, and
 * sd(s) = √(Var(s²) / (4 E c²)).
 */
export function mcseOfSd(secondMoment: number, fourthMoment: number, essSquares: number): number {
  return Math.sqrt((fourthMoment - secondMoment ** 2) / essSquares / secondMoment / 4);
}

/**
 * Of a quantile: half the width between the order statistics that bound a one-standard-deviation interval of the
 * probability, Beta(ESS p + 1, ESS (1 − p) + 1), the ESS that of the indicator x ≤ quantile. Vehtari et al. (2021), 4.4.
 */
export function mcseOfQuantile(sorted: Float64Array, count: number, probability: number, essQuantile: number): number {
  const { low, high } = oneSdAround(probability, essQuantile);
  if (Number.isNaN(low) || Number.isNaN(high)) return NaN;
  const first = Math.max(Math.floor(low * count), 1), last = Math.min(Math.ceil(high * count), count);
  return (sorted[last - 1] - sorted[first - 1]) / 2;
}

/** The one-standard-deviation interval of a probability that was estimated from so many independent draws. */
export function oneSdAround(probability: number, ess: number): { low: number; high: number } {
  const a = ess * probability + 1, b = ess * (1 - probability) + 1;
  return { low: betaQuantile(ONE_SD_BELOW, a, b), high: betaQuantile(ONE_SD_ABOVE, a, b) };
}

const ONE_SD_BELOW = 0.1586553; // Φ(−1) and Φ(1), with posterior's digits
const ONE_SD_ABOVE = 0.8413447;
