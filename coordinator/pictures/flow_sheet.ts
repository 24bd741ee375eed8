/** Draws of a flow over images as one sheet: a line for each temperature and class, or where there is one line, a square. */
import { InputError } from "../../numerics/errors.ts";
import { flowTarget } from "../../models/flows/model.ts";
import { parseTrained } from "../../models/flows/trained.ts";
import type { TrainedParameters } from "../../models/training/training.ts";
import { MOST_IMAGES } from "./draws_sheet.ts";
import { imageShape } from "./image_shape.ts";
import type { Picture } from "./picture.ts";
import { naturalRange, UNIT_RANGE } from "./range.ts";
import { imageSheet } from "./sheet.ts";

export interface FlowSheetOptions {
  /** Images of a line. */
  readonly count: number;
  /** Of a flow that is conditional on classes: the one that is drawn; all where absent. */
  readonly class?: number;
  /** Each with the same noise; [1] where absent. */
  readonly temperatures?: readonly number[];
  /** The images are the first draws of chain 0 of a job with this seed; 0 where absent. */
  readonly seed?: number;
  /** In pixels; as the data were where absent, else a square. */
  readonly height?: number;
  readonly width?: number;
  readonly zoom?: number;
}

/** Throws InputError where the model is no flow over grey images, or the options do not fit it. */
export function flowSheet(trained: TrainedParameters, options: FlowSheetOptions): Picture {
  const { count, temperatures = [1], seed = 0, zoom, ...rest } = options;
  const { shape: { dim, image, classes, preprocess } } = parseTrained(trained);
  if (image && image[2] !== 1) {
    throw new InputError("", `sheets are grey, but the images of this flow have ${image[2]} channels`);
  }
  const size = imageShape("an image", image ? image.slice(0, 2) : [dim], dim, rest);
  const chosen = classes > 0 && rest.class === undefined
    ? Array.from({ length: classes }, (_, index) => index)
    : [rest.class];
  const lines = temperatures.flatMap((temperature) => chosen.map((index) => ({ temperature, class: index })));
  if (lines.length * count > MOST_IMAGES) {
    throw new InputError(
      "count",
      `a sheet has at most ${MOST_IMAGES} images; ${lines.length} lines of ${count} are more`,
    );
  }
  const images = lines.flatMap((line) => drawImages(trained, line, count, seed));
  // A flow without a logit can leave the interval of pixels a little: black and white stay what they are in the data.
  const arePixels = preprocess === "dequantize" || preprocess === "logit";
  return imageSheet(images, size, arePixels ? UNIT_RANGE : naturalRange(images), {
    zoom,
    columns: lines.length > 1 ? count : undefined,
  });
}

function drawImages(
  trained: TrainedParameters,
  line: { temperature: number; class: number | undefined },
  count: number,
  seed: number,
): Float64Array[] {
  const { dim, batches } = flowTarget(trained, line);
  const images: Float64Array[] = [];
  while (images.length < count) {
    const rows = Math.min(batches.rows, count - images.length);
    const x = new Float64Array(rows * dim);
    void batches.draw(
      rows,
      { index: images.length, seed, stream: 0, step: images.length + 1, stride: 1 },
      x,
      new Float64Array(rows),
    );
    for (let r = 0; r < rows; r++) images.push(x.subarray(r * dim, (r + 1) * dim));
  }
  return images;
}
