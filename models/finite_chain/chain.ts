/** A Markov chain on finitely many states: its transition matrix. */
import { InputError } from "../../numerics/errors.ts";

/** States are numbered from 0; `matrix[i * size + j]` is the probability of going from i to j. Every row has the sum 1. */
export interface FiniteChain {
  readonly size: number;
  readonly matrix: Float64Array;
}

export const MOST_STATES = 2000;
const MOST_EXCESS = 1e-9; // of a row's sum over 1: what decimals leave
const ROUNDING = 1e-12; // a sum this near is 1; one farther away is made so

/**
 * A chain from the rows of its matrix. Rows that add up to 1 within 1e-9 only are scaled to it. Throws InputError with the
 * path of a row (`3`) or an entry (`3.2`) that is wrong.
 */
export function finiteChain(rows: readonly ArrayLike<number>[]): FiniteChain {
  const size = rows.length;
  if (size === 0) throw new InputError("", "expected at least one row, found none. Give a row for each state.");
  if (size > MOST_STATES) {
    throw new InputError("", `expected at most ${MOST_STATES} states, found ${size}. Lump states, or leave some out.`);
  }
  const matrix = new Float64Array(size * size);
  rows.forEach((row, i) => fillRow(matrix.subarray(i * size, (i + 1) * size), row, i));
  return { size, matrix };
}

function fillRow(out: Float64Array, row: ArrayLike<number>, i: number): void {
  if (row.length !== out.length) {
    throw new InputError(
      String(i),
      `expected ${out.length} probabilities, as many as there are rows, found ${row.length}. The matrix must be square.`,
    );
  }
  let sum = 0;
  for (let j = 0; j < out.length; j++) {
    if (!(row[j] >= 0 && row[j] < Infinity)) {
      throw new InputError(`${i}.${j}`, `expected a probability from 0, found ${row[j]}`);
    }
    sum += row[j];
  }
  if (!(Math.abs(sum - 1) <= MOST_EXCESS)) {
    throw new InputError(
      String(i),
      `expected probabilities with the sum 1 (within ${MOST_EXCESS}), found ${sum}. Each row says where the chain goes ` +
        "from one state; check that rows and columns are not exchanged.",
    );
  }
  const divisor = Math.abs(sum - 1) <= ROUNDING ? 1 : sum;
  for (let j = 0; j < out.length; j++) out[j] = row[j] / divisor;
}

/** The chain on some of its states, which it must not leave. */
export function restrict({ size, matrix }: FiniteChain, states: readonly number[]): FiniteChain {
  return { size: states.length, matrix: submatrix(matrix, size, states, states) };
}

/** The entries of `rows` × `columns`, row-major. */
export function submatrix(
  matrix: Float64Array,
  size: number,
  rows: readonly number[],
  columns: readonly number[],
): Float64Array {
  const out = new Float64Array(rows.length * columns.length);
  for (let i = 0, at = 0; i < rows.length; i++) {
    const row = rows[i] * size;
    for (let j = 0; j < columns.length; j++) out[at++] = matrix[row + columns[j]];
  }
  return out;
}
