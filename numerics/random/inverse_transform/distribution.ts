/**
 * The inverse transform: where U is uniform on (0, 1), the quantile function x = inf{x : F(x) ≥ U} has distribution function
 * F. Devroye (1986), "Non-uniform random variate generation", section II.2.
 */
import type { Random } from "../random.ts";

/** A distribution on the line, by its distribution function and its quantile function. */
export interface Distribution {
  /** F(x) = P(X ≤ x). */
  cdf(x: number): number;
  /** inf{x : F(x) ≥ p}, for p in [0, 1]; NaN elsewhere. At 0 the lower end of the support. */
  quantile(p: number): number;
}

/** One draw by the inverse transform; takes one uniform. */
export function draw(distribution: Distribution, random: Random): number {
  return distribution.quantile(random.uniform());
}

/** Throws RangeError unless a parameter is a positive finite number. */
export function requirePositive(name: string, value: number): void {
  if (!(value > 0 && value < Infinity)) throw new RangeError(`${name} must be positive and finite, found ${value}`);
}

/** Throws RangeError unless a parameter is a finite number. */
export function requireFinite(name: string, value: number): void {
  if (!Number.isFinite(value)) throw new RangeError(`${name} must be finite, found ${value}`);
}

/** Throws RangeError unless a parameter is a probability. */
export function requireProbability(name: string, value: number): void {
  if (!(value >= 0 && value <= 1)) throw new RangeError(`${name} must be from 0 to 1, found ${value}`);
}

export function isProbability(p: number): boolean {
  return p >= 0 && p <= 1;
}
