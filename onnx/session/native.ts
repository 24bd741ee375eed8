/** onnxruntime as native code, on one thread: workers are what there are many of. Needs the permission to load a foreign library. */
import type * as Ort from "onnxruntime-node";
import type { Session } from "./session.ts";
import { sessionOver } from "./values.ts";

let loaded: Promise<typeof Ort> | null = null;

export async function openNative(graph: Uint8Array): Promise<Session> {
  const ort = await (loaded ??= import("onnxruntime-node"));
  const session = await ort.InferenceSession.create(graph, {
    executionProviders: ["cpu"],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
  });
  return sessionOver(session, ort.Tensor, "native", (work) => work());
}
