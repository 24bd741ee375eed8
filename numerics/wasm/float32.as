// AssemblyScript, imported by kernels of this folder: elementary functions in single precision, four numbers at a time. The steps of
// numerics/dense/float32.ts, bit by bit.

// @ts-ignore: decorator
@inline
const SQRT_2: i32 = 0x3504f3; // mantissa bits of √2

// @ts-ignore: decorator
@inline
export function multiplyAdd(a: v128, b: v128, c: f32): v128 {
  return f32x4.add(f32x4.mul(a, b), f32x4.splat(c));
}

/** e^x for x ≤ 0; NaN stays NaN. */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  const t = f32x4.pmax(x, f32x4.splat(-87)); // x < −87 ? −87 : x
  const n = f32x4.nearest(f32x4.mul(t, f32x4.splat(1.44269504)));
  const r = f32x4.sub(
    f32x4.sub(t, f32x4.mul(n, f32x4.splat(0.693359375))),
    f32x4.mul(n, f32x4.splat(-2.12194440e-4)),
  );
  let y = multiplyAdd(f32x4.splat(1.9875691500e-4), r, 1.3981999507e-3);
  y = multiplyAdd(y, r, 8.3334519073e-3);
  y = multiplyAdd(y, r, 4.1665795894e-2);
  y = multiplyAdd(y, r, 1.6666665459e-1);
  y = multiplyAdd(y, r, 5.0000001201e-1);
  y = f32x4.add(f32x4.add(f32x4.mul(y, f32x4.mul(r, r)), r), f32x4.splat(1));
  // n + 127 at the exponent's place, through the last bits of 2^23 + 2^22 + n + 127
  const power = i32x4.shl(f32x4.add(n, f32x4.splat(12583039)), 23);
  return f32x4.mul(y, power);
}

/** log(1 + x) for x in [0, 1]. */
// @ts-ignore: decorator
@inline
export function log1p(x: v128): v128 {
  const s = f32x4.div(x, f32x4.add(f32x4.splat(2), x));
  const z = f32x4.mul(s, s);
  let y = multiplyAdd(f32x4.splat(0.14087329), z, 0.13980709);
  y = multiplyAdd(y, z, 0.20012427);
  y = multiplyAdd(y, z, 0.33333158);
  y = multiplyAdd(y, z, 1);
  return f32x4.mul(f32x4.add(s, s), y);
}

/** log x for normal x in (0, 1]. */
// @ts-ignore: decorator
@inline
export function log(x: v128): v128 {
  const exponent = i32x4.sub(i32x4.shr_s(i32x4.add(x, i32x4.splat(0x800000 - SQRT_2)), 23), i32x4.splat(127));
  const m = i32x4.sub(x, i32x4.shl(exponent, 23));
  const s = f32x4.div(f32x4.sub(m, f32x4.splat(1)), f32x4.add(m, f32x4.splat(1)));
  const z = f32x4.mul(s, s);
  let y = multiplyAdd(f32x4.splat(0.14962792), z, 0.19987399);
  y = multiplyAdd(y, z, 0.33333408);
  y = multiplyAdd(y, z, 1);
  return f32x4.add(
    f32x4.mul(f32x4.convert_i32x4_s(exponent), f32x4.splat(0.693147181)),
    f32x4.mul(f32x4.add(s, s), y),
  );
}

// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  const e = exp(f32x4.neg(f32x4.abs(x)));
  const one = f32x4.splat(1);
  return f32x4.div(v128.bitselect(one, e, f32x4.ge(x, f32x4.splat(0))), f32x4.add(one, e));
}

// @ts-ignore: decorator
@inline
export function softplus4(x: v128): v128 {
  const positive = v128.and(x, f32x4.gt(x, f32x4.splat(0)));
  return f32x4.add(positive, log1p(exp(f32x4.neg(f32x4.abs(x)))));
}

/** 2^n, n a whole number from −126 to 127. */
// @ts-ignore: decorator
@inline
function powerOfTwo(n: v128): v128 {
  return i32x4.shl(f32x4.add(n, f32x4.splat(12583039)), 23);
}

/** e^x for any x. */
// @ts-ignore: decorator
@inline
export function exponential(x: v128): v128 {
  // x < −104 ? −104 : x, then 89 < x ? 89 : x: beyond them the result is 0 or infinite
  const t = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-104)), f32x4.splat(89));
  const n = f32x4.nearest(f32x4.mul(t, f32x4.splat(1.44269504)));
  const r = f32x4.sub(
    f32x4.sub(t, f32x4.mul(n, f32x4.splat(0.693359375))),
    f32x4.mul(n, f32x4.splat(-2.12194440e-4)),
  );
  let y = multiplyAdd(f32x4.splat(1.9875691500e-4), r, 1.3981999507e-3);
  y = multiplyAdd(y, r, 8.3334519073e-3);
  y = multiplyAdd(y, r, 4.1665795894e-2);
  y = multiplyAdd(y, r, 1.6666665459e-1);
  y = multiplyAdd(y, r, 5.0000001201e-1);
  y = f32x4.add(f32x4.add(f32x4.mul(y, f32x4.mul(r, r)), r), f32x4.splat(1));
  const half = f32x4.nearest(f32x4.mul(n, f32x4.splat(0.5)));
  return f32x4.mul(f32x4.mul(y, powerOfTwo(half)), powerOfTwo(f32x4.sub(n, half)));
}

/** ln x for any x. */
// @ts-ignore: decorator
@inline
export function logarithm(x: v128): v128 {
  const tiny = f32x4.lt(x, f32x4.splat(1.17549435e-38));
  const normal = v128.bitselect(f32x4.mul(x, f32x4.splat(8388608)), x, tiny);
  const raised = i32x4.sub(i32x4.shr_s(i32x4.add(normal, i32x4.splat(0x800000 - SQRT_2)), 23), i32x4.splat(127));
  const m = i32x4.sub(normal, i32x4.shl(raised, 23));
  const n = f32x4.convert_i32x4_s(i32x4.sub(raised, v128.and(tiny, i32x4.splat(23))));
  const s = f32x4.div(f32x4.sub(m, f32x4.splat(1)), f32x4.add(m, f32x4.splat(1)));
  const z = f32x4.mul(s, s);
  let y = multiplyAdd(f32x4.splat(0.14962792), z, 0.19987399);
  y = multiplyAdd(y, z, 0.33333408);
  y = multiplyAdd(y, z, 1);
  const low = f32x4.add(f32x4.mul(n, f32x4.splat(-2.12194440e-4)), f32x4.mul(f32x4.add(s, s), y));
  const found = f32x4.add(f32x4.mul(n, f32x4.splat(0.693359375)), low);
  // √x is NaN and ∞ where ln x is.
  const limit = v128.bitselect(f32x4.splat(-Infinity), f32x4.sqrt(x), f32x4.eq(x, f32x4.splat(0)));
  const ordinary = v128.and(f32x4.gt(x, f32x4.splat(0)), f32x4.lt(x, f32x4.splat(Infinity)));
  return v128.bitselect(found, limit, ordinary);
}

// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const size = f32x4.abs(x), one = f32x4.splat(1);
  const e = exp(f32x4.mul(size, f32x4.splat(-2)));
  const far = f32x4.div(f32x4.sub(one, e), f32x4.add(one, e));
  const z = f32x4.mul(x, x);
  let y = multiplyAdd(f32x4.splat(-5.70498872745e-3), z, 2.06390887954e-2);
  y = multiplyAdd(y, z, -5.37397155531e-2);
  y = multiplyAdd(y, z, 1.33314422036e-1);
  y = multiplyAdd(y, z, -3.33332819422e-1);
  const near = f32x4.add(f32x4.mul(f32x4.mul(y, z), x), x);
  const signed = v128.bitselect(far, x, i32x4.splat(0x7fffffff));
  return v128.bitselect(near, signed, f32x4.lt(size, f32x4.splat(0.625)));
}
