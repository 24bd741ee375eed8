/**
 * Analyses of chains in a worker, one at a time, in the order of their coming. The worker ends with the last of them: another
 * starts in the time of a request.
 */
import { HiredWorker } from "../hired_worker.ts";
import type { ChainAnalysis } from "../schema/chain.ts";
import { QueueFullError, ValidationError } from "../schema/errors.ts";
import type { ChainApi } from "./worker.ts";

const MOST_WAITING = 16;
const RETRY_AFTER_SECONDS = 5;

export class ChainQueue {
  #last: Promise<unknown> = Promise.resolve();
  #unfinished = 0;
  #member: HiredWorker<ChainApi> | null = null;

  /** Rejects with ValidationError for a value that is no chain, QueueFullError where too many wait. */
  analyse(value: unknown, assets: ReadonlyMap<string, Uint8Array>): Promise<ChainAnalysis> {
    if (this.#unfinished > MOST_WAITING) {
      const message = `${MOST_WAITING} analyses are waiting, the most there may be. Wait for some to end.`;
      return Promise.reject(new QueueFullError(message, RETRY_AFTER_SECONDS));
    }
    this.#unfinished++;
    const turn = this.#last.then(() => this.#run(value, assets)).finally(() => {
      if (--this.#unfinished === 0) this.#dismiss();
    });
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #run(value: unknown, assets: ReadonlyMap<string, Uint8Array>): Promise<ChainAnalysis> {
    const member = this.#member ??= new HiredWorker<ChainApi>(import.meta.resolve("./worker.ts"), "chain");
    try {
      const result = await member.settled(member.api.analyse(value, assets));
      if (result.ok) return result.analysis;
      if ("faults" in result) throw new ValidationError(result.faults);
      throw new Error(`the chain worker failed: ${result.message}`);
    } catch (error) {
      if (!(error instanceof ValidationError)) this.#dismiss();
      throw error;
    }
  }

  #dismiss(): void {
    this.#member?.dismiss(new Error("the chain worker has ended"));
    this.#member = null;
  }
}
