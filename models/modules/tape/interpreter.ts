/** Runs programs node by node: the first few times, and where a program is not worth compiling. Made from the table of operations. */
import { compiled } from "../../../numerics/compiled.ts";
import { filled, OPERANDS, type Operation, OPERATIONS, SCALAR, VECTOR } from "./operations.ts";

/** A program's nodes and their numbers. */
export interface Nodes {
  readonly codes: Uint8Array;
  /** What is undone in the reverse sweep: the codes, 0 of what the result does not depend on. */
  readonly reverseCodes: Uint8Array;
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly values: Float64Array;
  readonly adjoints: Float64Array;
  runVector(index: number): void;
  runScalar(index: number): number;
  /** Adds to the adjoints of the arguments. */
  undoScalar(index: number, adjoint: number): void;
  undoVector(index: number): void;
}

interface Interpreter {
  /** Runs nodes from … to − 1: the first guard that does not hold, or −1. */
  forward(nodes: Nodes, from: number, to: number): number;
  reverse(nodes: Nodes, from: number, to: number): void;
}

const A = "v[a[i]]", B = "v[b[i]]", Y = "v[i]", G = "g[i]";

function forwardCase(operation: Operation, code: number): string {
  if (code === VECTOR) return `case ${code}: nodes.runVector(a[i]); break;`;
  if (code === SCALAR) return `case ${code}: v[i] = nodes.runScalar(a[i]); break;`;
  if (operation.holds) return `case ${code}: if (!(${filled(operation.holds, { A, B })})) return i; break;`;
  if (operation.value) return `case ${code}: v[i] = ${filled(operation.value, { A, B })}; break;`;
  return "";
}

function reverseCase(operation: Operation, code: number): string {
  if (code === VECTOR) return `case ${code}: nodes.undoVector(a[i]); break;`;
  if (code === SCALAR) return `case ${code}: nodes.undoScalar(a[i], g[i]); break;`;
  if (OPERANDS[code] === 0 || operation.holds) return "";
  const toA = operation.toA ? `g[a[i]] += ${filled(operation.toA, { A, B, Y, G })};` : "";
  const toB = operation.toB ? `g[b[i]] += ${filled(operation.toB, { A, B, Y, G })};` : "";
  return `case ${code}: ${toA} ${toB} break;`;
}

export const interpreter = compiled<Interpreter>(
  `return {
    forward: (nodes, from, to) => {
      const { codes, a, b, values: v } = nodes;
      for (let i = from; i < to; i++) switch (codes[i]) { ${OPERATIONS.map(forwardCase).join("\n")} }
      return -1;
    },
    reverse: (nodes, from, to) => {
      const { reverseCodes, a, b, values: v, adjoints: g } = nodes;
      for (let i = to - 1; i >= from; i--) switch (reverseCodes[i]) { ${OPERATIONS.map(reverseCase).join("\n")} }
    },
  };`,
  {},
);
