/**
 * Whether a unit turns against its field: the decision that a Gibbs update of a ±1 unit comes down to.
 *
 * With x = 2βz, p(s = +1) = σ(x): the unit takes the sign of x but for a chance of q = σ(−|x|) ≤ ½. It is taken where U < q for
 * U = (word + (second + ½) 2⁻³²) 2⁻³², uniform on 64 bits; both sides are exact, so the law is that of q, a double within 4e-16
 * of itself relative to the true one, but for 2⁻⁶⁵: also where it is tiny. Only sums, products and a quotient are used, so
 * that every engine gives the same bits.
 */
import { expOfMinus } from "../special/exp_of_minus.ts";

const TWO_32 = 4294967296;

/** word, second: 32 random bits each; size = |x|, not NaN. */
export function againstField(word: number, second: number, size: number): boolean {
  const e = expOfMinus(size);
  return e / (1 + e) * TWO_32 - word > (second + 0.5) / TWO_32;
}
