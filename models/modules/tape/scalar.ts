/**
 * Functions of one to four numbers that bring their own derivatives: log densities, special functions. Cheaper than an operation on arrays: in a
 * compiled program their functions are called with the numbers themselves.
 */
import { nodeOf, recording } from "./tape.ts";
import { Traced } from "./traced.ts";
import type { Value } from "./vector.ts";

export type FunctionOf4 = (x: number, a: number, b: number, c: number) => number;

/** One object for each function, however often it is called. */
export interface ScalarOperation {
  readonly name: string;
  readonly value: FunctionOf4;
  /** By each argument; null of one that is never traced. */
  readonly partials: readonly (FunctionOf4 | null)[];
}

/** The value of a function; recorded if any argument is traced. */
export function applyScalar(operation: ScalarOperation, given: readonly Value[]): Value {
  const [x, a = 0, b = 0, c = 0] = given.map(numberOf);
  const value = operation.value(x, a, b, c);
  if (!given.some((one) => one instanceof Traced)) return value;
  const tape = recording();
  const operands = given.map((one) => one instanceof Traced ? nodeOf(one) : tape.constant(one));
  return new Traced(tape, tape.scalar(operation, operands, value));
}

function numberOf(value: Value): number {
  return value instanceof Traced ? recording().valueOf(nodeOf(value)) : value;
}
