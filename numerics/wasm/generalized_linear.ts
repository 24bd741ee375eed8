/**
 * The likelihood loops of the generalized linear models, in Wasm SIMD: Σ_i f(x_i · b) over the rows x_i of a matrix, and
 * its gradient Σ_i f'(x_i · b) x_i, with f = softplus (logistic regression) or f = exp (Poisson regression).
 *
 * Every sum runs in one fixed order and no relaxed instruction is used, so the bits are the same on every processor.
 */
import { instantiate, reserve } from "./instance.ts";
import { module } from "./generalized_linear.wasm.ts";

export type Link = "softplus" | "exp";

/** A matrix by its columns, each with `rows` entries, one after the other. */
export interface Columns {
  readonly rows: number;
  readonly count: number;
  readonly values: Float64Array;
}

/** Writes the gradient at b, one entry a column, into gradient and returns the value. */
export type LinkSum = (b: Float64Array, gradient: Float64Array) => number;

const PANEL_ROWS = 16;
/** What a row of zeros adds to the value; the last panel is filled up with such rows. */
const VALUE_AT_ZERO = { softplus: Math.LN2, exp: 1 };

/** Copies the matrix into the memory of a Wasm instance of its own. */
export function linkSum(link: Link, { rows, count, values }: Columns): LinkSum {
  // The module is this folder's own and its exports are known; TypeScript cannot see into it.
  const { memory, heapBase, softplusSum, expSum } = instantiate(module) as unknown as Exports;
  const panels = Math.ceil(rows / PANEL_ROWS);
  const base = Math.ceil(heapBase() / 16) * 16;
  const headWords = count * 4; // b, gradient, accumulators of two words
  reserve(memory, base + 8 * (headWords + panels * PANEL_ROWS * count));

  const words = new Float64Array(memory.buffer, base);
  for (let row = 0; row < rows; row++) {
    const start = headWords + Math.floor(row / PANEL_ROWS) * PANEL_ROWS * count + row % PANEL_ROWS;
    for (let j = 0; j < count; j++) words[start + j * PANEL_ROWS] = values[j * rows + row];
  }
  const coefficients = words.subarray(0, count);
  const derivatives = words.subarray(count, 2 * count);
  const evaluate = link === "softplus" ? softplusSum : expSum;
  const padding = (panels * PANEL_ROWS - rows) * VALUE_AT_ZERO[link];
  return (b, gradient) => {
    for (let j = 0; j < count; j++) coefficients[j] = b[j];
    const value = evaluate(panels, count, base);
    for (let j = 0; j < count; j++) gradient[j] = derivatives[j];
    return value - padding;
  };
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  softplusSum(panels: number, count: number, base: number): number;
  expSum(panels: number, count: number, base: number): number;
}
