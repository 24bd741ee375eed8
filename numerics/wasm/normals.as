// AssemblyScript. Standard normals by the ziggurat; numerics/random/normal_block.ts says which.
// Memory: tables (scales and bounds of the layers, interleaved; heights); random words; normals.
import { expOfMinus, naturalLog } from "./elementary";
import { fillRows } from "./philox_rows";

// @ts-ignore: decorator
@inline
const TAIL_START: f64 = 3.6541528853610088;
// @ts-ignore: decorator
@inline
const HEIGHTS: usize = 256 * 16; // from the beginning of the tables
// @ts-ignore: decorator
@inline
const TABLES_BYTES: usize = 256 * 16 + 264 * 8;
// @ts-ignore: decorator
@inline
const WORDS_BYTES: usize = 8192; // of random words at a time; they stay in the first cache

export function heapBase(): usize {
  return __heap_base;
}

/** Where the normals are written. */
export function resultAt(base: usize): usize {
  return base + TABLES_BYTES + WORDS_BYTES + 128;
}

let word1: u32 = 0, word2: u32 = 0, key0: u32 = 0, key1: u32 = 0;
// Words of a further block.
let a: u32 = 0, b: u32 = 0, c: u32 = 0, d: u32 = 0;

/** Block `column` of the row with `attempt` above the step's bits. */
function further(column: u32, row: u32, attempt: u32): void {
  let k0 = key0, k1 = key1;
  let c0 = column, c1 = word1, c2 = word2 | (attempt << 21), c3 = row;
  for (let round = 0; round < 10; round++) {
    const p = <u64>c0 * 0xd2511f53, q = <u64>c2 * 0xcd9e8d57;
    c0 = <u32>(q >> 32) ^ c1 ^ k0;
    c1 = <u32>q;
    c2 = <u32>(p >> 32) ^ c3 ^ k1;
    c3 = <u32>p;
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  a = c0;
  b = c1;
  c = c2;
  d = c3;
}

// @ts-ignore: decorator
@inline
function uniform(high: u32, low: u32): f64 {
  return (<f64>(high >>> 6) * 67108864.0 + <f64>(low >>> 6) + 0.5) * 2.220446049250313e-16;
}

/** The normal of a column of a row whose first 64 bits do not decide. */
function decide(base: usize, high: u32, low: u32, column: u32, row: u32): f64 {
  let attempt: u32 = 0;
  while (true) {
    attempt++;
    const layer = <usize>(low & 255);
    // From −0.5 to 0.5, symmetric: 52 bits, signed, and a half.
    const t = (<f64>((<i64>(<i32>high) << 20) | <i64>(low >>> 12)) + 0.5) * 2.220446049250313e-16;
    const x = t * load<f64>(base + layer * 16);
    if (Math.abs(t) < load<f64>(base + layer * 16, 8)) return x;
    further(column, row, attempt);
    if (layer === 0) return tail(t < 0, column, row, attempt);
    const height = load<f64>(base + layer * 8, HEIGHTS), above = load<f64>(base + layer * 8, HEIGHTS + 8);
    if (height + uniform(a, b) * (above - height) < expOfMinus(0.5 * x * x)) return x;
    high = c;
    low = d;
  }
}

function tail(negative: bool, column: u32, row: u32, attempt: u32): f64 {
  while (true) {
    const x = -naturalLog(uniform(a, b)) / TAIL_START, y = -naturalLog(uniform(c, d));
    if (y + y > x * x) return negative ? -(TAIL_START + x) : TAIL_START + x;
    further(column, row, ++attempt);
  }
}

/** Where its place in the layer does not decide: the normal of `number`, counted from the beginning of row `row`. */
function settle(base: usize, out: usize, bits: u64, number: u64, columns: u64, row: u32): void {
  const column = <u32>(number % columns);
  store<f64>(out, decide(base, <u32>(bits >> 32), <u32>bits, column, row + <u32>(number / columns)));
}

/**
 * The two normals of a block, at out. bits: words 0 and 2 above words 1 and 3; first, second: their layers; middle, half: 1.5 and 2⁻⁵³.
 */
// @ts-ignore: decorator
@inline
function pair(
  base: usize,
  bits: v128,
  first: usize,
  second: usize,
  middle: v128,
  half: v128,
  out: usize,
  number: u64,
  columns: u64,
  row: u32,
): void {
  const a = v128.load(base + (first << 4)), b = v128.load(base + (second << 4));
  // The upper 52 bits, taken as signed, from −0.5 to 0.5: their first is turned and they become the fraction of a number in [1, 2).
  const t = f64x2.add(f64x2.sub(v128.xor(i64x2.shr_u(bits, 12), middle), middle), half);
  v128.store(out, f64x2.mul(t, v128.shuffle<i64>(a, b, 0, 2)));
  const within = f64x2.lt(f64x2.abs(t), v128.shuffle<i64>(a, b, 1, 3));
  if (!i64x2.all_true(within)) {
    if (!i64x2.extract_lane(within, 0)) settle(base, out, i64x2.extract_lane(bits, 0), number, columns, row);
    if (!i64x2.extract_lane(within, 1)) settle(base, out + 8, i64x2.extract_lane(bits, 1), number + 1, columns, row);
  }
}

/**
 * The normals of `groups` groups of four blocks, a multiple of two: two a block, in the order of the blocks; fillRows says which those
 * are.
 */
export function normals(
  base: usize,
  groups: i32,
  block: u32,
  row: u32,
  blocks: u32,
  stepLow: u32,
  stepHigh: u32,
  seedLow: u32,
  seedHigh: u32,
): void {
  word1 = stepLow;
  word2 = stepHigh;
  key0 = seedLow;
  key1 = seedHigh;
  const words = base + TABLES_BYTES;
  // By way of memory: V8 would build constants anew at each use.
  store<f64>(words, 1.5);
  store<f64>(words, 1.1102230246251565e-16, 8);
  const middle = v128.load64_splat(words), half = v128.load64_splat(words, 8);
  const most = <i32>(WORDS_BYTES / 64), columns = 2 * <u64>blocks;
  let out = resultAt(base);
  let first = <u64>block; // counted from the beginning of `row`
  while (groups > 0) {
    const now = min(groups, most);
    fillRows(words, now, <u32>(first % blocks), row + <u32>(first / blocks), blocks, stepLow, stepHigh, seedLow, seedHigh);
    let number = 2 * first;
    for (let at = words, end = words + <usize>now * 64; at < end; at += 64, out += 64, number += 8) {
      const w0 = v128.load(at), w1 = v128.load(at, 16), w2 = v128.load(at, 32), w3 = v128.load(at, 48);
      const even = v128.shuffle<i32>(w1, w0, 0, 4, 1, 5), evenNext = v128.shuffle<i32>(w1, w0, 2, 6, 3, 7);
      const odd = v128.shuffle<i32>(w3, w2, 0, 4, 1, 5), oddNext = v128.shuffle<i32>(w3, w2, 2, 6, 3, 7);
      // A layer is the lowest byte of word 1 or 3.
      let bits = v128.shuffle<i64>(even, odd, 0, 2);
      pair(base, bits, load<u8>(at, 16), load<u8>(at, 48), middle, half, out, number, columns, row);
      bits = v128.shuffle<i64>(even, odd, 1, 3);
      pair(base, bits, load<u8>(at, 20), load<u8>(at, 52), middle, half, out + 16, number + 2, columns, row);
      bits = v128.shuffle<i64>(evenNext, oddNext, 0, 2);
      pair(base, bits, load<u8>(at, 24), load<u8>(at, 56), middle, half, out + 32, number + 4, columns, row);
      bits = v128.shuffle<i64>(evenNext, oddNext, 1, 3);
      pair(base, bits, load<u8>(at, 28), load<u8>(at, 60), middle, half, out + 48, number + 6, columns, row);
    }
    first += 4 * now;
    groups -= now;
  }
}
