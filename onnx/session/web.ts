/**
 * onnxruntime-web, which runs graphs in WebAssembly on one thread, and on a graphics processor by WebGPU: two builds. That for WebGPU runs
 * WebAssembly, too, but lacks operators in double precision (MatMul); what both have they give the same bits.
 *
 * What this module believes
 * - Two runs in flight on WebGPU corrupt each other: all work of a build goes through one lock.
 * - In its default layout WebGPU's convolution is wrong for some numbers of channels: it is asked for NCHW, and held to WebAssembly
 *   before it is trusted (self_test.ts).
 * - A list of providers falls back without a word: each is asked for alone.
 * - With the runtime's bytes given by `provideRuntime` it needs no permission at all.
 */
import type * as Ort from "onnxruntime-web/wasm";
import type { NumericClass } from "../../models/target.ts";
import { loadOnOneThread } from "./one_thread.ts";
import type { Session } from "./session.ts";
import { sessionOver } from "./values.ts";

class Build {
  readonly #import: () => Promise<typeof Ort>;
  #runtime: Uint8Array | null = null;
  #loaded: Promise<typeof Ort> | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(importModule: () => Promise<typeof Ort>) {
    this.#import = importModule;
  }

  provide(bytes: Uint8Array): void {
    this.#runtime ??= bytes;
  }

  async open(
    graph: Uint8Array,
    provider: Ort.InferenceSession.ExecutionProviderConfig,
    numericClass: NumericClass,
  ): Promise<Session> {
    const ort = await (this.#loaded ??= loadOnOneThread(this.#import, this.#runtime));
    const alone = <T>(work: () => Promise<T>) => this.#alone(work);
    const session = await alone(() =>
      ort.InferenceSession.create(graph, { executionProviders: [provider], logSeverityLevel: 4 })
    );
    return sessionOver(session, ort.Tensor, numericClass, alone);
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }
}

const builds = {
  wasm: new Build(() => import("onnxruntime-web/wasm")),
  webgpu: new Build(() => import("onnxruntime-web/jspi")),
};

/** The WebAssembly of the build for WebGPU (`webGpuRuntime`), for a thread that may not read it. Before the first session. */
export function provideRuntime(bytes: Uint8Array): void {
  builds.webgpu.provide(bytes);
}

export async function openWasm(graph: Uint8Array): Promise<Session> {
  return await builds.wasm.open(graph, "wasm", "wasm");
}

/** Fails where there is no adapter; the caller has made sure that it is the one that `numericClass` names. */
export async function openWebGpu(graph: Uint8Array, numericClass: NumericClass): Promise<Session> {
  return await builds.webgpu.open(graph, { name: "webgpu", preferredLayout: "NCHW" }, numericClass);
}
