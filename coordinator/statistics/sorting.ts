/**
 * Sorts float64 values and tells where each came from: a radix sort from the least significant digit, stable, six passes
 * of at most 11 bits, of which those with a single digit are skipped. Ten million values take well under two seconds,
 * which a comparison sort of indices does not come near.
 *
 * The order of the bits is that of the numbers once negative values are inverted and positive ones have the sign bit set;
 * that is done as the digits are read, so that the values themselves move as they are.
 */

/** Arrays that a sort needs beside the values, each at least as long. Their contents are lost. */
export interface SortScratch {
  readonly values: Float64Array;
  readonly order: Uint32Array;
}

const DIGITS = 6;
const BUCKETS = 2048;
const SHIFTS = [0, 11, 22, 0, 11, 22]; // of the low word, then of the high one
const counts = new Uint32Array(DIGITS * BUCKETS);

/** Sorts values[0 … count) in place and writes into order[p] where the p-th smallest was. No NaN, no −0 (it would come before 0). */
export function sortWithOrder(values: Float64Array, order: Uint32Array, count: number, scratch: SortScratch): void {
  countDigits(values, count);
  let from = values, to = scratch.values;
  let fromOrder = order, toOrder = scratch.order;
  let first = true;
  for (let digit = 0; digit < DIGITS; digit++) {
    const offsets = counts.subarray(digit * BUCKETS, (digit + 1) * BUCKETS);
    if (offsets.includes(count)) continue; // all have the same digit
    let sum = 0;
    for (let b = 0; b < BUCKETS; b++) {
      const n = offsets[b];
      offsets[b] = sum;
      sum += n;
    }
    if (first) {
      for (let i = 0; i < count; i++) fromOrder[i] = i;
      first = false;
    }
    scatter(from, fromOrder, to, toOrder, count, offsets, digit);
    [from, to] = [to, from];
    [fromOrder, toOrder] = [toOrder, fromOrder];
  }
  if (first) {
    for (let i = 0; i < count; i++) order[i] = i;
  }
  if (from !== values) {
    values.set(from.subarray(0, count));
    order.set(fromOrder.subarray(0, count));
  }
}

function wordsOf(values: Float64Array): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
}

function countDigits(values: Float64Array, count: number): void {
  const words = wordsOf(values);
  counts.fill(0);
  for (let i = 0; i < 2 * count; i += 2) {
    const sign = words[i + 1] >> 31;
    const low = words[i] ^ sign, high = words[i + 1] ^ (sign | 0x80000000);
    counts[low & 2047]++;
    counts[BUCKETS + (low >>> 11 & 2047)]++;
    counts[2 * BUCKETS + (low >>> 22)]++;
    counts[3 * BUCKETS + (high & 2047)]++;
    counts[4 * BUCKETS + (high >>> 11 & 2047)]++;
    counts[5 * BUCKETS + (high >>> 22)]++;
  }
}

function scatter(
  from: Float64Array,
  fromOrder: Uint32Array,
  to: Float64Array,
  toOrder: Uint32Array,
  count: number,
  offsets: Uint32Array,
  digit: number,
): void {
  const words = wordsOf(from);
  const shift = SHIFTS[digit];
  const isHigh = digit >= 3;
  const word = isHigh ? 1 : 0;
  const flip = isHigh ? 0x80000000 : 0;
  for (let i = 0; i < count; i++) {
    const sign = words[2 * i + 1] >> 31;
    const at = offsets[((words[2 * i + word] ^ (sign | flip)) >>> shift) & 2047]++;
    to[at] = from[i];
    toOrder[at] = fromOrder[i];
  }
}

/** How many of the sorted values are ≤ bound. */
export function countUpTo(sorted: Float64Array, count: number, bound: number): number {
  let low = 0, high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] <= bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
