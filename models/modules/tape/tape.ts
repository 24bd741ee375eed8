/** The tape: what a user's density did at one place, operation by operation. */
import type { VectorOperation } from "./vector.ts";

export interface Recording {
  valueOf(node: number): number;
  /** Puts an operation on arrays on the tape: the node of its first output, the others follow. */
  vector(operation: VectorOperation, input: Float64Array, nodes: Int32Array, output: Float64Array): number;
}

let current: Recording | null = null;

/** The tape that is recording. */
export function recording(): Recording {
  if (!current) throw new Error("a traced value outlived its tape");
  return current;
}
