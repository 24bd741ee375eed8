/** A coordinator for the length of one command, over a store that is thrown away. */
import { Coordinator } from "../coordinator.ts";
import { LocalEngine } from "../engines/local.ts";
import { configureLogging } from "../logging.ts";
import { ValidationError } from "../schema/errors.ts";
import { Store } from "../store/store.ts";
import { integerOption, UsageError } from "./usage.ts";

const MOST_WORKERS = 1024;

/** `workers`: the text of the option, as many as there are processors where absent. */
export async function withCoordinator(
  workers: string | undefined,
  work: (coordinator: Coordinator) => Promise<number>,
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
    const coordinator = new Coordinator(Store.open(folder, { durable: false }), new LocalEngine({ workers: count }));
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

/** What `submit` makes; a job that is refused is a matter of the words. */
export async function submitted<T>(what: string, submit: () => T | Promise<T>): Promise<T> {
  try {
    return await submit();
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    const lines = error.faults.map(({ path, message }) => `  ${path || what}: ${message}`);
    throw new UsageError([`the ${what} was refused:`, ...lines].join("\n"));
  }
}
