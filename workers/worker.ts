/** The Comlink entry of workers that run this project's code, and graphs. */
import * as Comlink from "comlink";
import type { Assets } from "../models/model.ts";
import { bindGraph, prepareBound } from "../onnx/session/bound.ts";
import { type BoundBackend } from "../onnx/session/session.ts";
import { openSession } from "../onnx/session/open.ts";
import { provideRuntime } from "../onnx/session/web.ts";
import { buildProcess } from "./work.ts";
import { inTurn, workerApi } from "./worker_api.ts";

const api = {
  ...workerApi((spec, get, alive) => {
    const openGraph: Assets["openGraph"] = (sha256, numericClass) => openSession(get(sha256), numericClass);
    const bound: Assets["bindGraph"] = (sha256, ...slots) => bindGraph(get(sha256), ...slots);
    return buildProcess(spec, { get, openGraph, bindGraph: bound }, alive);
  }),

  /** onnxruntime-web for WebGPU, which a worker cannot read by itself. Comes before the first job that needs it. */
  provideRuntime,

  /** Readies the worker for graphs that answer at once, before the leases that come next. */
  prepareBound: (backend: BoundBackend, runtime: WebAssembly.Module | null): Promise<void> =>
    inTurn(() => prepareBound(backend, runtime)),
};
export type WorkerApi = typeof api;

Comlink.expose(api);
