/**
 * Graphs that answer at once, for what evaluates a density inside a loop: the sessions of onnxruntime's own interface answer by promises,
 * which a kernel cannot wait for.
 *
 * A thread is prepared once, which takes a while; from then on all is synchronous.
 */
import type { BoundGraph, TensorSlot } from "../../models/model.ts";
import type { NumericClass } from "../../models/target.ts";
import { InputError } from "../../numerics/errors.ts";
import { bindNative, prepareNative } from "./bound_native.ts";
import { bindWasm, prepareWasm } from "./bound_wasm.ts";
import type { BoundBackend } from "./session.ts";

/** Readies this thread. `runtime`: `wasmRuntime()`, which WebAssembly needs. */
export async function prepareBound(backend: BoundBackend, runtime: WebAssembly.Module | null): Promise<void> {
  if (backend === "native") return await prepareNative();
  if (!runtime) throw new Error("WebAssembly's runtime is not there");
  await prepareWasm(runtime);
}

/** Throws InputError where the runtime does not take the graph, or has no such inputs and outputs. */
export function bindGraph(
  graph: Uint8Array,
  numericClass: NumericClass,
  inputs: readonly TensorSlot[],
  outputs: readonly TensorSlot[],
): BoundGraph {
  if (numericClass === "wasm") return bindWasm(graph, inputs, outputs);
  if (numericClass === "native") return bindNative(graph, inputs, outputs);
  throw new InputError("backend", `no graph answers at once in the numeric class ${numericClass}`);
}
