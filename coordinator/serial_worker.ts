/**
 * A worker for what would hold up the thread that answers requests, one task at a time. It ends with each task, which gives
 * hundreds of megabytes back, and starts in about the time of a request.
 */
import type * as Comlink from "comlink";
import { HiredWorker } from "./hired_worker.ts";
import { StoppingError } from "./schema/errors.ts";

export class SerialWorker<Api> {
  readonly #entry: string;
  readonly #name: string;
  #last: Promise<unknown> = Promise.resolve();
  #member: HiredWorker<Api> | null = null;
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
    const member = this.#member = new HiredWorker<Api>(this.#entry, this.#name);
    try {
      return await member.settled(task(member.api));
    } finally {
      this.#dismiss(new StoppingError());
    }
  }

  #dismiss(reason: Error): void {
    this.#member?.dismiss(reason);
    this.#member = null;
  }
}
