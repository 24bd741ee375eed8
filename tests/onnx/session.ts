/** Runs ONNX bytes in Wasm, and closes what it opens. */
import { Graph } from "../../onnx/graph/graph.ts";
import { negate } from "../../onnx/graph/operations.ts";
import type { Session } from "../../onnx/session/session.ts";
import { openWasm } from "../../onnx/session/web.ts";

/** Rows of numbers, by the names of inputs. */
export interface Inputs {
  readonly [name: string]: { readonly rows: number; readonly values: ArrayLike<number> };
}

export interface Running {
  run(inputs: Inputs): Promise<Awaited<ReturnType<Session["run"]>>>;
}

/** Opens a session for `work`, in Wasm where nothing else is said. */
export async function withSession<T>(
  model: Uint8Array,
  work: (running: Running) => Promise<T>,
  open: (graph: Uint8Array) => Promise<Session> = openWasm,
): Promise<T> {
  const session = await open(model);
  try {
    return await work({
      run(inputs) {
        const feeds = Object.entries(inputs).map(([name, { rows, values }]) => {
          return [name, { shape: [rows, values.length / rows], values: Float32Array.from(values) }];
        });
        return session.run(Object.fromEntries(feeds));
      },
    });
  } finally {
    await session.close();
  }
}

// The runtime's first session opens a message port that stays: here, where no test counts it.
const first = new Graph("first");
first.output("y", negate(first.input("x", 1)));
await withSession(first.encode(), () => Promise.resolve());
