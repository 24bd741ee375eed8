/** A Web Worker behind its Comlink api, whose failure is heard: calls into a dead worker never settle. */
import * as Comlink from "comlink";

export class HiredWorker<Api> {
  readonly api: Comlink.Remote<Api>;
  readonly #worker: Worker;
  readonly #failed = Promise.withResolvers<never>();

  /** `entry`: the module that exposes the Api. `name` is for messages. */
  constructor(entry: string, name: string) {
    this.#worker = new Worker(entry, { type: "module" });
    this.#failed.promise.catch(() => {}); // heard where a call is waiting
    this.#worker.onerror = (event) => {
      event.preventDefault(); // an uncaught error would end the process
      this.dismiss(new Error(`the ${name} worker failed: ${event.message}`));
    };
    this.api = Comlink.wrap<Api>(this.#worker);
  }

  /** What a call answers; rejects when the worker fails or is ended before. */
  async settled<Call extends Promise<unknown>>(call: Call): Promise<Awaited<Call>> {
    return await Promise.race([call, this.#failed.promise]);
  }

  /** Ends the worker; calls that wait reject with `reason`. */
  dismiss(reason: Error): void {
    this.#worker.terminate();
    this.#failed.reject(reason);
  }
}
