// AssemblyScript, imported by kernels of this folder. Philox4x32-10, eight blocks at a time: four in the lanes of vectors, while
// four others go through the integer units, which would idle; that is a third faster than vectors alone. Unrolled, because
// what goes from round to round does not fit the registers that a loop would keep it in.
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
  // By way of memory: constants would be built anew at each use, which costs an eighth of the time.
  store<u32>(out, <u32>MULTIPLIER_0);
  store<u32>(out, <u32>MULTIPLIER_1, 4);
  const multiplier0 = v128.load32_splat(out), multiplier1 = v128.load32_splat(out, 4);
  const product1 = <u64>word2 * MULTIPLIER_1;
  const product2 = <u64>(<u32>(product1 >> 32) ^ word1 ^ key0) * MULTIPLIER_0;
  const first1 = <u32>product1 ^ (key0 + WEYL_0);
  const second2 = <u32>(product2 >> 32) ^ (key1 + WEYL_1), second3 = <u32>product2;
  const first1s = i32x4.splat(first1), second2s = i32x4.splat(second2), second3s = i32x4.splat(second3);
  const key1s = i32x4.splat(key1);

  const rowsOn = <u32>8 / blocks, blocksOn = <u32>8 % blocks;
  const lastBlock = i32x4.splat(blocks - 1), blocksEach = i32x4.splat(blocks);
  const rowsOns = i32x4.splat(rowsOn), blocksOns = i32x4.splat(blocksOn);
  // The places of the first eight blocks, by way of the memory that their words will take.
  for (let i: usize = 0; i < 32; i += 4) {
    store<u32>(out + i, block);
    store<u32>(out + i, row, 32);
    if (++block === blocks) {
      block = 0;
      row++;
    }
  }
  let at = v128.load(out), rows = v128.load(out, 32);
  let atA = load<u32>(out, 16), atB = load<u32>(out, 20), atC = load<u32>(out, 24), atD = load<u32>(out, 28);
  let rowA = load<u32>(out, 48), rowB = load<u32>(out, 52), rowC = load<u32>(out, 56), rowD = load<u32>(out, 60);

  for (const end = out + <usize>groups * 64; out < end; out += 128) {
    // Rounds 1 and 2. Vectors hold words of the four blocks in lanes; A … D are the four others.
    let p = i64x2.extmul_low_i32x4_u(at, multiplier0), q = i64x2.extmul_high_i32x4_u(at, multiplier0);
    let c2 = v128.xor(high(p, q), v128.xor(rows, key1s)), c3 = low(p, q);
    p = i64x2.extmul_low_i32x4_u(c2, multiplier1);
    q = i64x2.extmul_high_i32x4_u(c2, multiplier1);
    let c0 = v128.xor(high(p, q), first1s), c1 = low(p, q);
    c2 = v128.xor(c3, second2s);
    c3 = second3s;
    let pA = <u64>atA * MULTIPLIER_0, qA = <u64>(<u32>(pA >> 32) ^ rowA ^ key1) * MULTIPLIER_1;
    let pB = <u64>atB * MULTIPLIER_0, qB = <u64>(<u32>(pB >> 32) ^ rowB ^ key1) * MULTIPLIER_1;
    let pC = <u64>atC * MULTIPLIER_0, qC = <u64>(<u32>(pC >> 32) ^ rowC ^ key1) * MULTIPLIER_1;
    let pD = <u64>atD * MULTIPLIER_0, qD = <u64>(<u32>(pD >> 32) ^ rowD ^ key1) * MULTIPLIER_1;
    let a0 = <u32>(qA >> 32) ^ first1, a1 = <u32>qA, a2 = <u32>pA ^ second2, a3 = second3;
    let b0 = <u32>(qB >> 32) ^ first1, b1 = <u32>qB, b2 = <u32>pB ^ second2, b3 = second3;
    let e0 = <u32>(qC >> 32) ^ first1, e1 = <u32>qC, e2 = <u32>pC ^ second2, e3 = second3;
    let d0 = <u32>(qD >> 32) ^ first1, d1 = <u32>qD, d2 = <u32>pD ^ second2, d3 = second3;
    let k0 = key0 + 2 * WEYL_0, k1 = key1 + 2 * WEYL_1;
    // repeat 8 times
      const k0s = i32x4.splat(k0), k1s = i32x4.splat(k1);
      p = i64x2.extmul_low_i32x4_u(c0, multiplier0);
      q = i64x2.extmul_high_i32x4_u(c0, multiplier0);
      const s = i64x2.extmul_low_i32x4_u(c2, multiplier1), t = i64x2.extmul_high_i32x4_u(c2, multiplier1);
      pA = <u64>a0 * MULTIPLIER_0;
      qA = <u64>a2 * MULTIPLIER_1;
      a0 = <u32>(qA >> 32) ^ a1 ^ k0;
      a1 = <u32>qA;
      a2 = <u32>(pA >> 32) ^ a3 ^ k1;
      a3 = <u32>pA;
      pB = <u64>b0 * MULTIPLIER_0;
      qB = <u64>b2 * MULTIPLIER_1;
      b0 = <u32>(qB >> 32) ^ b1 ^ k0;
      b1 = <u32>qB;
      b2 = <u32>(pB >> 32) ^ b3 ^ k1;
      b3 = <u32>pB;
      c0 = v128.xor(v128.xor(high(s, t), c1), k0s);
      c1 = low(s, t);
      c2 = v128.xor(v128.xor(high(p, q), c3), k1s);
      c3 = low(p, q);
      pC = <u64>e0 * MULTIPLIER_0;
      qC = <u64>e2 * MULTIPLIER_1;
      e0 = <u32>(qC >> 32) ^ e1 ^ k0;
      e1 = <u32>qC;
      e2 = <u32>(pC >> 32) ^ e3 ^ k1;
      e3 = <u32>pC;
      pD = <u64>d0 * MULTIPLIER_0;
      qD = <u64>d2 * MULTIPLIER_1;
      d0 = <u32>(qD >> 32) ^ d1 ^ k0;
      d1 = <u32>qD;
      d2 = <u32>(pD >> 32) ^ d3 ^ k1;
      d3 = <u32>pD;
      k0 += WEYL_0;
      k1 += WEYL_1;
    // end of repeat
    v128.store(out, c0);
    v128.store(out, c1, 16);
    v128.store(out, c2, 32);
    v128.store(out, c3, 48);
    store<u32>(out, a0, 64);
    store<u32>(out, b0, 68);
    store<u32>(out, e0, 72);
    store<u32>(out, d0, 76);
    store<u32>(out, a1, 80);
    store<u32>(out, b1, 84);
    store<u32>(out, e1, 88);
    store<u32>(out, d1, 92);
    store<u32>(out, a2, 96);
    store<u32>(out, b2, 100);
    store<u32>(out, e2, 104);
    store<u32>(out, d2, 108);
    store<u32>(out, a3, 112);
    store<u32>(out, b3, 116);
    store<u32>(out, e3, 120);
    store<u32>(out, d3, 124);

    at = i32x4.add(at, blocksOns);
    rows = i32x4.add(rows, rowsOns);
    const beyond = i32x4.gt_u(at, lastBlock);
    at = i32x4.sub(at, v128.and(blocksEach, beyond));
    rows = i32x4.sub(rows, beyond);
    atA += blocksOn;
    rowA += rowsOn;
    if (atA >= blocks) {
      atA -= blocks;
      rowA++;
    }
    atB += blocksOn;
    rowB += rowsOn;
    if (atB >= blocks) {
      atB -= blocks;
      rowB++;
    }
    atC += blocksOn;
    rowC += rowsOn;
    if (atC >= blocks) {
      atC -= blocks;
      rowC++;
    }
    atD += blocksOn;
    rowD += rowsOn;
    if (atD >= blocks) {
      atD -= blocks;
      rowD++;
    }
  }
}
