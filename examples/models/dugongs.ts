/**
 * Dugongs: a nonlinear growth curve. Age and length of 27 sea cows.
 *
 *   Y_i ~ Normal(α − β γ^x_i, 1/τ)
 *   α, β ~ Uniform(0, 100)      γ ~ Uniform(0.5, 1)      τ ~ Gamma(0.001, 0.001)
 *
 * α is the length of the old, which few dugongs have reached: it goes together with γ along a curved ridge. Written with a closure: the
 * curve is a function of age that holds the parameters. U3 = logit γ is reported too.
 *
 * BUGS Examples Volume 2, "Dugongs"; Ratkowsky (1983), Carlin & Gelfand (1991).
 */
import { bounded, gamma as gammaDensity, logit, normal, positive, uniform } from "ergodic";

export const variables = { logAlpha: [], logBeta: [], u: [], logTau: [] };

interface Parameters {
  logAlpha: number;
  logBeta: number;
  u: number;
  logTau: number;
}

interface Data {
  age: number[];
  length: number[];
}

function growthCurve(alpha: number, beta: number, gamma: number): (age: number) => number {
  return (age) => alpha - beta * gamma ** age;
}

export function logDensity({ logAlpha, logBeta, u, logTau }: Parameters, data: Data): number {
  const alpha = positive(logAlpha), beta = positive(logBeta), gamma = bounded(u, 0.5, 1), tau = positive(logTau);
  const curve = growthCurve(alpha.value, beta.value, gamma.value);
  return normal(data.length, data.age.map(curve), 1 / Math.sqrt(tau.value)) +
    uniform(alpha.value, 0, 100) + alpha.logJacobian +
    uniform(beta.value, 0, 100) + beta.logJacobian +
    uniform(gamma.value, 0.5, 1) + gamma.logJacobian +
    gammaDensity(tau.value, 0.001, 0.001) + tau.logJacobian;
}

export function generated({ logAlpha, logBeta, u, logTau }: Parameters) {
  const gamma = bounded(u, 0.5, 1).value;
  return { alpha: Math.exp(logAlpha), beta: Math.exp(logBeta), gamma, U3: logit(gamma), sigma: Math.exp(-logTau / 2) };
}
