/** Where the runtimes' files are: what a process has to be allowed to read, or to load, before its workers can run graphs. */
import { fileURLToPath as fromFileUrl } from "node:url";

const WEB = new URL(".", import.meta.resolve("onnxruntime-web/jspi"));
const NATIVE = new URL("..", import.meta.resolve("onnxruntime-node"));

/** What the thread that hands out the runtime's bytes reads. */
export const webFolder = fromFileUrl(WEB);
/** Where the foreign library is that native sessions load. */
export const nativeFolder = fromFileUrl(NATIVE);

/** What workers are given by `provideRuntime`: it can run on a graphics processor, and answers later. */
export function readRuntime(): Uint8Array {
  return Deno.readFileSync(new URL("ort-wasm-simd-threaded.jspi.wasm", WEB));
}

/** What workers are given by `prepareBound`: it answers at once. */
export function readBoundRuntime(): Uint8Array {
  return Deno.readFileSync(new URL("ort-wasm-simd-threaded.wasm", WEB));
}
