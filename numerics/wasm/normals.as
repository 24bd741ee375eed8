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
    const t = <f64>((<i64>(<i32>high) << 20) | <i64>(low >>> 12)) + 0.5;
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

/** The normal of words `at` and `at` + 16, at out + place × 8. */
// @ts-ignore: decorator
@inline
function normal(
  base: usize,
  at: usize,
  high: usize,
  out: usize,
  place: usize,
  first: u64,
  blocks: u32,
  row: u32,
): void {
  const upper = load<u32>(at + high), lower = load<u32>(at + high, 16);
  const layer = base + (<usize>(lower & 255) << 4);
  const t = <f64>((<i64>(<i32>upper) << 20) | <i64>(lower >>> 12)) + 0.5;
  let x = t * load<f64>(layer);
  if (!(Math.abs(t) < load<f64>(layer, 8))) {
    const normal = 2 * first + <u64>place; // counted from the beginning of the row
    const columns = 2 * <u64>blocks;
    x = decide(base, upper, lower, <u32>(normal % columns), row + <u32>(normal / columns));
  }
  store<f64>(out + place * 8, x);
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
  const most = <i32>(WORDS_BYTES / 64);
  let out = resultAt(base);
  let first = <u64>block; // counted from the beginning of `row`
  while (groups > 0) {
    const now = min(groups, most);
    fillRows(words, now, <u32>(first % blocks), row + <u32>(first / blocks), blocks, stepLow, stepHigh, seedLow, seedHigh);
    for (let at = words, end = words + <usize>now * 64; at < end; at += 64, out += 64, first += 4) {
      normal(base, at, 0, out, 0, first, blocks, row);
      normal(base, at, 32, out, 1, first, blocks, row);
      normal(base, at, 4, out, 2, first, blocks, row);
      normal(base, at, 36, out, 3, first, blocks, row);
      normal(base, at, 8, out, 4, first, blocks, row);
      normal(base, at, 40, out, 5, first, blocks, row);
      normal(base, at, 12, out, 6, first, blocks, row);
      normal(base, at, 44, out, 7, first, blocks, row);
    }
    groups -= now;
  }
}
