/**
 * Exact draws of a scale τ > 0 with density ∝ exp(b τ − a τ²/2) / (1 + τ²/scale²): what is left of a half-Cauchy prior
 * where the likelihood is normal in τ.
 *
 * It is not log-concave. But on (0, scale) and on each interval (scale 2ᵏ, scale 2ᵏ⁺¹) the Cauchy factor stays within
 * four of its value at the left edge, so: choose an interval by the normal mass there times that value, draw from the
 * normal factor within it, and accept with the ratio of the Cauchy factors, which is at least a quarter.
 */
import { sampleLogConcave } from "../../numerics/random/log_concave.ts";
import type { Random } from "../../numerics/random/random.ts";
import { log1mExp, logSumExp } from "../../numerics/special/logarithms.ts";
import { logNormalCdf } from "../../numerics/special/normal_distribution.ts";

const INTERVALS = 1024; // scale 2¹⁰²³ is beyond what doubles hold
const logMasses = new Float64Array(INTERVALS);
const NEGLIGIBLE = 50; // e⁻⁵⁰: far below what 52 random bits can choose

const factor = {
  lower: 0,
  upper: 0,
  slope: 0,
  a: 0,
  b: 0,
  logDensity(tau: number): number {
    this.slope = this.b - this.a * tau;
    return (this.b - 0.5 * this.a * tau) * tau;
  },
};

export function sampleHalfCauchyTimesNormal(scale: number, a: number, b: number, random: Random): number {
  if (!(a > 0)) return scale * Math.tan(0.5 * Math.PI * random.uniform()); // no likelihood: the prior itself
  const sd = 1 / Math.sqrt(a), mean = b / a;
  let count = 0, most = -Infinity;
  for (; count < INTERVALS; count++) {
    const left = leftEdge(scale, count), right = leftEdge(scale, count + 1);
    const logMass = logNormalMass((left - mean) / sd, (right - mean) / sd) - logCauchy(left, scale);
    logMasses[count] = logMass;
    most = Math.max(most, logMass);
    if (left > mean && logMass < most - NEGLIGIBLE) break;
  }
  const total = logSumExp(logMasses.subarray(0, count));
  for (;;) {
    let left = random.uniform(), k = 0;
    for (; k < count - 1; k++) {
      left -= Math.exp(logMasses[k] - total);
      if (left < 0) break;
    }
    factor.lower = leftEdge(scale, k);
    factor.upper = leftEdge(scale, k + 1);
    factor.a = a;
    factor.b = b;
    const tau = sampleLogConcave(factor, mean, random);
    if (Math.log(random.uniform()) <= logCauchy(factor.lower, scale) - logCauchy(tau, scale)) return tau;
  }
}

function leftEdge(scale: number, k: number): number {
  return k === 0 ? 0 : scale * 2 ** (k - 1);
}

/** −log of the Cauchy factor at τ. */
function logCauchy(tau: number, scale: number): number {
  const ratio = tau / scale;
  return Math.log1p(ratio * ratio);
}

/** log(Φ(high) − Φ(low)) for low < high, without cancellation: by the tail that the interval lies in. */
function logNormalMass(low: number, high: number): number {
  if (low > 0) return logNormalMass(-high, -low);
  const upper = logNormalCdf(high);
  return upper + log1mExp(logNormalCdf(low) - upper);
}
