/** onnxruntime-web on one thread of WebAssembly, as the trial of a graph needs it. */
import { InputError } from "../../numerics/errors.ts";
import { explain } from "../session/explain.ts";
import { loadOnOneThread } from "../session/one_thread.ts";
import type { TensorInfo } from "./graph.ts";
import type { Tensor } from "./roles.ts";
import type { Run, Values } from "./trial.ts";

export interface TrialSession {
  readonly run: Run;
  /** What outputs were seen to be, for a graph that does not tell all of their shapes. */
  outputs(inputs: readonly Tensor[], declared: readonly TensorInfo[]): Promise<Tensor[]>;
}

type Ort = typeof import("onnxruntime-web/wasm");
type OrtTensor = import("onnxruntime-web/wasm").Tensor;
type OrtData = Exclude<OrtTensor["data"], string[]>;

const INTEGER_ARRAYS: Readonly<Record<string, new (length: number) => OrtData>> = {
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
};

/** Throws InputError where the runtime cannot load the graph. */
export async function openTrialSession(bytes: Uint8Array): Promise<TrialSession> {
  const ort = await loadOnOneThread(() => import("onnxruntime-web/wasm"));
  const session = await explained(
    "cannot load",
    () => ort.InferenceSession.create(bytes, { executionProviders: ["wasm"] }),
  );
  const runTensors = (feeds: Record<string, OrtTensor>) => explained("cannot run", () => session.run(feeds));

  return {
    async run(feeds) {
      const results = await runTensors(
        Object.fromEntries(
          Object.entries(feeds).map(([name, { shape, values }]) => [name, floatTensor(ort, shape, values)]),
        ),
      );
      return Object.fromEntries(
        Object.entries(results).flatMap(([name, { data, dims }]): [string, Values][] =>
          data instanceof Float32Array || data instanceof Float64Array
            ? [[name, { shape: [...dims], values: data }]]
            : []
        ),
      );
    },

    async outputs(inputs, declared) {
      if (declared.every(({ type, shape }) => type !== null && shape && shape.slice(1).every((size) => size >= 0))) {
        return declared.map(({ name, type, shape }) => ({ name, type: type ?? "", shape: shape ?? [] }));
      }
      const two = await runTensors(blankFeeds(ort, inputs, 2));
      const three = await runTensors(blankFeeds(ort, inputs, 3));
      return declared.map(({ name }) => ({
        name,
        type: two[name].type,
        shape: two[name].dims.map((size, i) => (three[name].dims[i] === size ? size : -1)),
      }));
    },
  };
}

function floatTensor(ort: Ort, shape: readonly number[], values: Float32Array | Float64Array): OrtTensor {
  return values instanceof Float64Array
    ? new ort.Tensor("float64", values, shape)
    : new ort.Tensor("float32", values, shape);
}

/** Halves and zeros of the shapes of the inputs, each free dimension `size`. */
function blankFeeds(ort: Ort, inputs: readonly Tensor[], size: number): Record<string, OrtTensor> {
  return Object.fromEntries(inputs.map(({ name, type, shape }) => {
    const dims = shape.map((dim) => (dim < 0 ? size : dim));
    const length = dims.reduce((product, dim) => product * dim, 1);
    if (type === "float32") return [name, floatTensor(ort, dims, new Float32Array(length).fill(0.5))];
    if (type === "float64") return [name, floatTensor(ort, dims, new Float64Array(length).fill(0.5))];
    const IntegerArray = INTEGER_ARRAYS[type];
    if (!IntegerArray) throw new InputError(`inputs.${name}`, `expected an input of numbers, found ${type}`);
    return [name, new ort.Tensor(type as OrtTensor["type"], new IntegerArray(length), dims)];
  }));
}

/** The runtime's complaint as an InputError, without what it tells of its own insides. */
async function explained<T>(what: "cannot load" | "cannot run", work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explain(what, error);
  }
}
