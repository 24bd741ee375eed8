/** The analysis of a chain: at once where it is small, else in a worker. */
import type { ChainAnalysis } from "../schema/chain.ts";
import { acceptChain } from "./accept.ts";
import { analyse } from "./analyse.ts";
import { ChainQueue } from "./queue.ts";

const MOST_STATES_AT_ONCE = 32; // about 5 ms; a worker takes longer to start

export class Laboratory {
  readonly #queue = new ChainQueue();

  /**
   * `assets`: those that the model of the request names, by their SHA-256. Rejects with ValidationError for a value that is no
   * chain, QueueFullError where too many wait.
   */
  async analyse(value: unknown, assets: ReadonlyMap<string, Uint8Array>): Promise<ChainAnalysis> {
    if (isSmall(value)) return analyse(acceptChain(value, { mostStates: MOST_STATES_AT_ONCE }));
    return await this.#queue.analyse(value, assets);
  }
}

/** A few rows, as they were sent, or nothing that could be worked on; a model may take any time. */
function isSmall(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  if ("model" in value || "sampler" in value) return false;
  const rows = [entry(value, "matrix"), entry(entry(value, "metropolis"), "proposal")];
  return rows.every((list) => !Array.isArray(list) || list.length <= MOST_STATES_AT_ONCE);
}

/** What a value that may be anything has under a key. */
export function entry(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}
