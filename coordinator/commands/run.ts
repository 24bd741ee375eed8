/** `run`: one job from the command line, without a server: the same coordinator over a store that is thrown away. */
import { dirname, join } from "node:path";
import { Coordinator } from "../coordinator.ts";
import { LocalEngine } from "../engines/local.ts";
import { configureLogging } from "../logging.ts";
import { outputContext } from "../output/context.ts";
import type { OutputFormat } from "../output/format.ts";
import { outputFormats } from "../output/formats.ts";
import { ValidationError } from "../schema/errors.ts";
import type { JobView } from "../schema/job.ts";
import { Store } from "../store/store.ts";
import { parseColumns, parseJson, withData } from "./data.ts";
import { showProgress } from "./progress.ts";
import { summaryNotes, summaryTable } from "./table.ts";
import { integerOption, parseWords, UsageError } from "./usage.ts";

const OPTIONS = {
  data: { type: "string" },
  sampler: { type: "string" },
  chains: { type: "string" },
  warmup: { type: "string" },
  draws: { type: "string" },
  seed: { type: "string" },
  out: { type: "string" },
  workers: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

const MOST_WORKERS = 1024;

export async function run(words: readonly string[]): Promise<number> {
  const { values, positionals } = parseWords(words, OPTIONS);
  if (positionals.length !== 1) {
    throw new UsageError(
      `run expects one job file, found ${positionals.length === 0 ? "none" : positionals.join(" ")}`,
    );
  }
  const workers = integerOption("workers", values.workers, 1, MOST_WORKERS) ?? navigator.hardwareConcurrency;
  const output = values.out === undefined ? null : { path: values.out, format: formatOf(values.out) };
  const spec = await readSpec(positionals[0], values);

  await configureLogging("error");
  const folder = await Deno.makeTempDir({ prefix: "ergodic-" });
  const removeFolder = () => Deno.removeSync(folder, { recursive: true });
  Deno.addSignalListener("SIGINT", () => {
    removeFolder();
    Deno.exit(1);
  });
  try {
    const coordinator = new Coordinator(Store.open(folder, { durable: false }), new LocalEngine({ workers }));
    coordinator.start();
    try {
      return await runJob(coordinator, spec, output, values.json);
    } finally {
      await coordinator.stop();
    }
  } finally {
    removeFolder();
  }
}

async function runJob(
  coordinator: Coordinator,
  spec: unknown,
  output: { path: string; format: OutputFormat } | null,
  json: boolean,
): Promise<number> {
  let job: JobView;
  try {
    job = coordinator.submit(spec);
  } catch (error) {
    if (error instanceof ValidationError) throw new UsageError(faultLines(error));
    throw error;
  }
  await showProgress(coordinator, job);
  job = coordinator.job(job.id);
  if (job.status !== "completed") {
    console.error(job.error?.message ?? `the job was ${job.status}`);
    return 1;
  }
  const summary = await coordinator.summary(job.id);
  if (json) {
    console.log(JSON.stringify(summary, null, 2));
  } else {
    console.log(summaryTable(summary));
    console.log(`\n${summaryNotes(summary)}, seed ${job.spec.seed}`);
  }
  for (const { message } of summary.warnings) console.error(`warning: ${message}`);
  if (output) {
    const draws = await coordinator.draws(job.id);
    await Deno.writeFile(output.path, output.format.stream(draws, outputContext(job, coordinator.temporaryFolder)));
    console.error(`draws written to ${output.path}`);
  }
  return 0;
}

function formatOf(path: string): OutputFormat {
  const found = Object.values(outputFormats).find(({ extension }) => path.endsWith(extension));
  if (found) return found;
  const extensions = Object.values(outputFormats).map(({ extension }) => extension).join(", ");
  throw new UsageError(`--out expects a file that ends in ${extensions}, found ${path}`);
}

type Options = { [Name in keyof typeof OPTIONS]?: string | boolean };

/** The job file's JSON with the options of the command line put over it. */
async function readSpec(path: string, options: Options): Promise<unknown> {
  if (!path.endsWith(".json")) throw new UsageError(`run expects a job file that ends in .json, found ${path}`);
  const job = parseJson(path, await readText(path));
  if (typeof job !== "object" || job === null || Array.isArray(job)) {
    throw new UsageError(`${path}: expected a job { "model": …, "sampler": … }`);
  }
  const spec: Record<string, unknown> = { ...job };
  const text = (name: keyof typeof OPTIONS) => {
    const value = options[name];
    return typeof value === "string" ? value : undefined;
  };
  for (const name of ["chains", "warmup", "draws", "seed"] as const) {
    const value = integerOption(name, text(name), name === "warmup" || name === "seed" ? 0 : 1);
    if (value !== undefined) spec[name] = value;
  }
  const sampler = text("sampler");
  if (sampler !== undefined) spec.sampler = { kind: sampler };
  const data = text("data") ?? dataFileOf(spec, path);
  if (data !== undefined) {
    delete spec.data;
    const { model } = spec;
    if (typeof model !== "object" || model === null) throw new UsageError(`${path}: expected a model, found none`);
    spec.model = withData({ ...model }, parseColumns(data, await readText(data)));
  }
  return spec;
}

/** A job file may name its data file itself, relative to its own folder: `"data": "cars.csv"`. */
function dataFileOf({ data }: Record<string, unknown>, path: string): string | undefined {
  return typeof data === "string" ? join(dirname(path), data) : undefined;
}

async function readText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new UsageError(`there is no file ${path}`);
    if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.IsADirectory) {
      throw new UsageError(`cannot read ${path}: ${error.message}`);
    }
    throw error;
  }
}

function faultLines({ faults }: ValidationError): string {
  return ["the job was refused:", ...faults.map(({ path, message }) => `  ${path || "job"}: ${message}`)].join("\n");
}
