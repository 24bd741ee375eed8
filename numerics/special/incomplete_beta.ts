/**
 * The regularised incomplete beta function I_x(a, b) = ∫₀ˣ tᵃ⁻¹ (1 − t)ᵇ⁻¹ dt / B(a, b): distribution function of the beta,
 * binomial and Student's t families. By its continued fraction, on the side of the mean where that converges fast.
 *
 * Abramowitz & Stegun 26.5.8; Lentz's evaluation: Press et al., "Numerical Recipes", section 6.4.
 */
import { deviance } from "./deviance.ts";
import { stirlingError } from "./gamma_function.ts";

const MOST_TERMS = 1_000_000; // about √max(a, b) of them are needed

/** I_x(a, b) for a, b > 0. `complement` is 1 − x, for an x so near 1 that the difference would lose it. */
export function incompleteBeta(a: number, b: number, x: number, complement: number = 1 - x): number {
  if (!(a > 0 && b > 0 && x >= 0 && complement >= 0)) return NaN;
  if (x === 0) return 0;
  if (complement === 0) return 1;
  return x < (a + 1) / (a + b + 2) ? lower(a, b, x, complement) : 1 - lower(b, a, complement, x);
}

function lower(a: number, b: number, x: number, y: number): number {
  const n = a + b;
  // xᵃ (1 − x)ᵇ / (a B(a, b)), as b/n times a binomial probability
  const front = b / n * Math.sqrt(n / (2 * Math.PI * a * b)) *
    Math.exp(stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x) - deviance(b, n * y));
  return front * fraction(a, b, x);
}

function fraction(a: number, b: number, x: number): number {
  const tiny = 1e-300;
  const away = (value: number) => Math.abs(value) < tiny ? tiny : value;
  let c = 1, d = 1 / away(1 - (a + b) * x / (a + 1)), h = d;
  for (let k = 1; k < MOST_TERMS; k++) {
    const even = k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    h *= d * c;
    const odd = -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    const factor = d * c;
    h *= factor;
    if (Math.abs(factor - 1) < 1e-16) break;
  }
  return h;
}
