/** What of data and of trained models is drawn as images. */
import { InputError } from "../../numerics/errors.ts";
import type { Dataset } from "../../models/data/dataset.ts";
import type { TrainedParameters } from "../../models/training/training.ts";

/** The first rows. */
export function imagesOfRows({ rows, columns, values }: Dataset, count: number): (Uint8Array | Float32Array)[] {
  return Array.from(
    { length: Math.min(count, rows) },
    (_, row) => values.subarray(row * columns, (row + 1) * columns),
  );
}

/** The square of so many pixels. Throws InputError where there is none. */
export function sideOf(pixels: number): readonly [number, number] {
  const side = Math.sqrt(pixels);
  if (Number.isInteger(side)) return [side, side];
  throw new InputError("height", `${pixels} pixels are no square: say the height and the width of the images`);
}

/** The weights between visible and hidden units, [visible × hidden]. Throws InputError where the model has none. */
export function weightsOf({ config, arrays }: TrainedParameters): {
  weights: Float32Array | Float64Array;
  visible: number;
  hidden: number;
} {
  const found = config.kind === "rbm" && Object.hasOwn(arrays, "weights") ? arrays.weights : undefined;
  if (found?.shape.length === 2) return { weights: found.values, visible: found.shape[0], hidden: found.shape[1] };
  throw new InputError("name", `a model of kind ${config.kind} has no filters; an rbm has one for each hidden unit`);
}
