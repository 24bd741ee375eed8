/** Events to those who follow a job: each is in the store before anybody sees it, so a stream can be taken up again. */
import type { JobEvent } from "./jobs.ts";
import type { Store } from "./store/store.ts";

const PAGE = 100;

export class EventStreams {
  readonly #store: Store;
  /** Streams that wait for a job's next event. */
  readonly #waiting = new Map<string, Set<() => void>>();
  #closed = false;

  constructor(store: Store) {
    this.#store = store;
  }

  publish(job: string, type: JobEvent["type"], data: unknown): void {
    this.#store.events.append(job, type, data);
    const waiting = this.#waiting.get(job);
    this.#waiting.delete(job);
    waiting?.forEach((resume) => resume());
  }

  /**
   * The events after `after`, those to come, up to the terminal status or until the streams are closed. An id that was
   * never issued begins at the first.
   */
  async *follow(job: string, after: number, signal: AbortSignal): AsyncGenerator<JobEvent> {
    let last = after > (this.#store.events.last(job)?.id ?? 0) ? 0 : after;
    while (!this.#closed && !signal.aborted) {
      const events = this.#store.events.after(job, last, PAGE);
      for (const event of events) {
        yield event;
        last = event.id;
      }
      if (events.length > 0) continue;
      if (this.isOver(job, last)) return;
      await this.#next(job, signal);
    }
  }

  /** Whether `after` is the job's last event and a terminal status. */
  isOver(job: string, after: number): boolean {
    const last = this.#store.events.last(job);
    return last !== undefined && last.id === after && last.type === "status" && isTerminal(last.data);
  }

  /** Ends all streams. */
  close(): void {
    this.#closed = true;
    for (const waiting of this.#waiting.values()) waiting.forEach((resume) => resume());
    this.#waiting.clear();
  }

  #next(job: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(job) ?? new Set();
      this.#waiting.set(job, waiting);
      const resume = () => {
        signal.removeEventListener("abort", resume);
        waiting.delete(resume);
        resolve();
      };
      waiting.add(resume);
      signal.addEventListener("abort", resume);
    });
  }
}

function isTerminal(data: unknown): boolean {
  return typeof data === "object" && data !== null && "status" in data &&
    (data.status === "completed" || data.status === "cancelled" || data.status === "failed");
}
