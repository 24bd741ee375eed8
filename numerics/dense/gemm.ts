/** The matrix product: blocks that fit the caches, packed where that pays, and multiplied by the micro-kernels of gemm.as. */
import { type Gemm, GEMM_RUN } from "./kernels.ts";
import { SCRATCH } from "./memory.ts";

/** What gemm.as exports; addresses in bytes, strides in entries. */
export interface GemmExports {
  pack(source: number, line: number, entry: number, count: number, k: number, width: number, out: number): void;
  multiply(a: number, b: number, c: number, m: number, n: number, k: number, line: number, ...rest: Finishing): void;
  /** B in panels of 16 columns, A where it is; `row` and `step` in bytes. */
  multiplyWide(
    a: number,
    row: number,
    step: number,
    b: number,
    c: number,
    m: number,
    n: number,
    k: number,
    line: number,
    ...rest: Finishing
  ): void;
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
    ...rest: Finishing
  ): void;
  /** k = 1, A and B where they are. */
  multiplyOuter(a: number, b: number, c: number, m: number, n: number, bias: number, activation: number): void;
  /** n = 2, A where it is, B in one panel of 4 columns. */
  multiplyPairs(a: number, b: number, c: number, m: number, k: number, bias: number, activation: number): void;
}

/** Of a block of C, what becomes of its sums. */
type Finishing = readonly [
  alpha: number,
  beta: number,
  first: boolean,
  bias: number,
  activation: number,
  tile: number,
];

/** What is done to C when it is there: the address of a bias to add to each row and the number of an activation, as activation.as numbers them; 0 for none. */
export interface Bend {
  readonly bias: number;
  readonly activation: number;
}
const UNBENT: Bend = { bias: 0, activation: 0 };

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
export function multiply(wasm: GemmExports, product: Gemm, wide = false, bend = UNBENT): void {
  const { n, k, transposeA = false, alpha = 1, beta = 0 } = product;
  const isPlain = !transposeA && alpha === 1 && beta === 0 && bend.bias > 0;
  if (isPlain && k === 1 && n > NARROW_COLUMNS) multiplyOuter(wasm, product, bend);
  else if (isPlain && n === 2 && k > 0 && k <= GEMM_RUN) multiplyPairs(wasm, product, bend);
  else if (n <= NARROW_COLUMNS) multiplyNarrow(wasm, product, bend);
  else multiplyPanels(wasm, product, wide, bend);
}

/** B is the same row, transposed or not. */
function multiplyOuter(wasm: GemmExports, { m, n, a, b, c }: Gemm, { bias, activation }: Bend): void {
  wasm.multiplyOuter(a.byteOffset, b.byteOffset, c.byteOffset, m, n, bias, activation);
}

function multiplyPairs(
  wasm: GemmExports,
  { m, n, k, a, b, transposeB = false, c }: Gemm,
  { bias, activation }: Bend,
): void {
  const [lineB, entryB] = transposeB ? [k, 1] : [1, n], { right } = SCRATCH;
  wasm.pack(b.byteOffset, lineB, entryB, n, k, NARROW_COLUMNS, right.at);
  wasm.multiplyPairs(a.byteOffset, right.at, c.byteOffset, m, k, bias, activation);
}

function multiplyNarrow(
  wasm: GemmExports,
  { m, n, k, a, transposeA = false, b, transposeB = false, c, alpha = 1, beta = 0 }: Gemm,
  bend: Bend,
): void {
  const [lineB, entryB] = transposeB ? [k, 1] : [1, n];
  const rowsAtOnce = transposeA ? m : BLOCK_ROWS; // columns of Aᵀ lie side by side: they need no packing
  const { left, right, temporary } = SCRATCH;
  inRuns(k, (start, depth, isFirst, isLast) => {
    const { bias, activation } = isLast ? bend : UNBENT;
    const rest: Finishing = [alpha, beta, isFirst, bias, activation, temporary.at];
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
      wasm.multiplyNarrow(from, panel, step, right.at, to, rows, n, depth, ...rest);
    }
  });
}

function multiplyPanels(
  wasm: GemmExports,
  { m, n, k, a, transposeA = false, b, transposeB = false, c, alpha = 1, beta = 0 }: Gemm,
  wide: boolean,
  bend: Bend,
): void {
  const isWide = wide && n >= LEAST_WIDE_COLUMNS && k >= LEAST_WIDE_DEPTH;
  const panel = isWide ? WIDE_PANEL_COLUMNS : PANEL_COLUMNS;
  const [lineA, entryA] = transposeA ? [1, m] : [k, 1];
  const [lineB, entryB] = transposeB ? [k, 1] : [1, n];
  const { left, right, temporary } = SCRATCH;
  for (let column = 0; column < n; column += BLOCK_COLUMNS) {
    const columns = Math.min(BLOCK_COLUMNS, n - column);
    inRuns(k, (start, depth, isFirst, isLast) => {
      const { bias, activation } = isLast ? bend : UNBENT;
      const biasHere = bias && bias + 4 * column;
      const rest: Finishing = [alpha, beta, isFirst, biasHere, activation, temporary.at];
      const fromB = b.byteOffset + 4 * (column * lineB + start * entryB);
      wasm.pack(fromB, lineB, entryB, columns, depth, panel, right.at);
      for (let row = 0; row < m; row += BLOCK_ROWS) {
        const rows = Math.min(BLOCK_ROWS, m - row);
        const fromA = a.byteOffset + 4 * (row * lineA + start * entryA);
        const to = c.byteOffset + 4 * (row * n + column);
        if (isWide) {
          wasm.multiplyWide(fromA, 4 * lineA, 4 * entryA, right.at, to, rows, columns, depth, n, ...rest);
        } else {
          wasm.pack(fromA, lineA, entryA, rows, depth, PANEL_ROWS, left.at);
          wasm.multiply(left.at, right.at, to, rows, columns, depth, n, ...rest);
        }
      }
    });
  }
}

/** Runs along k; one of none where k is 0, which is C ← beta · C. */
function inRuns(k: number, run: (start: number, depth: number, isFirst: boolean, isLast: boolean) => void): void {
  for (let start = 0; start === 0 || start < k; start += GEMM_RUN) {
    run(start, Math.min(GEMM_RUN, k - start), start === 0, start + GEMM_RUN >= k);
  }
}
