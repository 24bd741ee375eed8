/**
 * Sums of the rows of a matrix that bits choose: how row_sum.as is driven.
 *
 * The rows of a matrix are taken in groups of g; all 2^g sums of a group are made once and looked up by g bits at a time ("the four
 * Russians", Arlazarov, Dinic, Kronrod & Faradzev 1970). What pays depends on how many rows of bits share the sums and on how many bits are
 * set; since sums are exact, the choice shows in the time alone.
 */
import { type Correlation, MOST_BITS, type RowSum, rowSumBytes } from "./kernels.ts";
import { MOST_ROWS, SCRATCH } from "./memory.ts";
import type { Arena } from "./arena.ts";

/** What row_sum.as exports; addresses in bytes. */
export interface RowSumExports {
  packRows(bits: number, rows: number, n: number, line: number, out: number): void;
  packColumns(bits: number, rows: number, n: number, first: number, count: number, line: number, out: number): void;
  count(packed: number, bytes: number): number;
  list(packed: number, line: number, rows: number, n: number, g: number, lists: number, lengths: number): void;
  convert(weights: number, row: number, column: number, n: number, m: number, bias: number, out: number): void;
  add(
    stripes: number,
    n: number,
    m: number,
    g: number,
    rows: number,
    lists: number,
    lengths: number,
    table: number,
    sums: number,
    out: number,
    alpha: number,
    beta: number,
  ): void;
}

/** A group of one needs no table. Larger ones than 7 have tables beyond the nearer caches. */
const GROUP_SIZES = [1, 4, 5, 6, 7];
const TABLE_LINES = 4096;
/** Making an entry of a table beside looking one up: a load, an addition and a store. */
const COST_OF_ENTRY = 1.6;

export class WasmRowSum implements RowSum {
  readonly #wasm: RowSumExports;
  readonly #stripes: number;

  constructor(wasm: RowSumExports, arena: Arena, readonly n: number, readonly m: number) {
    this.#wasm = wasm;
    this.#stripes = arena.int8(rowSumBytes(n, m)).byteOffset;
  }

  load(weights: Float32Array, bias: Float32Array | null, transposed = false): void {
    const { n, m } = this;
    const [row, column] = transposed ? [1, n] : [m, 1];
    this.#wasm.convert(weights.byteOffset, row, column, n, m, bias?.byteOffset ?? 0, this.#stripes);
  }

  apply(bits: Int8Array, rows: number, out: Float32Array): void {
    const { n, m } = this;
    const line = packedLine(n);
    const most = Math.min(MOST_ROWS, Math.floor(SCRATCH.packed.bytes / line));
    for (let first = 0; first < rows; first += most) {
      const count = Math.min(most, rows - first);
      this.#wasm.packRows(bits.byteOffset + first * n, count, n, line, SCRATCH.packed.at);
      addPacked(this.#wasm, this.#stripes, { n, m, line, rows: count }, out.byteOffset + 4 * first * m, 1, 0);
    }
  }
}

export class WasmCorrelation implements Correlation {
  readonly #wasm: RowSumExports;
  readonly #stripes: number;

  constructor(wasm: RowSumExports, arena: Arena, readonly rows: number, readonly n: number, readonly m: number) {
    this.#wasm = wasm;
    this.#stripes = arena.int8(rowSumBytes(rows, m)).byteOffset;
  }

  apply(bits: Int8Array, values: Float32Array, rows: number, out: Float32Array, { alpha = 1, beta = 0 } = {}): void {
    const { n, m } = this;
    this.#wasm.convert(values.byteOffset, m, 1, rows, m, 0, this.#stripes);
    const line = packedLine(rows);
    const most = Math.min(MOST_ROWS, Math.floor(SCRATCH.packed.bytes / line));
    for (let first = 0; first < n; first += most) {
      const count = Math.min(most, n - first);
      this.#wasm.packColumns(bits.byteOffset, rows, n, first, count, line, SCRATCH.packed.at);
      const shape = { n: rows, m, line, rows: count };
      addPacked(this.#wasm, this.#stripes, shape, out.byteOffset + 4 * first * m, alpha, beta);
    }
  }
}

interface Packed {
  /** Bits in a row. */
  readonly n: number;
  /** Sums in a row. */
  readonly m: number;
  /** Bytes from a row of bits to the next. */
  readonly line: number;
  readonly rows: number;
}

/** Whole words, and one of zeros to read beyond the end. */
function packedLine(n: number): number {
  return 8 * (Math.ceil(n / 64) + 1);
}

/** Adds up what the packed bits choose. */
function addPacked(
  wasm: RowSumExports,
  stripes: number,
  { n, m, line, rows }: Packed,
  out: number,
  alpha: number,
  beta: number,
): void {
  const density = wasm.count(SCRATCH.packed.at, line * rows) / (rows * n);
  const g = cheapestGroup(n, rows, density);
  const groups = Math.ceil(n / g);
  const inBlock = Math.min(g === 1 ? TABLE_LINES : TABLE_LINES >> g, groups);
  const blocks = Math.ceil(groups / inBlock);
  const most = Math.floor(
    Math.min(SCRATCH.lists.bytes / (2 * inBlock * blocks), SCRATCH.lengths.bytes / (2 * blocks)),
  );
  for (let first = 0; first < rows; first += most) {
    const count = Math.min(most, rows - first);
    wasm.list(SCRATCH.packed.at + first * line, line, count, n, g, SCRATCH.lists.at, SCRATCH.lengths.at);
    wasm.add(
      stripes,
      n,
      m,
      g,
      count,
      SCRATCH.lists.at,
      SCRATCH.lengths.at,
      SCRATCH.table.at,
      SCRATCH.sums.at,
      out + 4 * first * m,
      alpha,
      beta,
    );
  }
}

/** The size of groups with the fewest additions, were bits set independently. */
function cheapestGroup(n: number, rows: number, density: number): number {
  const cost = (g: number) => {
    const lookUps = rows * (1 - (1 - density) ** g);
    return n / g * (lookUps + (g === 1 ? 0 : COST_OF_ENTRY * 2 ** g));
  };
  return GROUP_SIZES.reduce((best, g) => cost(g) < cost(best) ? g : best);
}

if (SCRATCH.lists.bytes < 2 * MOST_BITS || SCRATCH.packed.bytes < packedLine(MOST_BITS)) {
  throw new Error("a row of the most bits does not fit the scratch space");
}
