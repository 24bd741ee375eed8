// AssemblyScript. Heat-bath sweeps of the Ising model on a square lattice; numerics/ising/lattice.ts says what they do.
//
// The two colours of the checkerboard lie apart, each row packed: the sites of one colour in a row, 16 a vector, 1 for up and 0 for
// down. Site k of a row has the opposite colour's sites k above, k below, k beside it and k − 1 or k + 1 on the other side, so
// that five additions and loads count the neighbours that are up. Every packed row has a copy of its last site before it
// and of its first one after it.
// Memory: thresholds, 8 vectors, and 1 in place 15 of the first; random bytes, BUFFER + 128; ties, 128; the lattice as it is given, rows × columns;
// the packed colours.
import { fillRows } from "./philox_rows";

// @ts-ignore: decorator
@inline
const BUFFER: usize = 8192; // bytes of random numbers at a time; they stay in the first cache
// @ts-ignore: decorator
@inline
const HALO: usize = 16; // before and after a packed row
// @ts-ignore: decorator
@inline
const TIES: u32 = 0x80000000; // first block of those that break ties
// @ts-ignore: decorator
@inline
const DIGITS: usize = 8;

export function heapBase(): usize {
  return __heap_base;
}

/** Where the lattice is in memory. */
export function latticeAt(base: usize): usize {
  return base + DIGITS * 16 + BUFFER + 128 + 128;
}

function stride(columns: usize): usize {
  return HALO + ((columns / 2 + 15) & ~15) + HALO;
}

function packedAt(base: usize, rows: usize, columns: usize): usize {
  return (latticeAt(base) + rows * columns + 15) & ~15;
}

/** The end of all memory that is used; the last vector of a packed row may be read one site on. */
export function end(base: usize, rows: usize, columns: usize): usize {
  return packedAt(base, rows, columns) + 2 * rows * stride(columns) + 16;
}

// @ts-ignore: decorator
@inline
function wrap(row: usize, sites: usize): void {
  store<u8>(row - 1, load<u8>(row + sites - 1));
  store<u8>(row + sites, load<u8>(row));
}

/** The sites of colour 1 of a row, from −1 and +1. Those of colour 0 are drawn before anything asks for them. */
function pack(base: usize, rows: usize, columns: usize, r: usize): void {
  const sites = columns / 2, step = stride(columns);
  const to = packedAt(base, rows, columns) + HALO + (rows + r) * step, from = latticeAt(base) + r * columns;
  const odd = (r & 1) ^ 1; // colour 1 has the odd columns of even rows
  let k: usize = 0;
  const one = v128.load8_splat(base + 15), zero = i8x16.splat(0);
  for (; k + 16 <= sites; k += 16) {
    const a = v128.load(from + 2 * k), b = v128.load(from + 2 * k, 16);
    const spins = odd
      ? v128.shuffle<u8>(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31)
      : v128.shuffle<u8>(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    v128.store(to + k, v128.and(i8x16.gt_s(spins, zero), one));
  }
  for (; k < sites; k++) store<u8>(to + k, load<i8>(from + 2 * k + odd) > 0 ? 1 : 0);
  wrap(to, sites);
}

/** A row of both colours, to −1 and +1. */
function unpack(base: usize, rows: usize, columns: usize, r: usize): void {
  const sites = columns / 2, step = stride(columns);
  const black = packedAt(base, rows, columns) + HALO + r * step, white = black + rows * step;
  const even = r & 1 ? white : black, odd = r & 1 ? black : white;
  const to = latticeAt(base) + r * columns;
  const one = v128.load8_splat(base + 15);
  let k: usize = 0;
  for (; k + 16 <= sites; k += 16) {
    let a = v128.load(even + k), b = v128.load(odd + k);
    a = i8x16.sub(i8x16.add(a, a), one);
    b = i8x16.sub(i8x16.add(b, b), one);
    v128.store(to + 2 * k, v128.shuffle<u8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
    v128.store(to + 2 * k, v128.shuffle<u8>(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31), 16);
  }
  for (; k < sites; k++) {
    store<i8>(to + 2 * k, <i8>(2 * load<u8>(even + k) - 1));
    store<i8>(to + 2 * k, <i8>(2 * load<u8>(odd + k) - 1), 1);
  }
}

let tieCount: u32 = 0; // vectors of the tie stream that this sweep has used
let tieWord1: u32 = 0, tieWord2: u32 = 0, tieRow: u32 = 0, tieKey0: u32 = 0, tieKey1: u32 = 0;

/**
 * Compares the further digits of the lanes where `equal` is set, as long as there are any; up neighbours are in `count`.
 * Returns `less` with those lanes decided. Each comparison takes the next vector of the tie stream.
 */
function breakTies(base: usize, count: v128, less: v128, equal: v128): v128 {
  const pool = base + DIGITS * 16 + BUFFER + 128;
  for (let digit: usize = 1; digit < DIGITS; digit++) {
    if (tieCount % 8 === 0) {
      fillRows(pool, 2, TIES + tieCount, tieRow, 0xffffffff, tieWord1, tieWord2, tieKey0, tieKey1);
    }
    const random = v128.load(pool + <usize>(tieCount % 8) * 16);
    tieCount++;
    const threshold = i8x16.swizzle(v128.load(base + digit * 16), count);
    less = v128.or(less, v128.and(equal, i8x16.lt_s(random, threshold)));
    equal = v128.and(equal, i8x16.eq(random, threshold));
    if (!v128.any_true(equal)) break;
  }
  return less; // a tie in every digit is not less
}

// @ts-ignore: decorator
@inline
function count(same: usize, above: usize, below: usize, beside: usize, k: usize): v128 {
  return i8x16.add(
    i8x16.add(v128.load(above + k), v128.load(below + k)),
    i8x16.add(v128.load(same + k), v128.load(beside + k)),
  );
}

/**
 * One sweep: the sites of colour 0, then those of colour 1. The first one of a call reads the lattice as it is given, the last one
 * writes it; row by row, while the row is in the cache.
 */
export function sweep(
  base: usize,
  rows: usize,
  columns: usize,
  isFirst: bool,
  isLast: bool,
  stream: u32,
  word1: u32,
  word2: u32,
  key0: u32,
  key1: u32,
): void {
  tieCount = 0;
  tieRow = stream;
  tieWord1 = word1;
  tieWord2 = word2;
  tieKey0 = key0;
  tieKey1 = key1;
  const sites = columns / 2, step = stride(columns), colourBytes = rows * step;
  const packed = packedAt(base, rows, columns) + HALO;
  const buffer = base + DIGITS * 16, bufferEnd = buffer + BUFFER;
  // Place 15 of the thresholds, which no count of neighbours reaches, holds 1: a constant would be built anew at each use.
  const thresholds = v128.load(base), one = v128.load8_splat(base + 15);
  const whole = sites & ~15;
  // The lanes of a row's last vector that are sites.
  const lanes = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  const valid = i8x16.lt_s(lanes, i8x16.splat(<i8>(sites - whole)));
  let random = bufferEnd;
  let block: u32 = 0;
  let left = <i32>((2 * rows * ((sites + 15) / 16) + 3) / 4); // groups of four blocks, a vector a block
  if (isFirst) {
    pack(base, rows, columns, rows - 1);
    pack(base, rows, columns, 0);
  }
  for (let colour: usize = 0; colour < 2; colour++) {
    const own = packed + colour * colourBytes, other = packed + (1 - colour) * colourBytes;
    for (let r: usize = 0; r < rows; r++) {
      if (isFirst && colour === 0 && r + 2 < rows) pack(base, rows, columns, r + 1);
      const row = own + r * step, same = other + r * step;
      const above = other + (r === 0 ? rows - 1 : r - 1) * step, below = other + (r === rows - 1 ? 0 : r + 1) * step;
      const beside = (r + colour) & 1 ? same + 1 : same - 1;
      let k: usize = 0;
      while (k < whole) {
        if (random === bufferEnd) {
          const groups = min(<i32>(BUFFER / 64), (left + 1) & ~1);
          fillRows(buffer, groups, block, stream, 0xffffffff, word1, word2, key0, key1);
          block += BUFFER / 16;
          left -= BUFFER / 64;
          random = buffer;
        }
        for (const stop = min(whole, k + bufferEnd - random); k < stop; k += 16, random += 16) {
          const up = count(same, above, below, beside, k);
          const threshold = i8x16.swizzle(thresholds, up);
          const digit = v128.load(random);
          let less = i8x16.lt_s(digit, threshold);
          const equal = i8x16.eq(digit, threshold);
          if (v128.any_true(equal)) less = breakTies(base, up, less, equal);
          v128.store(row + k, v128.and(less, one));
        }
      }
      if (k < sites) {
        if (random === bufferEnd) {
          const groups = min(<i32>(BUFFER / 64), (left + 1) & ~1);
          fillRows(buffer, groups, block, stream, 0xffffffff, word1, word2, key0, key1);
          block += BUFFER / 16;
          left -= BUFFER / 64;
          random = buffer;
        }
        const up = count(same, above, below, beside, k);
        const threshold = i8x16.swizzle(thresholds, up);
        const digit = v128.load(random);
        let less = i8x16.lt_s(digit, threshold);
        const equal = v128.and(i8x16.eq(digit, threshold), valid);
        if (v128.any_true(equal)) less = breakTies(base, up, less, equal);
        v128.store(row + k, v128.and(less, one));
        random += 16;
      }
      wrap(row, sites);
      if (isLast && colour === 1) unpack(base, rows, columns, r);
    }
  }
}
