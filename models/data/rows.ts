/** Which rows of a data set are used, and for what. */
import { InputError } from "../../numerics/errors.ts";
import { permute } from "../../numerics/random/permute.ts";
import { Purpose, Random } from "../../numerics/random/random.ts";
import type { Dataset } from "./dataset.ts";

/** The first `count` rows. None of them is kept back. */
export function firstRows(data: Dataset, count: number): Dataset {
  if (count > data.rows) {
    throw new InputError(
      "count",
      `the data set ${data.name} has ${data.rows} rows, so count is at most that; found ${count}`,
    );
  }
  return rowRange(data, 0, count);
}

/** Rows [start, end), in this order. None of them is kept back. */
export function rowRange(data: Dataset, start: number, end: number): Dataset {
  const { columns, values, labels } = data;
  return {
    ...data,
    rows: end - start,
    values: values.slice(start * columns, end * columns),
    ...(labels ? { labels: labels.slice(start, end) } : {}),
    validationRows: 0,
  };
}

/** Keeps the last rows back to measure on: `share` of them where it is below 1 (rounded down, but one at least), else so many. */
export function keepBack(data: Dataset, share: number): Dataset {
  const { rows } = data;
  const validationRows = share === 0 ? 0 : share < 1 ? Math.max(1, Math.floor(share * rows)) : share;
  if (!Number.isInteger(validationRows) || validationRows >= rows) {
    throw new InputError(
      "validation",
      `expected a fraction below 1, or a number of rows below the ${rows} that there are; found ${share}`,
    );
  }
  return { ...data, validationRows };
}

/** The rows that are learned from, and those that are kept back. */
export function trainAndValidation(data: Dataset): { train: Dataset; validation: Dataset } {
  const split = data.rows - data.validationRows;
  return { train: rowRange(data, 0, split), validation: rowRange(data, split, data.rows) };
}

/** All rows in an order that the seed decides (Fisher & Yates): for files that are sorted by class. */
export function shuffle(data: Dataset, seed: number): Dataset {
  const { rows, columns, values, labels } = data;
  const random = new Random(seed).at(0, 0, Purpose.data);
  const order = Uint32Array.from({ length: rows }, (_, row) => row);
  permute(order, random);
  const shuffled = values.slice();
  order.forEach((from, row) => shuffled.set(values.subarray(from * columns, (from + 1) * columns), row * columns));
  return { ...data, values: shuffled, ...(labels ? { labels: Uint8Array.from(order, (row) => labels[row]) } : {}) };
}
