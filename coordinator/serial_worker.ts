/**
 * A worker for what would hold up the thread that answers requests: it does one task after the other, is started by the first of
 * them, and ends with the last, which gives its memory back.
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
  #unfinished = 0;
  #member: Member<Api> | null = null;
  #closed = false;

  /** `entry`: the module that exposes the Api. `name` is for messages. */
  constructor(entry: string, name: string) {
    this.#entry = entry;
    this.#name = name;
  }

  /** Tasks that wait or run. */
  get unfinished(): number {
    return this.#unfinished;
  }

  /** Runs a task after those before it. Rejects with StoppingError once the worker is closed. */
  run<T>(task: (api: Comlink.Remote<Api>) => Promise<T>): Promise<T> {
    this.#unfinished++;
    const turn = this.#last.then(() => this.#run(task)).finally(() => {
      if (--this.#unfinished === 0) this.#dismiss(new StoppingError());
    });
    this.#last = turn.catch(() => {});
    return turn;
  }

  close(): void {
    this.#closed = true;
    this.#dismiss(new StoppingError());
  }

  async #run<T>(task: (api: Comlink.Remote<Api>) => Promise<T>): Promise<T> {
    if (this.#closed) throw new StoppingError();
    const { api, failed } = this.#member ??= this.#hire();
    return await Promise.race([task(api), failed.promise]);
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
