/**
 * Analyses of chains in a worker, one at a time, in the order of their coming. The worker ends with the last of them: another
 * starts in the time of a request.
 */
import * as Comlink from "comlink";
import type { ChainAnalysis } from "../schema/chain.ts";
import { ValidationError } from "../schema/errors.ts";
import type { ChainApi } from "./worker.ts";

const MOST_WAITING = 16;

/** As many requests as there may be are waiting. */
export class ChainQueueFullError extends Error {
  override name = "ChainQueueFullError";
  constructor() {
    super(`${MOST_WAITING} analyses are waiting, the most there may be. Wait for some to end.`);
  }
}

interface Member {
  readonly worker: Worker;
  readonly api: Comlink.Remote<ChainApi>;
  /** Rejects when the worker fails: calls to it would never settle. */
  readonly failed: Promise<never>;
}

export class ChainQueue {
  #last: Promise<unknown> = Promise.resolve();
  #unfinished = 0;
  #member: Member | null = null;

  /** Rejects with ValidationError for a value that is no chain, ChainQueueFullError where too many wait. */
  analyse(value: unknown, assets: ReadonlyMap<string, Uint8Array>): Promise<ChainAnalysis> {
    if (this.#unfinished > MOST_WAITING) return Promise.reject(new ChainQueueFullError());
    this.#unfinished++;
    const turn = this.#last.then(() => this.#run(value, assets)).finally(() => {
      if (--this.#unfinished === 0) this.#dismiss();
    });
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #run(value: unknown, assets: ReadonlyMap<string, Uint8Array>): Promise<ChainAnalysis> {
    const { api, failed } = this.#member ??= hire();
    try {
      const result = await Promise.race([api.analyse(value, assets), failed]);
      if (result.ok) return result.analysis;
      if ("faults" in result) throw new ValidationError(result.faults);
      throw new Error(`the chain worker failed: ${result.message}`);
    } catch (error) {
      if (!(error instanceof ValidationError)) this.#dismiss();
      throw error;
    }
  }

  #dismiss(): void {
    this.#member?.worker.terminate();
    this.#member = null;
  }
}

function hire(): Member {
  const worker = new Worker(import.meta.resolve("./worker.ts"), { type: "module" });
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {}); // heard where a call is waiting
  // An uncaught error would end the process.
  worker.onerror = (event) => {
    event.preventDefault();
    failed.reject(new Error(`the chain worker failed: ${event.message}`));
  };
  return { worker, api: Comlink.wrap<ChainApi>(worker), failed: failed.promise };
}
