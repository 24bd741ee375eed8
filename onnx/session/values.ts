/** From numbers to a runtime's tensors and back: both runtimes have the same. */
import type { InferenceSession, Tensor, TensorConstructor } from "onnxruntime-common";
import type { GraphValues } from "../../models/model.ts";
import type { NumericClass } from "../../models/target.ts";
import type { Session } from "./session.ts";

/** `alone` runs one thing at a time. */
export function sessionOver(
  inner: InferenceSession,
  Tensors: TensorConstructor,
  numericClass: NumericClass,
  alone: <T>(work: () => Promise<T>) => Promise<T>,
): Session {
  return {
    numericClass,
    inputs: inner.inputNames,
    outputs: inner.outputNames,
    async run(feeds) {
      const tensors = Object.entries(feeds).map(([name, { shape, values }]): [string, Tensor] => [
        name,
        values instanceof Float64Array ? new Tensors("float64", values, shape) : new Tensors("float32", values, shape),
      ]);
      const found = await alone(() => inner.run(Object.fromEntries(tensors)));
      const results: Record<string, GraphValues[string]> = {};
      for (const [name, { data, dims }] of Object.entries(found)) {
        if (data instanceof Float32Array || data instanceof Float64Array) results[name] = { shape: dims, values: data };
      }
      return results;
    },
    close: () => alone(() => inner.release()),
  };
}
