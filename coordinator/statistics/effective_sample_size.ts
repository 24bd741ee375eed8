/**
 * The effective sample size of the mean of series: S / τ, τ = −1 + 2 Σ ρ_t by Geyer's initial monotone sequence, with the
 * variance between the series in the denominator of ρ so that series that disagree count for little.
 *
 * Vehtari, Gelman, Simpson, Carpenter & Bürkner (2021), section 3.2; the sums, their ends and the cap at S log10 S are
 * those of R's posterior, so that the numbers agree.
 */
import { meanAutocovariance } from "./autocovariance.ts";
import { type Series, type SeriesMeans, seriesMeans, variance } from "./series.ts";

const FIRST_LAGS = 128;
const MORE_LAGS = 16; // each time the sequence has not ended

/** NaN for fewer than three values a series, values that are not finite, and constants. */
export function effectiveSampleSize(series: Series, known?: SeriesMeans): number {
  const { starts, length } = series;
  if (length < 3) return NaN;
  const { means, varies } = known ?? seriesMeans(series);
  if (!varies) return NaN;
  const between = starts.length > 1 ? variance(means) : 0;
  const all = 2 ** Math.ceil(Math.log2(length));
  for (let lags = Math.min(FIRST_LAGS, all);; lags = Math.min(MORE_LAGS * lags, all)) {
    const tau = autocorrelationTime(meanAutocovariance(series, means, lags), length, between);
    if (tau === undefined) continue;
    const total = starts.length * length;
    return total / Math.max(tau, 1 / Math.log10(total));
  }
}

/**
 * τ by Geyer's initial monotone positive sequence; undefined where it needs more lags than are given.
 * Geyer (1992), "Practical Markov chain Monte Carlo", section 3.3.
 */
function autocorrelationTime(acov: Float64Array, length: number, between: number): number | undefined {
  const within = acov[0] * length / (length - 1);
  const total = acov[0] + between;
  const rhoAt = (t: number) => 1 - (within - acov[t]) / total;

  let even = 1, odd = rhoAt(1);
  const rho = [even, odd];
  let t = 0;
  while (t < length - 5 && even + odd > 0) {
    t += 2;
    if (t + 1 >= acov.length) return undefined;
    even = rhoAt(t);
    odd = rhoAt(t + 1);
    rho.push(even + odd >= 0 ? even : 0, even + odd >= 0 ? odd : 0);
  }
  const end = t;
  if (even > 0) rho[end] = even; // a first half that is positive still improves antithetic chains

  for (t = 2; t <= end - 2; t += 2) {
    if (rho[t] + rho[t + 1] > rho[t - 2] + rho[t - 1]) rho[t] = rho[t + 1] = (rho[t - 2] + rho[t - 1]) / 2;
  }
  let sum = 0;
  for (t = 0; t < Math.max(end, 1); t++) sum += rho[t];
  return -1 + 2 * sum + rho[end];
}
