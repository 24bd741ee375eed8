/**
 * A worker for what would hold up the thread that answers requests, one task at a time. It ends with each task, which gives
 * hundreds of megabytes back, and starts in about the time of a request.
 */
import * as Comlink from "comlink";
import { StoppingError } from "./schema/errors.ts";

interface Member<Api> {
  readonly worker: Worker;
  readonly api: Comlink.Remote<Api>;
  /** Rejects when the worker fails or is ended: calls to it would never settle. */
  readonly failed: PromiseWithResolvers<never>;
}

export class SerialWorker<Api> {
  readonly #entry: string;
  readonly #name: string;
  #last: Promise<unknown> = Promise.resolve();
  #member: Member<Api> | null = null;
  #closed = false;

  /** `entry`: the module that exposes the Api. `name` is for messages. */
  constructor(entry: string, name: string) {
    this.#entry = entry;
    this.#name = name;
  }

  /** Runs a task after those before it. Rejects with StoppingError once the worker is closed. */
  run<T>(task: (api: Comlink.Remote<Api>) => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => this.#run(task));
    this.#last = turn.catch(() => {});
    return turn;
  }

  close(): void {
    this.#closed = true;
    this.#dismiss(new StoppingError());
  }

  async #run<T>(task: (api: Comlink.Remote<Api>) => Promise<T>): Promise<T> {
    if (this.#closed) throw new StoppingError();
    const { api, failed } = this.#member = this.#hire();
    try {
      return await Promise.race([task(api), failed.promise]);
    } finally {
      this.#dismiss(new StoppingError());
    }
  }

  #hire(): Member<Api> {
    const worker = new Worker(this.#entry, { type: "module" });
    const failed = Promise.withResolvers<never>();
    failed.promise.catch(() => {}); // heard where a task is running
    worker.onerror = (event) => {
      event.preventDefault(); // an uncaught error would end the process
      this.#dismiss(new Error(`the ${this.#name} worker failed: ${event.message}`));
    };
    return { worker, api: Comlink.wrap<Api>(worker), failed };
  }

  #dismiss(reason: Error): void {
    this.#member?.worker.terminate();
    this.#member?.failed.reject(reason);
    this.#member = null;
  }
}
