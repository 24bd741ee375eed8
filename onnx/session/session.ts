/**
 * An ONNX graph that is open in one backend: the same face for onnxruntime in WebAssembly, as native code, and on a graphics processor.
 *
 * What it gives is a function of its inputs and of the numeric class alone, as long as the batch has the same shape. Nothing stops a run
 * that has begun: callers keep batches below a second.
 */
import type { GraphValues } from "../../models/model.ts";
import type { NumericClass } from "../../models/target.ts";

/** In the order in which they are tried where a job leaves the choice open. */
export const BACKENDS = ["webgpu", "native", "wasm"] as const;
export type Backend = (typeof BACKENDS)[number];

/** Those in which a graph can answer at once (bound.ts): a graphics processor answers later, whatever is done: no graph is bound to one. */
export const BOUND_BACKENDS = ["wasm", "native"] as const;
export type BoundBackend = (typeof BOUND_BACKENDS)[number];

export interface Session {
  readonly numericClass: NumericClass;
  /** The names of inputs and outputs, in the graph's order. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Outputs by name; those that are not floats are left out. Throws where the graph cannot run on such feeds. */
  run(feeds: GraphValues): Promise<GraphValues>;
  close(): Promise<void>;
}

export function backendOf(numericClass: string): Backend | undefined {
  const [name] = numericClass.split(":", 1);
  return BACKENDS.find((backend) => backend === name);
}
