/** What a user's function takes and gives: numbers and arrays of them, traced or not. */
import { ModuleError } from "../modules/errors.ts";
import type { Argument, Value, Values } from "../modules/tape/vector.ts";

/** Numbers alone, of any shape. */
export type Numbers = number | readonly Numbers[] | Float64Array;
/** Numbers as a function gives them. */
export type PlainNumbers = number | readonly PlainNumbers[];
/** What is traced, too. */
export type Given = Value | readonly Given[] | Float64Array;

/** A mistake in a call; the place is added by who knows it. */
export function refuse(message: string): never {
  throw new ModuleError(null, message);
}

/** "a number" or "shape [2, 3]". */
export function shapeOf({ shape }: Argument): string {
  return shape.length === 0 ? "a number" : `shape [${shape.join(", ")}]`;
}

/** A vector of n entries, n where it is given. */
export function vectorLength(what: string, given: Argument, n?: number): number {
  if (given.shape.length !== 1 || (n !== undefined && given.shape[0] !== n)) {
    refuse(`${what}: expected an array of ${n === undefined ? "" : `${n} `}numbers, found ${shapeOf(given)}`);
  }
  return given.shape[0];
}

/** The order of a square matrix. */
export function squareOrder(what: string, given: Argument, n?: number): number {
  const [rows, columns] = given.shape;
  if (given.shape.length !== 2 || rows !== columns || (n !== undefined && rows !== n)) {
    refuse(
      `${what}: expected a square matrix${n === undefined ? "" : ` of ${n} rows`}, as an array of rows, found ${
        shapeOf(given)
      }`,
    );
  }
  return rows;
}

/** Refuses what is traced where only data have a meaning. */
export function dataOnly(what: string, given: Argument): void {
  if (given.traced) {
    refuse(`${what}: expected data, found a value that depends on the coordinates. A whole number has no gradient.`);
  }
}

export function isArray(values: Values): values is readonly Values[] {
  return Array.isArray(values);
}

/** The values of a result of shape [] or [n], in a row. */
export function row(values: Values): readonly Value[] {
  return isArray(values) ? values.map(single) : [values];
}

/** A result of shape []. */
export function single(values: Values): Value {
  if (isArray(values)) throw new Error("one number was expected of an operation, and it gave an array");
  return values;
}
