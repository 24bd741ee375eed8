// AssemblyScript. What flows compute with beside products, in single precision, four numbers at a time.
// numerics/arithmetic/arithmetic.ts says what the operations are, twin.ts has them one number after the other.
//
// Vectors may be read beyond an array's end, into its padding; beyond a row's end nothing is written.

import { activated, LEAK, LEAKY_RELU, RELU, TANH } from "./activation";
import { exponential, logarithm, sigmoid4, softplus4, tanh4 } from "./float32";
import { high, part, storePart, sumOf } from "./lanes";

// The numbers of numerics/arithmetic/simd.ts for functions; those for activations are in activation.as.
// @ts-ignore: decorator
@inline
const EXP: i32 = 4;
// @ts-ignore: decorator
@inline
const LOG: i32 = 5;
// @ts-ignore: decorator
@inline
const SIGMOID: i32 = 6;
// @ts-ignore: decorator
@inline
function blended(at: usize, sum: f64, alpha: f64, beta: f64): f64 {
  return beta == 0 ? alpha * sum : alpha * sum + beta * f64.load(at);
}

/** bias 0: none. */
export function activate(x: usize, rows: usize, m: usize, bias: usize, activation: i32): void {
  for (let r: usize = 0; r < rows; r++) {
    for (let j: usize = 0; j < m; j += 4) {
      const at = x + (j << 2);
      let v = v128.load(at);
      if (bias) v = f32x4.add(v, v128.load(bias + (j << 2)));
      storePart(at, activated(v, activation), m - j);
    }
    x += m << 2;
  }
}

export function activateBack(y: usize, dy: usize, count: usize, activation: i32): void {
  for (let k: usize = 0; k < count; k += 4) {
    const at = dy + (k << 2);
    const value = v128.load(y + (k << 2)), old = v128.load(at);
    const positive = f32x4.gt(value, f32x4.splat(0));
    const found = activation == RELU
      ? v128.and(old, positive)
      : activation == LEAKY_RELU
      ? v128.bitselect(old, f32x4.mul(old, f32x4.splat(LEAK)), positive)
      : f32x4.mul(old, f32x4.sub(f32x4.splat(1), f32x4.mul(value, value)));
    storePart(at, found, count - k);
  }
}

/** Elementwise: tanh, exp, log, σ or softplus. */
export function map(x: usize, out: usize, count: usize, name: i32): void {
  for (let k: usize = 0; k < count; k += 4) {
    const v = v128.load(x + (k << 2));
    const found = name == TANH
      ? tanh4(v)
      : name == EXP
      ? exponential(v)
      : name == LOG
      ? logarithm(v)
      : name == SIGMOID
      ? sigmoid4(v)
      : softplus4(v);
    storePart(out + (k << 2), found, count - k);
  }
}

/** out_j ← alpha · Σ_r x_rj (y_rj) + beta · out_j, in doubles; y 0: none. */
export function columnSums(x: usize, y: usize, rows: usize, m: usize, out: usize, alpha: f64, beta: f64): void {
  const step = m << 2;
  let j: usize = 0;
  for (; j + 8 <= m; j += 8) {
    let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0;
    let from = x + (j << 2), other = y + (j << 2);
    for (let r: usize = 0; r < rows; r++) {
      const a = v128.load(from), b = v128.load(from, 16);
      let a0 = f64x2.promote_low_f32x4(a), a1 = high(a), b0 = f64x2.promote_low_f32x4(b), b1 = high(b);
      if (y) {
        const c = v128.load(other), d = v128.load(other, 16);
        a0 = f64x2.mul(a0, f64x2.promote_low_f32x4(c));
        a1 = f64x2.mul(a1, high(c));
        b0 = f64x2.mul(b0, f64x2.promote_low_f32x4(d));
        b1 = f64x2.mul(b1, high(d));
        other += step;
      }
      s0 = f64x2.add(s0, a0);
      s1 = f64x2.add(s1, a1);
      s2 = f64x2.add(s2, b0);
      s3 = f64x2.add(s3, b1);
      from += step;
    }
    const at = out + (j << 2);
    finish(at, f64x2.extract_lane(s0, 0), alpha, beta);
    finish(at + 4, f64x2.extract_lane(s0, 1), alpha, beta);
    finish(at + 8, f64x2.extract_lane(s1, 0), alpha, beta);
    finish(at + 12, f64x2.extract_lane(s1, 1), alpha, beta);
    finish(at + 16, f64x2.extract_lane(s2, 0), alpha, beta);
    finish(at + 20, f64x2.extract_lane(s2, 1), alpha, beta);
    finish(at + 24, f64x2.extract_lane(s3, 0), alpha, beta);
    finish(at + 28, f64x2.extract_lane(s3, 1), alpha, beta);
  }
  for (; j < m; j++) {
    let sum: f64 = 0;
    let from = x + (j << 2), other = y + (j << 2);
    for (let r: usize = 0; r < rows; r++) {
      sum += f64(f32.load(from)) * (y ? f64(f32.load(other)) : 1.0);
      from += step;
      other += step;
    }
    finish(out + (j << 2), sum, alpha, beta);
  }
}

// @ts-ignore: decorator
@inline
function finish(at: usize, sum: f64, alpha: f64, beta: f64): void {
  f32.store(at, f32(beta == 0 ? alpha * sum : alpha * sum + beta * f64(f32.load(at))));
}

/** out_r ← alpha · Σ_j x_rj (y_rj) + beta · out_r, in doubles, of which every fourth goes into one of four sums; y 0: none. */
export function rowSums(x: usize, y: usize, rows: usize, m: usize, out: usize, alpha: f64, beta: f64): void {
  for (let r: usize = 0; r < rows; r++) {
    let low = f64x2.splat(0), rest = low;
    for (let j: usize = 0; j < m; j += 4) {
      const v = part(v128.load(x + (j << 2)), m - j);
      let a = f64x2.promote_low_f32x4(v), b = high(v);
      if (y) {
        const w = part(v128.load(y + (j << 2)), m - j);
        a = f64x2.mul(a, f64x2.promote_low_f32x4(w));
        b = f64x2.mul(b, high(w));
      }
      low = f64x2.add(low, a);
      rest = f64x2.add(rest, b);
    }
    f64.store(out, blended(out, sumOf(low) + sumOf(rest), alpha, beta));
    out += 8;
    x += m << 2;
    if (y) y += m << 2;
  }
}

/** scale, shift 0: none. */
export function scaleColumns(x: usize, rows: usize, m: usize, scale: usize, shift: usize): void {
  for (let r: usize = 0; r < rows; r++) {
    for (let j: usize = 0; j < m; j += 4) {
      const at = x + (j << 2);
      let v = v128.load(at);
      if (scale) v = f32x4.mul(v, v128.load(scale + (j << 2)));
      if (shift) v = f32x4.add(v, v128.load(shift + (j << 2)));
      storePart(at, v, m - j);
    }
    x += m << 2;
  }
}

export function addToRows(x: usize, rows: usize, m: usize, weight: usize, alpha: f64): void {
  for (let r: usize = 0; r < rows; r++) {
    const term = f32x4.splat(f32(alpha * f64.load(weight + (r << 3))));
    for (let j: usize = 0; j < m; j += 4) {
      const at = x + (j << 2);
      storePart(at, f32x4.add(v128.load(at), term), m - j);
    }
    x += m << 2;
  }
}

export function add(x: usize, y: usize, count: usize, alpha: f32, beta: f32): void {
  const a = f32x4.splat(alpha), b = f32x4.splat(beta);
  for (let k: usize = 0; k < count; k += 4) {
    const at = y + (k << 2);
    let v = f32x4.mul(a, v128.load(x + (k << 2)));
    if (beta != 0) v = f32x4.add(v, f32x4.mul(b, v128.load(at)));
    storePart(at, v, count - k);
  }
}

export function multiply(x: usize, y: usize, out: usize, count: usize): void {
  for (let k: usize = 0; k < count; k += 4) {
    storePart(out + (k << 2), f32x4.mul(v128.load(x + (k << 2)), v128.load(y + (k << 2))), count - k);
  }
}

/** Four columns from one on: side by side. */
// @ts-ignore: decorator
@inline
function areNeighbours(four: v128): bool {
  const first = v128.shuffle<i32>(four, four, 0, 0, 0, 0);
  return i32x4.all_true(i32x4.eq(four, i32x4.add(first, i32x4(0, 1, 2, 3))));
}

/** `count` columns of each row; a row of out begins `line` numbers after the one before. */
export function gather(
  x: usize,
  rows: usize,
  width: usize,
  columns: usize,
  count: usize,
  line: usize,
  out: usize,
): void {
  if (count == 1) return gatherColumn(x, rows, width, load<u32>(columns), line, out);
  const fours = count & ~3;
  for (let r: usize = 0; r < rows; r++) {
    for (let j: usize = 0; j < fours; j += 4) {
      const four = v128.load(columns + (j << 2));
      const to = out + (j << 2);
      const c0 = usize(i32x4.extract_lane(four, 0)) << 2;
      if (areNeighbours(four)) {
        v128.store(to, v128.load(x + c0));
      } else {
        f32.store(to, f32.load(x + c0));
        f32.store(to, f32.load(x + (usize(i32x4.extract_lane(four, 1)) << 2)), 4);
        f32.store(to, f32.load(x + (usize(i32x4.extract_lane(four, 2)) << 2)), 8);
        f32.store(to, f32.load(x + (usize(i32x4.extract_lane(four, 3)) << 2)), 12);
      }
    }
    for (let j = fours; j < count; j++) {
      f32.store(out + (j << 2), f32.load(x + (load<u32>(columns + (j << 2)) << 2)));
    }
    x += width << 2;
    out += line << 2;
  }
}

/** Its transpose: writes them, or adds them. */
export function scatter(
  y: usize,
  rows: usize,
  width: usize,
  columns: usize,
  count: usize,
  line: usize,
  x: usize,
  adding: bool,
): void {
  if (count == 1) return scatterColumn(y, rows, width, load<u32>(columns), line, x, adding);
  const fours = count & ~3;
  for (let r: usize = 0; r < rows; r++) {
    for (let j: usize = 0; j < fours; j += 4) {
      const four = v128.load(columns + (j << 2));
      const from = y + (j << 2);
      if (areNeighbours(four)) {
        const to = x + (usize(i32x4.extract_lane(four, 0)) << 2);
        const v = v128.load(from);
        v128.store(to, adding ? f32x4.add(v128.load(to), v) : v);
      } else {
        scatterOne(x + (usize(i32x4.extract_lane(four, 0)) << 2), from, adding);
        scatterOne(x + (usize(i32x4.extract_lane(four, 1)) << 2), from + 4, adding);
        scatterOne(x + (usize(i32x4.extract_lane(four, 2)) << 2), from + 8, adding);
        scatterOne(x + (usize(i32x4.extract_lane(four, 3)) << 2), from + 12, adding);
      }
    }
    for (let j = fours; j < count; j++) {
      scatterOne(x + (load<u32>(columns + (j << 2)) << 2), y + (j << 2), adding);
    }
    x += width << 2;
    y += line << 2;
  }
}

/** One column; of two, four rows at a time. */
function gatherColumn(x: usize, rows: usize, width: usize, column: usize, line: usize, out: usize): void {
  let r: usize = 0;
  if (width == 2 && line == 1) {
    for (; r + 4 <= rows; r += 4) {
      const a = v128.load(x), b = v128.load(x, 16);
      v128.store(out, column ? v128.shuffle<i32>(a, b, 1, 3, 5, 7) : v128.shuffle<i32>(a, b, 0, 2, 4, 6));
      x += 32;
      out += 16;
    }
  }
  for (x += column << 2; r < rows; r++) {
    f32.store(out, f32.load(x));
    x += width << 2;
    out += line << 2;
  }
}

function scatterColumn(y: usize, rows: usize, width: usize, column: usize, line: usize, x: usize, adding: bool): void {
  let r: usize = 0;
  if (width == 2 && line == 1 && !adding) {
    for (; r + 4 <= rows; r += 4) {
      const v = v128.load(y), a = v128.load(x), b = v128.load(x, 16);
      v128.store(x, column ? v128.shuffle<i32>(a, v, 0, 4, 2, 5) : v128.shuffle<i32>(a, v, 4, 1, 5, 3));
      v128.store(x, column ? v128.shuffle<i32>(b, v, 0, 6, 2, 7) : v128.shuffle<i32>(b, v, 6, 1, 7, 3), 16);
      y += 16;
      x += 32;
    }
  }
  for (x += column << 2; r < rows; r++) {
    scatterOne(x, y, adding);
    x += width << 2;
    y += line << 2;
  }
}

// @ts-ignore: decorator
@inline
function scatterOne(to: usize, from: usize, adding: bool): void {
  const v = f32.load(from);
  f32.store(to, adding ? f32.load(to) + v : v);
}

/** Σ x², in doubles, of which every eighth goes into one of eight sums. */
export function sumOfSquares(x: usize, count: usize): f64 {
  let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0;
  for (let k: usize = 0; k < count; k += 8) {
    const rest = count - k;
    const a = part(v128.load(x + (k << 2)), rest);
    const b = rest > 4 ? part(v128.load(x + (k << 2), 16), rest - 4) : f32x4.splat(0);
    const a0 = f64x2.promote_low_f32x4(a), a1 = high(a), b0 = f64x2.promote_low_f32x4(b), b1 = high(b);
    s0 = f64x2.add(s0, f64x2.mul(a0, a0));
    s1 = f64x2.add(s1, f64x2.mul(a1, a1));
    s2 = f64x2.add(s2, f64x2.mul(b0, b0));
    s3 = f64x2.add(s3, f64x2.mul(b1, b1));
  }
  return sumOf(s0) + sumOf(s1) + (sumOf(s2) + sumOf(s3));
}

/** rate: over the first bias correction; root: one over the root of the second; decay: times the rate. */
export function adam(
  parameters: usize,
  gradient: usize,
  first: usize,
  second: usize,
  count: usize,
  rate: f32,
  root: f32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  epsilon: f32,
  decay: f32,
  scale: f32,
): void {
  for (let k: usize = 0; k < count << 2; k += 16) {
    const lanes = count - (k >> 2);
    const p = v128.load(parameters + k);
    const g = f32x4.mul(f32x4.splat(scale), v128.load(gradient + k));
    const m = f32x4.add(
      f32x4.mul(f32x4.splat(beta1), v128.load(first + k)),
      f32x4.mul(f32x4.splat(rest1), g),
    );
    const v = f32x4.add(
      f32x4.mul(f32x4.splat(beta2), v128.load(second + k)),
      f32x4.mul(f32x4.splat(rest2), f32x4.mul(g, g)),
    );
    const size = f32x4.add(f32x4.mul(f32x4.sqrt(v), f32x4.splat(root)), f32x4.splat(epsilon));
    const step = f32x4.add(
      f32x4.div(f32x4.mul(f32x4.splat(rate), m), size),
      f32x4.mul(f32x4.splat(decay), p),
    );
    storePart(first + k, m, lanes);
    storePart(second + k, v, lanes);
    storePart(parameters + k, f32x4.sub(p, step), lanes);
  }
}
