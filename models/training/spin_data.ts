/** Rows of ±1 units to learn from: data of −1 and 1, or of bits, of which 0 becomes −1. */
import { InputError } from "../../numerics/errors.ts";
import type { Dataset } from "../data/dataset.ts";

export interface SpinData {
  readonly columns: number;
  /** Rows to learn from: the first ones. */
  readonly trainRows: number;
  /** Rows kept back: those after them. */
  readonly validationRows: number;
  /** [(trainRows + validationRows) × columns] */
  readonly values: Int8Array;
  readonly image?: readonly [number, number];
}

/** Throws InputError at `data` where a value is neither, or where 0 and −1 are both there. */
export function spinData({ rows, columns, values, validationRows, image }: Dataset): SpinData {
  const trainRows = rows - validationRows;
  if (trainRows < 1) throw new InputError("data", "there are no rows to learn from: all are kept back for validation");
  const low = values.includes(-1) ? -1 : 0;
  const bad = values.findIndex((value) => value !== 1 && value !== low);
  if (bad >= 0) {
    throw new InputError(
      "data",
      `row ${Math.floor(bad / columns) + 1}, column ${bad % columns + 1} is ${
        values[bad]
      }; units of two values learn from zeros ` +
        "and ones, or from -1 and 1: add `binarize` to the data",
    );
  }
  return { columns, trainRows, validationRows, values: Int8Array.from(values, (value) => value === 1 ? 1 : -1), image };
}
