/**
 * Rats: a normal hierarchical model of growth. Thirty young rats, weighed on five days.
 *
 *   Y_ij ~ Normal(α_i + β_i (x_j − 22), 1/τ)
 *   α_i  ~ Normal(α_c, 1/τ_α)        α_c ~ Normal(0, 1000²)      τ, τ_α, τ_β ~ Gamma(0.001, 0.001)
 *   β_i  ~ Normal(β_c, 1/τ_β)        β_c ~ Normal(0, 1000²)
 *
 * Five weights say more of a rat's own line than the other rats do, so the lines are coordinates as they are (centred). Written with
 * plain loops. The weight at birth, α_0 = α_c − 22 β_c, is reported.
 *
 * BUGS Examples Volume 1, "Rats"; Gelfand, Hills, Racine-Poon & Smith (1990), section 6.
 */
import { gamma, normal, positive } from "ergodic";

const RATS = 30, MIDDLE_DAY = 22;

export const variables = {
  alpha: [RATS],
  beta: [RATS],
  alphaC: [],
  betaC: [],
  logTau: [],
  logTauAlpha: [],
  logTauBeta: [],
};

interface Parameters {
  alpha: number[];
  beta: number[];
  alphaC: number;
  betaC: number;
  logTau: number;
  logTauAlpha: number;
  logTauBeta: number;
}

interface Data {
  days: number[];
  weights: number[][]; // [rat][day]
}

export function logDensity(x: Parameters, data: Data): number {
  let log = normal(x.alphaC, 0, 1000) + normal(x.betaC, 0, 1000);
  const precisions = [x.logTau, x.logTauAlpha, x.logTauBeta].map((u) => positive(u));
  for (const { value, logJacobian } of precisions) log += gamma(value, 0.001, 0.001) + logJacobian;
  const [sigma, sigmaAlpha, sigmaBeta] = precisions.map(({ value }) => 1 / Math.sqrt(value));
  for (let i = 0; i < RATS; i++) {
    log += normal(x.alpha[i], x.alphaC, sigmaAlpha) + normal(x.beta[i], x.betaC, sigmaBeta);
    for (let j = 0; j < data.days.length; j++) {
      log += normal(data.weights[i][j], x.alpha[i] + x.beta[i] * (data.days[j] - MIDDLE_DAY), sigma);
    }
  }
  return log;
}

export function generated({ alphaC, betaC, logTau }: Parameters) {
  return { alpha0: alphaC - MIDDLE_DAY * betaC, "beta.c": betaC, sigma: Math.exp(-logTau / 2) };
}

/** Near each rat's own line: from anywhere, the first thousand steps would go into walking there. */
export function initial({ weights }: Data): number[] {
  const atMiddle = weights.map((row) => row[2]);
  const slopes = weights.map((row) => (row[4] - row[0]) / 28);
  return [...atMiddle, ...slopes, 240, 6, -3.5, -5, 1];
}
