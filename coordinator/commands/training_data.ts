/** A data file of the command line as the data of a training. */
import { basename } from "node:path";
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import type { Dataset } from "../../models/data/dataset.ts";
import { idxDataset } from "../../models/data/idx_dataset.ts";
import { tableDataset } from "../../models/data/table.ts";
import { readInflated } from "../datasets/files.ts";
import { UsageError } from "./usage.ts";

export interface FileOfData {
  readonly rows: Dataset;
  /** What the training says of its data: kind `file`, and how the rows are prepared. */
  readonly spec: Readonly<Record<string, unknown>>;
}

const Image = z.tuple([z.int().min(1), z.int().min(1)]);

/**
 * Reads `.csv` (a row a line, with or without names above) or IDX, either of them gzipped or not. `data`: of the training; its
 * words on preparing the rows (binarize, validation …) stay, and `image` says which shape the lines of a table have.
 */
export async function readDataFile(path: string, data: unknown): Promise<FileOfData> {
  const { kind: _, rows: __, split: ___, size: ____, image, ...preparation } = isObject(data) ? data : {};
  const shape = Image.safeParse(image);
  return { rows: await readRows(path, shape.data), spec: { ...preparation, kind: "file" } };
}

async function readRows(path: string, image: [number, number] | undefined): Promise<Dataset> {
  const name = basename(path);
  try {
    const bytes = await readInflated(path);
    if (!/\.csv(\.gz)?$/.test(path)) return idxDataset(name, bytes);
    return tableDataset(name, new TextDecoder().decode(bytes), image ? { image } : {});
  } catch (error) {
    if (error instanceof InputError) throw new UsageError(`${path}: ${error.message}`);
    if (error instanceof Deno.errors.NotFound) throw new UsageError(`there is no file ${path}`);
    if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.IsADirectory) {
      throw new UsageError(`cannot read ${path}: ${error.message}`);
    }
    throw error;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
