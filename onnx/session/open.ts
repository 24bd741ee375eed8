/** Opens a graph in the backend that a numeric class names, and in no other. */
import { InputError } from "../../numerics/errors.ts";
import type { NumericClass } from "../../models/target.ts";
import { findAdapter } from "./adapter.ts";
import { openNative } from "./native.ts";
import { backendOf, type Session } from "./session.ts";
import { openWasm, openWebGpu } from "./web.ts";

/** Throws InputError (path `backend`) where this machine has no such backend. */
export async function openSession(graph: Uint8Array, numericClass: NumericClass): Promise<Session> {
  switch (backendOf(numericClass)) {
    case "wasm":
      return await openWasm(graph);
    case "native":
      return await openNative(graph);
    case "webgpu": {
      const adapter = await findAdapter();
      if (adapter && numericClass === webGpuClass(adapter)) return await openWebGpu(graph, numericClass);
      throw new InputError(
        "backend",
        `the job began on ${numericClass}, and its draws are those of that adapter alone. Here ${
          adapter ? `is ${webGpuClass(adapter)}` : "is none"
        }: make a new job.`,
      );
    }
    case undefined:
      throw new InputError("backend", `no graph can be run in the numeric class ${numericClass}`);
  }
}

export function webGpuClass({ name }: { readonly name: string }): NumericClass {
  return `webgpu:${name}`;
}
