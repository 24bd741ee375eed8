/**
 * onnxruntime-web, whose one module runs graphs in WebAssembly on one thread, and on a graphics processor by WebGPU.
 *
 * What this module believes
 * - Two runs in flight on WebGPU corrupt each other: all work of the module goes through one lock.
 * - In its default layout WebGPU's convolution is wrong for some numbers of channels: it is asked for NCHW, and held to WebAssembly
 *   before it is trusted (self_test.ts).
 * - A list of providers falls back without a word: each is asked for alone.
 * - With the runtime's bytes given by `provideRuntime` it needs no permission at all.
 */
import type * as Ort from "onnxruntime-web/jspi";
import type { NumericClass } from "../../models/target.ts";
import type { Session } from "./session.ts";
import { sessionOver } from "./values.ts";

let runtime: Uint8Array | null = null;
let loaded: Promise<typeof Ort> | null = null;
let last: Promise<unknown> = Promise.resolve();

/** The file ort-wasm-simd-threaded.jspi.wasm, for a thread that may not read it. Before the first session. */
export function provideRuntime(bytes: Uint8Array): void {
  runtime ??= bytes;
}

export async function openWasm(graph: Uint8Array): Promise<Session> {
  return await open(graph, "wasm", "wasm");
}

/** Fails where there is no adapter; the caller has made sure that it is the one that `numericClass` names. */
export async function openWebGpu(graph: Uint8Array, numericClass: NumericClass): Promise<Session> {
  return await open(graph, { name: "webgpu", preferredLayout: "NCHW" }, numericClass);
}

async function open(
  graph: Uint8Array,
  provider: Ort.InferenceSession.ExecutionProviderConfig,
  numericClass: NumericClass,
): Promise<Session> {
  const ort = await (loaded ??= load());
  const session = await alone(() =>
    ort.InferenceSession.create(graph, { executionProviders: [provider], logSeverityLevel: 4 })
  );
  return sessionOver(session, ort.Tensor, numericClass, alone);
}

async function load(): Promise<typeof Ort> {
  // In Deno a worker's location is not what the runtime takes it for; it does without.
  Object.defineProperty(globalThis, "location", { value: undefined, configurable: true, writable: true });
  const ort = await import("onnxruntime-web/jspi");
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = "fatal";
  if (runtime) ort.env.wasm.wasmBinary = runtime;
  return ort;
}

function alone<T>(work: () => Promise<T>): Promise<T> {
  const turn = last.then(work);
  last = turn.catch(() => {});
  return turn;
}
