/** e^−x by sums and products alone, so that every engine and every kernel that does the same gives the same bits. */

const LARGEST = 708;
/** 2^−k */
const HALVINGS = new Float64Array(1023);
HALVINGS[0] = 1;
for (let k = 1; k < HALVINGS.length; k++) HALVINGS[k] = HALVINGS[k - 1] / 2;

/** e^−x for x ≥ 0, e^−708 beyond: 2^−k times the Taylor series of eʳ, −x = −k ln 2 + r, |r| ≤ ln 2 / 2; relative error 4e-16. */
export function expOfMinus(x: number): number {
  // Here and at the end no −0 becomes an integer: V8 would take it for one, find that it is not, and compile anew each time.
  const z = x < LARGEST ? -x : -LARGEST;
  // Adding 1.5 · 2⁵² rounds to the nearest integer.
  const k = z * 1.4426950408889634 + 6755399441055744 - 6755399441055744;
  // ln 2 in two parts, the first with 21 trailing zero bits, so that k times it is exact.
  let r = z - k * 6.93147180369123816490e-01;
  r = r - k * 1.90821492927058770002e-10;
  const r2 = r * r, r4 = r2 * r2;
  const c01 = r + 1, c23 = r * (1 / 6) + 0.5;
  const c45 = r * (1 / 120) + 1 / 24, c67 = r * (1 / 5040) + 1 / 720;
  const c89 = r * (1 / 362880) + 1 / 40320, c1011 = r * (1 / 39916800) + 1 / 3628800;
  const low = c01 + r2 * c23 + r4 * (c45 + r2 * c67);
  const high = c89 + r2 * c1011 + r4 * (1 / 479001600);
  return (low + r4 * r4 * high) * HALVINGS[0 - k];
}
