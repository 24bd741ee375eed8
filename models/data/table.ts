/** A data set from a CSV table of numbers: a row a line, with or without a line of names, with or without a column of labels. */
import { parse } from "csv-parse/sync";
import { InputError } from "../../numerics/errors.ts";
import type { Dataset } from "./dataset.ts";
import { compact } from "./intensity.ts";

export interface TableOptions {
  /** The column that holds the labels (integers 0 … 255): its name, or its index from 0; a negative one counts from the end. */
  readonly labels?: string | number;
  /** [height, width] of the image that the other columns are. */
  readonly image?: readonly [number, number];
}

/**
 * Bits become bytes, and so do the integers 0 … 255 of an image; others Float32. The first line is one of names where it holds anything
 * that is no number. Throws InputError with the row and column, both from 1, in its message.
 */
export function tableDataset(name: string, text: string, options: TableOptions = {}): Dataset {
  let records: string[][];
  try {
    records = parse(text, { bom: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    throw new InputError("", error instanceof Error ? error.message : String(error));
  }
  const isNumber = (field: string) => field !== "" && Number.isFinite(Number(field));
  const names = records.length > 0 && !records[0].every(isNumber) ? records[0] : null;
  const lines = names ? records.slice(1) : records;
  if (lines.length === 0) throw new InputError("", "expected lines of numbers, found none");
  const width = records[0].length;
  const labelColumn = options.labels === undefined ? -1 : findColumn(options.labels, names, width);
  const columns = width - (labelColumn < 0 ? 0 : 1);
  if (columns === 0) throw new InputError("", "expected at least one column beside the labels, found none");

  const numbers = new Float64Array(lines.length * columns);
  const labels = labelColumn < 0 ? undefined : new Uint8Array(lines.length);
  lines.forEach((fields, row) => {
    let next = row * columns;
    fields.forEach((field, column) => {
      if (!isNumber(field)) {
        const where = `row ${row + 1}, column ${names?.[column] ?? column + 1}`;
        throw new InputError("", `${where}: expected a number, found ${JSON.stringify(field)}`);
      }
      if (column !== labelColumn) numbers[next++] = Number(field);
      else if (labels) labels[row] = label(Number(field), row + 1);
    });
  });
  const { image } = options;
  if (image && image[0] * image[1] !== columns) {
    throw new InputError("image", `${image[0]} × ${image[1]} pixels need as many columns; found ${columns}`);
  }
  return {
    name,
    rows: lines.length,
    columns,
    values: compact(numbers, image !== undefined),
    ...(image ? { image } : {}),
    ...(labels ? { labels } : {}),
    validationRows: 0,
  };
}

function findColumn(wanted: string | number, names: readonly string[] | null, width: number): number {
  const index = typeof wanted === "number" ? (wanted < 0 ? width + wanted : wanted) : (names ?? []).indexOf(wanted);
  if (Number.isInteger(index) && index >= 0 && index < width) return index;
  const found = names ? `the columns ${names.join(", ")}` : `${width} columns without names`;
  throw new InputError("labels", `there is no column ${JSON.stringify(wanted)}; found ${found}`);
}

function label(value: number, row: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= 255) return value;
  throw new InputError("labels", `row ${row}: a label is an integer from 0 to 255, found ${value}`);
}
