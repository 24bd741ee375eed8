// AssemblyScript. Single-site Gibbs sweeps of dense Boltzmann machines; numerics/boltzmann/single_site.ts says what they do.
//
// Rows are kept between calls with their fields; a row that comes back changed has its fields mended unit by unit. All sums are exact,
// so that neither order nor history shows. Whether a unit turns against its field is mostly told by a table: the first ten
// bits of a word say between which sizes of 2βz the answer changes, and only between them is it computed.
import { expOfMinus } from "./elementary";
import { fillRows } from "./philox_rows";

// @ts-ignore: decorator
@inline
const SECOND_WORDS: u32 = 0x80000000; // first block of those with a draw's second word

export function heapBase(): usize {
  return __heap_base;
}

/** The decision of numerics/boltzmann/against_field.ts; its second word is word 0 of block SECOND_WORDS + visit. */
function againstField(
  word: u32,
  size: f64,
  scratch: usize,
  visit: u32,
  row: u32,
  word1: u32,
  word2: u32,
  key0: u32,
  key1: u32,
): bool {
  fillRows(scratch, 2, SECOND_WORDS + visit, row, 0xffffffff, word1, word2, key0, key1);
  const second = load<u32>(scratch);
  const e = expOfMinus(size);
  return e / (1.0 + e) * 4294967296.0 - <f64>word > (<f64>second + 0.5) / 4294967296.0;
}

/** fields ± doubled weights of one unit; stride is a multiple of 8 numbers. */
// @ts-ignore: decorator
@inline
function shift(fields: usize, weights: usize, stride: usize, up: bool): void {
  const end = fields + stride * 8;
  if (up) {
    for (; fields < end; fields += 64, weights += 64) {
      v128.store(fields, f64x2.add(v128.load(fields), v128.load(weights)));
      v128.store(fields, f64x2.add(v128.load(fields, 16), v128.load(weights, 16)), 16);
      v128.store(fields, f64x2.add(v128.load(fields, 32), v128.load(weights, 32)), 32);
      v128.store(fields, f64x2.add(v128.load(fields, 48), v128.load(weights, 48)), 48);
    }
  } else {
    for (; fields < end; fields += 64, weights += 64) {
      v128.store(fields, f64x2.sub(v128.load(fields), v128.load(weights)));
      v128.store(fields, f64x2.sub(v128.load(fields, 16), v128.load(weights, 16)), 16);
      v128.store(fields, f64x2.sub(v128.load(fields, 32), v128.load(weights, 32)), 32);
      v128.store(fields, f64x2.sub(v128.load(fields, 48), v128.load(weights, 48)), 48);
    }
  }
}

/**
 * Makes `kept` what `given` is, and its fields those of it; both have `units` spins. False where one of them is neither −1 nor +1.
 */
export function mend(given: usize, kept: usize, fields: usize, weights: usize, units: usize, stride: usize): bool {
  for (let i: usize = 0; i < units; i++) {
    if (i + 16 <= units) {
      if (!v128.any_true(v128.xor(v128.load(given + i), v128.load(kept + i)))) {
        i += 15;
        continue;
      }
    }
    const spin = load<i8>(given + i);
    if (spin === load<i8>(kept + i)) continue;
    if (spin !== 1 && spin !== -1) return false;
    shift(fields, weights + i * stride * 8, stride, spin > 0);
    store<i8>(kept + i, spin);
  }
  return true;
}

/** Σ_i s_i (z_i + b_i), in the order of the units. */
export function alignment(state: usize, fields: usize, bias: usize, units: usize): f64 {
  let sum = 0.0;
  for (let i: usize = 0; i < units; i++) {
    sum += <f64>load<i8>(state + i) * (load<f64>(fields + i * 8) + load<f64>(bias + i * 8));
  }
  return sum;
}

/**
 * One sweep of one row. table: for the first ten bits of a word, the size of 2βz below which the unit turns against its field and
 * the one from which it does not; free: the units to visit, `count` of them; words: room for 8 (count + 8) words.
 */
export function sweep(
  table: usize,
  weights: usize,
  stride: usize,
  free: usize,
  count: u32,
  words: usize,
  state: usize,
  fields: usize,
  twiceBeta: f64,
  random: bool,
  row: u32,
  word1: u32,
  word2: u32,
  key0: u32,
  key1: u32,
): void {
  const needed = random ? 2 * count : count;
  const groups = ((needed + 31) >> 5) << 1;
  fillRows(words, groups, 0, row, 0xffffffff, word1, word2, key0, key1);
  const scratch = words + <usize>groups * 64;
  for (let visit: u32 = 0, at: u32 = 0; visit < count; visit++, at++) {
    let index = visit;
    if (random) {
      index = <u32>((<u64>load<u32>(wordAt(words, at)) * <u64>count) >> 32);
      at++;
    }
    const i = <usize>load<u32>(free + <usize>index * 4);
    const word = load<u32>(wordAt(words, at));
    const x = twiceBeta * load<f64>(fields + i * 8);
    const size = Math.abs(x);
    const entry = table + (<usize>(word >>> 22) << 4);
    let against = size < load<f64>(entry);
    if (!against && size < load<f64>(entry, 8)) {
      against = againstField(word, size, scratch, visit, row, word1, word2, key0, key1);
    }
    const up = (x >= 0) !== against;
    if (up !== load<i8>(state + i) > 0) {
      shift(fields, weights + i * stride * 8, stride, up);
      store<i8>(state + i, up ? 1 : -1);
    }
  }
}

/** Where word n of a row is in what fillRows wrote: it is word n mod 4 of block n div 4. */
// @ts-ignore: decorator
@inline
function wordAt(words: usize, n: u32): usize {
  return words + <usize>((n >>> 4 << 6) | ((n & 3) << 4) | ((n >>> 2 & 3) << 2));
}
