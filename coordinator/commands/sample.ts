/** `sample`: draws of a trained flow, without a job file: those of `POST /v1/models/{name}/sample` with the same seed, as many as one likes. */
import { readTrained } from "./trained_file.ts";
import { formatOf } from "./output_file.ts";
import { runJob } from "./run_job.ts";
import { withCoordinator } from "./session.ts";
import { integerOption, parseWords, UsageError } from "./usage.ts";

const OPTIONS = {
  count: { type: "string" },
  seed: { type: "string" },
  temperature: { type: "string" },
  class: { type: "string" },
  relaxed: { type: "boolean", default: false },
  out: { type: "string" },
  workers: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

const COUNT = 1000;

export async function sample(words: readonly string[]): Promise<number> {
  const { values, positionals: [path, ...rest] } = parseWords(words, OPTIONS);
  if (path === undefined || rest.length > 0) throw new UsageError("sample expects one file, FLOW.model");
  const trained = await readTrained(path);
  if (trained.config.kind !== "flow") {
    throw new UsageError(
      `${path} holds a model of kind ${trained.config.kind}, not a flow. Make a job of it: see run.`,
    );
  }
  const output = values.out === undefined ? null : { path: values.out, format: formatOf("out", values.out) };
  const chosen = integerOption("class", values.class, 0), seed = integerOption("seed", values.seed, 0);
  const model = {
    kind: "trained",
    name: "file",
    ...(chosen === undefined ? {} : { class: chosen }),
    ...(values.temperature === undefined ? {} : { temperature: numberOf(values.temperature) }),
    ...(values.relaxed ? { relaxed: true } : {}),
  };
  const draws = integerOption("count", values.count, 1) ?? COUNT;
  return await withCoordinator(values.workers, async (coordinator) => {
    coordinator.keepModel("file", trained);
    const spec = { model, chains: 1, draws, ...(seed === undefined ? {} : { seed }) };
    return await runJob(coordinator, spec, { output, images: null, json: values.json });
  });
}

function numberOf(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value > 0)) {
    throw new UsageError(`--temperature expects a positive number, found ${JSON.stringify(text)}`);
  }
  return value;
}
