/** Where the runtimes' files are: what a process has to be allowed to read, or to load, before its workers can run graphs. */
import { fileURLToPath as fromFileUrl } from "node:url";

// Functions: whoever runs no graph need not find out where a package is.

function web(): URL {
  return new URL(".", import.meta.resolve("onnxruntime-web/jspi"));
}

/** What the thread that hands out the runtime's bytes reads. */
export function webFolder(): string {
  return fromFileUrl(web());
}

/** Where the foreign library is that native sessions load. */
export function nativeFolder(): string {
  return fromFileUrl(new URL("..", import.meta.resolve("onnxruntime-node")));
}

const FILES = { wasm: "ort-wasm-simd-threaded.wasm", webgpu: "ort-wasm-simd-threaded.jspi.wasm" } as const;

/** What workers are given by `provideRuntime` and `prepareBound`: the build of onnxruntime-web for a backend. */
export function readRuntime(backend: keyof typeof FILES): Uint8Array {
  return Deno.readFileSync(new URL(FILES[backend], web()));
}
