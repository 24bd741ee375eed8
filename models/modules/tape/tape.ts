/**
 * The tape: what a user's density did at one place, operation by operation. Each entry is a node: its operation, the nodes of its operands,
 * its value, and the place in the source. Inputs come first; constants are nodes too. Comparisons whose outcome depends on the inputs are
 * entries as well (guards): the record holds wherever all of them come out as they did.
 */
import { ModuleError } from "../errors.ts";
import { codeOf, CONSTANT, HOLDS, INPUT, OUTPUT, SCALAR, VALUES, VECTOR } from "./operations.ts";
import { Traced } from "./traced.ts";
import type { ScalarOperation } from "./scalar.ts";
import type { VectorOperation } from "./vector.ts";

/** An operation on arrays, as it was recorded. */
export interface RecordedVector {
  readonly operation: VectorOperation;
  /** Its input; entries that are not traced stay, the others are gathered anew in each run. */
  readonly input: Float64Array;
  /** The node of each entry of the input, −1 of constants. */
  readonly nodes: Int32Array;
}

/** A function of a few numbers, as it was recorded: the nodes of its arguments. */
export interface RecordedScalar {
  readonly operation: ScalarOperation;
  readonly operands: readonly number[];
}

const MOST_NODES = 1 << 22; // 100 MB with what a program of it takes

export class Tape {
  length = 0;
  codes = new Uint8Array(256);
  a = new Int32Array(256);
  b = new Int32Array(256);
  sites = new Int32Array(256);
  values = new Float64Array(256);
  readonly vectors: RecordedVector[] = [];
  readonly scalars: RecordedScalar[] = [];
  readonly inputs: number;
  /** By node: the last function of it alone. Those before hang on it by `b`, which they have no other use for. */
  #functionsOf = new Int32Array(256);

  constructor(x: Float64Array) {
    this.inputs = x.length;
    for (let i = 0; i < x.length; i++) this.#put(INPUT, 0, 0, -1, x[i]);
  }

  valueOf(node: number): number {
    return this.values[node];
  }

  constant(value: number): number {
    return this.#put(CONSTANT, 0, 0, -1, value);
  }

  binary(code: number, a: number, b: number, site: number): number {
    return this.#put(code, a, b, site, VALUES[code](this.values[a], this.values[b]));
  }

  /** A function of one number; the same function of the same node is one node. */
  unary(code: number, a: number, site: number): number {
    // Node 0 is a coordinate, and no function.
    for (let known = this.#functionsOf[a]; known > 0; known = this.b[known]) {
      if (this.codes[known] === code) return known;
    }
    const node = this.#put(code, a, this.#functionsOf[a], site, VALUES[code](this.values[a], 0));
    this.#functionsOf[a] = node;
    return node;
  }

  /** Whether a condition holds, noting how it came out; `b` is 0 of a condition on one number. */
  guard(name: string, a: number, b: number, site: number): boolean {
    const code = codeOf(name), holds = HOLDS[code](this.values[a], this.values[b]);
    this.#put(holds ? code : codeOf(`not ${name}`), a, b, site, 0);
    return holds;
  }

  vector(operation: VectorOperation, input: Float64Array, nodes: Int32Array, output: Float64Array): number {
    const index = this.vectors.push({ operation, input, nodes }) - 1;
    const first = this.length;
    for (let i = 0; i < output.length; i++) this.#put(i === 0 ? VECTOR : OUTPUT, index, i, this.site, output[i]);
    return first;
  }

  scalar(operation: ScalarOperation, operands: readonly number[], value: number): number {
    return this.#put(SCALAR, this.scalars.push({ operation, operands }) - 1, 0, this.site, value);
  }

  /** The place of the call of the library that is under way. */
  site = -1;

  #put(code: number, a: number, b: number, site: number, value: number): number {
    const node = this.length++;
    if (node === this.codes.length) this.#grow();
    this.codes[node] = code;
    this.a[node] = a;
    this.b[node] = b;
    this.sites[node] = site;
    this.values[node] = value;
    return node;
  }

  #grow(): void {
    if (this.length > MOST_NODES) {
      throw new ModuleError(
        null,
        `logDensity takes more than ${MOST_NODES} operations on traced values. Use the vector functions of "ergodic" (dot, matVec, densities of arrays).`,
      );
    }
    const size = this.codes.length * 2;
    this.codes = grown(this.codes, new Uint8Array(size));
    this.a = grown(this.a, new Int32Array(size));
    this.b = grown(this.b, new Int32Array(size));
    this.sites = grown(this.sites, new Int32Array(size));
    this.values = grown(this.values, new Float64Array(size));
    this.#functionsOf = grown(this.#functionsOf, new Int32Array(size));
  }
}

function grown<Numbers extends Uint8Array | Int32Array | Float64Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}

let current: Tape | null = null;

/** The tape that is recording. */
export function recording(): Tape {
  if (!current) throw kept();
  return current;
}

/** The node of a value of the tape that is recording. */
export function nodeOf(value: Traced): number {
  if (Traced.tapeOf(value) !== current) throw kept();
  return Traced.nodeOf(value);
}

function kept(): ModuleError {
  return new ModuleError(
    null,
    "a traced value was kept from one evaluation to another. Keep nothing of x between calls of logDensity.",
  );
}

/** Records what `run` does. */
export function record<Result>(tape: Tape, run: () => Result): Result {
  const before = current;
  current = tape;
  try {
    return run();
  } finally {
    current = before;
  }
}

/** Runs a call of the library from a place in the source: what it records has that place. */
export function fromPlace<Result>(site: number, call: () => Result): Result {
  const tape = current;
  if (!tape) return call();
  const before = tape.site;
  tape.site = site;
  try {
    return call();
  } finally {
    tape.site = before;
  }
}
