// AssemblyScript, a part of gemm.as: products with few columns, or along a single one, whose vectors run down rows, or along a row of C.

import { bendRest, bent, finishTile, floorOf, multiplyAdd } from "./gemm_sums";
import { storePart } from "./lanes";

const ROWS: usize = 8;
const COLUMNS: usize = 4;
const PAIRS_ROWS: usize = 16;

/**
 * What `multiply` of gemm.as does for at most 4 columns: B is one panel of 4. Entry l of rows 8i … 8i + 7 of A is at a + i * panel + l * step, in bytes. `tile` is room
 * for 8 × 4 numbers.
 */
export function multiplyNarrow(
  a: usize,
  panel: usize,
  step: usize,
  b: usize,
  c: usize,
  m: usize,
  n: usize,
  k: usize,
  alpha: f32,
  beta: f32,
  first: bool,
  bias: usize,
  activation: i32,
  tile: usize,
): void {
  for (let i: usize = 0; i < m; i += ROWS) {
    const rows = min(m - i, ROWS);
    narrowKernel(a, step, b, k, tile);
    finishTile(tile, COLUMNS, c, n, rows, n, alpha, beta, first, bias, activation);
    bendRest(c, n, rows, n, bias, activation);
    a += panel;
    c += ROWS * n << 2;
  }
}

function narrowKernel(a: usize, step: usize, b: usize, k: usize, tile: usize): void {
  let s00 = f32x4.splat(0), s01 = s00, s02 = s00, s03 = s00, s10 = s00, s11 = s00, s12 = s00, s13 = s00;
  const end = b + (k << 4);
  while (b < end) {
    const x0 = v128.load(a), x1 = v128.load(a, 16), y = v128.load(b);
    const y0 = v128.shuffle<i32>(y, y, 0, 0, 0, 0);
    s00 = multiplyAdd(x0, y0, s00);
    s10 = multiplyAdd(x1, y0, s10);
    const y1 = v128.shuffle<i32>(y, y, 1, 1, 1, 1);
    s01 = multiplyAdd(x0, y1, s01);
    s11 = multiplyAdd(x1, y1, s11);
    const y2 = v128.shuffle<i32>(y, y, 2, 2, 2, 2);
    s02 = multiplyAdd(x0, y2, s02);
    s12 = multiplyAdd(x1, y2, s12);
    const y3 = v128.shuffle<i32>(y, y, 3, 3, 3, 3);
    s03 = multiplyAdd(x0, y3, s03);
    s13 = multiplyAdd(x1, y3, s13);
    a += step;
    b += 16;
  }
  storeLines(tile, s00, s01, s02, s03);
  storeLines(tile + 64, s10, s11, s12, s13);
}

/** Four columns of four numbers, as rows. */
// @ts-ignore: decorator
@inline
function storeLines(at: usize, a: v128, b: v128, c: v128, d: v128): void {
  const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5), cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const abHigh = v128.shuffle<i32>(a, b, 2, 6, 3, 7), cdHigh = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(at, v128.shuffle<i64>(ab, cd, 0, 2));
  v128.store(at, v128.shuffle<i64>(ab, cd, 1, 3), 16);
  v128.store(at, v128.shuffle<i64>(abHigh, cdHigh, 0, 2), 32);
  v128.store(at, v128.shuffle<i64>(abHigh, cdHigh, 1, 3), 48);
}

/** C [m × n] ← h(A B + bias), where A has one column and B one row: nothing is packed. */
export function multiplyOuter(a: usize, b: usize, c: usize, m: usize, n: usize, bias: usize, activation: i32): void {
  const floor = floorOf(activation), line = n << 2, none = f32x4.splat(0), end = a + (m << 2);
  let j: usize = 0;
  for (; j + 16 <= n; j += 16) {
    const from = b + (j << 2), y0 = v128.load(from), y1 = v128.load(from, 16), y2 = v128.load(from, 32), y3 = v128.load(from, 48);
    const shift = bias + (j << 2), b0 = v128.load(shift), b1 = v128.load(shift, 16), b2 = v128.load(shift, 32), b3 = v128.load(shift, 48);
    let to = c + (j << 2);
    for (let at = a; at < end; at += 4) {
      const x = v128.load32_splat(at);
      v128.store(to, bent(multiplyAdd(x, y0, none), b0, floor));
      v128.store(to, bent(multiplyAdd(x, y1, none), b1, floor), 16);
      v128.store(to, bent(multiplyAdd(x, y2, none), b2, floor), 32);
      v128.store(to, bent(multiplyAdd(x, y3, none), b3, floor), 48);
      to += line;
    }
  }
  for (; j < n; j += 4) {
    const y = v128.load(b + (j << 2)), shift = v128.load(bias + (j << 2));
    let to = c + (j << 2);
    for (let at = a; at < end; at += 4) {
      storePart(to, bent(multiplyAdd(v128.load32_splat(at), y, none), shift, floor), n - j);
      to += line;
    }
  }
  bendRest(c, n, m, n, bias, activation);
}

/** C [m × 2] ← h(A B + bias), A [m × k] where it is, B packed in a panel of 4 columns. */
export function multiplyPairs(a: usize, b: usize, c: usize, m: usize, k: usize, bias: usize, activation: i32): void {
  const floor = floorOf(activation), shift = v128.load64_splat(bias), line = k << 2;
  let i: usize = 0;
  for (; i + PAIRS_ROWS <= m; i += PAIRS_ROWS) {
    pairsKernel(a + i * line, line, b, k, c + (i << 3), shift, floor);
  }
  for (; i < m; i++) {
    let sum = f32x4.splat(0);
    for (let l: usize = 0; l < k; l++) {
      sum = multiplyAdd(v128.load32_splat(a + i * line + (l << 2)), v128.load(b + (l << 4)), sum);
    }
    v128.store64_lane(c + (i << 3), bent(sum, shift, floor), 0);
  }
  bendRest(c, 2, m, 2, bias, activation);
}

/** Of 16 rows: a vector has both sums of one row and both of the next. */
function pairsKernel(a: usize, line: usize, b: usize, k: usize, c: usize, shift: v128, floor: v128): void {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
  const two = line << 1;
  let l: usize = 0;
  for (; l + 4 <= k; l += 4) {
    const y0 = v128.load64_splat(b), y1 = v128.load64_splat(b, 16), y2 = v128.load64_splat(b, 32), y3 = v128.load64_splat(b, 48);
    let at = a;
    s0 = fourOfTwo(at, line, y0, y1, y2, y3, s0);
    at += two;
    s1 = fourOfTwo(at, line, y0, y1, y2, y3, s1);
    at += two;
    s2 = fourOfTwo(at, line, y0, y1, y2, y3, s2);
    at += two;
    s3 = fourOfTwo(at, line, y0, y1, y2, y3, s3);
    at += two;
    s4 = fourOfTwo(at, line, y0, y1, y2, y3, s4);
    at += two;
    s5 = fourOfTwo(at, line, y0, y1, y2, y3, s5);
    at += two;
    s6 = fourOfTwo(at, line, y0, y1, y2, y3, s6);
    at += two;
    s7 = fourOfTwo(at, line, y0, y1, y2, y3, s7);
    a += 16;
    b += 64;
  }
  for (; l < k; l++) {
    const y = v128.load64_splat(b);
    let at = a;
    s0 = multiplyAdd(ofTwo(at, line), y, s0);
    at += two;
    s1 = multiplyAdd(ofTwo(at, line), y, s1);
    at += two;
    s2 = multiplyAdd(ofTwo(at, line), y, s2);
    at += two;
    s3 = multiplyAdd(ofTwo(at, line), y, s3);
    at += two;
    s4 = multiplyAdd(ofTwo(at, line), y, s4);
    at += two;
    s5 = multiplyAdd(ofTwo(at, line), y, s5);
    at += two;
    s6 = multiplyAdd(ofTwo(at, line), y, s6);
    at += two;
    s7 = multiplyAdd(ofTwo(at, line), y, s7);
    a += 4;
    b += 16;
  }
  v128.store(c, bent(s0, shift, floor));
  v128.store(c, bent(s1, shift, floor), 16);
  v128.store(c, bent(s2, shift, floor), 32);
  v128.store(c, bent(s3, shift, floor), 48);
  v128.store(c, bent(s4, shift, floor), 64);
  v128.store(c, bent(s5, shift, floor), 80);
  v128.store(c, bent(s6, shift, floor), 96);
  v128.store(c, bent(s7, shift, floor), 112);
}

/** Four entries of two rows. */
// @ts-ignore: decorator
@inline
function fourOfTwo(a: usize, line: usize, y0: v128, y1: v128, y2: v128, y3: v128, sum: v128): v128 {
  const r0 = v128.load(a), r1 = v128.load(a + line);
  sum = multiplyAdd(v128.shuffle<i32>(r0, r1, 0, 0, 4, 4), y0, sum);
  sum = multiplyAdd(v128.shuffle<i32>(r0, r1, 1, 1, 5, 5), y1, sum);
  sum = multiplyAdd(v128.shuffle<i32>(r0, r1, 2, 2, 6, 6), y2, sum);
  return multiplyAdd(v128.shuffle<i32>(r0, r1, 3, 3, 7, 7), y3, sum);
}

/** An entry of one row and of the next, twice each. */
// @ts-ignore: decorator
@inline
function ofTwo(a: usize, line: usize): v128 {
  return v128.shuffle<i32>(v128.load32_zero(a), v128.load32_zero(a + line), 0, 0, 4, 4);
}
