/** The matrix product: blocks that fit the caches, packed, and multiplied by the micro-kernel of gemm.as. */
import { type Gemm, GEMM_RUN } from "./kernels.ts";
import { SCRATCH } from "./memory.ts";

/** What gemm.as exports; addresses in bytes, strides in entries. */
export interface GemmExports {
  pack(source: number, line: number, entry: number, count: number, k: number, width: number, out: number): void;
  multiply: MultiplyPanels;
  /** Panels of B of 16 columns. */
  multiplyWide: MultiplyPanels;
  /** One panel of B, of 4 columns; A in panels of 8 rows, or where it is. `panel` and `step` in bytes. */
  multiplyNarrow(
    a: number,
    panel: number,
    step: number,
    b: number,
    c: number,
    m: number,
    n: number,
    k: number,
    alpha: number,
    beta: number,
    first: boolean,
    tile: number,
  ): void;
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
const NARROW_PANEL_ROWS = 8, NARROW_COLUMNS = 4;
const BLOCK_ROWS = SCRATCH.left.bytes / (4 * GEMM_RUN);
const BLOCK_COLUMNS = SCRATCH.right.bytes / (4 * GEMM_RUN);

/** `wide`: where V8 makes vectors of 256 bits. Whichever kernel multiplies, the bits are the same. */
export function multiply(wasm: GemmExports, product: Gemm, wide = false): void {
  if (product.n <= NARROW_COLUMNS) multiplyNarrow(wasm, product);
  else multiplyPanels(wasm, product, wide);
}

function multiplyNarrow(
  wasm: GemmExports,
  { m, n, k, a, transposeA = false, b, transposeB = false, c, alpha = 1, beta = 0 }: Gemm,
): void {
  const [lineB, entryB] = transposeB ? [k, 1] : [1, n];
  const rowsAtOnce = transposeA ? m : BLOCK_ROWS; // columns of Aᵀ lie side by side: they need no packing
  const { left, right, temporary } = SCRATCH;
  inRuns(k, (start, depth, isFirst) => {
    wasm.pack(b.byteOffset + 4 * start * entryB, lineB, entryB, n, depth, NARROW_COLUMNS, right.at);
    for (let row = 0; row < m; row += rowsAtOnce) {
      const rows = Math.min(rowsAtOnce, m - row);
      let from = a.byteOffset + 4 * (transposeA ? row + start * m : row * k + start);
      let panel = 4 * NARROW_PANEL_ROWS, step = 4 * m;
      if (!transposeA) {
        wasm.pack(from, k, 1, rows, depth, NARROW_PANEL_ROWS, left.at);
        [from, panel, step] = [left.at, panel * depth, panel];
      }
      const to = c.byteOffset + 4 * row * n;
      wasm.multiplyNarrow(from, panel, step, right.at, to, rows, n, depth, alpha, beta, isFirst, temporary.at);
    }
  });
}

function multiplyPanels(
  wasm: GemmExports,
  { m, n, k, a, transposeA = false, b, transposeB = false, c, alpha = 1, beta = 0 }: Gemm,
  wide: boolean,
): void {
  const isWide = wide && n >= LEAST_WIDE_COLUMNS && k >= LEAST_WIDE_DEPTH;
  const panel = isWide ? WIDE_PANEL_COLUMNS : PANEL_COLUMNS;
  const multiplyBlock = isWide ? wasm.multiplyWide : wasm.multiply;
  const [lineA, entryA] = transposeA ? [1, m] : [k, 1];
  const [lineB, entryB] = transposeB ? [k, 1] : [1, n];
  const { left, right, temporary } = SCRATCH;
  for (let column = 0; column < n; column += BLOCK_COLUMNS) {
    const columns = Math.min(BLOCK_COLUMNS, n - column);
    inRuns(k, (start, depth, isFirst) => {
      const fromB = b.byteOffset + 4 * (column * lineB + start * entryB);
      wasm.pack(fromB, lineB, entryB, columns, depth, panel, right.at);
      for (let row = 0; row < m; row += BLOCK_ROWS) {
        const rows = Math.min(BLOCK_ROWS, m - row);
        const fromA = a.byteOffset + 4 * (row * lineA + start * entryA);
        wasm.pack(fromA, lineA, entryA, rows, depth, PANEL_ROWS, left.at);
        const to = c.byteOffset + 4 * (row * n + column);
        multiplyBlock(left.at, right.at, to, rows, columns, depth, n, alpha, beta, isFirst, temporary.at);
      }
    });
  }
}

/** Runs along k; one of none where k is 0, which is C ← beta · C. */
function inRuns(k: number, run: (start: number, depth: number, isFirst: boolean) => void): void {
  for (let start = 0; start === 0 || start < k; start += GEMM_RUN) {
    run(start, Math.min(GEMM_RUN, k - start), start === 0);
  }
}
