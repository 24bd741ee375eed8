/** What `run` does with a file: the same coordinator as a service has, over a store that is thrown away. */
import { dirname, join } from "node:path";
import { later } from "../../numerics/later.ts";
import type { Coordinator } from "../coordinator.ts";
import type { OutputFormat } from "../output/format.ts";
import { keepModelFile } from "./model_file.ts";
import { moduleModel } from "./module_file.ts";
import type { ImagesOptions } from "./sheet_file.ts";
import { showProgress } from "./progress.ts";
import { saidOfFile, submitted, withCoordinator } from "./session.ts";
import { summaryNotes, summaryTable } from "./table.ts";
import type { ModuleText } from "../../workers/examination.ts";
import type { LocalEngine } from "../engines/local.ts";
import type { RunOptions } from "./run.ts";
import { parseJson, readText } from "./text_file.ts";
import { integerOption, UsageError } from "./usage.ts";

/** `module`: its text, where the file is that of a module; `engine`: one that may have begun to start its first node. */
export async function runFile(
  file: string,
  module: ModuleText | undefined,
  values: RunOptions,
  engine: LocalEngine,
): Promise<number> {
  const output = values.out === undefined ? null : await outputOf(values.out);
  const images = await imagesOf(values.images, values["image-size"]);
  const { spec, source }: Job = module
    ? { spec: { model: { kind: "module", ...module }, ...optionsOf(values) }, source: file }
    : await readJob(file, values);
  return await withCoordinator(engine, async (coordinator) => {
    spec.model = await keepModelFile(coordinator, spec.model, dirname(file));
    return await runJob(coordinator, spec, { output, images, json: values.json, source });
  });
}

// What writes files is loaded where there are any to be written.

async function outputOf(path: string): Promise<NonNullable<Results["output"]>> {
  const { formatOf }: typeof import("./output_file.ts") = await import(later("./output_file.ts"));
  return { path, format: formatOf("out", path) };
}

async function imagesOf(path: string | undefined, size: string | undefined): Promise<ImagesOptions | null> {
  return path === undefined && size === undefined ? null : (await sheets()).imagesOptions(path, size);
}

function sheets(): Promise<typeof import("./sheet_file.ts")> {
  return import(later("./sheet_file.ts"));
}

interface Job {
  readonly spec: Record<string, unknown>;
  /** The file of its model's text, where that is a module. */
  readonly source?: string;
}

interface Results {
  readonly output: { path: string; format: OutputFormat } | null;
  readonly images: ImagesOptions | null;
  readonly json: boolean;
  /** The file of its model's text, where that is a module. */
  readonly source?: string | undefined;
}

/** Runs a job to its end, prints its summary and writes what was asked for. */
export async function runJob(
  coordinator: Coordinator,
  spec: unknown,
  { output, images, json, source }: Results,
): Promise<number> {
  const accepted = await submitted("job", async () => {
    await coordinator.prepare(spec);
    return coordinator.submit(spec);
  }, source);
  await showProgress(coordinator, accepted);
  const job = coordinator.job(accepted.id);
  if (job.status !== "completed") {
    const message = job.error?.message ?? `the job was ${job.status}`;
    const ofSource = /^source: (.*)$/s.exec(message)?.[1];
    console.error(source !== undefined && ofSource !== undefined ? saidOfFile(source, ofSource) : message);
    return 1;
  }
  const summary = await coordinator.summary(job.id);
  if (!("variables" in summary)) throw new Error(`the summary of job ${job.id} is not that of draws`);
  if (json) {
    console.log(JSON.stringify(summary, null, 2));
  } else {
    console.log(summaryTable(summary));
    console.log(`\n${summaryNotes(summary)}, seed ${job.spec.seed}`);
  }
  for (const { message } of summary.warnings) console.error(`warning: ${message}`);
  if (output) {
    const { outputContext }: typeof import("../output/context.ts") = await import(later("../output/context.ts"));
    const draws = await coordinator.draws(job.id);
    await Deno.writeFile(output.path, output.format.stream(draws, outputContext(job, coordinator)));
    console.error(`draws written to ${output.path}`);
  }
  if (images) await (await sheets()).drawSheet(coordinator, job, images);
  return 0;
}

function isOfModule({ model }: Record<string, unknown>): boolean {
  return typeof model === "object" && model !== null && "kind" in model && model.kind === "module";
}

function textOf(options: RunOptions, name: keyof RunOptions): string | undefined {
  const value = options[name];
  return typeof value === "string" ? value : undefined;
}

/** What the command line says of a job. */
function optionsOf(options: RunOptions): Record<string, unknown> {
  const spec: Record<string, unknown> = {};
  for (const name of ["chains", "warmup", "draws", "seed"] as const) {
    const value = integerOption(name, textOf(options, name), name === "warmup" || name === "seed" ? 0 : 1);
    if (value !== undefined) spec[name] = value;
  }
  const sampler = textOf(options, "sampler");
  return sampler === undefined ? spec : { ...spec, sampler: { kind: sampler } };
}

/** The job file's JSON with the options of the command line put over it, and the file of its module's text where it names one. */
async function readJob(path: string, options: RunOptions): Promise<Job> {
  if (!path.endsWith(".json")) {
    throw new UsageError(`run expects a job that ends in .json or a module that ends in .ts or .js, found ${path}`);
  }
  const job = parseJson(path, await readText(path));
  if (typeof job !== "object" || job === null || Array.isArray(job)) {
    throw new UsageError(`${path}: expected a job { "model": …, "sampler": … }`);
  }
  const spec: Record<string, unknown> = { ...job, ...optionsOf(options) };
  const data = textOf(options, "data") ?? dataFileOf(spec, path);
  if (data !== undefined) delete spec.data;
  const { model } = spec;
  if (isOfModule(spec)) {
    const { file, ...given } = { file: undefined, ...Object(model) };
    if (file === undefined && data === undefined) return { spec };
    if (typeof file !== "string") {
      throw new UsageError(`${path}: model.file names the module's file, found ${JSON.stringify(file)}`);
    }
    const source = join(dirname(path), file);
    spec.model = await moduleModel(source, data, given);
    return { spec, source };
  }
  if (data !== undefined) {
    if (typeof model !== "object" || model === null) throw new UsageError(`${path}: expected a model, found none`);
    const { parseColumns, withData }: typeof import("./data.ts") = await import(later("./data.ts"));
    spec.model = withData({ ...model }, parseColumns(data, await readText(data)));
  }
  return { spec };
}

/** A job file may name its data file itself, relative to its own folder: `"data": "cars.csv"`. */
function dataFileOf({ data }: Record<string, unknown>, path: string): string | undefined {
  return typeof data === "string" ? join(dirname(path), data) : undefined;
}
