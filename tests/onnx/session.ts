/** Runs ONNX bytes with onnxruntime's Wasm backend. */
import type * as Ort from "onnxruntime-web/wasm";
import { Graph } from "../../onnx/graph/graph.ts";
import { negate } from "../../onnx/graph/operations.ts";

// onnxruntime-web takes a page with a location for a browser; Deno has the one, not the other.
Object.defineProperty(globalThis, "location", { value: undefined, configurable: true, writable: true });
const ort: typeof Ort = await import("onnxruntime-web/wasm");
ort.env.wasm.numThreads = 1;
ort.env.logLevel = "error";

// Its first session opens a message port that stays: here, where no test counts it.
const first = new Graph("first");
first.output("y", negate(first.input("x", 1)));
await withSession(first.encode(), () => Promise.resolve());

export interface Outputs {
  readonly [name: string]: { readonly shape: readonly number[]; readonly values: Float32Array };
}

/** Rows of numbers, by the names of inputs. */
export interface Inputs {
  readonly [name: string]: { readonly rows: number; readonly values: ArrayLike<number> };
}

export interface Running {
  run(inputs: Inputs): Promise<Outputs>;
}

/** Opens a session for `work`, and closes it. */
export async function withSession<T>(model: Uint8Array, work: (running: Running) => Promise<T>): Promise<T> {
  const session = await ort.InferenceSession.create(model, { executionProviders: ["wasm"] });
  try {
    return await work({
      async run(inputs) {
        const feeds = Object.entries(inputs).map(([name, { rows, values }]) => {
          return [name, new ort.Tensor("float32", Float32Array.from(values), [rows, values.length / rows])];
        });
        const found = await session.run(Object.fromEntries(feeds));
        return Object.fromEntries(
          Object.entries(found).map(([name, { dims, data }]) => {
            if (!(data instanceof Float32Array)) throw new Error(`${name} is not of single precision`);
            return [name, { shape: dims, values: data }];
          }),
        );
      },
    });
  } finally {
    await session.release();
  }
}
