/** Starts a worker of a kind. It loads little, so that a node can start its first worker before all else. */
import { nativeFolder } from "../onnx/session/runtime.ts";
import type { ModuleWorkerKind, WorkerKind } from "./work_spec.ts";

const MODULE_ENTRIES: Readonly<Record<ModuleWorkerKind, string>> = {
  "module": "./module_worker.ts",
  "module, any sampler": "./module_kernels_worker.ts",
};

/** Throws where this process lacks the permission that such a worker needs. */
export function hire(kind: WorkerKind, isWide: boolean): Worker {
  const ownEntry = isWide ? "./wide_worker.ts" : "./worker.ts";
  return new Worker(import.meta.resolve(isOfModules(kind) ? MODULE_ENTRIES[kind] : ownEntry), {
    type: "module",
    deno: { permissions: kind === "native" ? { ffi: [nativeFolder()] } : "none" },
  });
}

export function isOfModules(kind: WorkerKind): kind is ModuleWorkerKind {
  return kind in MODULE_ENTRIES;
}
