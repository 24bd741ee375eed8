// AssemblyScript, imported by kernels of this folder: the steps of numerics/special/exp_of_minus.ts and natural_log.ts, bit by bit.

/** e^−x for x ≥ 0. */
export function expOfMinus(x: f64): f64 {
  const z = -(x < 708.0 ? x : 708.0);
  const k = z * 1.4426950408889634 + 6755399441055744.0 - 6755399441055744.0;
  let r = z - k * 6.93147180369123816490e-01;
  r = r - k * 1.90821492927058770002e-10;
  const r2 = r * r, r4 = r2 * r2;
  const c01 = r + 1.0, c23 = r * (1.0 / 6.0) + 0.5;
  const c45 = r * (1.0 / 120.0) + 1.0 / 24.0, c67 = r * (1.0 / 5040.0) + 1.0 / 720.0;
  const c89 = r * (1.0 / 362880.0) + 1.0 / 40320.0, c1011 = r * (1.0 / 39916800.0) + 1.0 / 3628800.0;
  const low = c01 + r2 * c23 + r4 * (c45 + r2 * c67);
  const high = c89 + r2 * c1011 + r4 * (1.0 / 479001600.0);
  return (low + r4 * r4 * high) * reinterpret<f64>((<i64>k + 1023) << 52);
}

/** ln u for a normal, positive, finite double. */
export function naturalLog(u: f64): f64 {
  const shifted = reinterpret<u64>(u) + (0x3ff0000000000000 - 0x3fe6a09e00000000);
  const k = <f64>(<i64>(shifted >> 52) - 1023);
  const f = reinterpret<f64>((shifted & 0x000fffffffffffff) + 0x3fe6a09e00000000) - 1.0;
  const s = f / (2.0 + f);
  const z = s * s, w = z * z;
  const even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
  const odd = z *
    (6.666666666666735130e-01 +
      w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
  const half = 0.5 * (f * f);
  const rest = s * (half + (even + odd)) + k * 1.90821492927058770002e-10;
  return k * 6.93147180369123816490e-01 - (half - rest - f);
}
