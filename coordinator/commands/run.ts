/**
 * `run`: one job from the command line, without a server. The process that will do the work is started first of all, and the rest of the program is
 * loaded beside it: each takes about as long as a small job.
 */
import type { NodeKind } from "../../workers/node_kind.ts";
import { LocalEngine } from "../engines/local.ts";
import { parseWords, UsageError, workersOption } from "./usage.ts";

const OPTIONS = {
  data: { type: "string" },
  sampler: { type: "string" },
  chains: { type: "string" },
  warmup: { type: "string" },
  draws: { type: "string" },
  seed: { type: "string" },
  out: { type: "string" },
  images: { type: "string" },
  "image-size": { type: "string" },
  workers: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

export type RunOptions = ReturnType<typeof parseWords<typeof OPTIONS>>["values"];

export async function run(words: readonly string[]): Promise<number> {
  const { values, positionals } = parseWords(words, OPTIONS);
  if (positionals.length !== 1) {
    throw new UsageError(
      `run expects one job or module, found ${positionals.length === 0 ? "none" : positionals.join(" ")}`,
    );
  }
  const [file] = positionals;
  const engine = new LocalEngine({ workers: workersOption(values.workers), first: kindOf(file) });
  engine.begin();
  try {
    const { runFile } = await import("./run_job.ts");
    return await runFile(file, values, engine);
  } finally {
    await engine.stop();
  }
}

/** The kind of node that a file will need, as far as a glance tells. */
function kindOf(file: string): NodeKind {
  if (!file.endsWith(".json")) return "modules";
  try {
    const kind: unknown = JSON.parse(Deno.readTextFileSync(file))?.model?.kind;
    return kind === "module" ? "modules" : kind === "onnx" ? "graphs" : "own";
  } catch {
    return "own"; // whoever reads the file says what is wrong with it
  }
}
