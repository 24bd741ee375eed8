/** What all chains of a job learn together is computed in a worker, one job at a time: their own workers have nothing to do meanwhile. */
import { SerialWorker } from "../serial_worker.ts";
import type { AssetPlace } from "../store/assets.ts";
import type { PoolingApi, PoolingTask } from "./worker.ts";

export class PoolingQueue {
  readonly #place: AssetPlace;
  readonly #worker = new SerialWorker<PoolingApi>(import.meta.resolve("./worker.ts"), "pooling");

  /** `place`: where assets are kept. */
  constructor(place: AssetPlace) {
    this.#place = place;
  }

  /** Learns from all chains; returns the SHA-256 of what was learned, which is in the store then. Rejects with StoppingError after `close`. */
  async learn(task: PoolingTask): Promise<string> {
    const result = await this.#worker.run(async (api) => await api.learn(task, this.#place));
    if (result.ok) return result.sha256;
    throw new Error(`learning from all chains failed: ${result.message}`);
  }

  close(): void {
    this.#worker.close();
  }
}
