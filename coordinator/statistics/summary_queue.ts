/**
 * Summaries, one at a time; the smallest that waits goes first, so that a large job does not hold up the decisions of small ones.
 * The same request twice is one. What is not so large is halved between two workers: its job is complete only when its
 * summary is. A large one has a process of its own; a small one is made at once while there is no worker yet.
 */
import * as Comlink from "comlink";
import { countValues } from "../../models/target.ts";
import type { Summary } from "../schema/summary.ts";
import type { DrawsLayout } from "../store/layout.ts";
import { LargeSummary } from "./large_summary.ts";
import { MOST_RANKED } from "./load.ts";
import { putTogether, type SummaryOptions } from "./summary.ts";
import { valueOf } from "./summary_result.ts";
import type { SummaryApi } from "./summary_worker.ts";
import { isWeighted } from "./weighted_summary.ts";

const SMALL = 100_000; // values of all variables, which take some tens of milliseconds
const LARGE = 2_000_000; // draws of one variable, whose arrays take 48 MB

/** The statistics end before a summary is there: the service stops. */
export class StatisticsClosedError extends Error {
  override name = "StatisticsClosedError";
  constructor() {
    super("The statistics are closed: the service is stopping.");
  }
}

interface Request {
  readonly key: string;
  /** Draws of a variable that are ranked. */
  readonly size: number;
  readonly layout: DrawsLayout;
  readonly options: SummaryOptions;
  readonly promise: Promise<Summary>;
  resolve(summary: Summary): void;
  reject(error: Error): void;
}

interface Member {
  readonly worker: Worker;
  readonly api: Comlink.Remote<SummaryApi>;
}

export class SummaryQueue {
  #waiting: Request[] = [];
  #current: Request | null = null;
  readonly #members: Member[] = [];
  #large: LargeSummary | null = null;
  #closed = false;

  /** Rejects with LostBlockError where a block is damaged, StatisticsClosedError after `close`. */
  summarize(layout: DrawsLayout, options: SummaryOptions): Promise<Summary> {
    if (this.#closed) return Promise.reject(new StatisticsClosedError());
    const { job, draws, complete, nonFinite } = layout;
    const key = JSON.stringify([job, draws, complete, nonFinite, options]);
    const same = [...this.#waiting, ...(this.#current ? [this.#current] : [])].find((request) => request.key === key);
    if (same) return same.promise;
    const size = Math.min(layout.chains * draws, options.mostRanked ?? MOST_RANKED);
    const request = { key, size, layout, options, ...Promise.withResolvers<Summary>() };
    this.#waiting.push(request);
    this.#next();
    return request.promise;
  }

  close(): void {
    this.#closed = true;
    this.#dismiss();
    for (const request of [...this.#waiting, ...(this.#current ? [this.#current] : [])]) {
      request.reject(new StatisticsClosedError());
    }
    this.#waiting = [];
    this.#current = null;
  }

  #next(): void {
    if (this.#current || this.#waiting.length === 0) return;
    const smallest = this.#waiting.reduce((a, b) => b.size < a.size ? b : a);
    this.#waiting.splice(this.#waiting.indexOf(smallest), 1);
    this.#current = smallest;
    void this.#run(smallest);
  }

  async #run(request: Request): Promise<void> {
    try {
      request.resolve(await this.#summaryOf(request));
    } catch (error) {
      request.reject(error instanceof Error ? error : new Error(String(error)));
    }
    this.#done(request);
  }

  async #summaryOf({ layout, options, size }: Request): Promise<Summary> {
    if (size >= LARGE) {
      this.#large = new LargeSummary(layout, options);
      return await this.#large.summary;
    }
    const count = countValues(layout.variables);
    if (this.#members.length === 0 && count * layout.chains * layout.draws <= SMALL) {
      const { summarizeHere } = await import("./small_summary.ts");
      return valueOf(summarizeHere(layout, options));
    }
    const first = this.#member(0);
    if (count < 2 || isWeighted(layout) || options.calibration) return valueOf(await first.summarize(layout, options));
    const half = Math.ceil(count / 2);
    const [whole, ...parts] = await Promise.all([
      first.whole(layout, options),
      first.variables(layout, 0, half, options),
      this.#member(1).variables(layout, half, count, options),
    ]);
    return putTogether(valueOf(whole), parts.map(valueOf), options);
  }

  #done(request: Request): void {
    if (this.#current !== request) return;
    this.#current = null;
    this.#next();
  }

  #member(index: number): Member["api"] {
    return (this.#members[index] ??= this.#hire()).api;
  }

  #hire(): Member {
    const worker = new Worker(import.meta.resolve("./summary_worker.ts"), { type: "module" });
    // An uncaught error would end the process; after it, calls to the worker never settle.
    worker.onerror = (event) => {
      event.preventDefault();
      const request = this.#current;
      this.#dismiss();
      if (!request) return;
      request.reject(new Error(`the statistics worker failed: ${event.message}`));
      this.#done(request);
    };
    return { worker, api: Comlink.wrap<SummaryApi>(worker) };
  }

  #dismiss(): void {
    for (const { worker } of this.#members.splice(0)) worker.terminate();
    this.#large?.end();
  }
}
