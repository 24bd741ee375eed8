/** From a job's spec to the process that runs it. */
import { InputError } from "../numerics/errors.ts";
import type { Dataset } from "../models/data/dataset.ts";
import { decodeDataset } from "../models/data/encoding.ts";
import type { Assets } from "../models/model.ts";
import { trainings } from "../models/training/registry.ts";
import type { Training, TrainingDefinition } from "../models/training/training.ts";
import type { AnyProcess } from "./process.ts";
import { buildSamplingProcess } from "./sampling.ts";
import { trainingProcess } from "./training_process.ts";
import { isTraining, type TrainingSpec, type WorkSpec } from "./work_spec.ts";

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
