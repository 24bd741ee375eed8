/** Discrete families: quantiles by a closed form, a table, or a search over the integers. */
import { incompleteBeta } from "../../special/incomplete_beta.ts";
import { incompleteGammaComplement } from "../../special/incomplete_gamma.ts";
import { normalQuantile } from "../../special/normal_distribution.ts";
import { type Distribution, isProbability, requirePositive, requireProbability } from "./distribution.ts";

/** 1 with the given probability, else 0. */
export function bernoulli(probability: number): Distribution {
  requireProbability("probability", probability);
  return {
    cdf: (x) => x < 0 ? 0 : x < 1 ? 1 - probability : 1,
    quantile: (p) => isProbability(p) ? (p <= 1 - probability ? 0 : 1) : NaN,
  };
}

/** The number of failures before the first success: P(X = k) = (1 − probability)ᵏ probability, k = 0, 1 … */
export function geometric(probability: number): Distribution {
  requireProbability("probability", probability);
  requirePositive("probability", probability);
  const logFailure = Math.log1p(-probability);
  const cdf = (x: number) => x < 0 ? 0 : -Math.expm1((Math.floor(x) + 1) * logFailure);
  return {
    cdf,
    quantile(p) {
      if (!isProbability(p)) return NaN;
      if (p === 0 || probability === 1) return 0;
      const k = Math.max(0, Math.ceil(Math.log1p(-p) / logFailure) - 1);
      // The closed form may round to a neighbour; the distribution function decides.
      return k > 0 && cdf(k - 1) >= p ? k - 1 : cdf(k) < p && k < Number.MAX_SAFE_INTEGER ? k + 1 : k;
    },
  };
}

/** The number of successes in `trials` trials. */
export function binomial(trials: number, probability: number): Distribution {
  if (!Number.isSafeInteger(trials) || trials < 0) {
    throw new RangeError(`trials must be an integer from 0, found ${trials}`);
  }
  requireProbability("probability", probability);
  const cdf = (x: number) => {
    const k = Math.floor(x);
    if (k < 0) return 0;
    if (k >= trials) return 1;
    return incompleteBeta(trials - k, k + 1, 1 - probability, probability);
  };
  const mean = trials * probability, sd = Math.sqrt(mean * (1 - probability));
  return { cdf, quantile: (p) => integerQuantile(cdf, p, mean, sd, trials) };
}

/** P(X = k) = rateᵏ e^(−rate) / k! */
export function poisson(rate: number): Distribution {
  requirePositive("rate", rate);
  const cdf = (x: number) => x < 0 ? 0 : incompleteGammaComplement(Math.floor(x) + 1, rate);
  return { cdf, quantile: (p) => integerQuantile(cdf, p, rate, Math.sqrt(rate), Infinity) };
}

/** Index k = 0, 1 … with probability weights[k] / Σ weights. A table: made in time linear in their number, used in log time. */
export function categorical(weights: ArrayLike<number>): Distribution {
  const cumulative = new Float64Array(weights.length);
  let total = 0, last = -1;
  for (let k = 0; k < weights.length; k++) {
    if (!(weights[k] >= 0 && weights[k] < Infinity)) {
      throw new RangeError(`weight ${k} must be a finite number from 0, found ${weights[k]}`);
    }
    total += weights[k];
    cumulative[k] = total;
    if (weights[k] > 0) last = k;
  }
  if (!(total > 0 && total < Infinity)) {
    throw new RangeError(`the weights must have a positive finite sum, found ${total}`);
  }
  return {
    cdf(x) {
      const k = Math.floor(x);
      return k < 0 ? 0 : k >= last ? 1 : cumulative[k] / total;
    },
    quantile(p) {
      if (!isProbability(p)) return NaN;
      // The least k with a positive weight and cumulative[k] ≥ p · total; at p = 0 the first that can be.
      let low = 0, high = last;
      while (low < high) {
        const middle = (low + high) >>> 1;
        const enough = cumulative[middle] > 0 && cumulative[middle] / total >= p;
        if (enough) high = middle;
        else low = middle + 1;
      }
      return low;
    },
  };
}

/** The least integer k of 0 … most with F(k) ≥ p: from a normal guess outwards, then by halving. */
function integerQuantile(cdf: (k: number) => number, p: number, mean: number, sd: number, most: number): number {
  if (!isProbability(p)) return NaN;
  if (p === 0) return 0;
  if (p === 1) return most;
  let low = -1, high = Math.min(most, Math.max(0, Math.round(mean + sd * normalQuantile(p))));
  // F(low) < p ≤ F(high) is what the loops establish.
  let step = Math.max(1, Math.floor(0.1 * sd));
  if (cdf(high) >= p) {
    for (let k = high - step; k > low; k -= step *= 2) {
      if (cdf(k) < p) low = k;
      else high = k;
    }
  } else {
    low = high;
    for (high += step; high < most && cdf(high) < p; high += step *= 2) low = high;
    high = Math.min(high, most);
  }
  while (high - low > 1) {
    const middle = Math.floor(0.5 * (low + high));
    if (cdf(middle) < p) low = middle;
    else high = middle;
  }
  return high;
}
