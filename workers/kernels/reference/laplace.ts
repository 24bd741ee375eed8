/**
 * Laplace's approximation: the normal distribution at a mode of the log density, with the inverse of its negative Hessian there as
 * covariance. It need not be good, since what it serves weighs by the true density: it is found by quasi-Newton steps (BFGS) from
 * a start, the Hessian by differences of the gradient, and where a model has no gradient by differences of the log density.
 *
 * Nocedal & Wright (2006), "Numerical optimization", sections 3.1 and 6.1.
 */
import { cholesky, solveLower } from "../../../numerics/linear_algebra/cholesky.ts";
import type { Target } from "../../../models/target.ts";

export interface Laplace {
  readonly mean: Float64Array;
  /** Lower triangular L, [dim × dim]: covariance L Lᵀ. */
  readonly factor: Float64Array;
  /** Evaluations that were NaN or +∞. */
  readonly nonFinite: number;
}

export const MOST_LAPLACE_DIMENSIONS = 200;
const MOST_STEPS = 500;
const MOST_HALVINGS = 40;
const SUFFICIENT_RISE = 1e-4;
const FLAT = 1e-6; // Newton decrement gᵀHg at which the rest of the way is less than a thousandth of a standard deviation
const DIFFERENCE = 1e-4; // of a standard deviation, for gradients
const SECOND_DIFFERENCE = 1e-2;

/** `start` has a finite log density. Returns null where no mode was found: the density rises without end, or is too rough. */
export function laplace(target: Target, start: Float64Array): Laplace | null {
  const { dim } = target;
  const search = new Search(target);
  const x = start.slice(), gradient = new Float64Array(dim);
  const inverse = new Float64Array(dim * dim); // of the negative Hessian
  resetInverse(inverse, gradient, x);
  let value = search.gradientAt(x, gradient, inverse);
  if (!isUsable(value, gradient)) return null;
  const direction = new Float64Array(dim), next = new Float64Array(dim), nextGradient = new Float64Array(dim);
  resetInverse(inverse, gradient, x);

  let found = false, fresh = true;
  for (let step = 0; step < MOST_STEPS && !found; step++) {
    multiplySymmetric(inverse, gradient, direction);
    const slope = dot(direction, gradient);
    if (!(slope > 0)) {
      if (fresh) return null;
      resetInverse(inverse, gradient, x);
      fresh = true;
      continue;
    }
    let length = 1, nextValue = NaN, halvings = 0;
    for (;; halvings++, length /= 2) {
      for (let i = 0; i < dim; i++) next[i] = x[i] + length * direction[i];
      nextValue = search.valueAt(next);
      if (nextValue >= value + SUFFICIENT_RISE * length * slope) break;
      if (halvings === MOST_HALVINGS) break;
    }
    if (halvings === MOST_HALVINGS) {
      if (fresh) {
        found = slope < Math.sqrt(FLAT) || nextValue === value; // rounding allows no more
        if (!found) return null;
        break;
      }
      resetInverse(inverse, gradient, x);
      fresh = true;
      continue;
    }
    nextValue = search.gradientAt(next, nextGradient, inverse);
    if (!isUsable(nextValue, nextGradient)) return null;
    fresh = false;
    const moved = Float64Array.from(next, (at, i) => at - x[i]);
    const bent = Float64Array.from(gradient, (at, i) => at - nextGradient[i]);
    if (step === 0) scaleInverse(inverse, dot(moved, bent) / dot(bent, bent));
    updateInverse(inverse, moved, bent);
    x.set(next);
    gradient.set(nextGradient);
    value = nextValue;
    multiplySymmetric(inverse, gradient, direction);
    found = dot(direction, gradient) < FLAT;
  }
  if (!found) return null;
  const factor = search.covarianceFactor(x, inverse) ?? factorOf(inverse, dim);
  return factor && { mean: x, factor, nonFinite: search.nonFinite };
}

/** Evaluations of a target, with differences where it has no gradient. */
class Search {
  nonFinite = 0;
  readonly #target: Target;

  constructor(target: Target) {
    this.#target = target;
  }

  valueAt(x: Float64Array): number {
    const value = this.#target.logDensity(x);
    if (!(value < Infinity)) this.nonFinite++;
    return value < Infinity ? value : -Infinity;
  }

  /** `inverse` tells the scale of each coordinate. */
  gradientAt(x: Float64Array, gradient: Float64Array, inverse: Float64Array): number {
    if (this.#target.logDensityAndGradient) {
      const value = this.#target.logDensityAndGradient(x, gradient);
      if (!(value < Infinity)) this.nonFinite++;
      return value;
    }
    const dim = x.length, moved = x.slice();
    for (let i = 0; i < dim; i++) {
      const h = differenceAt(x, i, inverse, DIFFERENCE);
      moved[i] = x[i] + h;
      const above = this.valueAt(moved), high = moved[i];
      moved[i] = x[i] - h;
      gradient[i] = (above - this.valueAt(moved)) / (high - moved[i]);
      moved[i] = x[i];
    }
    return this.valueAt(x);
  }

  /** The factor of the inverse of the negative Hessian; null where that is not positive definite. */
  covarianceFactor(x: Float64Array, inverse: Float64Array): Float64Array | null {
    const dim = x.length, precision = new Float64Array(dim * dim);
    const above = new Float64Array(dim), below = new Float64Array(dim), moved = x.slice();
    for (let i = 0; i < dim; i++) {
      const h = differenceAt(x, i, inverse, SECOND_DIFFERENCE);
      moved[i] = x[i] + h;
      const high = moved[i];
      this.gradientAt(moved, above, inverse);
      moved[i] = x[i] - h;
      this.gradientAt(moved, below, inverse);
      for (let j = 0; j < dim; j++) precision[i * dim + j] = (below[j] - above[j]) / (high - moved[i]);
      moved[i] = x[i];
    }
    for (let i = 0; i < dim; i++) {
      for (let j = 0; j < i; j++) {
        precision[i * dim + j] = precision[j * dim + i] = 0.5 * (precision[i * dim + j] + precision[j * dim + i]);
      }
    }
    const lower = new Float64Array(dim * dim);
    if (!precision.every(Number.isFinite) || cholesky(precision, dim, lower) !== null) return null;
    // (C Cᵀ)⁻¹ = WᵀW with W = C⁻¹, which is lower triangular.
    const whitener = new Float64Array(dim * dim), column = new Float64Array(dim);
    for (let j = 0; j < dim; j++) {
      column.fill(0);
      column[j] = 1;
      solveLower(lower, dim, column, column);
      for (let i = j; i < dim; i++) whitener[i * dim + j] = column[i];
    }
    const covariance = new Float64Array(dim * dim);
    for (let k = 0; k < dim; k++) {
      for (let i = 0; i <= k; i++) {
        for (let j = 0; j <= k; j++) covariance[i * dim + j] += whitener[k * dim + i] * whitener[k * dim + j];
      }
    }
    return factorOf(covariance, dim);
  }
}

function isUsable(value: number, gradient: Float64Array): boolean {
  return Number.isFinite(value) && gradient.every(Number.isFinite);
}

function factorOf(covariance: Float64Array, dim: number): Float64Array | null {
  const factor = new Float64Array(dim * dim);
  return covariance.every(Number.isFinite) && cholesky(covariance, dim, factor) === null ? factor : null;
}

/** A part of the standard deviation that `inverse` tells, but no less than rounding can show. */
function differenceAt(x: Float64Array, i: number, inverse: Float64Array, part: number): number {
  const scale = Math.sqrt(inverse[i * x.length + i]);
  return Math.max(part * scale, 1e-9 * Math.abs(x[i]), Number.MIN_VALUE);
}

/** Diagonal: the first step is one unit long at most, the unit of a coordinate being its size, or 1. */
function resetInverse(inverse: Float64Array, gradient: Float64Array, x: Float64Array): void {
  const dim = gradient.length, units = x.map((at) => Math.max(1, Math.abs(at)));
  let size = 0;
  for (let i = 0; i < dim; i++) size += (units[i] * gradient[i]) ** 2;
  inverse.fill(0);
  for (let i = 0; i < dim; i++) inverse[i * dim + i] = units[i] * units[i] / Math.max(1, Math.sqrt(size));
}

function scaleInverse(inverse: Float64Array, factor: number): void {
  const dim = Math.sqrt(inverse.length);
  if (!(factor > 0 && factor < Infinity)) return;
  inverse.fill(0);
  for (let i = 0; i < dim; i++) inverse[i * dim + i] = factor;
}

/** H ← (I − ρ s yᵀ) H (I − ρ y sᵀ) + ρ s sᵀ, ρ = 1 / sᵀy; left out where sᵀy is not positive, so that H stays so. */
function updateInverse(inverse: Float64Array, moved: Float64Array, bent: Float64Array): void {
  const dim = moved.length, product = new Float64Array(dim);
  const curvature = dot(moved, bent);
  if (!(curvature > 1e-12 * Math.sqrt(dot(moved, moved) * dot(bent, bent)))) return;
  multiplySymmetric(inverse, bent, product);
  const rho = 1 / curvature, both = rho * rho * dot(bent, product) + rho;
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j < dim; j++) {
      inverse[i * dim + j] += both * moved[i] * moved[j] - rho * (moved[i] * product[j] + product[i] * moved[j]);
    }
  }
}

function multiplySymmetric(matrix: Float64Array, x: Float64Array, out: Float64Array): void {
  const dim = x.length;
  for (let i = 0; i < dim; i++) {
    let sum = 0;
    for (let j = 0; j < dim; j++) sum += matrix[i * dim + j] * x[j];
    out[i] = sum;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
