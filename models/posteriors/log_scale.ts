/**
 * The law of the log of a scale given normal residuals: with a half-Cauchy(0, priorScale) prior on the scale e^t and
 * `count` residuals N(0, e²ᵗ) of which `squares` is the sum of squares,
 *
 *   log p(t) = −(count − 1) t − squares e⁻²ᵗ/2 − log(1 + e²ᵗ/priorScale²)
 *
 * up to a constant, the Jacobian of the logarithm included. It is concave.
 */
import type { LogConcave } from "../../numerics/random/log_concave.ts";
import { softplus } from "../../numerics/special/logarithms.ts";

export class LogScaleConditional implements LogConcave {
  squares = 0;
  slope = 0;
  readonly #power: number;
  readonly #logScaleSquared: number;

  constructor(count: number, priorScale: number) {
    this.#power = count - 1;
    this.#logScaleSquared = 2 * Math.log(priorScale);
  }

  logDensity(t: number): number {
    const pull = this.squares === 0 ? 0 : this.squares * Math.exp(-2 * t);
    this.slope = pull - this.#power - 2 / (1 + Math.exp(this.#logScaleSquared - 2 * t));
    return -0.5 * pull - this.#power * t - softplus(2 * t - this.#logScaleSquared);
  }
}

/** −log of the half-Cauchy(0, priorScale) density of a scale, up to a constant. */
export function negativeLogHalfCauchy(scale: number, priorScale: number): number {
  const ratio = scale / priorScale;
  return Math.log(1 + ratio * ratio); // twice as fast as log1p, and no less exact beside the other terms
}

/** d/dt of negativeLogHalfCauchy(eᵗ). */
export function halfCauchySlope(scale: number, priorScale: number): number {
  const ratio = priorScale / scale;
  return 2 / (1 + ratio * ratio);
}
