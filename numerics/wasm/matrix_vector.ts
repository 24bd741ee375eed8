/**
 * The products X b and Xᵀ r with a matrix that does not change, in Wasm SIMD. Every sum runs in one fixed order and no relaxed instruction
 * is used, so the bits are the same on every processor.
 */
import { instantiate, reserve } from "./instance.ts";
import { module } from "./matrix_vector.wasm.ts";

export interface FixedMatrix {
  /** Writes X b, [rows], into out. */
  product(b: Float64Array, start: number, out: Float64Array): void;
  /** Adds Xᵀ r, [columns], to out from `start` on. */
  addAdjoint(r: Float64Array, out: Float64Array, start: number): void;
}

const PANEL_ROWS = 16;

/** Copies a matrix, row-major, into the memory of a Wasm instance of its own. */
export function fixedMatrix(values: Float64Array, rows: number, columns: number): FixedMatrix {
  // The module is this folder's own and its exports are known; TypeScript cannot see into it.
  const { memory, heapBase, product, adjoint } = instantiate(module) as unknown as Exports;
  const panels = Math.ceil(rows / PANEL_ROWS), padded = panels * PANEL_ROWS;
  const base = Math.ceil(heapBase() / 16) * 16;
  const headWords = 4 * columns; // b, gradient, accumulators of two words
  reserve(memory, base + 8 * (headWords + padded + padded * columns));
  const words = new Float64Array(memory.buffer, base);
  for (let row = 0, at = 0; row < rows; row++) {
    const start = headWords + padded + Math.floor(row / PANEL_ROWS) * PANEL_ROWS * columns + row % PANEL_ROWS;
    for (let j = 0; j < columns; j++, at++) words[start + j * PANEL_ROWS] = values[at];
  }
  const coefficients = words.subarray(0, columns), gradient = words.subarray(columns, 2 * columns);
  const z = words.subarray(headWords, headWords + rows);
  return {
    product(b, start, out) {
      for (let j = 0; j < columns; j++) coefficients[j] = b[start + j];
      product(panels, columns, base);
      out.set(z);
    },
    addAdjoint(r, out, start) {
      z.set(r);
      adjoint(panels, columns, base);
      for (let j = 0; j < columns; j++) out[start + j] += gradient[j];
    },
  };
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  product(panels: number, count: number, base: number): void;
  adjoint(panels: number, count: number, base: number): void;
}
