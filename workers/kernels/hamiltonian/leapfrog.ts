/**
 * The leapfrog integrator of Hamiltonian dynamics, in whitened momenta.
 *
 * With an inverse mass matrix Σ = L Lᵀ, Stan and the literature draw p ~ N(0, Σ⁻¹) and move x by ε Σ p. Here the momentum is
 * r = Lᵀ p ~ N(0, I): the kinetic energy is ½ rᵀr, a kick adds ½ ε Lᵀ∇ log p(x), a drift adds ε L r, and the U-turn
 * criterion's p♯ᵀ Σᵢ pᵢ is rᵀ Σᵢ rᵢ. The trajectories are the same ones; no product with Σ is left. L is the sd of each
 * coordinate for a unit or diagonal metric, a lower triangular factor for a dense one; `scale` holds it.
 *
 * Reversible under a change of sign of ε, volume-preserving, energy error O(ε²). Neal (2011), section 5.2.
 */
import { InputError } from "../../../numerics/errors.ts";
import type { Differentiable, Target } from "../../../models/target.ts";

/** A point of phase space with what is known of it. */
export interface PhasePoint {
  readonly position: Float64Array; // [dim]
  readonly momentum: Float64Array; // [dim], whitened
  readonly gradient: Float64Array; // [dim], ∇ log p at position
  logDensity: number;
  /** ½ rᵀr − log p. */
  energy: number;
}

/** Moves `point` by one step of size `stepSize`, which is negative to go back in time. */
export type Leapfrog = (target: Differentiable, scale: Float64Array, stepSize: number, point: PhasePoint) => void;

export function newPhasePoint(dim: number): PhasePoint {
  return {
    position: new Float64Array(dim),
    momentum: new Float64Array(dim),
    gradient: new Float64Array(dim),
    logDensity: NaN, // a double from the start, so that the engine never changes the object's layout
    energy: NaN,
  };
}

/** The leapfrog where `scale` is [dim]: L = diag(scale). */
export function leapfrogDiagonal(
  target: Differentiable,
  scale: Float64Array,
  stepSize: number,
  point: PhasePoint,
): void {
  const { position, momentum, gradient } = point;
  const dim = position.length;
  const half = 0.5 * stepSize;
  for (let i = 0; i < dim; i++) {
    const s = scale[i];
    const r = momentum[i] + half * s * gradient[i];
    momentum[i] = r;
    position[i] += stepSize * s * r;
  }
  const logDensity = target.logDensityAndGradient(position, gradient);
  let squares = 0;
  for (let i = 0; i < dim; i++) {
    const r = momentum[i] + half * scale[i] * gradient[i];
    momentum[i] = r;
    squares += r * r;
  }
  point.logDensity = logDensity;
  point.energy = 0.5 * squares - logDensity;
}

/** The leapfrog where `scale` is [dim × dim], row-major, of which the lower triangle is L. */
export function leapfrogDense(
  target: Differentiable,
  scale: Float64Array,
  stepSize: number,
  point: PhasePoint,
): void {
  const { position, momentum, gradient } = point;
  const dim = position.length;
  const half = 0.5 * stepSize;
  kickDense(scale, half, gradient, momentum);
  for (let i = 0; i < dim; i++) {
    let sum = 0;
    for (let j = 0, row = i * dim; j <= i; j++) sum += scale[row + j] * momentum[j];
    position[i] += stepSize * sum;
  }
  const logDensity = target.logDensityAndGradient(position, gradient);
  kickDense(scale, half, gradient, momentum);
  point.logDensity = logDensity;
  point.energy = 0.5 * sumOfSquares(momentum) - logDensity;
}

/** r += a Lᵀ g, row by row, so that memory is read in order. */
function kickDense(lower: Float64Array, a: number, gradient: Float64Array, momentum: Float64Array): void {
  const dim = momentum.length;
  for (let i = 0; i < dim; i++) {
    const g = a * gradient[i];
    for (let j = 0, row = i * dim; j <= i; j++) momentum[j] += lower[row + j] * g;
  }
}

export function sumOfSquares(x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * x[i];
  return sum;
}

/** True where a log density is NaN or +∞: never a value that a density has. −∞ is: outside the support. */
export function isNonFinite(logDensity: number): boolean {
  return !(logDensity < Infinity);
}

/** The target as one with a gradient. Throws InputError where it has none. */
export function requireGradient(target: Target): Differentiable {
  if (!hasGradient(target)) {
    throw new InputError("kind", "this sampler needs the gradient of the log density, and the model has none.");
  }
  return target;
}

function hasGradient(target: Target): target is Target & Differentiable {
  return target.logDensityAndGradient !== undefined;
}
