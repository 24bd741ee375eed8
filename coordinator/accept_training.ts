/** From a training's spec that has the right form, and its data, to a job that can run. */
import { InputError } from "../numerics/errors.ts";
import type { Assets } from "../models/model.ts";
import type { Training } from "../models/training/training.ts";
import { buildTraining } from "../workers/work.ts";
import type { AcceptedJob } from "./accept.ts";
import { planTraining } from "./plan_training.ts";
import { ValidationError } from "./schema/errors.ts";
import type { FixedTrainSpec } from "./schema/training.ts";

export interface AcceptedTraining extends AcceptedJob<FixedTrainSpec> {
  /** Built as the workers build it: says when to stop, and what of a checkpoint is the model. */
  readonly training: Training;
}

/** Throws ValidationError where the data do not fit the model. */
export function acceptTraining(spec: FixedTrainSpec, assets: Assets): AcceptedTraining {
  const training = buildWith(spec, assets);
  return {
    spec,
    names: training.metrics,
    shape: {
      chains: 1,
      lanes: 1,
      variables: training.metrics.map((name) => ({ name, shape: [] })),
      valueType: "float64",
      statistics: [],
      numericClass: training.numericClass,
    },
    plan: planTraining(training),
    training,
  };
}

function buildWith(spec: FixedTrainSpec, assets: Assets): Training {
  try {
    return buildTraining(spec, assets);
  } catch (error) {
    if (error instanceof InputError) throw new ValidationError([{ path: error.path, message: error.message }]);
    throw error;
  }
}
