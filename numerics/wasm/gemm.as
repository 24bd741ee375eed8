// AssemblyScript. The inner loops of a matrix product in single precision; numerics/dense/gemm.ts says what they are for.
//
// A is packed in panels of 4 rows and B in panels of 8 columns, index k outermost, so that the micro-kernel reads both from
// front to back: a vector of A whose lanes are broadcast by shuffles, two vectors of B, eight accumulators.
//
// Where C has at most 4 columns, vectors run down its rows instead (gemm_narrow.as): the narrow micro-kernel has two vectors of A and four numbers of B,
// and reads A where it is if its columns are side by side. Where V8 joins vectors to ones of 256 bits, panels of B have 16 columns and A is read where it
// is (gemm_wide.as). The roundings are the same.
//
// After the last run along k a bias may be added to each row of C and an activation follow (bias 0, activation 0: none): ReLU while numbers are still in
// registers, the others in a pass over what has just been written.

import { bendRest, finish, finishBent, floorOf, multiplyAdd } from "./gemm_sums";

export { multiplyNarrow, multiplyOuter, multiplyPairs } from "./gemm_narrow";
export { multiplyWide } from "./gemm_wide";

const ROWS: usize = 4;
const COLUMNS: usize = 8;

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
