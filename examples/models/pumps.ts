/**
 * Pumps: a conjugate gamma-Poisson hierarchical model. Failures of ten pumps of a power plant.
 *
 *   x_i ~ Poisson(θ_i t_i)       t_i in thousands of hours
 *   θ_i ~ Gamma(α, β)            α ~ Exponential(1)      β ~ Gamma(0.1, 1)
 *
 * All twelve are positive, so their logarithms are the coordinates. Written with functions of whole arrays: a density of arrays is the
 * sum over their entries.
 *
 * BUGS Examples Volume 1, "Pumps"; George, Makov & Smith (1993).
 */
import { exponential, gamma, multiply, poisson, positive } from "ergodic";

export const variables = { logAlpha: [], logBeta: [], logTheta: [10] };

interface Parameters {
  logAlpha: number;
  logBeta: number;
  logTheta: number[];
}

interface Data {
  hours: number[];
  failures: number[];
}

export function logDensity({ logAlpha, logBeta, logTheta }: Parameters, { hours, failures }: Data): number {
  const alpha = positive(logAlpha), beta = positive(logBeta), theta = positive(logTheta);
  return poisson(failures, multiply(theta.value, hours)) +
    gamma(theta.value, alpha.value, beta.value) + theta.logJacobian +
    exponential(alpha.value, 1) + alpha.logJacobian +
    gamma(beta.value, 0.1, 1) + beta.logJacobian;
}

export function generated({ logAlpha, logBeta, logTheta }: Parameters) {
  return { alpha: Math.exp(logAlpha), beta: Math.exp(logBeta), theta: logTheta.map(Math.exp) };
}
