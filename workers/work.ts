/** Any job as the workers get it: its spec, and the assets that the spec names. */
import { InputError } from "../numerics/errors.ts";
import type { Dataset } from "../models/data/dataset.ts";
import { decodeDataset } from "../models/data/encoding.ts";
import type { Assets } from "../models/model.ts";
import { BOUND_BACKENDS, type BoundBackend } from "../onnx/session/bound.ts";
import type { WebBackend } from "../onnx/session/web.ts";
import { type Backend, backendOf } from "../onnx/session/session.ts";
import { trainings } from "../models/training/registry.ts";
import type { Training, TrainingDefinition } from "../models/training/training.ts";
import type { NodeKind } from "./node_kind.ts";
import type { AnyProcess } from "./process.ts";
import { buildSamplingProcess, type SamplingSpec } from "./sampling.ts";
import { trainingProcess } from "./training_process.ts";

/** A training job's spec, already validated. */
export interface TrainingSpec {
  readonly train: { readonly kind: keyof typeof trainings };
  /** The data as they were when the job was taken; none where the training needs none. */
  readonly dataset?: { readonly sha256: string } | undefined;
  readonly seed: number;
}

export type WorkSpec = SamplingSpec | TrainingSpec;

/** `alive`: a sign of life, given now and then within steps that take long. */
export function buildProcess(spec: WorkSpec, assets: Assets, alive: () => void): AnyProcess {
  return isTraining(spec) ? trainingProcess(buildTraining(spec, assets), alive) : buildSamplingProcess(spec, assets);
}

/** Throws InputError with a path relative to the spec. */
export function buildTraining(spec: TrainingSpec, assets: Assets): Training {
  return buildTrainingOn(spec.dataset ? decodeDataset(assets.get(spec.dataset.sha256)) : null, spec);
}

/** The same where the data are at hand; null: there are none. */
export function buildTrainingOn(data: Dataset | null, { train, seed }: Pick<TrainingSpec, "train" | "seed">): Training {
  const definition: TrainingDefinition = trainings[train.kind];
  try {
    if (data) return definition.build(train, data, seed);
    if (definition.buildAlone) return definition.buildAlone(train, seed);
    throw new InputError("data", `${train.kind} learns from rows of data: name them, { "kind": "digits" } say`);
  } catch (error) {
    if (!(error instanceof InputError) || error.path === "data" || error.path.startsWith("data.")) throw error;
    throw new InputError(error.path === "" ? "train" : `train.${error.path}`, error.message);
  }
}

export function isTraining(spec: WorkSpec): spec is TrainingSpec {
  return "train" in spec;
}

/** The nodes that may run a job. */
export function nodeKindOf(spec: WorkSpec): NodeKind {
  const kind: string = isTraining(spec) ? "" : spec.model.kind;
  return kind === "onnx" ? "graphs" : kind === "module" ? "modules" : "own";
}

/** Which workers of a node can run a job. `plain` and `module` have no permission; `native` may load the library; of `gpu` a node has one. */
export type WorkerKind = "plain" | "native" | "gpu" | "module";

/** Undefined where it runs no graph. */
function graphBackend(spec: WorkSpec): Backend | undefined {
  const { model }: { model?: unknown } = isTraining(spec) ? {} : spec;
  if (typeof model !== "object" || model === null || !("kind" in model) || model.kind !== "onnx") return undefined;
  return "numericClass" in model && typeof model.numericClass === "string" ? backendOf(model.numericClass) : undefined;
}

export function workerKindOf(spec: WorkSpec): WorkerKind {
  if (nodeKindOf(spec) === "modules") return "module";
  const backend = graphBackend(spec);
  return backend === "native" ? "native" : backend === "webgpu" ? "gpu" : "plain";
}

/** What its workers need before it: onnxruntime-web's bytes, or to be ready for graphs that answer at once in a backend. */
export type GraphRuntime = `${WebBackend} sessions` | BoundBackend;

/** Null where they need nothing. */
export function runtimeOf(spec: WorkSpec): GraphRuntime | null {
  const backend = graphBackend(spec);
  if (!backend) return null;
  if (!isDensity(spec)) return backend === "native" ? null : `${backend} sessions`;
  return BOUND_BACKENDS.find((bound) => bound === backend) ?? null;
}

/** Whether a job of a graph asks it place by place: then its ports have no noise. */
function isDensity(spec: WorkSpec): boolean {
  const { model }: { model?: unknown } = isTraining(spec) ? {} : spec;
  return typeof model === "object" && model !== null && "ports" in model && typeof model.ports === "object" &&
    model.ports !== null && !("z" in model.ports);
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
