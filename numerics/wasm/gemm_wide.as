// AssemblyScript, a part of gemm.as: products by panels of B of 16 columns, for a V8 that joins pairs of vectors to ones of 256 bits.
//
// It looks for stores side by side with no load between them, and joins what leads to them: the micro-kernel has sixteen accumulators, side by side in
// pairs, and loads biases before it stores. Sums that are to be blended with what C holds are left in a tile.

import { bendRest, bent, finishTile, floorOf, multiplyAdd } from "./gemm_sums";

const ROWS: usize = 4;
const COLUMNS: usize = 16;

/**
 * What `multiply` of gemm.as does, A where it is: entry l of row i is at a + i * row + l * step, in bytes. `tile` is room for 4 × 16
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
  for (let j: usize = 0; j < n; j += COLUMNS) {
    const panel = b + (j * k << 2), biasHere = bias ? bias + (j << 2) : 0;
    const columns = min(n - j, COLUMNS);
    for (let i: usize = 0; i < m; i += ROWS) {
      const at = c + ((i * line + j) << 2), rows = min(m - i, ROWS);
      const a0 = a + i * row, a1 = rows > 1 ? a0 + row : a0, a2 = rows > 2 ? a1 + row : a0, a3 = rows > 3 ? a2 + row : a0;
      if (isPlain && rows == ROWS && columns == COLUMNS) {
        wideLayer(a0, a1, a2, a3, step, panel, k, at, line << 2, biasHere, floor);
      } else {
        wideKernel(a0, a1, a2, a3, step, panel, k, tile);
        finishTile(tile, COLUMNS, at, line, rows, columns, alpha, beta, first, biasHere, activation);
      }
      bendRest(at, line, rows, columns, biasHere, activation);
    }
  }
}

/** C ← h(A B + bias), h the identity or a ReLU. Address 0 has zeros, so that there need be no bias: a sum is not −0, unless it is fused and underflows. */
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

/** The sums alone, into a tile. The same loop, written again: with wideLayer in its place, products deeper than a run took twice the time. */
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
