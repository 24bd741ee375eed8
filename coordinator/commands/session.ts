/** A coordinator for the length of one command, over a store that is thrown away. */
import type { NodeKind } from "../../workers/node_kind.ts";
import { Coordinator } from "../coordinator.ts";
import { LocalEngine } from "../engines/local.ts";
import { configureLogging } from "../logging.ts";
import { type Fault, ValidationError } from "../schema/errors.ts";
import { Store } from "../store/store.ts";
import { integerOption, UsageError } from "./usage.ts";

const MOST_WORKERS = 1024;

/** `workers`: the text of the option, as many as there are processors where absent; `first`: the kind of node that is needed for sure. */
export async function withCoordinator(
  workers: string | undefined,
  work: (coordinator: Coordinator) => Promise<number>,
  first: NodeKind = "own",
): Promise<number> {
  const count = integerOption("workers", workers, 1, MOST_WORKERS) ?? navigator.hardwareConcurrency;
  await configureLogging("error");
  const folder = await Deno.makeTempDir({ prefix: "ergodic-" });
  const removeFolder = () => Deno.removeSync(folder, { recursive: true });
  Deno.addSignalListener("SIGINT", () => {
    removeFolder();
    Deno.exit(1);
  });
  try {
    const engine = new LocalEngine({ workers: count, first });
    const coordinator = new Coordinator(Store.open(folder, { durable: false }), engine);
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

/** Files of models, by their places in a job: what is said of a line in one is said as compilers do. */
const files = new Map<string, string>();

/** Says what is found in a part of the job of the file that it came from. */
export function blameFile(path: string, file: string): void {
  files.set(path, file);
}

/** `model.ts:3:7: what is wrong there`. */
function describe({ path, message }: Fault, what: string): string {
  const file = files.get(path);
  if (file === undefined) return `${path || what}: ${message}`;
  const place = /^line (\d+), column (\d+): /.exec(message);
  return place ? `${file}:${place[1]}:${place[2]}: ${message.slice(place[0].length)}` : `${file}: ${message}`;
}

/** What `submit` makes; a job that is refused is a matter of the words. */
export async function submitted<T>(what: string, submit: () => T | Promise<T>): Promise<T> {
  try {
    return await submit();
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    const lines = error.faults.map((fault) => `  ${describe(fault, what)}`);
    throw new UsageError([`the ${what} was refused:`, ...lines].join("\n"));
  }
}
