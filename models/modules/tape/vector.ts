/**
 * How functions on arrays, with adjoints written by hand, meet the tape: the library's functions are made of these. Numbers alone are
 * computed at once; where any is traced the operation goes on the tape.
 */
import { ModuleError } from "../errors.ts";
import { applyScalar, type ScalarOperation } from "./scalar.ts";
import { nodeOf, recording } from "./tape.ts";
import { Traced } from "./traced.ts";

/** An operation on arrays. Pure: the same input, the same bits. */
export interface VectorOperation {
  readonly name: string;
  readonly outputs: number;
  forward(input: Float64Array, output: Float64Array): void;
  /**
   * Adds Jᵀ · outputAdjoint to inputAdjoint; input and output are those of forward. What it adds to entries that are not traced is dropped:
   * it may leave them out.
   */
  backward(
    input: Float64Array,
    output: Float64Array,
    outputAdjoint: Float64Array,
    inputAdjoint: Float64Array,
  ): void;
}

/** A user's number, and a user's array of them. */
export type Value = number | Traced;
export type Values = Value | readonly Values[];

/** An argument, flattened, row-major. */
export interface Argument {
  /** [] of a number. */
  readonly shape: readonly number[];
  readonly values: Float64Array;
  /** Whether any entry is traced. */
  readonly traced: boolean;
  /** The place of each entry on the tape, −1 of those that are not traced; null where none is. */
  readonly nodes: Int32Array | null;
}

/** Reads an argument. `what` names it in the error: "normal: sigma". Throws ModuleError for what is no number or array of numbers. */
export function argument(what: string, value: unknown): Argument {
  const flat: unknown[] = [];
  const shape = flatten(what, value, flat, 0);
  const values = new Float64Array(flat.length);
  let nodes: Int32Array | null = null;
  for (let i = 0; i < flat.length; i++) {
    const entry = flat[i];
    if (typeof entry === "number") {
      values[i] = entry;
    } else if (entry instanceof Traced) {
      nodes ??= new Int32Array(flat.length).fill(-1);
      nodes[i] = nodeOf(entry);
      values[i] = recording().valueOf(nodeOf(entry));
    } else {
      throw new ModuleError(null, `${what}: expected a number or an array of numbers, found ${described(entry)}`);
    }
  }
  return { shape, values, traced: nodes !== null, nodes };
}

const MOST_DEPTH = 8;

function flatten(what: string, value: unknown, into: unknown[], depth: number): number[] {
  if (!isArray(value)) {
    into.push(value);
    return [];
  }
  if (depth > MOST_DEPTH) throw new ModuleError(null, `${what}: arrays are nested more than ${MOST_DEPTH} deep`);
  let inner: number[] | null = null;
  for (let i = 0; i < value.length; i++) {
    const shape = flatten(what, value[i], into, depth + 1);
    if (inner && (inner.length !== shape.length || inner.some((size, axis) => size !== shape[axis]))) {
      throw new ModuleError(
        null,
        `${what}: expected rows of one length, found ${described(inner)} and ${described(shape)}`,
      );
    }
    inner = shape;
  }
  return [value.length, ...(inner ?? [])];
}

function isArray(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function described(value: unknown): string {
  if (Array.isArray(value)) return `[${value.join(", ")}]`;
  if (value === null) return "null";
  return typeof value === "object" ? "an object" : typeof value === "string" ? JSON.stringify(value) : String(value);
}

/**
 * The result of an operation on the inputs, laid one after the other in one array; recorded if any of them is traced. `shape` is the result's: [] a
 * number, else nested arrays.
 */
export function apply(operation: VectorOperation, inputs: readonly Argument[], shape: readonly number[]): Values {
  const size = inputs.reduce((sum, { values }) => sum + values.length, 0);
  const input = new Float64Array(size);
  let at = 0;
  for (const { values } of inputs) {
    input.set(values, at);
    at += values.length;
  }
  const output = new Float64Array(operation.outputs);
  operation.forward(input, output);
  if (!inputs.some(({ traced }) => traced)) return nested(shape, (i) => output[i]);
  const nodes = new Int32Array(size).fill(-1);
  at = 0;
  for (const one of inputs) {
    if (one.nodes) nodes.set(one.nodes, at);
    at += one.values.length;
  }
  const tape = recording();
  const first = tape.vector(operation, input, nodes, output);
  return nested(shape, (i) => new Traced(tape, first + i));
}

/** A function of one number with its derivative, as an operation on a number or, entry by entry, on an array. */
export function unary(
  name: string,
  f: (x: number) => number,
  derivative: (x: number) => number,
): (value: unknown) => Values {
  const scalar: ScalarOperation = { name, value: f, partials: [derivative] };
  return (value) => {
    if (typeof value === "number" || value instanceof Traced) return applyScalar(scalar, [value]);
    const x = argument(name, value);
    const operation: VectorOperation = {
      name,
      outputs: x.values.length,
      forward: (input, output) => {
        for (let i = 0; i < output.length; i++) output[i] = f(input[i]);
      },
      backward: (input, _output, outputAdjoint, inputAdjoint) => {
        for (let i = 0; i < input.length; i++) inputAdjoint[i] += outputAdjoint[i] * derivative(input[i]);
      },
    };
    return apply(operation, [x], x.shape);
  };
}

function nested(shape: readonly number[], entry: (i: number) => Value): Values {
  let next = 0;
  const build = (axis: number): Values =>
    axis === shape.length ? entry(next++) : Array.from({ length: shape[axis] }, () => build(axis + 1));
  return build(0);
}
