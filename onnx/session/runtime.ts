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

function read(file: string): Uint8Array<ArrayBuffer> {
  return Deno.readFileSync(new URL(file, web()));
}

let webGpu: Uint8Array | null = null;
let wasm: WebAssembly.Module | null = null;

/** What workers are given by `provideRuntime`: the bytes of onnxruntime-web's build for a graphics processor. */
export function webGpuRuntime(): Uint8Array {
  return webGpu ??= read("ort-wasm-simd-threaded.jspi.wasm");
}

/** What workers are given by `prepareBound`: code that one of them compiles serves all of this process. */
export function wasmRuntime(): WebAssembly.Module {
  return wasm ??= new WebAssembly.Module(read("ort-wasm-simd-threaded.wasm"));
}

/**
 * A flag of V8 for a process whose `threads` start onnxruntime. V8 optimises a function of WebAssembly when so much of it has been run in
 * the whole process (a rough count of bytes of code; 13e6 where nothing is said). onnxruntime's start is one function of 0.9 MB, run once a thread: by the
 * third it would be optimised, for three seconds, and never run again.
 */
export function runtimeFlag(threads: number): string {
  return `--wasm-tiering-budget=${13e6 + 7e6 * threads}`;
}
