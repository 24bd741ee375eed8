/** The inputs and outputs of a graph that works on rows, and runs of one size over any number of them. */
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import type { GraphValues } from "../model.ts";

const MOST_ROWS = 1024;
const MOST_NUMBERS = 1 << 16; // of a run
const MOST_OPERATIONS = 2e10; // of a run: about a second of WebAssembly

export const Port = z.strictObject({
  name: z.string(),
  type: z.enum(["float32", "float64"]),
  shape: z.array(z.int().min(1)).describe("Of a row."),
});
export type Port = z.output<typeof Port>;

/** Numbers of a row. */
export function sizeOf({ shape }: Port): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** Zeros for so many rows, in the graph's precision. */
export function arrayOf(port: Port, rows: number): Float32Array | Float64Array {
  const size = rows * sizeOf(port);
  return port.type === "float64" ? new Float64Array(size) : new Float32Array(size);
}

/**
 * Rows of a run, a power of two: a function of the graph alone. Dense layers take an operation or two a parameter and row, convolutions that
 * for every pixel.
 */
export function rowsOfRun(ports: readonly Port[], parameters: number): number {
  const pixels = Math.max(...ports.map(({ shape }) => (shape.length === 3 ? shape[1] * shape[2] : 1)));
  const bearable = Math.min(
    MOST_ROWS,
    MOST_NUMBERS / Math.max(...ports.map(sizeOf)),
    MOST_OPERATIONS / Math.max(1, 2 * parameters * pixels),
  );
  return 2 ** Math.max(0, Math.floor(Math.log2(bearable)));
}

/** Feeds of the context, a class one-hot in every row; none where the graph takes none. Throws InputError (path `class`). */
export function contextOf(port: Port | undefined, chosen: number | undefined, rows: number): GraphValues {
  if (!port) {
    if (chosen === undefined) return {};
    throw new InputError("class", "this graph takes no context. Leave out the class.");
  }
  const classes = sizeOf(port);
  if (chosen === undefined || chosen >= classes) {
    throw new InputError(
      "class",
      `this graph takes a context of ${classes} numbers, a class one-hot: expected one from 0 to ${
        classes - 1
      }, found ${chosen ?? "none"}`,
    );
  }
  const values = arrayOf(port, rows);
  for (let r = 0; r < rows; r++) values[r * classes + chosen] = 1;
  return { [port.name]: { shape: [rows, ...port.shape], values } };
}

/** What a run gave under a name. Throws InputError where it is something else than the graph promised. */
export function valuesOf(results: GraphValues, { name, shape }: Port, rows: number): Float32Array | Float64Array {
  const values = Object.hasOwn(results, name) ? results[name].values : undefined;
  const size = shape.reduce((a, b) => a * b, rows);
  if (values?.length === size) return values;
  throw new InputError(
    "name",
    `the graph's ${name} has ${values?.length ?? "no"} numbers for ${rows} rows, not ${size}`,
  );
}
