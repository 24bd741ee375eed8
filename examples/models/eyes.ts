/**
 * Eyes: a normal mixture. The wavelengths at which 48 receptors of a monkey's eye are most sensitive.
 *
 *   y_i ~ Normal(λ_{T_i}, 1/τ)      T_i = 1 with probability P_1, else 2      P ~ Dirichlet(1, 1)
 *   λ_1 ~ Normal(0, 1000²)      λ_2 = λ_1 + θ      θ ~ Uniform(0, 1000)      τ ~ Gamma(0.001, 0.001)
 *
 * The groups T are summed out: each receptor is a mixture by itself. As in the example's data, the first is known to be of group 1 and the
 * last of group 2. Written with the mixture of two log densities, `logMix`.
 *
 * BUGS Examples Volume 2, "Eyes"; Bowmaker et al. (1985), Robert (1994).
 */
import { dirichlet, gamma, logMix, normal, positive, simplex, uniform } from "ergodic";

export const variables = { u: [1], lambda1: [], logTheta: [], logTau: [] };

interface Parameters {
  u: number[];
  lambda1: number;
  logTheta: number;
  logTau: number;
}

interface Data {
  wavelengths: number[];
}

export function logDensity({ u, lambda1, logTheta, logTau }: Parameters, { wavelengths }: Data): number {
  const share = simplex(u), theta = positive(logTheta), tau = positive(logTau);
  const [first, second] = share.value;
  const sigma = 1 / Math.sqrt(tau.value), lambda2 = lambda1 + theta.value;
  let log = dirichlet(share.value, [1, 1]) + share.logJacobian + normal(lambda1, 0, 1000) +
    uniform(theta.value, 0, 1000) + theta.logJacobian + gamma(tau.value, 0.001, 0.001) + tau.logJacobian;
  const last = wavelengths.length - 1;
  log += Math.log(first) + normal(wavelengths[0], lambda1, sigma);
  log += Math.log(second) + normal(wavelengths[last], lambda2, sigma);
  for (let i = 1; i < last; i++) {
    log += logMix(first, normal(wavelengths[i], lambda1, sigma), normal(wavelengths[i], lambda2, sigma));
  }
  return log;
}

export function generated({ u, lambda1, logTheta, logTau }: Parameters) {
  return {
    P: [...simplex(u).value],
    lambda: [lambda1, lambda1 + Math.exp(logTheta)],
    sigma: Math.exp(-logTau / 2),
  };
}

/** By the data, not far from zero: the groups lie some 540 away from it. */
export function initial({ wavelengths }: Data): number[] {
  const lowest = wavelengths[0], highest = wavelengths[wavelengths.length - 1], width = highest - lowest;
  return [0, lowest + width / 4, Math.log(width / 2), -2 * Math.log(width / 6)];
}
