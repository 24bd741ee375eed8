/** A module's file of the command line, and its data: `run model.ts --data data.csv`. */
import { later } from "../../numerics/later.ts";
import type { ModuleText } from "../../workers/examination.ts";
import type { Columns } from "./data.ts";
import { parseJson, readText } from "./text_file.ts";
import { UsageError } from "./usage.ts";

/** Whether a word names a module rather than a job. */
export function isModuleFile(path: string): boolean {
  return /\.[cm]?[jt]s$/.test(path);
}

/** The model of a module's file. `data`: a file of data, in the place of those that `options` may have. */
export async function moduleModel(
  path: string,
  data: string | undefined,
  options: Record<string, unknown> = {},
): Promise<Record<string, unknown>> {
  return { ...options, kind: "module", ...await moduleText(path, data) };
}

/** A module's text with its data. */
export async function moduleText(path: string, data: string | undefined): Promise<ModuleText> {
  const source = await readText(path);
  return data === undefined ? { source } : { source, data: await readData(data) };
}

/** JSON as it is; of a CSV file each column by its name, and columns `x[1]` … `x[K]` together as `x`, a row of K numbers for each line. */
async function readData(path: string): Promise<unknown> {
  const text = await readText(path);
  if (path.endsWith(".json")) return parseJson(path, text);
  if (path.endsWith(".csv")) {
    const { parseColumns }: typeof import("./data.ts") = await import(later("./data.ts")); // with its parser, which takes as long to load as all of this
    return withMatrices(path, parseColumns(path, text));
  }
  throw new UsageError(`--data expects a .csv or a .json file, found ${path}`);
}

function withMatrices(path: string, columns: Columns): Record<string, unknown> {
  const data: Record<string, unknown> = {};
  const matrices = new Map<string, Map<number, readonly number[]>>();
  for (const [name, values] of columns) {
    const entry = /^(.+)\[([1-9]\d*)\]$/.exec(name);
    if (!entry) {
      data[name] = values;
      continue;
    }
    const matrix = matrices.get(entry[1]) ?? new Map<number, readonly number[]>();
    matrices.set(entry[1], matrix.set(Number(entry[2]), values));
  }
  for (const [name, matrix] of matrices) {
    const parts = Array.from({ length: matrix.size }, (_, i) => {
      const column = matrix.get(i + 1);
      if (column) return column;
      throw new UsageError(
        `${path}: expected columns ${name}[1] to ${name}[${matrix.size}], found no ${name}[${i + 1}]`,
      );
    });
    if (name in data) throw new UsageError(`${path}: there are columns ${name} and ${name}[1]: give one another name`);
    data[name] = parts[0].map((_, row) => parts.map((column) => column[row]));
  }
  return data;
}
