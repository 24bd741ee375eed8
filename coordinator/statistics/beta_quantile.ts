/**
 * The quantile of a Beta(a, b) law, a and b > 1: Newton's steps kept inside a bracket, on the incomplete beta function as a
 * continued fraction. The density is in Loader's saddle-point form, so that nothing cancels for a and b in the millions.
 *
 * Press et al., Numerical Recipes, 6.4; Loader (2000), "Fast and accurate computation of binomial probabilities".
 */
import { normalQuantile } from "./normal_quantile.ts";

const MOST_STEPS = 100; // a bracket in [0, 1] is halved to nothing long before

/** NaN for NaN. */
export function betaQuantile(p: number, a: number, b: number): number {
  if (!(a > 1 && b > 1)) return NaN;
  const mean = a / (a + b);
  const sd = Math.sqrt(mean * (1 - mean) / (a + b + 1));
  let low = 0, high = 1;
  let x = mean + normalQuantile(p) * sd;
  if (!(x > 0 && x < 1)) x = mean;
  for (let step = 0; step < MOST_STEPS; step++) {
    const density = betaDensity(x, a, b);
    const error = betaProbability(x, a, b, density) - p;
    if (error < 0) low = x;
    else high = x;
    let next = x - error / density;
    if (!(next > low && next < high)) next = (low + high) / 2;
    const change = Math.abs(next - x);
    x = next;
    if (change <= 1e-15 * x) break;
  }
  return x;
}

/** P(X ≤ x) for X ~ Beta(a, b), given its density at x. */
function betaProbability(x: number, a: number, b: number, density: number): number {
  const front = density * x * (1 - x);
  return x < (a + 1) / (a + b + 2) ? front * fraction(x, a, b) / a : 1 - front * fraction(1 - x, b, a) / b;
}

/** The continued fraction of the incomplete beta function by Lentz's method; about √max(a, b) terms. */
function fraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / (1 - (a + b) * x / (a + 1));
  let result = d;
  for (let m = 1; m < 100_000; m++) {
    const even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    result *= d * c;
    const odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    result *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return result;
}

/** (n + 1) C(n, k) x^k (1 − x)^(n−k) with k = a − 1, n = a + b − 2. */
function betaDensity(x: number, a: number, b: number): number {
  const k = a - 1, m = b - 1, n = k + m;
  const exponent = stirlingError(n) - stirlingError(k) - stirlingError(m) - deviance(k, n * x) -
    deviance(m, n * (1 - x));
  return (n + 1) * Math.sqrt(n / (2 * Math.PI * k * m)) * Math.exp(exponent);
}

/** k log(k/mean) + mean − k, without the cancellation near k = mean. */
function deviance(k: number, mean: number): number {
  const difference = k - mean;
  if (Math.abs(difference) >= 0.1 * (k + mean)) return k * Math.log(k / mean) - difference;
  const v = difference / (k + mean);
  let sum = difference * v;
  let term = 2 * k * v;
  for (let j = 3;; j += 2) {
    term *= v * v;
    const next = sum + term / j;
    if (next === sum) return sum;
    sum = next;
  }
}

/** log Γ(n + 1) − (n + ½) log n + n − ½ log 2π. */
function stirlingError(n: number): number {
  if (n < 15) {
    // From Γ(n + 16) = Γ(n + 1) (n + 1) … (n + 15).
    const shifted = n + 15;
    let product = 1;
    for (let i = 1; i <= 15; i++) product *= n + i;
    return stirlingError(shifted) + (shifted + 0.5) * Math.log(shifted) - 15 - Math.log(product) -
      (n + 0.5) * Math.log(n);
  }
  const s = 1 / (n * n);
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - (1 / 1188 - 691 / 360360 * s) * s) * s) * s) * s) / n;
}
