/** The matrix product: blocks that fit the caches, packed, and multiplied by the micro-kernel of gemm.as. */
import { type Gemm, GEMM_RUN } from "./kernels.ts";
import { SCRATCH } from "./memory.ts";

/** What gemm.as exports; addresses in bytes, strides in entries. */
export interface GemmExports {
  pack(source: number, line: number, entry: number, count: number, k: number, width: number, out: number): void;
  multiply: MultiplyPanels;
  /** Panels of B of 16 columns. */
  multiplyWide: MultiplyPanels;
}

type MultiplyPanels = (
  a: number,
  b: number,
  c: number,
  m: number,
  n: number,
  k: number,
  line: number,
  alpha: number,
  beta: number,
  first: boolean,
  tile: number,
) => void;

/** Lines in a panel of A and of B. */
const PANEL_ROWS = 4;
const PANEL_COLUMNS = 8;
const WIDE_PANEL_COLUMNS = 16;
/** Below these the wide micro-kernel, which always makes 16 columns and passes its sums through a tile, does not pay. */
const LEAST_WIDE_COLUMNS = 16, LEAST_WIDE_DEPTH = 8;
const BLOCK_ROWS = SCRATCH.left.bytes / (4 * GEMM_RUN);
const BLOCK_COLUMNS = SCRATCH.right.bytes / (4 * GEMM_RUN);

/** `wide`: where V8 makes vectors of 256 bits. The bits are the same. */
export function multiply(
  wasm: GemmExports,
  { m, n, k, a, transposeA = false, b, transposeB = false, c, alpha = 1, beta = 0 }: Gemm,
  wide = false,
): void {
  const isWide = wide && n >= LEAST_WIDE_COLUMNS && k >= LEAST_WIDE_DEPTH;
  const panel = isWide ? WIDE_PANEL_COLUMNS : PANEL_COLUMNS;
  const multiplyPanels = isWide ? wasm.multiplyWide : wasm.multiply;
  const [lineA, entryA] = transposeA ? [1, m] : [k, 1];
  const [lineB, entryB] = transposeB ? [k, 1] : [1, n];
  const runs = Math.max(1, Math.ceil(k / GEMM_RUN)); // C ← beta · C even where k is 0
  for (let column = 0; column < n; column += BLOCK_COLUMNS) {
    const columns = Math.min(BLOCK_COLUMNS, n - column);
    for (let run = 0; run < runs; run++) {
      const start = run * GEMM_RUN, depth = Math.min(GEMM_RUN, k - start);
      const fromB = b.byteOffset + 4 * (column * lineB + start * entryB);
      wasm.pack(fromB, lineB, entryB, columns, depth, panel, SCRATCH.right.at);
      for (let row = 0; row < m; row += BLOCK_ROWS) {
        const rows = Math.min(BLOCK_ROWS, m - row);
        const fromA = a.byteOffset + 4 * (row * lineA + start * entryA);
        wasm.pack(fromA, lineA, entryA, rows, depth, PANEL_ROWS, SCRATCH.left.at);
        multiplyPanels(
          SCRATCH.left.at,
          SCRATCH.right.at,
          c.byteOffset + 4 * (row * n + column),
          rows,
          columns,
          depth,
          n,
          alpha,
          beta,
          run === 0,
          SCRATCH.temporary.at,
        );
      }
    }
  }
}
