// AssemblyScript, imported by kernels of this folder. Philox4x32-10, eight blocks at a time in the lanes of eight vectors, which is
// what the registers hold.
//
// Counter words 1 and 2 and the key are the same for all blocks, so that the halves of rounds 1 and 2 which depend on
// nothing else are computed once.

// @ts-ignore: decorator
@inline
const MULTIPLIER_0: u64 = 0xd2511f53;
// @ts-ignore: decorator
@inline
const MULTIPLIER_1: u64 = 0xcd9e8d57;
// @ts-ignore: decorator
@inline
const WEYL_0: u32 = 0x9e3779b9;
// @ts-ignore: decorator
@inline
const WEYL_1: u32 = 0xbb67ae85;

// @ts-ignore: decorator
@inline
function low(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 0, 2, 4, 6);
}

// @ts-ignore: decorator
@inline
function high(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 1, 3, 5, 7);
}

/**
 * Writes `groups` groups of four blocks, an even number, at out: of each group the words 0 of its blocks, the words 1, 2 and 3.
 * The first is block `block` of row `row`, which is counter word 3; after block `blocks` − 1 of a row comes block 0 of the next.
 */
export function fillRows(
  out: usize,
  groups: i32,
  block: u32,
  row: u32,
  blocks: u32,
  word1: u32,
  word2: u32,
  key0: u32,
  key1: u32,
): void {
  // By way of memory: V8 would build constants anew at each use, which doubles the time.
  store<u32>(out, <u32>MULTIPLIER_0);
  store<u32>(out, <u32>MULTIPLIER_1, 4);
  store<u32>(out, WEYL_0, 8);
  store<u32>(out, WEYL_1, 12);
  const multiplier0 = v128.load32_splat(out), multiplier1 = v128.load32_splat(out, 4);
  const weyl0 = v128.load32_splat(out, 8), weyl1 = v128.load32_splat(out, 12);

  const product1 = <u64>word2 * MULTIPLIER_1;
  const product2 = <u64>(<u32>(product1 >> 32) ^ word1 ^ key0) * MULTIPLIER_0;
  const first1 = i32x4.splat(<u32>product1 ^ (key0 + WEYL_0)), first2 = i32x4.splat(key1);
  const second2 = i32x4.splat(<u32>(product2 >> 32) ^ (key1 + WEYL_1)), second3 = i32x4.splat(<u32>product2);
  const third0 = i32x4.splat(key0 + 2 * WEYL_0), third1 = i32x4.splat(key1 + 2 * WEYL_1);

  const lastBlock = i32x4.splat(blocks - 1), blocksEach = i32x4.splat(blocks);
  const rowsOn = i32x4.splat(<u32>8 / blocks), blocksOn = i32x4.splat(<u32>8 % blocks);
  // The places of the first eight blocks, by way of the memory that their words will take.
  for (let i: usize = 0; i < 32; i += 4) {
    store<u32>(out + i, block);
    store<u32>(out + i, row, 32);
    if (++block === blocks) {
      block = 0;
      row++;
    }
  }
  let at = v128.load(out), atNext = v128.load(out, 16), rows = v128.load(out, 32), rowsNext = v128.load(out, 48);

  for (const end = out + <usize>groups * 64; out < end; out += 128) {
    // Rounds 1 and 2. a0 … a3 are the words of four blocks, b0 … b3 those of the next four.
    let p = i64x2.extmul_low_i32x4_u(at, multiplier0), q = i64x2.extmul_high_i32x4_u(at, multiplier0);
    let a2 = v128.xor(high(p, q), v128.xor(rows, first2)), a3 = low(p, q);
    p = i64x2.extmul_low_i32x4_u(atNext, multiplier0);
    q = i64x2.extmul_high_i32x4_u(atNext, multiplier0);
    let b2 = v128.xor(high(p, q), v128.xor(rowsNext, first2)), b3 = low(p, q);
    p = i64x2.extmul_low_i32x4_u(a2, multiplier1);
    q = i64x2.extmul_high_i32x4_u(a2, multiplier1);
    let a0 = v128.xor(high(p, q), first1), a1 = low(p, q);
    p = i64x2.extmul_low_i32x4_u(b2, multiplier1);
    q = i64x2.extmul_high_i32x4_u(b2, multiplier1);
    let b0 = v128.xor(high(p, q), first1), b1 = low(p, q);
    a2 = v128.xor(a3, second2);
    b2 = v128.xor(b3, second2);
    a3 = second3;
    b3 = second3;
    let k0 = third0, k1 = third1;
    for (let round = 2; round < 10; round++) {
      p = i64x2.extmul_low_i32x4_u(a0, multiplier0);
      q = i64x2.extmul_high_i32x4_u(a0, multiplier0);
      let r = i64x2.extmul_low_i32x4_u(a2, multiplier1), s = i64x2.extmul_high_i32x4_u(a2, multiplier1);
      a0 = v128.xor(v128.xor(high(r, s), a1), k0);
      a1 = low(r, s);
      a2 = v128.xor(v128.xor(high(p, q), a3), k1);
      a3 = low(p, q);
      p = i64x2.extmul_low_i32x4_u(b0, multiplier0);
      q = i64x2.extmul_high_i32x4_u(b0, multiplier0);
      r = i64x2.extmul_low_i32x4_u(b2, multiplier1);
      s = i64x2.extmul_high_i32x4_u(b2, multiplier1);
      b0 = v128.xor(v128.xor(high(r, s), b1), k0);
      b1 = low(r, s);
      b2 = v128.xor(v128.xor(high(p, q), b3), k1);
      b3 = low(p, q);
      k0 = i32x4.add(k0, weyl0);
      k1 = i32x4.add(k1, weyl1);
    }
    v128.store(out, a0);
    v128.store(out, a1, 16);
    v128.store(out, a2, 32);
    v128.store(out, a3, 48);
    v128.store(out, b0, 64);
    v128.store(out, b1, 80);
    v128.store(out, b2, 96);
    v128.store(out, b3, 112);

    at = i32x4.add(at, blocksOn);
    rows = i32x4.add(rows, rowsOn);
    let beyond = i32x4.gt_u(at, lastBlock);
    at = i32x4.sub(at, v128.and(blocksEach, beyond));
    rows = i32x4.sub(rows, beyond);
    atNext = i32x4.add(atNext, blocksOn);
    rowsNext = i32x4.add(rowsNext, rowsOn);
    beyond = i32x4.gt_u(atNext, lastBlock);
    atNext = i32x4.sub(atNext, v128.and(blocksEach, beyond));
    rowsNext = i32x4.sub(rowsNext, beyond);
  }
}
