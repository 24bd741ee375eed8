/** A data set from rows that are sent as they are. */
import { InputError } from "../../numerics/errors.ts";
import type { Dataset } from "./dataset.ts";
import { compact } from "./intensity.ts";

/** Throws InputError with a path in `rows` (`rows.3`) or `image`. The numbers are finite. */
export function inlineDataset(rows: readonly (readonly number[])[], image?: readonly [number, number]): Dataset {
  const columns = rows[0].length;
  const uneven = rows.findIndex(({ length }) => length !== columns);
  if (uneven >= 0) {
    throw new InputError(
      `rows.${uneven}`,
      `the first row has ${columns} numbers, so every row must; this one has ${rows[uneven].length}`,
    );
  }
  if (image && image[0] * image[1] !== columns) {
    throw new InputError("image", `${image[0]} × ${image[1]} pixels need rows of as many numbers; found ${columns}`);
  }
  const numbers = new Float64Array(rows.length * columns);
  rows.forEach((row, index) => numbers.set(row, index * columns));
  return {
    name: "inline",
    rows: rows.length,
    columns,
    values: compact(numbers, image !== undefined),
    ...(image ? { image } : {}),
    validationRows: 0,
  };
}
