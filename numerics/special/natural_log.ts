/**
 * ln u by sums, products and a quotient alone, so that every engine and every kernel that does the same gives the same bits:
 * that of fdlibm (Sun Microsystems, 1993) without its special cases. Error below one unit in the last place.
 */

const bits = new BigUint64Array(1), number = new Float64Array(bits.buffer);
const ONE = 0x3ff0000000000000n;
const ROOT = 0x3fe6a09e00000000n; // the bits of √½, cut

/** For a normal, positive, finite double. */
export function naturalLog(u: number): number {
  // u = 2ᵏ (1 + f), 1 + f from √½ to √2.
  number[0] = u;
  const shifted = bits[0] + (ONE - ROOT);
  const k = Number(shifted >> 52n) - 1023;
  bits[0] = (shifted & 0x000fffffffffffffn) + ROOT;
  const f = number[0] - 1;
  const s = f / (2 + f);
  const z = s * s, w = z * z;
  const even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
  const odd = z *
    (6.666666666666735130e-01 +
      w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
  const half = 0.5 * (f * f);
  const rest = s * (half + (even + odd)) + k * 1.90821492927058770002e-10;
  return k * 6.93147180369123816490e-01 - (half - rest - f);
}
