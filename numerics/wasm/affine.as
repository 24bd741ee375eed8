// AssemblyScript. Affine couplings in single precision, four numbers at a time: numerics/arithmetic/arithmetic.ts, AffineStep and
// AffineBackStep; twin.ts has them one number after the other.
//
// Where one column is transformed (data in the plane), vectors run over four rows, whose raw and t take turns.

import { exponential, tanh4 } from "./float32";
import { high, part, storePart, sumOf } from "./lanes";

/** x, and moved, of s and t. */
// @ts-ignore: decorator
@inline
function move(x: usize, moved: usize, s: v128, t: v128, lanes: usize, inverse: bool): void {
  const old = v128.load(x);
  if (inverse) {
    const found = f32x4.mul(f32x4.sub(old, t), exponential(f32x4.neg(s)));
    storePart(moved, found, lanes);
    storePart(x, found, lanes);
  } else {
    const found = f32x4.mul(old, exponential(s));
    storePart(moved, found, lanes);
    storePart(x, f32x4.add(found, t), lanes);
  }
}

export function affine(
  rows: usize,
  m: usize,
  inverse: bool,
  x: usize,
  raw: usize,
  bound: usize,
  logDet: usize,
  squashed: usize,
  moved: usize,
): void {
  if (m == 1) return affineOfOne(rows, inverse, x, raw, bound, logDet, squashed, moved);
  for (let r: usize = 0; r < rows; r++) {
    let low = f64x2.splat(0), rest = low;
    for (let j: usize = 0; j < m; j += 4) {
      const at = j << 2, lanes = m - j;
      const tanh = tanh4(v128.load(raw + at));
      const s = f32x4.mul(v128.load(bound + at), tanh), counted = part(s, lanes);
      storePart(squashed + at, tanh, lanes);
      move(x + at, moved + at, s, v128.load(raw + ((m + j) << 2)), lanes, inverse);
      low = f64x2.add(low, f64x2.promote_low_f32x4(counted));
      rest = f64x2.add(rest, high(counted));
    }
    const sum = sumOf(low) + sumOf(rest);
    f64.store(logDet, f64.load(logDet) + (inverse ? -sum : sum));
    logDet += 8;
    x += m << 2;
    raw += m << 3;
    squashed += m << 2;
    moved += m << 2;
  }
}

function affineOfOne(
  rows: usize,
  inverse: bool,
  x: usize,
  raw: usize,
  bound: usize,
  logDet: usize,
  squashed: usize,
  moved: usize,
): void {
  const most = v128.load32_splat(bound);
  for (let r: usize = 0; r < rows; r += 4) {
    const at = r << 2, lanes = rows - r;
    const a = v128.load(raw + (r << 3)), b = v128.load(raw + (r << 3), 16);
    const tanh = tanh4(v128.shuffle<i32>(a, b, 0, 2, 4, 6));
    const s = f32x4.mul(most, tanh);
    storePart(squashed + at, tanh, lanes);
    move(x + at, moved + at, s, v128.shuffle<i32>(a, b, 1, 3, 5, 7), lanes, inverse);
    const signed = inverse ? f32x4.neg(s) : s;
    addPair(logDet + (r << 3), f64x2.promote_low_f32x4(signed), lanes);
    if (lanes > 2) addPair(logDet + ((r + 2) << 3), high(signed), lanes - 2);
  }
}

// @ts-ignore: decorator
@inline
function addPair(at: usize, v: v128, lanes: usize): void {
  const sum = f64x2.add(v128.load(at), v);
  if (lanes > 1) v128.store(at, sum);
  else v128.store64_lane(at, sum, 0);
}

/** The cotangent of s. */
// @ts-ignore: decorator
@inline
function back(moved: v128, dx: v128, dl: v128, inverse: bool): v128 {
  const ds = f32x4.add(f32x4.mul(dx, moved), dl);
  return inverse ? f32x4.neg(ds) : ds;
}

// @ts-ignore: decorator
@inline
function scaled(dx: v128, bound: v128, tanh: v128, inverse: bool): v128 {
  const s = f32x4.mul(bound, tanh);
  return f32x4.mul(dx, exponential(inverse ? f32x4.neg(s) : s));
}

// @ts-ignore: decorator
@inline
function rawOf(ds: v128, bound: v128, tanh: v128): v128 {
  return f32x4.mul(f32x4.mul(ds, bound), f32x4.sub(f32x4.splat(1), f32x4.mul(tanh, tanh)));
}

export function affineBack(
  rows: usize,
  m: usize,
  inverse: bool,
  bound: usize,
  squashed: usize,
  moved: usize,
  dx: usize,
  dLogDet: usize,
  dRaw: usize,
  dBound: usize,
): void {
  if (m == 1) return affineBackOfOne(rows, inverse, bound, squashed, moved, dx, dLogDet, dRaw, dBound);
  for (let r: usize = 0; r < rows; r++) {
    const dl = f32x4.splat(f32(f64.load(dLogDet + (r << 3))));
    for (let j: usize = 0; j < m; j += 4) {
      const at = j << 2, lanes = m - j;
      const tanh = v128.load(squashed + at), most = v128.load(bound + at), old = v128.load(dx + at);
      const ds = back(v128.load(moved + at), old, dl, inverse);
      const found = scaled(old, most, tanh, inverse);
      storePart(dRaw + at, rawOf(ds, most, tanh), lanes);
      storePart(dRaw + ((m + j) << 2), inverse ? f32x4.neg(found) : old, lanes);
      storePart(dBound + at, f32x4.add(v128.load(dBound + at), f32x4.mul(ds, tanh)), lanes);
      storePart(dx + at, found, lanes);
    }
    dx += m << 2;
    dRaw += m << 3;
    squashed += m << 2;
    moved += m << 2;
  }
}

function affineBackOfOne(
  rows: usize,
  inverse: bool,
  bound: usize,
  squashed: usize,
  moved: usize,
  dx: usize,
  dLogDet: usize,
  dRaw: usize,
  dBound: usize,
): void {
  const most = v128.load32_splat(bound);
  let sum = f32.load(dBound);
  for (let r: usize = 0; r < rows; r += 4) {
    const at = r << 2, lanes = rows - r;
    const tanh = v128.load(squashed + at), old = v128.load(dx + at);
    const d0 = f32x4.demote_f64x2_zero(v128.load(dLogDet + (r << 3)));
    const d1 = f32x4.demote_f64x2_zero(v128.load(dLogDet + (r << 3), 16));
    const ds = back(v128.load(moved + at), old, v128.shuffle<i64>(d0, d1, 0, 2), inverse);
    const found = scaled(old, most, tanh, inverse);
    const raw = rawOf(ds, most, tanh), t = inverse ? f32x4.neg(found) : old;
    storePart(dRaw + (r << 3), v128.shuffle<i32>(raw, t, 0, 4, 1, 5), 2 * lanes);
    if (lanes > 2) storePart(dRaw + (r << 3) + 16, v128.shuffle<i32>(raw, t, 2, 6, 3, 7), 2 * lanes - 4);
    storePart(dx + at, found, lanes);
    const terms = f32x4.mul(ds, tanh);
    sum += f32x4.extract_lane(terms, 0);
    if (lanes > 1) sum += f32x4.extract_lane(terms, 1);
    if (lanes > 2) sum += f32x4.extract_lane(terms, 2);
    if (lanes > 3) sum += f32x4.extract_lane(terms, 3);
  }
  f32.store(dBound, sum);
}
