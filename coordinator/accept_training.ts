/** From a training's spec that leaves nothing open to a job that can run. */
import type { AcceptedJob } from "./accept.ts";
import { planTraining } from "./plan_training.ts";
import type { FixedTrainSpec } from "./schema/training.ts";

export interface AcceptedTraining extends AcceptedJob<FixedTrainSpec> {
  readonly course: FixedTrainSpec["course"];
}

export function acceptTraining(spec: FixedTrainSpec): AcceptedTraining {
  const { course } = spec;
  return {
    spec,
    course,
    names: course.metrics,
    shape: {
      chains: 1,
      lanes: 1,
      variables: course.metrics.map((name) => ({ name, shape: [] })),
      valueType: "float64",
      statistics: [],
      numericClass: course.numericClass,
    },
    plan: planTraining(course),
  };
}
