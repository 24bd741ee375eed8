/** Logarithms of factorials and binomial coefficients of whole numbers. */
import { logGamma, stirlingError } from "./gamma_function.ts";

const TABLE = Float64Array.from({ length: 256 }, (_, n) => logGamma(n + 1));
const STIRLING = Float64Array.from({ length: 256 }, (_, n) => n === 0 ? NaN : stirlingError(n));

/** log n!. */
export function logFactorial(n: number): number {
  return n < TABLE.length ? TABLE[n] : logGamma(n + 1);
}

/** log n! − log(√(2πn) (n/e)ⁿ) for a whole n > 0. */
export function stirlingErrorOfCount(n: number): number {
  return n < STIRLING.length ? STIRLING[n] : stirlingError(n);
}

/** log of n over k. */
export function logChoose(n: number, k: number): number {
  const j = n - k;
  if (k === 0 || j === 0) return 0;
  if (n < TABLE.length) return TABLE[n] - TABLE[k] - TABLE[j];
  // n log n − k log k − j log j, each against n
  return stirlingErrorOfCount(n) - stirlingErrorOfCount(k) - stirlingErrorOfCount(j) - k * Math.log(k / n) -
    j * Math.log1p(-k / n) - 0.5 * Math.log(2 * Math.PI * k * (j / n));
}
