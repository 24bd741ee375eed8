/**
 * A process that runs graphs at once, one after the other, in WebAssembly: for requests that wait for the answer. It may read the runtime
 * and nothing else, graphs come to it as bytes, and it may die. It ends when its input ends.
 */
import type * as Ort from "onnxruntime-web/wasm";
import { loadOnOneThread } from "../onnx/session/one_thread.ts";
import { encodeFrame, readFrames } from "./frames.ts";
import type { FromInference, TensorHead, ToInference } from "./inference_protocol.ts";

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
} as const;
type ElementType = keyof typeof ARRAYS;

const ort = await loadOnOneThread(() => import("onnxruntime-web/wasm"));
const graphs = new Map<string, Promise<Ort.InferenceSession>>();
const output = Deno.stdout.writable.getWriter();

function isElementType(type: string): type is ElementType {
  return Object.hasOwn(ARRAYS, type);
}

function feedsOf(inputs: readonly TensorHead[], payload: Uint8Array): Record<string, Ort.Tensor> {
  let offset = 0;
  return Object.fromEntries(inputs.map(({ name, type, shape, bytes }) => {
    if (!isElementType(type)) throw new Error(`tensors of ${type} are not taken`);
    const { buffer } = payload.slice(offset, offset += bytes); // a copy, so that it begins at a multiple of the element's size
    return [name, new ort.Tensor(type, new ARRAYS[type](buffer), shape)];
  }));
}

async function run({ sha256, inputs, outputs }: ToInference & { type: "run" }, payload: Uint8Array) {
  const session = await graphs.get(sha256);
  if (!session) throw new Error("the graph has not been opened");
  const results = await session.run(feedsOf(inputs, payload), outputs);
  const parts: Uint8Array[] = [];
  const heads = outputs.map((name): TensorHead => {
    const { data, type, dims } = results[name];
    if (!ArrayBuffer.isView(data)) throw new Error(`the output ${name} is not of numbers`);
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    parts.push(bytes);
    return { name, type, shape: [...dims], bytes: bytes.byteLength };
  });
  return { heads, bytes: new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer()) };
}

async function send(message: FromInference, payload?: Uint8Array): Promise<void> {
  for (const chunk of encodeFrame(message, payload)) await output.write(chunk);
}

for await (const { message, payload } of readFrames<ToInference>(Deno.stdin.readable)) {
  switch (message.type) {
    case "open": {
      const session = ort.InferenceSession.create(payload, { executionProviders: ["wasm"], logSeverityLevel: 4 });
      session.catch(() => {}); // heard by the run
      graphs.set(message.sha256, session);
      break;
    }
    case "close": {
      const session = graphs.get(message.sha256);
      graphs.delete(message.sha256);
      await session?.then((open) => open.release()).catch(() => {});
      break;
    }
    case "run":
      try {
        const { heads, bytes } = await run(message, payload);
        await send({ type: "result", outputs: heads }, bytes);
      } catch (error) {
        await send({ type: "failed", message: error instanceof Error ? error.message : String(error) });
      }
  }
}
Deno.exit(0);
