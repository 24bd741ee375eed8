// AssemblyScript. Philox4x32-10 on four blocks at once, one a lane; philox.ts says what it computes.

// @ts-ignore: decorator
@inline
function lowWords(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 0, 2, 4, 6);
}

// @ts-ignore: decorator
@inline
function highWords(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 1, 3, 5, 7);
}

export function heapBase(): usize {
  return __heap_base;
}

/** Writes the words of blocks first … first + 3, four a block, at out. */
export function fill(out: usize, first: i32, word1: i32, word2: i32, word3: i32, key0: i32, key1: i32): void {
  const c0 = i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3));
  fillFour(out, 16, c0, i32x4.splat(word1), word2, word3, key0, key1);
}

/** Writes blocks 0 … blocks − 1 of `steps` steps, a multiple of four, one step after the other at out; word 1 grows by `stride` a step. */
export function fillSteps(
  out: usize,
  steps: i32,
  blocks: i32,
  word1: i32,
  stride: i32,
  word2: i32,
  word3: i32,
  key0: i32,
  key1: i32,
): void {
  const line = <usize>blocks << 4;
  let c1 = i32x4.add(i32x4.splat(word1), i32x4.mul(i32x4.splat(stride), i32x4(0, 1, 2, 3)));
  const on = i32x4.splat(4 * stride);
  for (let step = 0; step < steps; step += 4) {
    for (let block = 0; block < blocks; block++) {
      fillFour(out + (<usize>block << 4), line, i32x4.splat(block), c1, word2, word3, key0, key1);
    }
    out += 4 * line;
    c1 = i32x4.add(c1, on);
  }
}

/** Four blocks of these counter words, `line` bytes apart. */
// @ts-ignore: decorator
@inline
function fillFour(out: usize, line: usize, c0: v128, c1: v128, word2: i32, word3: i32, key0: i32, key1: i32): void {
  const multiplier0 = i32x4.splat(0xd2511f53), multiplier1 = i32x4.splat(0xcd9e8d57);
  const weyl0 = i32x4.splat(0x9e3779b9), weyl1 = i32x4.splat(0xbb67ae85);
  let c2 = i32x4.splat(word2), c3 = i32x4.splat(word3);
  let k0 = i32x4.splat(key0), k1 = i32x4.splat(key1);
  for (let round = 0; round < 10; round++) {
    const product0Left = i64x2.extmul_low_i32x4_u(c0, multiplier0);
    const product0Right = i64x2.extmul_high_i32x4_u(c0, multiplier0);
    const product1Left = i64x2.extmul_low_i32x4_u(c2, multiplier1);
    const product1Right = i64x2.extmul_high_i32x4_u(c2, multiplier1);
    c0 = v128.xor(v128.xor(highWords(product1Left, product1Right), c1), k0);
    c1 = lowWords(product1Left, product1Right);
    c2 = v128.xor(v128.xor(highWords(product0Left, product0Right), c3), k1);
    c3 = lowWords(product0Left, product0Right);
    k0 = i32x4.add(k0, weyl0);
    k1 = i32x4.add(k1, weyl1);
  }
  // From word-major to block-major: the transpose of a 4 × 4 matrix.
  const a = v128.shuffle<i32>(c0, c1, 0, 4, 1, 5), b = v128.shuffle<i32>(c2, c3, 0, 4, 1, 5);
  const c = v128.shuffle<i32>(c0, c1, 2, 6, 3, 7), d = v128.shuffle<i32>(c2, c3, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<i32>(a, b, 0, 1, 4, 5));
  v128.store(out + line, v128.shuffle<i32>(a, b, 2, 3, 6, 7));
  v128.store(out + 2 * line, v128.shuffle<i32>(c, d, 0, 1, 4, 5));
  v128.store(out + 3 * line, v128.shuffle<i32>(c, d, 2, 3, 6, 7));
}
