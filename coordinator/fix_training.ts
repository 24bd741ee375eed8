/** From a training as it was sent to one that leaves nothing open: its seed is chosen, its data are read and kept. */
import type { Dataset } from "../models/data/dataset.ts";
import { inlineDataset } from "../models/data/inline.ts";
import { InputError } from "../numerics/errors.ts";
import type { DataSpec, FileData, KeptData } from "./datasets/spec.ts";
import { ValidationError } from "./schema/errors.ts";
import { faultsOf } from "./schema/faults.ts";
import { FileTrainSpec, type FixedTrainSpec, TrainSpec } from "./schema/training.ts";
import type { TrainingQueue } from "./trainings/queue.ts";

/**
 * Parses any JSON value as a training. `file`: the rows of a file, of which `data` then tells no more than how to prepare them.
 * Rejects as `prepare` of the queue does, with every fault that was found.
 */
export async function fixTraining(
  value: unknown,
  chooseSeed: () => number,
  trainings: TrainingQueue,
  file: Dataset | null,
): Promise<FixedTrainSpec> {
  const parsed = (file ? FileTrainSpec : TrainSpec).safeParse(value);
  if (!parsed.success) throw new ValidationError(faultsOf(parsed.error, value));
  const { data: named, ...rest } = parsed.data;
  const { data, rows } = named ? apart(named, file) : { data: undefined, rows: null };
  const spec = { ...rest, ...(data ? { data } : {}), seed: rest.seed ?? chooseSeed() };
  return { ...spec, ...await trainings.prepare(spec, rows) };
}

/** Rows that came along apart from what is told of them, as numbers that take little room. */
function apart(spec: DataSpec | FileData, file: Dataset | null): { data: KeptData; rows: Dataset | null } {
  if (spec.kind !== "inline") return { data: spec, rows: file };
  const { rows, ...data } = spec;
  try {
    return { data, rows: inlineDataset(rows, data.image) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new ValidationError([{ path: `data.${error.path}`, message: error.message }]);
  }
}
