/** onnxruntime-web as it is used everywhere here: on the thread that calls it, without a word on any output. */
import type * as Ort from "onnxruntime-web/wasm";

/** Before any build of it is loaded: a worker's location in Deno is not what the runtime takes it for, and it does without. */
export function hideLocation(): void {
  Object.defineProperty(globalThis, "location", { value: undefined, configurable: true, writable: true });
}

/** Loads a build. `binary`: its WebAssembly, where the thread may not read it. */
export async function loadOnOneThread(
  load: () => Promise<typeof Ort>,
  binary: Uint8Array | null = null,
): Promise<typeof Ort> {
  hideLocation();
  const ort = await load();
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = "fatal";
  if (binary) ort.env.wasm.wasmBinary = binary;
  return ort;
}
