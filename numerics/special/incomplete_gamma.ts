/**
 * The regularised incomplete gamma functions P(a, x) = ∫₀ˣ tᵃ⁻¹ e⁻ᵗ dt / Γ(a) and Q = 1 − P: distribution functions of the
 * gamma and, turned round, of the Poisson family. The power series below a + 1, the continued fraction above.
 *
 * Abramowitz & Stegun 6.5.29 and 6.5.31; Lentz's evaluation: Press et al., "Numerical Recipes", section 6.2.
 */
import { deviance } from "./deviance.ts";
import { stirlingError } from "./gamma_function.ts";

const MOST_TERMS = 1_000_000; // about √a of them are needed

/** P(a, x) for a > 0, x ≥ 0. */
export function incompleteGamma(a: number, x: number): number {
  if (!(a > 0 && x >= 0)) return NaN;
  if (x === 0) return 0;
  if (x === Infinity) return 1;
  return x < a + 1 ? series(a, x) : 1 - fraction(a, x);
}

/** Q(a, x) = 1 − P(a, x), without cancellation. */
export function incompleteGammaComplement(a: number, x: number): number {
  if (!(a > 0 && x >= 0)) return NaN;
  if (x === 0) return 1;
  if (x === Infinity) return 0;
  return x < a + 1 ? 1 - series(a, x) : fraction(a, x);
}

/** xᵃ e⁻ˣ / Γ(a + 1). */
function term(a: number, x: number): number {
  return Math.exp(-stirlingError(a) - deviance(a, x)) / Math.sqrt(2 * Math.PI * a);
}

function series(a: number, x: number): number {
  let sum = 1, addend = 1;
  for (let k = 1; k < MOST_TERMS; k++) {
    addend *= x / (a + k);
    sum += addend;
    if (addend < 1e-17 * sum) break;
  }
  return term(a, x) * sum;
}

function fraction(a: number, x: number): number {
  const tiny = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny, d = 1 / b, h = d;
  for (let k = 1; k < MOST_TERMS; k++) {
    const numerator = -k * (k - a);
    b += 2;
    d = numerator * d + b;
    if (Math.abs(d) < tiny) d = tiny;
    c = b + numerator / c;
    if (Math.abs(c) < tiny) c = tiny;
    d = 1 / d;
    const factor = d * c;
    h *= factor;
    if (Math.abs(factor - 1) < 1e-16) break;
  }
  return term(a, x) * a * h;
}
