/** What a job's model was given of an image: the units that are clamped. */
import type { JobView } from "../schema/job.ts";

/** The value of each unit, null where it is free; undefined where the model has no clamped units. */
export function clampOf({ spec }: JobView): readonly (number | null)[] | undefined {
  return "model" in spec && "clamp" in spec.model ? spec.model.clamp : undefined;
}
