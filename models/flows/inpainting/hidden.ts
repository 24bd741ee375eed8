/** What both ways of filling in the hidden part of rows are given. */
import { InputError } from "../../../numerics/errors.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import type { Batch } from "../flow.ts";

/** A density of rows, as NetworkFlow is one. */
export interface Scored {
  readonly dim: number;
  logDensityAndGradient(x: Batch, gradient: Float64Array, context?: Batch): Float64Array;
}

/** Where data lie. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface Hidden {
  /** Each row is filled in by itself; rows that are equal are several answers. What is hidden of them is where to start. */
  readonly x: Batch;
  readonly context?: Batch;
  /** The columns that are not observed, rising. */
  readonly columns: Int32Array;
}

/** The columns where `mask` is 0. Throws InputError (path `mask`) where none is hidden, or there is not one number a column. */
export function hiddenColumns(mask: ArrayLike<number>, dim: number): Int32Array {
  if (mask.length !== dim) {
    throw new InputError(
      "mask",
      `expected one number for each of ${dim} columns, 0 where hidden, found ${mask.length}`,
    );
  }
  const columns = Int32Array.from(Array.from(mask).flatMap((seen, column) => seen === 0 ? [column] : []));
  if (columns.length === 0) throw new InputError("mask", "nothing is hidden: expected 0 in at least one column");
  return columns;
}

/** The rows with hidden columns uniform on the interval, functions of (seed, row). */
export function startUniform({ x, columns }: Hidden, { low, high }: Interval, seed: number): Batch {
  const values = Float64Array.from(x.values), random = new Random(seed), dim = values.length / x.rows;
  for (let r = 0; r < x.rows; r++) {
    random.at(r, 0, Purpose.start);
    for (const column of columns) values[r * dim + column] = low + (high - low) * random.uniform();
  }
  return { rows: x.rows, values };
}
