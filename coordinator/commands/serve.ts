/** `serve`: the HTTP service on one address, until it is told to stop. */
import { getLogger } from "@logtape/logtape";
import { createApp } from "../app.ts";
import { Coordinator } from "../coordinator.ts";
import { LocalEngine } from "../engines/local.ts";
import { configureLogging } from "../logging.ts";
import { StoreDamagedError, StoreLockedError } from "../store/errors.ts";
import { Store } from "../store/store.ts";
import { integerOption, parseWords, UsageError } from "./usage.ts";

const OPTIONS = {
  host: { type: "string", default: "127.0.0.1" },
  port: { type: "string", default: "8000" },
  store: { type: "string", default: "./store" },
  workers: { type: "string" },
  token: { type: "string" },
} as const;

const CLOSE_MS = 5_000; // for requests under way at a shutdown; the process is gone within ten seconds
const MOST_WORKERS = 1024;

const logger = getLogger(["ergodic", "serve"]);

export async function serve(words: readonly string[]): Promise<number> {
  const { values, positionals } = parseWords(words, OPTIONS);
  if (positionals.length > 0) throw new UsageError(`serve takes no ${JSON.stringify(positionals[0])}`);
  const port = integerOption("port", values.port, 0, 65_535) ?? 8000;
  const workers = integerOption("workers", values.workers, 1, MOST_WORKERS) ?? navigator.hardwareConcurrency;
  const token = values.token ?? Deno.env.get("ERGODIC_TOKEN");
  if (token === "") throw new UsageError("the token is empty. Give one, or leave out --token and ERGODIC_TOKEN.");
  if (token === undefined && !isLoopback(values.host)) {
    throw new UsageError(
      `${values.host} can be reached from other machines: give a --token (or ERGODIC_TOKEN), or serve on 127.0.0.1`,
    );
  }

  await configureLogging("info");
  const store = openStore(values.store);
  if (!store) return 1;
  const coordinator = new Coordinator(store, new LocalEngine({ workers }));
  const server = listen(values.host, port, createApp(coordinator, { token }).fetch);
  if (!server) {
    store.close();
    return 1;
  }
  coordinator.start();
  const { hostname, port: bound } = server.addr;
  console.log(`ergodic is ready: http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${bound}`);

  await toldToStop();
  logger.info("stopping");
  const closed = server.shutdown();
  await coordinator.stop(); // ends the event streams, for which the server waits
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, CLOSE_MS))]);
  return 0;
}

function openStore(folder: string): Store | null {
  try {
    return Store.open(folder, { durable: true });
  } catch (error) {
    const expected = error instanceof StoreLockedError || error instanceof StoreDamagedError ||
      error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotADirectory ||
      error instanceof Deno.errors.AlreadyExists;
    if (!expected) throw error;
    console.error(error.message);
    return null;
  }
}

function listen(hostname: string, port: number, handler: Deno.ServeHandler): Deno.HttpServer<Deno.NetAddr> | null {
  try {
    return Deno.serve({ hostname, port, onListen: () => {} }, handler);
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) {
      console.error(`port ${port} of ${hostname} is in use. Choose another with --port.`);
      return null;
    }
    if (error instanceof Deno.errors.AddrNotAvailable || error instanceof Deno.errors.PermissionDenied) {
      console.error(`cannot listen on ${hostname}:${port}: ${error.message}`);
      return null;
    }
    throw error;
  }
}

/** Whether only this machine can reach the address. */
function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}

function toldToStop(): Promise<void> {
  return new Promise((resolve) => {
    Deno.addSignalListener("SIGINT", () => resolve());
    Deno.addSignalListener("SIGTERM", () => resolve());
  });
}
