/** A small data set for the tests. */
import type { Dataset } from "../../../models/data/dataset.ts";

/** Rows of numbers as they are, bytes where `bytes` says so. */
export function dataset(rows: number[][], options: { bytes?: boolean; validationRows?: number } = {}): Dataset {
  const numbers = rows.flat();
  return {
    name: "example",
    rows: rows.length,
    columns: rows[0].length,
    values: options.bytes ? Uint8Array.from(numbers) : Float32Array.from(numbers),
    labels: Uint8Array.from(rows, (_, row) => row),
    validationRows: options.validationRows ?? 0,
  };
}
