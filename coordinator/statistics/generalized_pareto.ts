/**
 * The generalised Pareto distribution P(X > x) = (1 + k x / σ)^(−1/k), x > 0, to which the tail beyond a high bound tends.
 *
 * Fitted by the near-Bayesian estimator of Zhang & Stephens (2009), "A new and efficient estimation method for the generalized
 * Pareto distribution", Technometrics 51, with k drawn a little towards ½ as in R's loo: Vehtari, Simpson, Gelman, Yao & Gabry
 * (2024), "Pareto smoothed importance sampling", JMLR 25, appendix C.
 */
import { logSumExp } from "../../numerics/special/logarithms.ts";

export interface GeneralizedPareto {
  readonly k: number;
  readonly sigma: number;
}

const PRIOR = 3;
const LEAST_GRID = 30;
const PRIOR_SHAPE = 0.5;
const PRIOR_COUNT = 10; // as many observations as the prior on k is worth

/** Fits exceedances in increasing order, from 0. k and sigma are NaN where they have no spread to fit. */
export function fitGeneralizedPareto(x: Float64Array): GeneralizedPareto {
  const count = x.length;
  const points = LEAST_GRID + Math.floor(Math.sqrt(count));
  const quartile = x[Math.floor(count / 4 + 0.5) - 1], most = x[count - 1];
  if (!(quartile > 0 && most < Infinity)) return { k: NaN, sigma: NaN };

  // θ = −k/σ on a grid, weighed by the profile likelihood.
  const meanLog = (theta: number) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += Math.log1p(-theta * x[i]);
    return sum / count;
  };
  const thetas = new Float64Array(points), logLikelihoods = new Float64Array(points);
  for (let j = 0; j < points; j++) {
    const theta = 1 / most + (1 - Math.sqrt(points / (j + 0.5))) / PRIOR / quartile;
    const k = meanLog(theta);
    thetas[j] = theta;
    logLikelihoods[j] = count * (Math.log(-theta / k) - k - 1);
  }
  const total = logSumExp(logLikelihoods);
  let theta = 0;
  for (let j = 0; j < points; j++) theta += thetas[j] * Math.exp(logLikelihoods[j] - total);
  const k = meanLog(theta);
  return { k: (count * k + PRIOR_COUNT * PRIOR_SHAPE) / (count + PRIOR_COUNT), sigma: -k / theta };
}

/** The exceedance with distribution function p. */
export function generalizedParetoQuantile(p: number, { k, sigma }: GeneralizedPareto): number {
  const logTail = -Math.log1p(-p);
  return k === 0 ? sigma * logTail : sigma * Math.expm1(k * logTail) / k;
}
