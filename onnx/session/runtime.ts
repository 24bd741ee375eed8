/** Where the runtimes' files are: what a process has to be allowed to read, or to load, before its workers can run graphs. */
import { fileURLToPath as fromFileUrl } from "node:url";

const WEB = new URL(".", import.meta.resolve("onnxruntime-web/jspi"));
const NATIVE = new URL("..", import.meta.resolve("onnxruntime-node"));

/** What the thread that hands out the runtime's bytes reads. */
export const webFolder = fromFileUrl(WEB);
/** Where the foreign library is that native sessions load. */
export const nativeFolder = fromFileUrl(NATIVE);

const FILES = { wasm: "ort-wasm-simd-threaded.wasm", webgpu: "ort-wasm-simd-threaded.jspi.wasm" } as const;

/** What workers are given by `provideRuntime` and `prepareBound`: the build of onnxruntime-web for a backend. */
export function readRuntime(backend: keyof typeof FILES): Uint8Array {
  return Deno.readFileSync(new URL(FILES[backend], WEB));
}
