/** Rows of data as images. */
import type { Dataset } from "../../models/data/dataset.ts";
import { imageShape } from "./image_shape.ts";

/** The first rows. */
export function imagesOfRows({ rows, columns, values }: Dataset, count: number): (Uint8Array | Float32Array)[] {
  return Array.from(
    { length: Math.min(count, rows) },
    (_, row) => values.subarray(row * columns, (row + 1) * columns),
  );
}

/** [height, width] of a row: as asked, else as the data say, else a square. Throws InputError where that does not fit. */
export function shapeOfRows(
  { columns, image }: Dataset,
  asked: readonly [number, number] | undefined,
): [number, number] {
  const [height, width] = asked ?? image ?? [];
  return imageShape("a row", [], columns, { height, width });
}
