/** A data file of the command line as the data of a training: rows that are sent along. */
import { InputError } from "../../numerics/errors.ts";
import type { Dataset } from "../../models/data/dataset.ts";
import { idxDataset } from "../../models/data/idx_dataset.ts";
import { tableDataset } from "../../models/data/table.ts";
import { readInflated } from "../datasets/files.ts";
import { UsageError } from "./usage.ts";

/**
 * Reads `.csv` (a row a line, with or without names above) or IDX, either of them gzipped or not. What `preparation` says beside
 * its kind (binarize, validation …) stays.
 */
export async function dataOfFile(path: string, preparation: unknown): Promise<unknown> {
  const { kind: _, rows: __, image: ___, ...rest } = isObject(preparation) ? preparation : {};
  const { rows, columns, values, image } = await readData(path);
  return {
    ...rest,
    kind: "inline",
    rows: Array.from({ length: rows }, (_, row) => [...values.subarray(row * columns, (row + 1) * columns)]),
    ...(image ? { image } : {}),
  };
}

async function readData(path: string): Promise<Dataset> {
  try {
    const bytes = await readInflated(path);
    return /\.csv(\.gz)?$/.test(path) ? tableDataset(path, new TextDecoder().decode(bytes)) : idxDataset(path, bytes);
  } catch (error) {
    if (error instanceof InputError) throw new UsageError(`${path}: ${error.message}`);
    if (error instanceof Deno.errors.NotFound) throw new UsageError(`there is no file ${path}`);
    throw error;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
