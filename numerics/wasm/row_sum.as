// AssemblyScript. Sums of the rows of a matrix that bits choose, in fixed point; numerics/dense/row_sum.ts says what they are for.
//
// The matrix is kept in stripes of 16 columns. A stripe is n + 2 lines of 64 bytes: the bias, the n rows (integers), and what one is
// worth in each column (floats).
//
// A row of bits is cut into groups of g. All 2^g sums of the g lines of a group are made once and then looked up: one addition
// adds g bits. A block is a run of groups whose sums fit BLOCK lines, so that they stay in the cache. With g = 1 the lines
// themselves are looked up. Groups without a bit cost nothing: a row has a list of the others.

const BLOCK: usize = 4096;

/** Packs rows of n bits, a byte each, at 64 to the word; rows begin `line` bytes apart and end with eight bytes of zeros at least. */
export function packRows(bits: usize, rows: usize, n: usize, line: usize, out: usize): void {
  for (let r: usize = 0; r < rows; r++) {
    store<u64>(out + line - 16, 0);
    store<u64>(out + line - 8, 0);
    for (let i: usize = 0; i < n; i += 16) {
      const sixteen = i8x16.bitmask(i8x16.ne(v128.load(bits + i), i8x16.splat(0)));
      const left = n - i;
      store<u16>(out + (i >> 3), u16(left < 16 ? sixteen & ((1 << u32(left)) - 1) : sixteen));
    }
    bits += n;
    out += line;
  }
}

/** Packs the columns first … first + count − 1 of a matrix of bits [rows × n]: a column becomes a row. */
export function packColumns(
  bits: usize,
  rows: usize,
  n: usize,
  first: usize,
  count: usize,
  line: usize,
  out: usize,
): void {
  memory.fill(out, 0, count * line);
  bits += first;
  for (let r: usize = 0; r < rows; r += 8) {
    const from = bits + r * n;
    const some = min<usize>(rows - r, 8);
    for (let i: usize = 0; i < count; i += 16) {
      let bytes = i8x16.splat(0), bit = i8x16.splat(1);
      for (let b: usize = 0; b < some; b++) {
        const set = i8x16.ne(v128.load(from + b * n + i), i8x16.splat(0));
        bytes = v128.or(bytes, v128.and(set, bit));
        bit = i8x16.shl(bit, 1);
      }
      let to = out + i * line + (r >> 3);
      const columns = min<usize>(count - i, 16);
      for (let c: usize = 0; c < columns; c++) {
        store<u8>(to, u8(i8x16.extract_lane_u(bytes, 0)));
        bytes = v128.shuffle<i8>(bytes, bytes, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0);
        to += line;
      }
    }
  }
}

/** The number of bits set. */
export function count(packed: usize, bytes: usize): u32 {
  let sum: u32 = 0;
  for (let i: usize = 0; i < bytes; i += 8) sum += u32(popcnt(load<u64>(packed + i)));
  return sum;
}

/**
 * For every block and row, the list of the block's lines to add up, 2 bytes each, and its length in bytes. Block b's lists begin at
 * lists + b · rows · (2 · groups in a block), a row's at as many bytes each; its lengths at lengths + b · 2 · rows.
 */
export function list(packed: usize, line: usize, rows: usize, n: usize, g: usize, lists: usize, lengths: usize): void {
  const groups = (n + g - 1) / g;
  const inBlock = min(BLOCK >> (g == 1 ? 0 : g), groups);
  for (let first: usize = 0; first < groups; first += inBlock) {
    const last = min(first + inBlock, groups);
    for (let r: usize = 0; r < rows; r++) {
      const from = packed + r * line;
      const end = g == 1 ? listBits(from, first, last, lists) : listGroups(from, g, first, last, lists);
      store<u16>(lengths, u16(end - lists));
      lists += inBlock << 1;
      lengths += 2;
    }
  }
}

function listBits(packed: usize, first: usize, last: usize, out: usize): usize {
  for (let i = first; i < last; i += 64) {
    let word = load<u64>(packed + (i >> 3)); // first is a multiple of 64, and there are no bits beyond n
    while (word) {
      store<u16>(out, u16(i - first + usize(ctz(word))));
      word &= word - 1;
      out += 2;
    }
  }
  return out;
}

function listGroups(packed: usize, g: usize, first: usize, last: usize, out: usize): usize {
  const all: u32 = (1 << u32(g)) - 1;
  let sums: u32 = 0;
  for (let group = first; group < last; group++) {
    const bit = group * g;
    const mask = (load<u32>(packed + (bit >> 3)) >> u32(bit & 7)) & all;
    store<u16>(out, u16(sums + mask));
    out += mask ? 2 : 0;
    sums += 1 << u32(g);
  }
  return out;
}

/**
 * Takes a matrix [n × m] into stripes. Entry j of row i is at weights + 4 (i · row + j · column), one of the two strides being 1; of the
 * bias (0: none) at bias + 4 j. Columns beyond m are zeros.
 */
export function convert(
  weights: usize,
  row: usize,
  column: usize,
  n: usize,
  m: usize,
  bias: usize,
  out: usize,
): void {
  for (let j: usize = 0; j < m; j += 16) {
    const columns = min<usize>(m - j, 16);
    if (columns < 16) memory.fill(out, 0, (n + 1) << 6);
    if (bias) memory.copy(out, bias + (j << 2), columns << 2);
    else memory.fill(out, 0, 64);
    const from = weights + (j * column << 2);
    if (column == 1) copyLines(from, row << 2, n, columns, out + 64);
    else transposeLines(from, column << 2, n, columns, out + 64);
    fix(out, n);
    out += (n + 2) << 6;
  }
}

function copyLines(from: usize, line: usize, n: usize, columns: usize, out: usize): void {
  for (let i: usize = 0; i < n; i++) {
    if (columns == 16) {
      v128.store(out, v128.load(from));
      v128.store(out, v128.load(from, 16), 16);
      v128.store(out, v128.load(from, 32), 32);
      v128.store(out, v128.load(from, 48), 48);
    } else {
      memory.copy(out, from, columns << 2);
    }
    from += line;
    out += 64;
  }
}

function transposeLines(from: usize, line: usize, n: usize, columns: usize, out: usize): void {
  const quads = n & ~3, fours = columns & ~3;
  for (let j: usize = 0; j < fours; j += 4) {
    const from0 = from + j * line, from1 = from0 + line, from2 = from1 + line, from3 = from2 + line;
    let to = out + (j << 2);
    for (let i: usize = 0; i < quads << 2; i += 16) {
      const a = v128.load(from0 + i), b = v128.load(from1 + i), c = v128.load(from2 + i), d = v128.load(from3 + i);
      const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5), cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
      const abHigh = v128.shuffle<i32>(a, b, 2, 6, 3, 7), cdHigh = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<i64>(ab, cd, 0, 2));
      v128.store(to, v128.shuffle<i64>(ab, cd, 1, 3), 64);
      v128.store(to, v128.shuffle<i64>(abHigh, cdHigh, 0, 2), 128);
      v128.store(to, v128.shuffle<i64>(abHigh, cdHigh, 1, 3), 192);
      to += 256;
    }
  }
  for (let j: usize = 0; j < columns; j++) {
    for (let i = j < fours ? quads : 0; i < n; i++) {
      f32.store(out + (i << 6) + (j << 2), f32.load(from + j * line + (i << 2)));
    }
  }
}

/** Turns a stripe from floats to fixed point, each column with a step of its own. */
function fix(at: usize, n: usize): void {
  let sum0 = f32x4.splat(0), sum1 = sum0, sum2 = sum0, sum3 = sum0;
  const end = at + ((n + 1) << 6);
  for (let p = at; p < end; p += 64) {
    sum0 = f32x4.add(sum0, f32x4.abs(v128.load(p)));
    sum1 = f32x4.add(sum1, f32x4.abs(v128.load(p, 16)));
    sum2 = f32x4.add(sum2, f32x4.abs(v128.load(p, 32)));
    sum3 = f32x4.add(sum3, f32x4.abs(v128.load(p, 48)));
  }
  const e0 = exponents(sum0), e1 = exponents(sum1), e2 = exponents(sum2), e3 = exponents(sum3);
  const scale0 = scales(e0), scale1 = scales(e1), scale2 = scales(e2), scale3 = scales(e3);
  for (let p = at; p < end; p += 64) {
    v128.store(p, rounded(v128.load(p), scale0));
    v128.store(p, rounded(v128.load(p, 16), scale1), 16);
    v128.store(p, rounded(v128.load(p, 32), scale2), 32);
    v128.store(p, rounded(v128.load(p, 48), scale3), 48);
  }
  v128.store(end, steps(e0));
  v128.store(end, steps(e1), 16);
  v128.store(end, steps(e2), 32);
  v128.store(end, steps(e3), 48);
}

/** Biased exponents b: a sum is below 2^(b − 126). */
// @ts-ignore: decorator
@inline
function exponents(sums: v128): v128 {
  return i32x4.max_s(i32x4.shr_u(sums, 23), i32x4.splat(66));
}

/** 2^(30 − (b − 126)) */
// @ts-ignore: decorator
@inline
function scales(exponents: v128): v128 {
  return i32x4.shl(i32x4.sub(i32x4.splat(283), exponents), 23);
}

/** 2^((b − 126) − 30); NaN where the sum is not finite. */
// @ts-ignore: decorator
@inline
function steps(exponents: v128): v128 {
  const powers = i32x4.shl(i32x4.sub(exponents, i32x4.splat(29)), 23);
  return v128.bitselect(powers, f32x4.splat(NaN), i32x4.lt_s(exponents, i32x4.splat(255)));
}

// @ts-ignore: decorator
@inline
function rounded(x: v128, scale: v128): v128 {
  return i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(x, scale)));
}

/**
 * out [rows × m] ← alpha · (bias + the sum of the listed lines) · step + beta · out. `table` has room for BLOCK lines, `sums`
 * for one line a row.
 */
export function add(
  stripes: usize,
  n: usize,
  m: usize,
  g: usize,
  rows: usize,
  lists: usize,
  lengths: usize,
  table: usize,
  sums: usize,
  out: usize,
  alpha: f32,
  beta: f32,
): void {
  const groups = (n + g - 1) / g;
  const inBlock = min(BLOCK >> (g == 1 ? 0 : g), groups);
  for (let j: usize = 0; j < m; j += 16) {
    let listed = lists, length = lengths;
    for (let first: usize = 0; first < groups; first += inBlock) {
      const lines = stripes + 64 + (first * g << 6);
      if (g > 1) tabulate(lines, n - first * g, g, min(inBlock, groups - first), table);
      lookUp(rows, listed, inBlock << 1, length, g > 1 ? table : lines, first == 0 ? stripes : 0, sums);
      listed += rows * inBlock << 1;
      length += rows << 1;
    }
    finish(sums, rows, stripes + ((n + 1) << 6), min<usize>(m - j, 16), m << 2, out + (j << 2), alpha, beta);
    stripes += (n + 2) << 6;
  }
}

/** All sums of the lines of each group. Lines at or beyond `left` are not there. */
function tabulate(lines: usize, left: usize, g: usize, groups: usize, table: usize): void {
  for (let group: usize = 0; group < groups; group++) {
    const zero = i32x4.splat(0);
    v128.store(table, zero);
    v128.store(table, zero, 16);
    v128.store(table, zero, 32);
    v128.store(table, zero, 48);
    const some = min(left, g);
    for (let b: usize = 0; b < some; b++) {
      const x0 = v128.load(lines), x1 = v128.load(lines, 16), x2 = v128.load(lines, 32), x3 = v128.load(lines, 48);
      const end = table + (<usize>64 << b);
      let to = end;
      for (let from = table; from < end; from += 64) {
        v128.store(to, i32x4.add(v128.load(from), x0));
        v128.store(to, i32x4.add(v128.load(from, 16), x1), 16);
        v128.store(to, i32x4.add(v128.load(from, 32), x2), 32);
        v128.store(to, i32x4.add(v128.load(from, 48), x3), 48);
        to += 64;
      }
      lines += 64;
    }
    left -= some;
    table += <usize>64 << g;
  }
}

/** Adds the listed lines to the sums of each row, which begin at `start` (0: at what they are). */
function lookUp(
  rows: usize,
  lists: usize,
  stride: usize,
  lengths: usize,
  table: usize,
  start: usize,
  sums: usize,
): void {
  for (let r: usize = 0; r < rows; r++) {
    const begin = start ? start : sums;
    let s0 = v128.load(begin), s1 = v128.load(begin, 16), s2 = v128.load(begin, 32), s3 = v128.load(begin, 48);
    const end = lists + load<u16>(lengths);
    for (let p = lists; p < end; p += 2) {
      const line = table + (usize(load<u16>(p)) << 6);
      s0 = i32x4.add(s0, v128.load(line));
      s1 = i32x4.add(s1, v128.load(line, 16));
      s2 = i32x4.add(s2, v128.load(line, 32));
      s3 = i32x4.add(s3, v128.load(line, 48));
    }
    v128.store(sums, s0);
    v128.store(sums, s1, 16);
    v128.store(sums, s2, 32);
    v128.store(sums, s3, 48);
    lists += stride;
    lengths += 2;
    sums += 64;
  }
}

/** `columns` of the sums become floats. */
function finish(
  sums: usize,
  rows: usize,
  steps: usize,
  columns: usize,
  line: usize,
  out: usize,
  alpha: f32,
  beta: f32,
): void {
  const fours = columns & ~3;
  const alphas = f32x4.splat(alpha), betas = f32x4.splat(beta);
  for (let r: usize = 0; r < rows; r++) {
    for (let j: usize = 0; j < fours << 2; j += 16) {
      const sum = f32x4.mul(alphas, f32x4.mul(f32x4.convert_i32x4_s(v128.load(sums + j)), v128.load(steps + j)));
      const old = beta == 0 ? f32x4.splat(0) : f32x4.mul(betas, v128.load(out + j));
      v128.store(out + j, f32x4.add(sum, old));
    }
    for (let j = fours << 2; j < columns << 2; j += 4) {
      const sum: f32 = alpha * (f32(load<i32>(sums + j)) * f32.load(steps + j));
      const old: f32 = beta == 0 ? 0 : beta * f32.load(out + j);
      f32.store(out + j, sum + old);
    }
    sums += 64;
    out += line;
  }
}
