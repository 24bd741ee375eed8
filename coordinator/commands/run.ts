/**
 * `run`: one job from the command line, without a server. The process that will do the work is started first of all, and the rest of the program is
 * loaded beside it: each takes about as long as a small job.
 */
import { later } from "../../numerics/later.ts";
import type { NodeKind } from "../../workers/node_kind.ts";
import { NODE_DEFAULTS, type NodeOptions, startNode } from "../engines/node_command.ts";
import { isModuleFile, moduleText } from "./module_file.ts";
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

const MOST_SENDING_MS = 20; // of a small module; a large one goes on its way beside what is loaded

export type RunOptions = ReturnType<typeof parseWords<typeof OPTIONS>>["values"];

export async function run(words: readonly string[]): Promise<number> {
  const { values, positionals } = parseWords(words, OPTIONS);
  if (positionals.length !== 1) {
    throw new UsageError(
      `run expects one job or module, found ${positionals.length === 0 ? "none" : positionals.join(" ")}`,
    );
  }
  const [file] = positionals;
  const { first, isOfProducts } = glance(file);
  const workers = workersOption(values.workers);
  const node: NodeOptions = { ...NODE_DEFAULTS, workers, ...(isOfProducts ? {} : { wide: [] }) };
  // A node is started with --cached-only. Deno fetches every package of its lock as soon as it meets the address of one: here, and for modules, whose
  // start should wait for nothing, in the engine: the node that finds no packages dies, and the next has them.
  if (first !== "modules") await import(later("comlink"));
  const started = startNode(first, node);
  const { LocalEngine }: typeof import("../engines/local.ts") = await import(later("../engines/local.ts"));
  const engine = new LocalEngine({ ...node, first, waits: false });
  const module = isModuleFile(file) ? await moduleText(file, values.data) : undefined;
  await atMost(MOST_SENDING_MS, engine.begin(module, started)); // what is loaded next lets nothing be written meanwhile
  try {
    const { runFile }: typeof import("./run_job.ts") = await import(later("./run_job.ts"));
    return await runFile(file, module, values, engine);
  } finally {
    await engine.stop();
  }
}

/**
 * What a file will need, as far as a glance tells: the kind of node, and whether it is worth while to try vectors of 256 bits before anything else:
 * they serve models that are products of matrices.
 */
function glance(file: string): { first: NodeKind; isOfProducts: boolean } {
  if (!file.endsWith(".json")) return { first: "modules", isOfProducts: false };
  let kind: unknown;
  try {
    kind = JSON.parse(Deno.readTextFileSync(file))?.model?.kind;
  } catch {
    // Whoever reads the file says what is wrong with it.
  }
  const first = kind === "module" ? "modules" : kind === "onnx" ? "graphs" : "own";
  return { first, isOfProducts: kind === "flow" || kind === "trained" };
}

async function atMost(ms: number, work: Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([work, promise]);
  clearTimeout(timer);
}
