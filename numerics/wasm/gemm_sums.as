// AssemblyScript, imported by gemm.as and what it is made of: a step of a sum, and what becomes of the sums of a product.

import { activated, RELU } from "./activation";
import { storePart } from "./lanes";

// @ts-ignore: decorator
@inline
export function multiplyAdd(a: v128, b: v128, sum: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, sum) : f32x4.add(sum, f32x4.mul(a, b));
}

// @ts-ignore: decorator
@inline
function blended(at: usize, sum: v128, alpha: v128, beta: v128, first: bool, zero: bool): v128 {
  let old = zero ? f32x4.splat(0) : v128.load(at);
  if (first && !zero) old = f32x4.mul(beta, old);
  return f32x4.add(old, f32x4.mul(alpha, sum));
}

// @ts-ignore: decorator
@inline
export function finish(at: usize, sum: v128, alpha: v128, beta: v128, first: bool, zero: bool): void {
  v128.store(at, blended(at, sum, alpha, beta, first, zero));
}

/** The same with a bias, and nothing below the floor. */
// @ts-ignore: decorator
@inline
export function finishBent(
  at: usize,
  sum: v128,
  alpha: v128,
  beta: v128,
  first: bool,
  zero: bool,
  bias: v128,
  floor: v128,
): void {
  v128.store(at, bent(blended(at, sum, alpha, beta, first, zero), bias, floor));
}

// @ts-ignore: decorator
@inline
export function bent(v: v128, bias: v128, floor: v128): v128 {
  return f32x4.pmax(f32x4.add(v, bias), floor); // NaN and −0 stay what they are
}

/** What a ReLU leaves nothing below. */
// @ts-ignore: decorator
@inline
export function floorOf(activation: i32): v128 {
  return f32x4.splat(activation == RELU ? 0 : -Infinity);
}

/** What is left to do to a part of C whose bias, where there is one, was added together with a ReLU. */
export function bendRest(c: usize, line: usize, rows: usize, columns: usize, bias: usize, activation: i32): void {
  if (!activation || bias && activation == RELU) return;
  for (let i: usize = 0; i < rows; i++) {
    for (let j: usize = 0; j < columns; j += 4) {
      const at = c + (j << 2);
      storePart(at, activated(v128.load(at), activation), columns - j);
    }
    c += line << 2;
  }
}

/** Sums in a tile, of which some rows and columns count, blended with what C holds; a bias and a ReLU after it. */
export function finishTile(
  tile: usize,
  tileLine: usize,
  c: usize,
  line: usize,
  rows: usize,
  columns: usize,
  alpha: f32,
  beta: f32,
  first: bool,
  bias: usize,
  activation: i32,
): void {
  const scale = f32x4.splat(alpha), old = f32x4.splat(beta), floor = floorOf(activation);
  const zero = first && beta == 0;
  const fours = columns & ~3;
  for (let i: usize = 0; i < rows; i++) {
    for (let j: usize = 0; j < fours; j += 4) {
      const at = c + (j << 2), sum = v128.load(tile + (j << 2));
      if (bias) finishBent(at, sum, scale, old, first, zero, v128.load(bias + (j << 2)), floor);
      else finish(at, sum, scale, old, first, zero);
    }
    for (let j = fours; j < columns; j++) {
      let before: f32 = zero ? 0 : f32.load(c + (j << 2));
      if (first && !zero) before = beta * before;
      let found = before + alpha * f32.load(tile + (j << 2));
      if (bias) {
        found += f32.load(bias + (j << 2));
        if (activation == RELU && found < 0) found = 0;
      }
      f32.store(c + (j << 2), found);
    }
    tile += tileLine << 2;
    c += line << 2;
  }
}
