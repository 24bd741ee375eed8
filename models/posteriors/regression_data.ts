/** What the regressions have in common: their data and the normal priors of their coefficients, read and checked. */
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import type { Variable } from "../target.ts";

const MOST_ROWS = 1_000_000;
const MOST_PREDICTORS = 1000;
const DEFAULT_SCALE = 2.5;
const NAME = /^[\p{L}_][\p{L}\p{N}_.: -]{0,99}$/u; // fit for a column of CSV and a variable of NetCDF

/** The fields of every regression's configuration; `y` comes between. */
export const regressionFields = {
  x: z.union([
    z.array(z.array(z.number()).min(1).max(MOST_PREDICTORS)).min(1).max(MOST_ROWS),
    z.record(z.string(), z.array(z.number()).min(1).max(MOST_ROWS)),
  ]).describe("The predictors: a list of rows, each with one number a predictor, or columns by their names."),
  names: z.array(z.string()).optional()
    .describe("A name for each predictor's coefficient; beta[1], beta[2] … where absent and x is a list of rows."),
  intercept: z.boolean().default(true).describe("Whether there is an intercept, the variable `intercept`."),
  priorScale: z.union([z.number().positive(), z.array(z.number().positive())]).default(DEFAULT_SCALE)
    .describe(
      "Coefficients as reported have independent priors N(0, priorScale²); one number for all, or one a predictor. " +
        "Nothing is standardised behind the scenes.",
    ),
};

/** What `readRegression` reads. */
export interface RegressionConfig {
  readonly x: readonly (readonly number[])[] | Readonly<Record<string, readonly number[]>>;
  readonly y: readonly number[];
  readonly names?: readonly string[];
  readonly intercept: boolean;
  readonly priorScale: number | readonly number[];
}

/** Rows of data. The first column is ones where there is an intercept; then there is one column a predictor. */
export interface Regression {
  readonly rows: number;
  /** Columns, that is coefficients. */
  readonly count: number;
  /** Column after column, each with `rows` entries. */
  readonly values: Float64Array;
  readonly y: Float64Array;
  /** Of the coefficients, in the order of the columns. */
  readonly variables: readonly Variable[];
  /** 1 / (standard deviation of the prior)² of each coefficient. */
  readonly priorPrecisions: Float64Array;
}

/**
 * Reads a regression's data. `reserved` are names that the model's other variables have; `interceptScale` is the standard
 * deviation of the intercept's prior, which otherwise has that of the coefficients where it is one number, else 2.5.
 * Throws InputError with a path relative to the configuration.
 */
export function readRegression(
  { x, y, names, intercept, priorScale }: RegressionConfig,
  reserved: readonly string[],
  interceptScale: number | undefined,
): Regression {
  const columns = isRows(x) ? transpose(x) : namedColumns(x, names);
  const predictors = columns.length;
  const rows = columns[0].length;
  if (y.length !== rows) {
    throw new InputError("y", `x has ${rows} rows, so y must have as many entries; found ${y.length}`);
  }
  const variables = coefficientVariables(isRows(x) ? names : Object.keys(x), predictors, reserved);
  if (typeof priorScale !== "number" && priorScale.length !== predictors) {
    throw new InputError(
      "priorScale",
      `x has ${predictors} predictors, so priorScale must be one number or as many; found ${priorScale.length}`,
    );
  }
  const scales = typeof priorScale === "number" ? columns.map(() => priorScale) : [...priorScale];
  if (intercept) {
    scales.unshift(interceptScale ?? (typeof priorScale === "number" ? priorScale : DEFAULT_SCALE));
    columns.unshift(new Float64Array(rows).fill(1));
    variables.unshift({ name: "intercept", shape: [] });
  }
  const values = new Float64Array(rows * columns.length);
  columns.forEach((column, j) => values.set(column, j * rows));
  return {
    rows,
    count: columns.length,
    values,
    y: Float64Array.from(y),
    variables,
    priorPrecisions: Float64Array.from(scales, (scale) => 1 / (scale * scale)),
  };
}

/** Xᵀ v. */
export function transposedProduct({ rows, count, values }: Regression, v: Float64Array): Float64Array {
  const out = new Float64Array(count);
  for (let j = 0; j < count; j++) {
    for (let i = 0, at = j * rows; i < rows; i++, at++) out[j] += values[at] * v[i];
  }
  return out;
}

/** The root mean square of each column. */
export function columnSizes({ rows, count, values }: Regression): Float64Array {
  const out = new Float64Array(count);
  for (let j = 0; j < count; j++) {
    for (let at = j * rows; at < (j + 1) * rows; at++) out[j] += values[at] * values[at];
    out[j] = Math.sqrt(out[j] / rows);
  }
  return out;
}

/** Array.isArray, which does not tell read-only arrays from the rest. */
function isRows(x: RegressionConfig["x"]): x is readonly (readonly number[])[] {
  return Array.isArray(x);
}

function transpose(x: readonly (readonly number[])[]): Float64Array[] {
  const predictors = x[0].length;
  const columns = x[0].map(() => new Float64Array(x.length));
  x.forEach((row, i) => {
    if (row.length !== predictors) {
      throw new InputError(
        `x.${i}`,
        `the first row has ${predictors} predictors, so every row must; row ${i + 1} has ${row.length}`,
      );
    }
    for (let j = 0; j < predictors; j++) columns[j][i] = row[j];
  });
  return columns;
}

function namedColumns(x: Readonly<Record<string, readonly number[]>>, names?: readonly string[]): Float64Array[] {
  if (names) throw new InputError("names", "the columns of x have names already; leave out names, or give x as rows");
  const entries = Object.entries(x);
  if (entries.length === 0 || entries.length > MOST_PREDICTORS) {
    throw new InputError("x", `expected 1 to ${MOST_PREDICTORS} columns, found ${entries.length}`);
  }
  const [first, { length: rows }] = entries[0];
  return entries.map(([name, column]) => {
    if (column.length !== rows) {
      throw new InputError(
        `x.${name}`,
        `column ${first} has ${rows} entries, so every column must; ${name} has ${column.length}`,
      );
    }
    return Float64Array.from(column);
  });
}

function coefficientVariables(
  names: readonly string[] | undefined,
  predictors: number,
  reserved: readonly string[],
): Variable[] {
  if (!names) return [{ name: "beta", shape: [predictors] }];
  if (names.length !== predictors) {
    throw new InputError(
      "names",
      `x has ${predictors} predictors, so there must be as many names; found ${names.length}`,
    );
  }
  names.forEach((name, j) => {
    if (!NAME.test(name)) {
      throw new InputError(
        `names.${j}`,
        `expected a letter, then at most 99 letters, digits, spaces or _ . : -, found ${JSON.stringify(name)}`,
      );
    }
    if (reserved.includes(name)) throw new InputError(`names.${j}`, `${name} is another variable of this model`);
    if (names.indexOf(name) < j) throw new InputError(`names.${j}`, `${name} is there twice`);
  });
  return names.map((name) => ({ name, shape: [] }));
}
