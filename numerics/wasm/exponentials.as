// AssemblyScript, imported by kernels of this folder: exponentials and what the logistic function is made of, two numbers at a time.

/** eᶻ for z in [−708, 709]: 2ᵏ times the Taylor series of eʳ, z = k ln 2 + r, |r| ≤ ln 2 / 2; relative error 3e-16. */
// @ts-ignore: decorator
@inline
export function exp(z: v128): v128 {
  // Adding 1.5 · 2⁵² leaves the nearest integer k in the low bits of the significand.
  const shifter = f64x2.splat(6755399441055744);
  const shifted = f64x2.add(f64x2.mul(z, f64x2.splat(1.4426950408889634)), shifter);
  const k = f64x2.sub(shifted, shifter);
  // ln 2 in two parts, the first with 21 trailing zero bits, so that k times it is exact.
  let r = f64x2.sub(z, f64x2.mul(k, f64x2.splat(6.93147180369123816490e-01)));
  r = f64x2.sub(r, f64x2.mul(k, f64x2.splat(1.90821492927058770002e-10)));
  const r2 = f64x2.mul(r, r);
  const r4 = f64x2.mul(r2, r2);
  const r8 = f64x2.mul(r4, r4);
  const c01 = f64x2.add(r, f64x2.splat(1));
  const c23 = f64x2.add(f64x2.mul(r, f64x2.splat(1.0 / 6)), f64x2.splat(0.5));
  const c45 = f64x2.add(f64x2.mul(r, f64x2.splat(1.0 / 120)), f64x2.splat(1.0 / 24));
  const c67 = f64x2.add(f64x2.mul(r, f64x2.splat(1.0 / 5040)), f64x2.splat(1.0 / 720));
  const c89 = f64x2.add(f64x2.mul(r, f64x2.splat(1.0 / 362880)), f64x2.splat(1.0 / 40320));
  const c1011 = f64x2.add(f64x2.mul(r, f64x2.splat(1.0 / 39916800)), f64x2.splat(1.0 / 3628800));
  const c1213 = f64x2.add(f64x2.mul(r, f64x2.splat(1.0 / 6227020800)), f64x2.splat(1.0 / 479001600));
  const low = f64x2.add(f64x2.add(c01, f64x2.mul(r2, c23)), f64x2.mul(r4, f64x2.add(c45, f64x2.mul(r2, c67))));
  const high = f64x2.add(f64x2.add(c89, f64x2.mul(r2, c1011)), f64x2.mul(r4, c1213));
  const series = f64x2.add(low, f64x2.mul(r8, high));
  return f64x2.mul(series, i64x2.shl(i64x2.add(shifted, i64x2.splat(1023)), 52));
}

/** e^−|z|; e⁻⁷⁰⁸ beyond. */
// @ts-ignore: decorator
@inline
export function expOfSize(z: v128): v128 {
  return exp(f64x2.pmax(f64x2.neg(f64x2.abs(z)), f64x2.splat(-708)));
}

/** max(z, 0), and NaN for NaN. */
// @ts-ignore: decorator
@inline
export function positivePart(z: v128): v128 {
  return f64x2.pmax(z, f64x2.splat(0));
}

/** 1 / (1 + e^−z), from e = e^−|z| and factor = 1 + e. */
// @ts-ignore: decorator
@inline
export function expit(z: v128, e: v128, factor: v128): v128 {
  return f64x2.div(v128.bitselect(f64x2.splat(1), e, f64x2.gt(z, f64x2.splat(0))), factor);
}
