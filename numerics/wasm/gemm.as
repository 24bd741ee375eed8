// AssemblyScript. The inner loops of a matrix product in single precision; numerics/dense/gemm.ts says what they are for.
//
// A is packed in panels of 4 rows and B in panels of 8 columns, index k outermost, so that the micro-kernel reads both from
// front to back: a vector of A whose lanes are broadcast by shuffles, two vectors of B, eight accumulators.
//
// Where C has at most 4 columns, vectors run down its rows instead: the narrow micro-kernel has two vectors of A and four numbers of B, and reads
// A where it is if its columns are side by side.
//
// Where V8 joins pairs of vectors to ones of 256 bits, panels of B have 16 columns: the wide micro-kernels have sixteen accumulators, side by
// side in pairs. V8 looks for stores side by side with no load between them, and joins what leads to them; so biases are loaded first, and sums
// that are to be blended with what C holds go into a tile. A is not packed, but read where it is, four rows at a time. The roundings are the same.
//
// After the last run along k a bias may be added to each row of C and an activation follow (bias 0, activation 0: none): ReLU while numbers are still in
// registers, the others in a pass over what has just been written.

import { activated, RELU } from "./activation";
import { storePart } from "./lanes";

const ROWS: usize = 4;
const COLUMNS: usize = 8;
const WIDE_COLUMNS: usize = 16;
const NARROW_ROWS: usize = 8;
const NARROW_COLUMNS: usize = 4;
const PAIRS_ROWS: usize = 16;

// @ts-ignore: decorator
@inline
function multiplyAdd(a: v128, b: v128, sum: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, sum) : f32x4.add(sum, f32x4.mul(a, b));
}

/**
 * Packs `count` lines of a matrix into panels of `width` lines each (4, 8 or 16), k entries deep; lines that are missing are zeros.
 * Entry l of line i is at source + 4 (i * line + l * entry); one of the two strides is 1.
 */
export function pack(source: usize, line: usize, entry: usize, count: usize, k: usize, width: usize, out: usize): void {
  for (let first: usize = 0; first < count; first += width) {
    const whole = count - first >= width;
    if (whole && line == 1) {
      // Lines side by side: rows of the source are copied.
      for (let l: usize = 0; l < k; l++) {
        const from = source + ((first + l * entry) << 2);
        v128.store(out, v128.load(from));
        if (width > ROWS) v128.store(out, v128.load(from, 16), 16);
        if (width > COLUMNS) {
          v128.store(out, v128.load(from, 32), 32);
          v128.store(out, v128.load(from, 48), 48);
        }
        out += width << 2;
      }
    } else if (whole) {
      for (let part: usize = 0; part < width; part += 4) {
        transposeLines(source + ((first + part) * line << 2), line << 2, k, width << 2, out + (part << 2));
      }
      out += width * k << 2;
    } else {
      for (let l: usize = 0; l < k; l++) {
        for (let i: usize = 0; i < width; i++) {
          const value = first + i < count ? f32.load(source + (((first + i) * line + l * entry) << 2)) : 0;
          f32.store(out, value);
          out += 4;
        }
      }
    }
  }
}

/** Four lines of k entries side by side become k vectors of four, `step` bytes apart. */
function transposeLines(source: usize, line: usize, k: usize, step: usize, out: usize): void {
  let from0 = source, from1 = source + line, from2 = source + 2 * line, from3 = source + 3 * line;
  const vectors = k & ~3;
  for (let l: usize = 0; l < vectors; l += 4) {
    const a = v128.load(from0), b = v128.load(from1), c = v128.load(from2), d = v128.load(from3);
    const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5), cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
    const abHigh = v128.shuffle<i32>(a, b, 2, 6, 3, 7), cdHigh = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
    v128.store(out, v128.shuffle<i64>(ab, cd, 0, 2));
    v128.store(out + step, v128.shuffle<i64>(ab, cd, 1, 3));
    v128.store(out + 2 * step, v128.shuffle<i64>(abHigh, cdHigh, 0, 2));
    v128.store(out + 3 * step, v128.shuffle<i64>(abHigh, cdHigh, 1, 3));
    out += 4 * step;
    from0 += 16;
    from1 += 16;
    from2 += 16;
    from3 += 16;
  }
  for (let l = vectors; l < k; l++) {
    f32.store(out, f32.load(from0));
    f32.store(out, f32.load(from1), 4);
    f32.store(out, f32.load(from2), 8);
    f32.store(out, f32.load(from3), 12);
    out += step;
    from0 += 4;
    from1 += 4;
    from2 += 4;
    from3 += 4;
  }
}

/**
 * C [m × n] ← C + alpha · A B of packed panels, k deep; every row of C begins `line` entries after the one before. Where `first`, C
 * counts as beta · C, and not at all where beta is 0. `tile` is room for 4 × 8 numbers.
 */
export function multiply(
  a: usize,
  b: usize,
  c: usize,
  m: usize,
  n: usize,
  k: usize,
  line: usize,
  alpha: f32,
  beta: f32,
  first: bool,
  bias: usize,
  activation: i32,
  tile: usize,
): void {
  for (let j: usize = 0; j < n; j += COLUMNS) {
    const panelB = b + (j * k << 2), biasHere = bias ? bias + (j << 2) : 0;
    for (let i: usize = 0; i < m; i += ROWS) {
      const panelA = a + (i * k << 2);
      const at = c + ((i * line + j) << 2);
      if (m - i >= ROWS && n - j >= COLUMNS) {
        kernel(panelA, panelB, at, k, line, alpha, beta, first, biasHere, activation);
        bendRest(at, line, ROWS, COLUMNS, biasHere, activation);
        continue;
      }
      const rows = min(m - i, ROWS), columns = min(n - j, COLUMNS);
      copy(at, line, tile, COLUMNS, rows, columns);
      kernel(panelA, panelB, tile, k, COLUMNS, alpha, beta, first, biasHere, activation);
      copy(tile, COLUMNS, at, line, rows, columns);
      bendRest(at, line, rows, columns, biasHere, activation);
    }
  }
}

function copy(from: usize, fromLine: usize, to: usize, toLine: usize, rows: usize, columns: usize): void {
  for (let i: usize = 0; i < rows; i++) {
    for (let j: usize = 0; j < columns; j++) {
      f32.store(to + ((i * toLine + j) << 2), f32.load(from + ((i * fromLine + j) << 2)));
    }
  }
}

// @ts-ignore: decorator
@inline
function finish(at: usize, sum: v128, alpha: v128, beta: v128, first: bool, zero: bool): void {
  let old = zero ? f32x4.splat(0) : v128.load(at);
  if (first && !zero) old = f32x4.mul(beta, old);
  v128.store(at, f32x4.add(old, f32x4.mul(alpha, sum)));
}

/** The same with a bias, and nothing below the floor. */
// @ts-ignore: decorator
@inline
function finishBent(
  at: usize,
  sum: v128,
  alpha: v128,
  beta: v128,
  first: bool,
  zero: bool,
  bias: v128,
  floor: v128,
): void {
  let old = zero ? f32x4.splat(0) : v128.load(at);
  if (first && !zero) old = f32x4.mul(beta, old);
  v128.store(at, bent(f32x4.add(old, f32x4.mul(alpha, sum)), bias, floor));
}

// @ts-ignore: decorator
@inline
function bent(v: v128, bias: v128, floor: v128): v128 {
  return f32x4.pmax(f32x4.add(v, bias), floor); // NaN and −0 stay what they are
}

/** What a ReLU leaves nothing below. */
// @ts-ignore: decorator
@inline
function floorOf(activation: i32): v128 {
  return f32x4.splat(activation == RELU ? 0 : -Infinity);
}

/** What is left to do to a part of C whose bias, where there is one, was added together with a ReLU. */
function bendRest(c: usize, line: usize, rows: usize, columns: usize, bias: usize, activation: i32): void {
  if (!activation || bias && activation == RELU) return;
  for (let i: usize = 0; i < rows; i++) {
    for (let j: usize = 0; j < columns; j += 4) {
      const at = c + (j << 2);
      storePart(at, activated(v128.load(at), activation), columns - j);
    }
    c += line << 2;
  }
}

function kernel(a: usize, b: usize, c: usize, k: usize, line: usize, alpha: f32, beta: f32, first: bool, bias: usize, activation: i32): void {
  let s00 = f32x4.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  const end = a + (k << 4);
  while (a < end) {
    const x = v128.load(a), y0 = v128.load(b), y1 = v128.load(b, 16);
    const x0 = v128.shuffle<i32>(x, x, 0, 0, 0, 0);
    s00 = multiplyAdd(x0, y0, s00);
    s01 = multiplyAdd(x0, y1, s01);
    const x1 = v128.shuffle<i32>(x, x, 1, 1, 1, 1);
    s10 = multiplyAdd(x1, y0, s10);
    s11 = multiplyAdd(x1, y1, s11);
    const x2 = v128.shuffle<i32>(x, x, 2, 2, 2, 2);
    s20 = multiplyAdd(x2, y0, s20);
    s21 = multiplyAdd(x2, y1, s21);
    const x3 = v128.shuffle<i32>(x, x, 3, 3, 3, 3);
    s30 = multiplyAdd(x3, y0, s30);
    s31 = multiplyAdd(x3, y1, s31);
    a += 16;
    b += 32;
  }
  const scale = f32x4.splat(alpha), old = f32x4.splat(beta);
  const zero = first && beta == 0;
  const step = line << 2;
  if (bias) {
    const b0 = v128.load(bias), b1 = v128.load(bias, 16), floor = floorOf(activation);
    finishBent(c, s00, scale, old, first, zero, b0, floor);
    finishBent(c + 16, s01, scale, old, first, zero, b1, floor);
    c += step;
    finishBent(c, s10, scale, old, first, zero, b0, floor);
    finishBent(c + 16, s11, scale, old, first, zero, b1, floor);
    c += step;
    finishBent(c, s20, scale, old, first, zero, b0, floor);
    finishBent(c + 16, s21, scale, old, first, zero, b1, floor);
    c += step;
    finishBent(c, s30, scale, old, first, zero, b0, floor);
    finishBent(c + 16, s31, scale, old, first, zero, b1, floor);
    return;
  }
  finish(c, s00, scale, old, first, zero);
  finish(c + 16, s01, scale, old, first, zero);
  c += step;
  finish(c, s10, scale, old, first, zero);
  finish(c + 16, s11, scale, old, first, zero);
  c += step;
  finish(c, s20, scale, old, first, zero);
  finish(c + 16, s21, scale, old, first, zero);
  c += step;
  finish(c, s30, scale, old, first, zero);
  finish(c + 16, s31, scale, old, first, zero);
}

/**
 * The same of panels of B of 16 columns, A where it is: entry l of row i is at a + i * row + l * step, in bytes. `tile` is room for 4 × 16
 * numbers.
 */
export function multiplyWide(
  a: usize,
  row: usize,
  step: usize,
  b: usize,
  c: usize,
  m: usize,
  n: usize,
  k: usize,
  line: usize,
  alpha: f32,
  beta: f32,
  first: bool,
  bias: usize,
  activation: i32,
  tile: usize,
): void {
  const isPlain = first && alpha == 1 && beta == 0, floor = floorOf(activation);
  for (let j: usize = 0; j < n; j += WIDE_COLUMNS) {
    const panel = b + (j * k << 2), biasHere = bias ? bias + (j << 2) : 0;
    const columns = min(n - j, WIDE_COLUMNS);
    for (let i: usize = 0; i < m; i += ROWS) {
      const at = c + ((i * line + j) << 2), rows = min(m - i, ROWS);
      const a0 = a + i * row, a1 = rows > 1 ? a0 + row : a0, a2 = rows > 2 ? a1 + row : a0, a3 = rows > 3 ? a2 + row : a0;
      if (isPlain && rows == ROWS && columns == WIDE_COLUMNS) {
        wideLayer(a0, a1, a2, a3, step, panel, k, at, line << 2, biasHere, floor);
      } else {
        wideKernel(a0, a1, a2, a3, step, panel, k, tile);
        finishTile(tile, WIDE_COLUMNS, at, line, rows, columns, alpha, beta, first, biasHere, activation);
      }
      bendRest(at, line, rows, columns, biasHere, activation);
    }
  }
}

function finishTile(
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

function wideKernel(a0: usize, a1: usize, a2: usize, a3: usize, step: usize, b: usize, k: usize, tile: usize): void {
  let s00 = f32x4.splat(0), s01 = s00, s02 = s00, s03 = s00, s10 = s00, s11 = s00, s12 = s00, s13 = s00, s20 = s00, s21 = s00, s22 = s00, s23 = s00, s30 = s00, s31 = s00, s32 = s00, s33 = s00;
  const end = b + (k << 6);
  while (b < end) {
    const y0 = v128.load(b), y1 = v128.load(b, 16), y2 = v128.load(b, 32), y3 = v128.load(b, 48);
    const x0 = v128.load32_splat(a0);
    s00 = multiplyAdd(x0, y0, s00);
    s01 = multiplyAdd(x0, y1, s01);
    s02 = multiplyAdd(x0, y2, s02);
    s03 = multiplyAdd(x0, y3, s03);
    const x1 = v128.load32_splat(a1);
    s10 = multiplyAdd(x1, y0, s10);
    s11 = multiplyAdd(x1, y1, s11);
    s12 = multiplyAdd(x1, y2, s12);
    s13 = multiplyAdd(x1, y3, s13);
    const x2 = v128.load32_splat(a2);
    s20 = multiplyAdd(x2, y0, s20);
    s21 = multiplyAdd(x2, y1, s21);
    s22 = multiplyAdd(x2, y2, s22);
    s23 = multiplyAdd(x2, y3, s23);
    const x3 = v128.load32_splat(a3);
    s30 = multiplyAdd(x3, y0, s30);
    s31 = multiplyAdd(x3, y1, s31);
    s32 = multiplyAdd(x3, y2, s32);
    s33 = multiplyAdd(x3, y3, s33);
    a0 += step;
    a1 += step;
    a2 += step;
    a3 += step;
    b += 64;
  }
  v128.store(tile, s00);
  v128.store(tile, s01, 16);
  v128.store(tile, s02, 32);
  v128.store(tile, s03, 48);
  v128.store(tile, s10, 64);
  v128.store(tile, s11, 80);
  v128.store(tile, s12, 96);
  v128.store(tile, s13, 112);
  v128.store(tile, s20, 128);
  v128.store(tile, s21, 144);
  v128.store(tile, s22, 160);
  v128.store(tile, s23, 176);
  v128.store(tile, s30, 192);
  v128.store(tile, s31, 208);
  v128.store(tile, s32, 224);
  v128.store(tile, s33, 240);
}

/** The most common of these: C ← h(A B + bias), h the identity or ReLU; address 0 has zeros, so that there need be no bias. A sum is never −0, so that nothing is added to it. */
function wideLayer(a0: usize, a1: usize, a2: usize, a3: usize, step: usize, b: usize, k: usize, c: usize, line: usize, bias: usize, floor: v128): void {
  let s00 = f32x4.splat(0), s01 = s00, s02 = s00, s03 = s00, s10 = s00, s11 = s00, s12 = s00, s13 = s00, s20 = s00, s21 = s00, s22 = s00, s23 = s00, s30 = s00, s31 = s00, s32 = s00, s33 = s00;
  const end = b + (k << 6);
  while (b < end) {
    const y0 = v128.load(b), y1 = v128.load(b, 16), y2 = v128.load(b, 32), y3 = v128.load(b, 48);
    const x0 = v128.load32_splat(a0);
    s00 = multiplyAdd(x0, y0, s00);
    s01 = multiplyAdd(x0, y1, s01);
    s02 = multiplyAdd(x0, y2, s02);
    s03 = multiplyAdd(x0, y3, s03);
    const x1 = v128.load32_splat(a1);
    s10 = multiplyAdd(x1, y0, s10);
    s11 = multiplyAdd(x1, y1, s11);
    s12 = multiplyAdd(x1, y2, s12);
    s13 = multiplyAdd(x1, y3, s13);
    const x2 = v128.load32_splat(a2);
    s20 = multiplyAdd(x2, y0, s20);
    s21 = multiplyAdd(x2, y1, s21);
    s22 = multiplyAdd(x2, y2, s22);
    s23 = multiplyAdd(x2, y3, s23);
    const x3 = v128.load32_splat(a3);
    s30 = multiplyAdd(x3, y0, s30);
    s31 = multiplyAdd(x3, y1, s31);
    s32 = multiplyAdd(x3, y2, s32);
    s33 = multiplyAdd(x3, y3, s33);
    a0 += step;
    a1 += step;
    a2 += step;
    a3 += step;
    b += 64;
  }
  const b0 = v128.load(bias), b1 = v128.load(bias, 16), b2 = v128.load(bias, 32), b3 = v128.load(bias, 48);
  v128.store(c, bent(s00, b0, floor));
  v128.store(c, bent(s01, b1, floor), 16);
  v128.store(c, bent(s02, b2, floor), 32);
  v128.store(c, bent(s03, b3, floor), 48);
  c += line;
  v128.store(c, bent(s10, b0, floor));
  v128.store(c, bent(s11, b1, floor), 16);
  v128.store(c, bent(s12, b2, floor), 32);
  v128.store(c, bent(s13, b3, floor), 48);
  c += line;
  v128.store(c, bent(s20, b0, floor));
  v128.store(c, bent(s21, b1, floor), 16);
  v128.store(c, bent(s22, b2, floor), 32);
  v128.store(c, bent(s23, b3, floor), 48);
  c += line;
  v128.store(c, bent(s30, b0, floor));
  v128.store(c, bent(s31, b1, floor), 16);
  v128.store(c, bent(s32, b2, floor), 32);
  v128.store(c, bent(s33, b3, floor), 48);
}

/**
 * The same of at most 4 columns: B is one panel of 4. Entry l of rows 8i … 8i + 7 of A is at a + i * panel + l * step, in bytes. `tile` is room
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
  for (let i: usize = 0; i < m; i += NARROW_ROWS) {
    const rows = min(m - i, NARROW_ROWS);
    narrowKernel(a, step, b, k, tile);
    finishTile(tile, NARROW_COLUMNS, c, n, rows, n, alpha, beta, first, bias, activation);
    bendRest(c, n, rows, n, bias, activation);
    a += panel;
    c += NARROW_ROWS * n << 2;
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
