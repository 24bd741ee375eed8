/**
 * onnxruntime as native code, by the binding that its own interface puts promises around.
 *
 * What this module believes
 * - dist/binding.js of the package is "a simple synchronized inference session object wrap" (its declaration says so), typed, and takes
 *   tensors for the outputs.
 * - Where numbers lie can decide in which order they are added: they are in a WebAssembly memory, which begins at a page's beginning.
 */
import type { Binding } from "onnxruntime-node/dist/binding.js";
import type { OnnxValue, TensorConstructor } from "onnxruntime-common";
import type { BoundGraph, TensorSlot } from "../../models/model.ts";
import { explain } from "./explain.ts";

const ALIGNMENT = 64;
const PAGE_BYTES = 2 ** 16;

interface Runtime {
  readonly Session: Binding.InferenceSessionConstructor;
  readonly Tensors: TensorConstructor;
}

let prepared: Runtime | null = null;

export async function prepareNative(): Promise<void> {
  if (prepared) return;
  const { Tensor } = await import("onnxruntime-common");
  const { binding, initOrt } = await import("onnxruntime-node/dist/binding.js");
  initOrt();
  prepared = { Session: binding.InferenceSession, Tensors: Tensor };
}

export function bindNative(
  graph: Uint8Array,
  inputs: readonly TensorSlot[],
  outputs: readonly TensorSlot[],
): BoundGraph {
  if (!prepared) throw new Error("this thread was not prepared for native graphs that answer at once");
  const { Session, Tensors } = prepared;
  const session = new Session();
  try {
    const bytes = new Uint8Array(graph); // the binding takes no view of a part, and no shared memory
    session.loadModel(bytes.buffer, 0, bytes.byteLength, {
      executionProviders: ["cpu"],
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      logSeverityLevel: 4,
    });
  } catch (error) {
    throw explain("cannot load", error);
  }
  const given = arraysOf(inputs), found = arraysOf(outputs);
  const tensors = (slots: readonly TensorSlot[], arrays: typeof given): Record<string, OnnxValue> =>
    Object.fromEntries(slots.map(({ name, shape }, i) => {
      const values = arrays[i];
      const tensor = values instanceof Float64Array
        ? new Tensors("float64", values, shape)
        : new Tensors("float32", values, shape);
      return [name, tensor];
    }));
  const feeds = tensors(inputs, given), fetches = tensors(outputs, found);
  return {
    inputs: given,
    outputs: found,
    run() {
      try {
        session.run(feeds, fetches, {});
      } catch (error) {
        throw explain("cannot run", error);
      }
    },
    close: () => session.dispose(),
  };
}

function arraysOf(slots: readonly TensorSlot[]): (Float32Array | Float64Array)[] {
  const sizes = slots.map(({ shape }) => shape.reduce((a, b) => a * b, 1));
  const places = slots.map(({ type }, i) => aligned(sizes[i] * (type === "float64" ? 8 : 4)));
  const bytes = places.reduce((a, b) => a + b, 0);
  const { buffer } = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE_BYTES) });
  let begin = 0;
  return slots.map(({ type }, i) => {
    const at = begin;
    begin += places[i];
    return type === "float64" ? new Float64Array(buffer, at, sizes[i]) : new Float32Array(buffer, at, sizes[i]);
  });
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
