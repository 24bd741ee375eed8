/** A coordinator for the length of one command, over a store that is thrown away. */
import type { NodeKind } from "../../workers/node_kind.ts";
import { Coordinator } from "../coordinator.ts";
import { LocalEngine } from "../engines/local.ts";
import { configureLogging } from "../logging.ts";
import { ValidationError } from "../schema/errors.ts";
import { Store } from "../store/store.ts";
import { UsageError, workersOption } from "./usage.ts";

/** `engine`: one that has not been started, or the text of `--workers` to make one of; `first`: the kind of node that is needed for sure. */
export async function withCoordinator(
  engine: LocalEngine | string | undefined,
  work: (coordinator: Coordinator) => Promise<number>,
  first: NodeKind = "own",
): Promise<number> {
  const used = engine instanceof LocalEngine
    ? engine
    : new LocalEngine({ workers: workersOption(engine), first, waits: false });
  await configureLogging("error");
  const folder = await Deno.makeTempDir({ prefix: "ergodic-" });
  const removeFolder = () => Deno.removeSync(folder, { recursive: true });
  Deno.addSignalListener("SIGINT", () => {
    removeFolder();
    Deno.exit(1);
  });
  try {
    const coordinator = new Coordinator(Store.open(folder, { durable: false }), used);
    coordinator.start();
    try {
      return await work(coordinator);
    } finally {
      await coordinator.stop();
    }
  } finally {
    removeFolder();
  }
}

/** What is said of a module's text, as compilers say it of its file: `model.ts:3:7: what is wrong there`. */
export function saidOfFile(file: string, message: string): string {
  const place = /^line (\d+), column (\d+): /.exec(message);
  return place ? `${file}:${place[1]}:${place[2]}: ${message.slice(place[0].length)}` : `${file}: ${message}`;
}

/** What `submit` makes; a job that is refused is a matter of the words. `source`: the file of its model's text. */
export async function submitted<T>(what: string, submit: () => T | Promise<T>, source?: string): Promise<T> {
  try {
    return await submit();
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    const lines = error.faults.map(({ path, message }) =>
      source !== undefined && (path === "model.source" || path === "source")
        ? saidOfFile(source, message)
        : `  ${path || what}: ${message}`
    );
    throw new UsageError([`the ${what} was refused:`, ...lines].join("\n"));
  }
}
