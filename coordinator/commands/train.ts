/** `train`: one training from the command line, without a server. */
import { encodeTrained } from "../../models/training/trained.ts";
import type { Dataset } from "../../models/data/dataset.ts";
import { InputError } from "../../numerics/errors.ts";
import type { TrainedParameters } from "../../models/training/training.ts";
import { arraysNpz } from "../output/arrays_npz.ts";
import { modelFilters } from "../pictures/model_filters.ts";
import { encodePng } from "../pictures/picture.ts";
import { trainingCurves } from "../pictures/training_curves.ts";
import type { Coordinator } from "../coordinator.ts";
import { outputContext } from "../output/context.ts";
import { formatOf } from "./output_file.ts";
import { parseJson, readText } from "./text_file.ts";
import { readDataFile } from "./training_data.ts";
import { showProgress } from "./progress.ts";
import { submitted, withCoordinator } from "./session.ts";
import { trainingTable } from "./training_table.ts";
import { integerOption, parseWords, UsageError } from "./usage.ts";

const OPTIONS = {
  data: { type: "string" },
  seed: { type: "string" },
  out: { type: "string" },
  metrics: { type: "string" },
  plot: { type: "string" },
  filters: { type: "string" },
  workers: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

/** Trained parameters as a file that `run` can sample. */
export const MODEL_EXTENSION = ".model";

export async function train(words: readonly string[]): Promise<number> {
  const { values, positionals } = parseWords(words, OPTIONS);
  if (positionals.length !== 1) {
    throw new UsageError(`train expects one file, found ${positionals.length === 0 ? "none" : positionals.join(" ")}`);
  }
  const { out, metrics } = values;
  if (out !== undefined && !out.endsWith(MODEL_EXTENSION) && !out.endsWith(".npz")) {
    throw new UsageError(`--out expects a file that ends in ${MODEL_EXTENSION} or .npz, found ${out}`);
  }
  expectExtension("plot", values.plot, ".svg");
  expectExtension("filters", values.filters, ".png");
  const format = metrics === undefined ? null : formatOf("metrics", metrics);
  const { spec, rows } = await readSpec(positionals[0], values);
  return await withCoordinator(values.workers, async (coordinator) => {
    const accepted = await submitted("training", () => coordinator.submitTraining(spec, undefined, rows));
    await showProgress(coordinator, accepted);
    const job = coordinator.job(accepted.id);
    if (job.status !== "completed") {
      console.error(job.error?.message ?? `the training was ${job.status}`);
      return 1;
    }
    const summary = await coordinator.summary(job.id);
    if (!("metrics" in summary)) throw new Error(`the summary of job ${job.id} is not that of a training`);
    if (values.json) console.log(JSON.stringify(summary, null, 2));
    else console.log(`${trainingTable(summary)}, seed ${job.spec.seed}`);
    for (const { message } of summary.warnings) console.error(`warning: ${message}`);
    if (metrics !== undefined && format) {
      await Deno.writeFile(metrics, format.stream(await coordinator.draws(job.id), outputContext(job, coordinator)));
      console.error(`metrics written to ${metrics}`);
    }
    if (summary.model === undefined) throw new Error(`training ${job.id} left no model`);
    if (out !== undefined) await writeModel(coordinator, summary.model, out);
    if (values.filters !== undefined) {
      await Deno.writeFile(values.filters, filtersOf(coordinator.trained(summary.model)));
      console.error(`filters written to ${values.filters}`);
    }
    if (values.plot !== undefined) {
      await writePlot(coordinator, job.id, values.plot);
      console.error(`training curves written to ${values.plot}`);
    }
    return 0;
  });
}

function expectExtension(option: string, path: string | undefined, extension: string): void {
  if (path !== undefined && !path.endsWith(extension)) {
    throw new UsageError(`--${option} expects a file that ends in ${extension}, found ${path}`);
  }
}

function filtersOf(trained: TrainedParameters): Uint8Array {
  try {
    return encodePng(modelFilters(trained));
  } catch (error) {
    if (error instanceof InputError) throw new UsageError(`--filters: ${error.message}`);
    throw error;
  }
}

async function writePlot(coordinator: Coordinator, job: string, path: string): Promise<void> {
  const reader = await coordinator.draws(job);
  try {
    await Deno.writeTextFile(path, trainingCurves(reader));
  } finally {
    reader.close();
  }
}

async function writeModel(coordinator: Coordinator, name: string, path: string): Promise<void> {
  const trained = coordinator.trained(name);
  await Deno.writeFile(path, path.endsWith(".npz") ? arraysNpz(trained.arrays) : encodeTrained(trained));
  console.error(`model written to ${path}`);
}

interface TrainingFile {
  readonly spec: unknown;
  /** Of the data file, where one is named. */
  readonly rows: Dataset | null;
}

async function readSpec(path: string, options: { data?: string; seed?: string }): Promise<TrainingFile> {
  if (!path.endsWith(".json")) throw new UsageError(`train expects a file that ends in .json, found ${path}`);
  const value = parseJson(path, await readText(path));
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UsageError(`${path}: expected a training { "train": …, "data": … }`);
  }
  const spec: Record<string, unknown> = { ...value };
  const seed = integerOption("seed", options.seed, 0);
  if (seed !== undefined) spec.seed = seed;
  if (options.data === undefined) return { spec, rows: null };
  const file = await readDataFile(options.data, spec.data);
  return { spec: { ...spec, data: file.spec }, rows: file.rows };
}
