/** From a training as it was sent to one that leaves nothing open: its seed is chosen, its data are read and kept. */
import { InputError } from "../numerics/errors.ts";
import type { Dataset } from "../models/data/dataset.ts";
import { encodeDataset } from "../models/data/encoding.ts";
import { loadDataset } from "./datasets/load.ts";
import type { DataSpec } from "./datasets/spec.ts";
import { ValidationError } from "./schema/errors.ts";
import { faultsOf } from "./schema/faults.ts";
import { type FixedTrainSpec, TrainSpec } from "./schema/training.ts";
import type { AssetFolder } from "./store/assets.ts";

/** Parses any JSON value as a training. Throws ValidationError with every fault that was found. */
export async function fixTraining(
  value: unknown,
  chooseSeed: () => number,
  assets: AssetFolder,
): Promise<FixedTrainSpec> {
  const parsed = TrainSpec.safeParse(value);
  if (!parsed.success) throw new ValidationError(faultsOf(parsed.error, value));
  const spec = parsed.data;
  const data = await dataOf(spec.data);
  const { rows, columns, validationRows } = data;
  const sha256 = assets.put(encodeDataset(data));
  return { ...spec, seed: spec.seed ?? chooseSeed(), dataset: { sha256, rows, columns, validationRows } };
}

async function dataOf(spec: DataSpec): Promise<Dataset> {
  try {
    return await loadDataset(spec);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new ValidationError([{ path: error.path === "" ? "data" : `data.${error.path}`, message: error.message }]);
  }
}
