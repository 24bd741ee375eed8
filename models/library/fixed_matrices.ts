/** Matrices of data as products take them, kept for when the same matrix comes again: a density that is recorded anew brings its data along. */
import { type FixedMatrix, fixedMatrix } from "../../numerics/wasm/matrix_vector.ts";

interface Kept {
  readonly values: Float64Array;
  readonly rows: number;
  readonly matrix: FixedMatrix;
}

const MOST_KEPT = 8;
/** The one used last comes first. */
const kept: Kept[] = [];

/** The matrix of these values, row-major. Equal values are the same matrix, whoever brings them. */
export function keptMatrix(values: Float64Array, rows: number, columns: number): FixedMatrix {
  const index = kept.findIndex((one) => one.rows === rows && isSame(one.values, values));
  const found = index < 0
    ? { values: values.slice(), rows, matrix: fixedMatrix(values, rows, columns) }
    : kept.splice(index, 1)[0];
  kept.unshift(found);
  if (kept.length > MOST_KEPT) kept.pop();
  return found.matrix;
}

function isSame(a: Float64Array, b: Float64Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}
