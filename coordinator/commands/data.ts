/**
 * A data file of the command line (`--data`) as columns, and the columns as a regression's data: in the job file `y` names
 * the column of responses and `x` those of the predictors (all the others where it is absent).
 */
import { parse } from "csv-parse/sync";
import { parseJson } from "./text_file.ts";
import { UsageError } from "./usage.ts";

export type Columns = ReadonlyMap<string, readonly number[]>;

/** Reads `.csv` (a header line, then numbers) or `.json` (`{ "name": [numbers] }`, or a list of such rows). */
export function parseColumns(path: string, text: string): Columns {
  if (path.endsWith(".csv")) return csvColumns(path, text);
  if (path.endsWith(".json")) return jsonColumns(path, text);
  throw new UsageError(`--data expects a .csv or a .json file, found ${path}`);
}

function csvColumns(path: string, text: string): Columns {
  let rows: string[][];
  try {
    rows = parse(text, { bom: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    throw new UsageError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const [header, ...records] = rows;
  if (!header || records.length === 0) throw new UsageError(`${path}: expected a line of names and lines of numbers`);
  return new Map(header.map((name, column) => [
    name,
    records.map((record, row) => {
      const value = record[column] === "" ? NaN : Number(record[column]);
      if (Number.isFinite(value)) return value;
      throw new UsageError(
        `${path}: line ${row + 2}, column ${name}: expected a number, found ${JSON.stringify(record[column])}`,
      );
    }),
  ]));
}

function jsonColumns(path: string, text: string): Columns {
  const value = parseJson(path, text);
  const isRecord = (entry: unknown): entry is Record<string, unknown> =>
    typeof entry === "object" && entry !== null && !Array.isArray(entry);
  let columns: Record<string, unknown>;
  if (Array.isArray(value) && value.length > 0 && value.every(isRecord)) {
    const names = Object.keys(value[0]);
    columns = Object.fromEntries(names.map((name) => [name, value.map((row) => row[name])]));
  } else if (isRecord(value)) {
    columns = value;
  } else {
    throw new UsageError(`${path}: expected columns { "name": [numbers] } or a list of rows`);
  }
  return new Map(
    Object.entries(columns).map(([name, column]) => {
      if (!Array.isArray(column)) throw new UsageError(`${path}: ${name}: expected a list of numbers`);
      return [
        name,
        column.map((entry, row) => {
          if (typeof entry === "number" && Number.isFinite(entry)) return entry;
          throw new UsageError(`${path}: ${name}, row ${row + 1}: expected a number, found ${JSON.stringify(entry)}`);
        }),
      ];
    }),
  );
}

/** The model with its column names replaced by the columns. */
export function withData(model: Record<string, unknown>, columns: Columns): Record<string, unknown> {
  const found = [...columns.keys()].join(", ");
  const column = (name: string) => {
    const values = columns.get(name);
    if (values) return values;
    throw new UsageError(`the data have no column ${JSON.stringify(name)}; they have ${found}`);
  };
  const { x, y, ...rest } = model;
  if (typeof y !== "string") {
    throw new UsageError(
      `with --data, model.y names the column of responses (one of ${found}), found ${JSON.stringify(y)}`,
    );
  }
  if (x !== undefined && !(Array.isArray(x) && x.every((name) => typeof name === "string"))) {
    throw new UsageError(`with --data, model.x lists the columns of the predictors, found ${JSON.stringify(x)}`);
  }
  const names: string[] = x ?? [...columns.keys()].filter((name) => name !== y);
  const predictors = names.map(column);
  return { ...rest, names, x: column(y).map((_, row) => predictors.map((values) => values[row])), y: column(y) };
}
