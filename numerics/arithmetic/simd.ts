/** The operations in Wasm SIMD: how arithmetic.as, affine.as and patches.as are driven. They check nothing; checked.ts does. */
import { SCRATCH } from "../dense/memory.ts";
import type { Activation, Reals } from "./arithmetic.ts";
import type { Loops } from "./loops.ts";

/** What the modules export; addresses in bytes, 0 for what is absent. */
export interface ArithmeticExports {
  activate(x: number, rows: number, m: number, bias: number, activation: number): void;
  activateBack(y: number, dy: number, count: number, activation: number): void;
  map(x: number, out: number, count: number, name: number): void;
  columnSums: Sums;
  rowSums: Sums;
  scaleColumns(x: number, rows: number, m: number, scale: number, shift: number): void;
  addToRows(x: number, rows: number, m: number, weight: number, alpha: number): void;
  add(x: number, y: number, count: number, alpha: number, beta: number): void;
  multiply(x: number, y: number, out: number, count: number): void;
  gather(x: number, rows: number, width: number, columns: number, count: number, line: number, out: number): void;
  scatter(
    y: number,
    rows: number,
    width: number,
    columns: number,
    count: number,
    line: number,
    x: number,
    adding: boolean,
  ): void;
  sumOfSquares(x: number, count: number): number;
  adam(
    parameters: number,
    gradient: number,
    first: number,
    second: number,
    count: number,
    rate: number,
    root: number,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
    epsilon: number,
    decay: number,
    scale: number,
  ): void;
}

export interface AffineExports {
  affine(
    rows: number,
    m: number,
    inverse: boolean,
    x: number,
    raw: number,
    bound: number,
    logDet: number,
    squashed: number,
    moved: number,
  ): void;
  affineBack(
    rows: number,
    m: number,
    inverse: boolean,
    bound: number,
    squashed: number,
    moved: number,
    dx: number,
    dLogDet: number,
    dRaw: number,
    dBound: number,
  ): void;
}

export interface PatchesExports {
  patches: MovePatches;
  patchesBack: MovePatches;
}

/** y 0: the sums of x alone. */
type Sums = (x: number, y: number, rows: number, m: number, out: number, alpha: number, beta: number) => void;
type MovePatches = (
  from: number,
  rows: number,
  height: number,
  width: number,
  channels: number,
  side: number,
  to: number,
) => void;

/** As activation.as numbers them; functions as arithmetic.as does. */
export const ACTIVATIONS: Readonly<Record<Activation, number>> = { "none": 0, "relu": 1, "leaky-relu": 2, "tanh": 3 };
const FUNCTIONS = { tanh: 3, exp: 4, log: 5, sigmoid: 6, softplus: 7 } as const;

/** Columns that a call gathers or scatters. */
const MOST_COLUMNS = SCRATCH.lists.bytes / 4;

const at = (array: Reals | Float64Array | null) => array ? array.byteOffset : 0;

export function simd(
  wasm: ArithmeticExports,
  couplings: AffineExports,
  images: PatchesExports,
  memory: WebAssembly.Memory,
): Loops {
  const list = new Int32Array(memory.buffer, SCRATCH.lists.at, MOST_COLUMNS);

  /** A run of columns after the other, in the list that the kernels read. */
  function inRuns(columns: Int32Array, run: (first: number, count: number) => void): void {
    for (let first = 0; first < columns.length; first += MOST_COLUMNS) {
      const count = Math.min(MOST_COLUMNS, columns.length - first);
      list.set(count === columns.length ? columns : columns.subarray(first, first + count));
      run(first, count);
    }
  }

  const mapped = (name: keyof typeof FUNCTIONS) => (x: Reals, out: Reals, count: number) =>
    wasm.map(at(x), at(out), count, FUNCTIONS[name]);

  return {
    activate(x, rows, m, bias, activation) {
      if (!bias && activation === "none") return;
      if (bias) wasm.activate(at(x), rows, m, at(bias), ACTIVATIONS[activation]);
      else wasm.activate(at(x), 1, rows * m, 0, ACTIVATIONS[activation]);
    },
    activateBack(y, dy, count, activation) {
      if (activation !== "none") wasm.activateBack(at(y), at(dy), count, ACTIVATIONS[activation]);
    },
    columnSums(x, rows, m, out, { alpha = 1, beta = 0 } = {}) {
      wasm.columnSums(at(x), 0, rows, m, at(out), alpha, beta);
    },
    rowSums(x, rows, m, out, { alpha = 1, beta = 0 } = {}) {
      wasm.rowSums(at(x), 0, rows, m, at(out), alpha, beta);
    },
    columnDots(x, y, rows, m, out, { alpha = 1, beta = 0 } = {}) {
      wasm.columnSums(at(x), at(y), rows, m, at(out), alpha, beta);
    },
    rowDots(x, y, rows, m, out, { alpha = 1, beta = 0 } = {}) {
      wasm.rowSums(at(x), at(y), rows, m, at(out), alpha, beta);
    },
    scaleColumns(x, rows, m, scale, shift) {
      wasm.scaleColumns(at(x), rows, m, at(scale), at(shift));
    },
    addToRows(x, rows, m, weight, alpha) {
      wasm.addToRows(at(x), rows, m, at(weight), alpha);
    },
    add(x, y, count, { alpha = 1, beta = 0 } = {}) {
      wasm.add(at(x), at(y), count, alpha, beta);
    },
    multiply(x, y, out, count) {
      wasm.multiply(at(x), at(y), at(out), count);
    },
    exp: mapped("exp"),
    log: mapped("log"),
    tanh: mapped("tanh"),
    sigmoid: mapped("sigmoid"),
    softplus: mapped("softplus"),
    gather(x, rows, width, columns, out) {
      inRuns(columns, (first, count) => {
        wasm.gather(at(x), rows, width, list.byteOffset, count, columns.length, at(out) + 4 * first);
      });
    },
    scatter(y, rows, width, columns, x, adding = false) {
      inRuns(columns, (first, count) => {
        wasm.scatter(at(y) + 4 * first, rows, width, list.byteOffset, count, columns.length, at(x), adding);
      });
    },
    patches(x, { rows, height, width, channels, side }, out) {
      images.patches(at(x), rows, height, width, channels, side, at(out));
    },
    patchesBack(patches, { rows, height, width, channels, side }, x) {
      images.patchesBack(at(patches), rows, height, width, channels, side, at(x));
    },
    affine({ rows, m, inverse, x, raw, bound, logDet, squashed, moved }) {
      couplings.affine(rows, m, inverse, at(x), at(raw), at(bound), at(logDet), at(squashed), at(moved));
    },
    affineBack({ rows, m, inverse, bound, squashed, moved, dx, dLogDet, dRaw, dBound }) {
      couplings.affineBack(
        rows,
        m,
        inverse,
        at(bound),
        at(squashed),
        at(moved),
        at(dx),
        at(dLogDet),
        at(dRaw),
        at(dBound),
      );
    },
    sumOfSquares: (x, count) => wasm.sumOfSquares(at(x), count),
    adam({ parameters, gradient, first, second, rate, beta1, beta2, epsilon, decay, step, scale }) {
      wasm.adam(
        at(parameters),
        at(gradient),
        at(first),
        at(second),
        parameters.length,
        rate / (1 - beta1 ** step),
        1 / Math.sqrt(1 - beta2 ** step),
        beta1,
        1 - beta1,
        beta2,
        1 - beta2,
        epsilon,
        rate * decay,
        scale,
      );
    },
  };
}
