/** What a trained model has learned, as images: the weights from the visible units to each hidden one. */
import { InputError } from "../../numerics/errors.ts";
import type { TrainedParameters } from "../../models/training/training.ts";
import { imageShape } from "./image_shape.ts";
import { trainedImage } from "./job_image.ts";
import type { Picture } from "./picture.ts";
import { filterSheet } from "./sheet.ts";

export interface FilterOptions {
  /** Of an image, in pixels; by default as the model was trained, else a square. */
  readonly height?: number;
  readonly width?: number;
  /** Hidden units; by default all, up to MOST_FILTERS. */
  readonly count?: number;
  /** Each filter on a scale of its own (the default), or all on one. */
  readonly scale?: "common" | "each";
  /** Pixels of the sheet for a pixel of an image; by default as many as make it about 56 pixels large. */
  readonly zoom?: number;
}

export const MOST_FILTERS = 1000;

/** Throws InputError where the model has no weights from visible to hidden units, or where they are no image of that shape. */
export function modelFilters(trained: TrainedParameters, options: FilterOptions = {}): Picture {
  const { config, arrays } = trained;
  const { weights } = arrays;
  if (config.kind !== "rbm" || weights?.shape.length !== 2) {
    throw new InputError("name", `a model of kind ${config.kind} has no filters; those of kind rbm have.`);
  }
  const [visible, hidden] = weights.shape;
  const image = imageShape("the visible layer", trainedImage(trained) ?? [], visible, options);
  const count = Math.min(options.count ?? MOST_FILTERS, hidden);
  return filterSheet(weights.values, hidden, image, { scale: options.scale ?? "each", zoom: options.zoom, count });
}
