/**
 * Any job as the workers get it: its spec, the assets that the spec names, and what has to be there to run it. Loads none of what runs it: the
 * process that hands work to workers needs this alone.
 */
import type { trainings } from "../models/training/registry.ts";
import { type Backend, backendOf } from "../onnx/session/session.ts";
import type { NodeKind } from "./node_kind.ts";
import type { SamplingSpec } from "./sampling.ts";

/** A training job's spec, already validated. */
export interface TrainingSpec {
  readonly train: { readonly kind: keyof typeof trainings };
  /** The data as they were when the job was taken; none where the training needs none. */
  readonly dataset?: { readonly sha256: string } | undefined;
  readonly seed: number;
}

export type WorkSpec = SamplingSpec | TrainingSpec;

export function isTraining(spec: WorkSpec): spec is TrainingSpec {
  return "train" in spec;
}

/** The nodes that may run a job. */
export function nodeKindOf(spec: WorkSpec): NodeKind {
  const kind: string = isTraining(spec) ? "" : spec.model.kind;
  return kind === "onnx" ? "graphs" : kind === "module" ? "modules" : "own";
}

/**
 * Which workers of a node can run a job. `plain` and those of modules have no permission; `native` may load the library; of `gpu` a node has one.
 * `module` has the default sampler alone.
 */
export type WorkerKind = "plain" | "native" | "gpu" | ModuleWorkerKind;
export type ModuleWorkerKind = "module" | "module, any sampler";
export const MODULE_SAMPLER = "nuts"; // that of module_worker.ts

/** What its workers are to be ready for. Undefined where it runs no graph. */
export function graphBackend(spec: WorkSpec): Backend | undefined {
  const { model }: { model?: unknown } = isTraining(spec) ? {} : spec;
  if (typeof model !== "object" || model === null || !("kind" in model) || model.kind !== "onnx") return undefined;
  return "numericClass" in model && typeof model.numericClass === "string" ? backendOf(model.numericClass) : undefined;
}

export function workerKindOf(spec: WorkSpec): WorkerKind {
  if (!isTraining(spec) && nodeKindOf(spec) === "modules") {
    return spec.sampler.kind === MODULE_SAMPLER ? "module" : "module, any sampler";
  }
  const backend = graphBackend(spec);
  return backend === "native" ? "native" : backend === "webgpu" ? "gpu" : "plain";
}

/** The SHA-256 of every asset that the spec names. */
export function assetsOf(spec: WorkSpec): string[] {
  if (isTraining(spec)) return spec.dataset ? [spec.dataset.sha256] : [];
  const { model, sampler }: {
    model: { kind: string; examined?: unknown };
    sampler: { kind: string; proposal?: unknown };
  } = spec;
  return [model, model.examined, sampler.proposal].flatMap((part) => namesAsset(part) ? [part.sha256] : []);
}

function namesAsset(part: unknown): part is { sha256: string } {
  return typeof part === "object" && part !== null && "sha256" in part && typeof part.sha256 === "string";
}
