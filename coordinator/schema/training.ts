/** The wire's TrainSpec, what a training reports, and the registry that its result enters. */
import { z } from "zod";
import { trainings } from "../../models/training/registry.ts";
import type { NumericClass } from "../../models/target.ts";
import { DataSpec, FileData, KeptData } from "../datasets/spec.ts";
import { boundFaults } from "./bound_faults.ts";
import { union } from "./union.ts";

export const ModelName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, {
  error: "expected 1 to 100 letters, digits, dots, hyphens and underscores, a letter or digit first",
});

export const TrainSpec = z.strictObject({
  train: union(trainings).meta({ id: "Training", description: "The model to train, with its optimiser's options." }),
  data: DataSpec.optional().describe("Needed but by objectives that learn from a model alone."),
  name: ModelName.optional().describe(
    "Under which the trained model enters the registry. Default: its kind and the job's id.",
  ),
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional().describe(
    "Chosen where absent; the one used is returned.",
  ),
}).meta({ id: "TrainSpec" });
boundFaults(TrainSpec);
export type TrainSpecInput = z.input<typeof TrainSpec>;
export type TrainSpec = z.output<typeof TrainSpec>;

/** A training on a file that the command line has read; the service takes none. */
export const FileTrainSpec = TrainSpec.extend({ data: FileData });

/** The spec that a training runs: with its seed, the data as they were when it was taken, and what follows from them. */
export const FixedTrainSpec = TrainSpec.extend({
  data: KeptData.optional(),
  seed: z.int(),
  dataset: z.strictObject({
    sha256: z.string().describe("Of the rows as they were when the training was taken, preprocessed."),
    rows: z.int(),
    columns: z.int(),
    validationRows: z.int(),
  }).optional(),
  course: z.strictObject({
    updates: z.int().describe("In all, unless it stops early."),
    updatesARecord: z.int().describe("From one row of metrics to the next."),
    metrics: z.array(z.string()),
    stateBytes: z.int().default(0).describe("Of a checkpoint."),
    numericClass: z.custom<NumericClass>((value) => typeof value === "string").meta({ type: "string" }),
  }).describe("How the training goes with these data."),
}).meta({ id: "FixedTrainSpec" });
export type FixedTrainSpec = z.output<typeof FixedTrainSpec>;

const defined = z.number().nullable();

export const TrainingSummary = z.strictObject({
  complete: z.boolean(),
  /** Records so far: one row of metrics each. */
  records: z.int(),
  updates: z.int(),
  metrics: z.array(z.strictObject({ name: z.string(), first: defined, last: defined, least: defined, most: defined })),
  /** The name in the registry, once it is there. */
  model: z.string().optional(),
  numericClass: z.string(),
  warnings: z.array(z.strictObject({ code: z.string(), message: z.string() })),
}).meta({ id: "TrainingSummary" });
export type TrainingSummary = z.infer<typeof TrainingSummary>;
