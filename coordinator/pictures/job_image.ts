/** What a job's model knows of the images that it draws. */
import type { Assets } from "../../models/model.ts";
import { decodeTrained } from "../../models/training/trained.ts";
import type { TrainedParameters } from "../../models/training/training.ts";
import type { JobView } from "../schema/job.ts";

export interface JobImage {
  /** The value of each unit that is clamped, null where it is free; undefined where the model clamps none. */
  readonly given?: readonly (number | null)[];
  /** [height, width] of the images that the model was trained on. */
  readonly image?: readonly [number, number];
}

export function jobImage({ spec }: JobView, assets: Assets): JobImage {
  if (!("model" in spec)) return {};
  const { model } = spec;
  return {
    given: "clamp" in model ? model.clamp : undefined,
    image: "sha256" in model && model.sha256 !== undefined
      ? trainedImage(decodeTrained(assets.get(model.sha256)))
      : undefined,
  };
}

/** [height, width] of the images that a model was trained on, where they were images. */
export function trainedImage({ config: { image } }: TrainedParameters): readonly [number, number] | undefined {
  if (!Array.isArray(image)) return undefined;
  const [height, width]: unknown[] = image;
  return typeof height === "number" && typeof width === "number" ? [height, width] : undefined;
}
