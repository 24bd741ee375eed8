/**
 * A program: what a tape has recorded, without what the result does not depend on, to be run at other places. It gives value and gradient
 * wherever the guards hold, with the same bits whether it is interpreted or compiled: the operations and their order are the same.
 *
 * Reverse accumulation: Griewank & Walther (2008), section 3.2.
 */
import { emit } from "./emit.ts";
import { interpreter, type Nodes } from "./interpreter.ts";
import { CONSTANT, IS_GUARD, OPERANDS, OUTPUT, SCALAR, VECTOR } from "./operations.ts";
import type { RecordedScalar, RecordedVector, Tape } from "./tape.ts";

const INTERPRETED_RUNS = 3; // compiling takes as long as some dozens of runs

/** An operation on arrays with its places in the program. */
interface PlacedVector {
  readonly recorded: RecordedVector;
  readonly input: Float64Array;
  readonly inputAdjoint: Float64Array;
  /** Null where the input is a stretch of the nodes itself. */
  readonly nodes: Int32Array | null;
  readonly output: Float64Array;
  readonly outputAdjoint: Float64Array;
}

/** What compiled text provides. */
export interface Compiled {
  forward(): boolean;
  /** The whole reverse sweep, from an adjoint of the result of 1. */
  reverse(): void;
}

export class Program implements Nodes {
  readonly codes: Uint8Array;
  readonly reverseCodes: Uint8Array;
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly sites: Int32Array;
  readonly values: Float64Array;
  readonly adjoints: Float64Array;
  readonly inputs: number;
  readonly length: number;
  /** The node of the result; −1 where it is a constant. */
  readonly result: number;
  readonly #constant: number;
  readonly vectors: readonly PlacedVector[];
  readonly scalars: readonly RecordedScalar[];
  readonly #inputAdjoints: Float64Array;
  #runs = 0;
  #compiled: Compiled | null = null;

  /** `result`: a node of the tape, or a number that does not depend on the inputs. */
  constructor(tape: Tape, result: { node: number } | { constant: number }) {
    const root = "node" in result ? result.node : -1;
    const isNeeded = neededNodes(tape, root, true), isUndone = neededNodes(tape, root, false);
    const placeOf = new Int32Array(tape.length).fill(-1);
    let length = 0;
    for (let i = 0; i < tape.length; i++) if (isNeeded[i]) placeOf[i] = length++;
    this.inputs = tape.inputs;
    this.length = length;
    this.result = root < 0 ? -1 : placeOf[root];
    this.#constant = "constant" in result ? result.constant : NaN;
    this.codes = new Uint8Array(length);
    this.reverseCodes = new Uint8Array(length);
    this.a = new Int32Array(length);
    this.b = new Int32Array(length);
    this.sites = new Int32Array(length);
    this.values = new Float64Array(length);
    this.adjoints = new Float64Array(length);
    this.#inputAdjoints = this.adjoints.subarray(0, tape.inputs);
    const vectors: PlacedVector[] = [], scalars: RecordedScalar[] = [];
    for (let i = 0; i < tape.length; i++) {
      const place = placeOf[i], code = tape.codes[i];
      if (place < 0) continue;
      this.codes[place] = code;
      this.reverseCodes[place] = isUndone[i] ? code : 0;
      this.sites[place] = tape.sites[i];
      this.values[place] = tape.values[i];
      if (code === VECTOR) {
        this.a[place] = vectors.push(this.#placed(tape.vectors[tape.a[i]], place, placeOf)) - 1;
      } else if (code === SCALAR) {
        const { operation, operands } = tape.scalars[tape.a[i]];
        this.a[place] = scalars.push({ operation, operands: operands.map((node) => placeOf[node]) }) - 1;
      } else if (code === OUTPUT) {
        this.a[place] = this.a[place - 1];
        this.b[place] = tape.b[i];
      } else {
        const operands = OPERANDS[code];
        if (operands > 0) this.a[place] = placeOf[tape.a[i]];
        if (operands > 1) this.b[place] = placeOf[tape.b[i]];
      }
    }
    this.vectors = vectors;
    this.scalars = scalars;
  }

  #placed(recorded: RecordedVector, first: number, placeOf: Int32Array): PlacedVector {
    const nodes = recorded.nodes.map((node) => (node < 0 ? -1 : placeOf[node]));
    const { outputs } = recorded.operation;
    const output = this.values.subarray(first, first + outputs);
    const outputAdjoint = this.adjoints.subarray(first, first + outputs);
    const start = nodes[0] ?? -1, size = nodes.length;
    if (start >= 0 && nodes.every((node, i) => node === start + i)) {
      const input = this.values.subarray(start, start + size),
        inputAdjoint = this.adjoints.subarray(start, start + size);
      return { recorded, input, inputAdjoint, nodes: null, output, outputAdjoint };
    }
    const input = recorded.input.slice(), inputAdjoint = new Float64Array(size);
    return { recorded, input, inputAdjoint, nodes, output, outputAdjoint };
  }

  runScalar(index: number): number {
    const { operation, operands } = this.scalars[index], v = this.values;
    const [x, a = -1, b = -1, c = -1] = operands;
    return operation.value(v[x], a < 0 ? 0 : v[a], b < 0 ? 0 : v[b], c < 0 ? 0 : v[c]);
  }

  undoScalar(index: number, adjoint: number): void {
    const { operation, operands } = this.scalars[index], v = this.values;
    const [x, a = -1, b = -1, c = -1] = operands;
    for (let k = 0; k < operands.length; k++) {
      const partial = operation.partials[k];
      if (!partial || this.codes[operands[k]] === CONSTANT) continue;
      this.adjoints[operands[k]] += adjoint * partial(v[x], a < 0 ? 0 : v[a], b < 0 ? 0 : v[b], c < 0 ? 0 : v[c]);
    }
  }

  runVector(index: number): void {
    const { recorded, input, nodes, output } = this.vectors[index];
    if (nodes) { for (let i = 0; i < nodes.length; i++) if (nodes[i] >= 0) input[i] = this.values[nodes[i]]; }
    recorded.operation.forward(input, output);
  }

  undoVector(index: number): void {
    const { recorded, input, inputAdjoint, nodes, output, outputAdjoint } = this.vectors[index];
    if (!nodes) return recorded.operation.backward(input, output, outputAdjoint, inputAdjoint);
    inputAdjoint.fill(0);
    recorded.operation.backward(input, output, outputAdjoint, inputAdjoint);
    for (let i = 0; i < nodes.length; i++) if (nodes[i] >= 0) this.adjoints[nodes[i]] += inputAdjoint[i];
  }

  /** The nodes that an operation on arrays reads; −1 of constants. */
  operandsOf(vector: number): Int32Array {
    const { nodes, input } = this.vectors[vector];
    const first = (input.byteOffset - this.values.byteOffset) / 8;
    return nodes ?? Int32Array.from(input, (_, i) => first + i);
  }

  /** Runs at x: false where a guard does not hold, and nothing is known. */
  forward(x: Float64Array): boolean {
    this.values.set(x);
    // Before it runs: what a compiled program undoes it has run itself.
    if (this.#runs === INTERPRETED_RUNS) this.#compiled ??= emit(this);
    if (this.#compiled) return this.#compiled.forward();
    const holds = interpreter.forward(this, this.inputs, this.length) < 0;
    if (holds) this.#runs++;
    return holds;
  }

  /** After `forward`. */
  get value(): number {
    return this.result < 0 ? this.#constant : this.values[this.result];
  }

  /** After `forward`: writes the gradient of the result, [inputs]. */
  reverse(gradient: Float64Array): void {
    const { adjoints, inputs, result } = this;
    if (this.#compiled) this.#compiled.reverse();
    else {
      adjoints.fill(0);
      if (result >= 0) {
        adjoints[result] = 1;
        interpreter.reverse(this, inputs, this.length);
      }
    }
    gradient.set(this.#inputAdjoints);
  }

  /** Whether another program does the same with the same constants. */
  equals(other: Program): boolean {
    const { codes, a, b, values, length } = this;
    if (length !== other.length || !Object.is(this.value, other.value)) return false;
    for (let i = 0; i < length; i++) {
      if (codes[i] !== other.codes[i] || a[i] !== other.a[i] || b[i] !== other.b[i]) return false;
      if (!Object.is(values[i], other.values[i])) return false;
    }
    return this.scalars.every(({ operands }, k) =>
      operands.every((node, i) => node === other.scalars[k].operands[i])
    ) &&
      this.vectors.every(({ input }, k) => input.every((value, i) => Object.is(value, other.vectors[k].input[i])));
  }

  /**
   * After `forward`: the site of the first operation with a value that is not finite, where the result is not; else of the first, undone one by
   * one, that gives its operands what is not finite. −1: none.
   */
  findNonFinite(): number {
    const { adjoints, values, codes, result, inputs } = this;
    if (result < 0) return -1;
    interpreter.forward(this, inputs, this.length); // compiled programs leave out values that are never read
    if (!Number.isFinite(values[result])) {
      for (let i = inputs; i < this.length; i++) {
        if (codes[i] !== CONSTANT && !IS_GUARD[codes[i]] && !Number.isFinite(values[i])) return this.sites[i];
      }
    }
    adjoints.fill(0);
    adjoints[result] = 1;
    for (let i = this.length - 1; i >= inputs; i--) {
      interpreter.reverse(this, i, i + 1);
      if (this.reverseCodes[i] === 0) continue;
      if (this.#operands(i).some((node) => codes[node] !== CONSTANT && !Number.isFinite(adjoints[node]))) {
        return this.sites[i];
      }
    }
    return -1;
  }

  #operands(node: number): number[] {
    const code = this.codes[node];
    if (code === VECTOR) return [...this.operandsOf(this.a[node])].filter((operand) => operand >= 0);
    if (code === SCALAR) return [...this.scalars[this.a[node]].operands];
    const operands = OPERANDS[code];
    return operands === 0 ? [] : operands === 1 ? [this.a[node]] : [this.a[node], this.b[node]];
  }
}

/** The nodes that the root, and with `guards` every guard, depends on. The inputs are always there. */
function neededNodes(tape: Tape, root: number, guards: boolean): Uint8Array {
  const { codes, a, b, length } = tape;
  const needed = new Uint8Array(length);
  needed.fill(1, 0, tape.inputs);
  if (root >= 0) needed[root] = 1;
  for (let i = length - 1; i >= tape.inputs; i--) {
    const code = codes[i];
    if (guards && IS_GUARD[code]) needed[i] = 1;
    if (!needed[i]) continue;
    if (code === OUTPUT) {
      needed[i - b[i]] = 1;
    } else if (code === VECTOR) {
      const { operation, nodes } = tape.vectors[a[i]];
      needed.fill(1, i, i + operation.outputs);
      for (const node of nodes) if (node >= 0) needed[node] = 1;
    } else if (code === SCALAR) {
      for (const node of tape.scalars[a[i]].operands) needed[node] = 1;
    } else {
      const operands = OPERANDS[code];
      if (operands > 0) needed[a[i]] = 1;
      if (operands > 1) needed[b[i]] = 1;
    }
  }
  return needed;
}
