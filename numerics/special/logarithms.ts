/** Sums, differences and odds kept in logarithms, where the plain expressions overflow or cancel. */

/** log Σ exp(terms[k]); −∞ for no terms. */
export function logSumExp(terms: ArrayLike<number>): number {
  let most = -Infinity;
  for (let k = 0; k < terms.length; k++) if (terms[k] > most || Number.isNaN(terms[k])) most = terms[k];
  if (!Number.isFinite(most)) return most;
  let sum = 0;
  for (let k = 0; k < terms.length; k++) sum += Math.exp(terms[k] - most);
  return most + Math.log(sum);
}

/** log(exp a + exp b). */
export function logAddExp(a: number, b: number): number {
  if (a === b) return a + Math.LN2;
  return a > b ? a + Math.log1p(Math.exp(b - a)) : b + Math.log1p(Math.exp(a - b));
}

/** log(1 − eˣ) for x ≤ 0. Mächler (2012), "Accurately computing log(1 − exp(−|a|))". */
export function log1mExp(x: number): number {
  return x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x));
}

/** log(1 + eˣ). */
export function softplus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}

/** The logistic function 1 / (1 + e⁻ˣ). */
export function expit(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const odds = Math.exp(x);
  return odds / (1 + odds);
}

/** log(p / (1 − p)) for p in [0, 1]. */
export function logit(p: number): number {
  return Math.log(p) - Math.log1p(-p);
}

/** log(1 + x) − x, which is near −x²/2 for small x. */
export function log1pMinus(x: number): number {
  if (!(Math.abs(x) < 0.5)) return Math.log1p(x) - x;
  // log(1 + x) = 2 artanh v with v = x / (2 + x), and 2v − x = −xv
  const v = x / (2 + x), v2 = v * v;
  let sum = 0, power = 2 * v * v2;
  for (let k = 3; k < 60; k += 2) {
    const next = sum + power / k;
    if (next === sum) break;
    sum = next;
    power *= v2;
  }
  return sum - x * v;
}
