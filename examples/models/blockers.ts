/**
 * Blockers: random effects meta-analysis of 22 trials of beta-blockers after a heart attack.
 *
 *   r_Ci ~ Binomial(logit⁻¹ μ_i, n_Ci)             deaths among the controls
 *   r_Ti ~ Binomial(logit⁻¹(μ_i + δ_i), n_Ti)      and among the treated
 *   δ_i ~ Normal(d, 1/τ)      μ_i ~ Normal(0, 10⁵)      d ~ Normal(0, 1000²)      τ ~ Gamma(0.001, 0.001)
 *
 * σ = 1/√τ may be near zero, so the effects are d + σ z_i (non-centred). The effect in a new trial, δ_new ~ Normal(d, σ²), is one more
 * coordinate, z_new: a prediction needs no random numbers of its own. Written with a class.
 *
 * BUGS Examples Volume 1, "Blockers"; Carlin (1992).
 */
import { binomialLogit, gamma, normal, positive } from "ergodic";

const TRIALS = 22;

export const variables = { d: [], logTau: [], mu: [TRIALS], z: [TRIALS], zNew: [] };

interface Parameters {
  d: number;
  logTau: number;
  mu: number[];
  z: number[];
  zNew: number;
}

interface Data {
  treatedDeaths: number[];
  treated: number[];
  controlDeaths: number[];
  controls: number[];
}

class Trial {
  constructor(private readonly data: Data, private readonly i: number) {}

  /** Given the logit of the controls' risk, and what the treatment adds to it. */
  logLikelihood(baseline: number, effect: number): number {
    const { data, i } = this;
    return binomialLogit(data.controlDeaths[i], data.controls[i], baseline) +
      binomialLogit(data.treatedDeaths[i], data.treated[i], baseline + effect);
  }
}

export function logDensity({ d, logTau, mu, z, zNew }: Parameters, data: Data): number {
  const tau = positive(logTau), sigma = 1 / Math.sqrt(tau.value);
  let log = normal(d, 0, 1000) + gamma(tau.value, 0.001, 0.001) + tau.logJacobian;
  log += normal(mu, 0, Math.sqrt(1e5)) + normal(z, 0, 1) + normal(zNew, 0, 1);
  for (let i = 0; i < TRIALS; i++) log += new Trial(data, i).logLikelihood(mu[i], d + sigma * z[i]);
  return log;
}

export function generated({ d, logTau, zNew }: Parameters) {
  const sigma = Math.exp(-logTau / 2);
  return { "delta.new": d + sigma * zNew, sigma };
}
