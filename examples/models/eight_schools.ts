/**
 * Eight schools: the effects of coaching on test scores in eight schools, each known with a standard error.
 *
 *   y_j ~ Normal(θ_j, σ_j²)      θ_j ~ Normal(μ, τ²)      μ ~ Normal(0, 5²)      τ ~ half-Cauchy(0, 5)
 *
 * The data say so little of τ that the schools are θ_j = μ + τ η_j (non-centred). The first model that most people write: a loop and two
 * densities.
 *
 * Rubin (1981); Gelman et al., Bayesian Data Analysis, section 5.5; the form of the Stan example models.
 */
import { halfCauchy, normal, positive } from "ergodic";

export const variables = { mu: [], logTau: [], eta: [8] };

interface Parameters {
  mu: number;
  logTau: number;
  eta: number[];
}

interface Data {
  effects: number[];
  errors: number[];
}

export function logDensity({ mu, logTau, eta }: Parameters, data: Data): number {
  const tau = positive(logTau);
  let log = normal(mu, 0, 5) + halfCauchy(tau.value, 5) + tau.logJacobian;
  for (let j = 0; j < data.effects.length; j++) {
    log += normal(eta[j], 0, 1) + normal(data.effects[j], mu + tau.value * eta[j], data.errors[j]);
  }
  return log;
}

export function generated({ mu, logTau, eta }: Parameters) {
  const tau = Math.exp(logTau);
  return { tau, theta: eta.map((e) => mu + tau * e) };
}
