/**
 * A law on ℝ^dim that is known altogether: normalised, and drawn from exactly. A multivariate Student t_ν(mean, L Lᵀ), or the normal
 * distribution: x = mean + L z √(ν / χ²_ν), z ~ N(0, I), and with s = ‖L⁻¹ (x − mean)‖²
 *
 *   log q(x) = log Γ((ν + dim)/2) − log Γ(ν/2) − ½ dim log(νπ) − log det L − ½ (ν + dim) log(1 + s/ν).
 */
import { solveLower, solveLowerTransposed } from "../../../numerics/linear_algebra/cholesky.ts";
import type { Random } from "../../../numerics/random/random.ts";
import { logGamma } from "../../../numerics/special/gamma_function.ts";
import { applyFactor } from "../proposal_shape.ts";

/** Plain data: may be part of a checkpoint. */
export interface Reference {
  /** ν, an integer; 0 for the normal distribution. */
  degrees: number;
  mean: Float64Array;
  /** L: lower triangle of dim × dim, or its diagonal. */
  factor: Float64Array;
  /** log q at the mean. */
  logPeak: number;
}

export function createReference(mean: Float64Array, factor: Float64Array, degrees: number): Reference {
  const dim = mean.length;
  const stride = factor.length === dim ? 1 : dim + 1;
  let logPeak = degrees === 0
    ? -0.5 * dim * Math.log(2 * Math.PI)
    : logGamma(0.5 * (degrees + dim)) - logGamma(0.5 * degrees) - 0.5 * dim * Math.log(degrees * Math.PI);
  for (let i = 0; i < dim; i++) logPeak -= Math.log(factor[i * stride]);
  return { degrees, mean, factor, logPeak };
}

/** Draws x, and returns log q there. `white` is scratch, [dim]. */
export function drawReference(reference: Reference, random: Random, x: Float64Array, white: Float64Array): number {
  const { degrees, mean, factor } = reference;
  let squares = 0;
  for (let i = 0; i < white.length; i++) {
    white[i] = random.normal();
    squares += white[i] * white[i];
  }
  const stretch = degrees === 0 ? 1 : Math.sqrt(degrees / chiSquared(degrees, random));
  applyFactor(factor, white, x);
  for (let i = 0; i < x.length; i++) x[i] = mean[i] + stretch * x[i];
  return reference.logPeak + logFall(degrees, x.length, stretch * stretch * squares);
}

/** log q(x), normalised. `white` is scratch, [dim]: L⁻¹ (x − mean) afterwards. */
export function logReference(reference: Reference, x: Float64Array, white: Float64Array): number {
  return reference.logPeak + logFall(reference.degrees, x.length, whiten(reference, x, white));
}

/** Writes ∇ log q(x) into `gradient` and returns log q(x). `white` is scratch, [dim]. */
export function logReferenceAndGradient(
  reference: Reference,
  x: Float64Array,
  gradient: Float64Array,
  white: Float64Array,
): number {
  const { degrees, factor, logPeak } = reference, dim = x.length;
  const squares = whiten(reference, x, white);
  const slope = degrees === 0 ? -1 : -(degrees + dim) / (degrees + squares);
  if (factor.length === dim) { for (let i = 0; i < dim; i++) gradient[i] = white[i] / factor[i]; }
  else solveLowerTransposed(factor, dim, white, gradient);
  for (let i = 0; i < dim; i++) gradient[i] *= slope;
  return logPeak + logFall(degrees, dim, squares);
}

/** Writes L⁻¹ (x − mean) into white and returns its squared length. */
function whiten({ mean, factor }: Reference, x: Float64Array, white: Float64Array): number {
  const dim = x.length;
  for (let i = 0; i < dim; i++) white[i] = x[i] - mean[i];
  if (factor.length === dim) { for (let i = 0; i < dim; i++) white[i] /= factor[i]; }
  else solveLower(factor, dim, white, white);
  let squares = 0;
  for (let i = 0; i < dim; i++) squares += white[i] * white[i];
  return squares;
}

/** log q − log q(mean), at a squared distance from the mean. */
function logFall(degrees: number, dim: number, squares: number): number {
  return degrees === 0 ? -0.5 * squares : -0.5 * (degrees + dim) * Math.log1p(squares / degrees);
}

/** χ² with an integer number of degrees of freedom: twice an exponential for each pair of them, a squared normal for an odd one. */
export function chiSquared(degrees: number, random: Random): number {
  let sum = 0;
  for (let pair = 0; pair < degrees >> 1; pair++) sum += 2 * random.exponential();
  return degrees % 2 === 0 ? sum : sum + random.normal() ** 2;
}
