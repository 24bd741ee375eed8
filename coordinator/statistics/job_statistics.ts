/** The summary of a job: at once where it is small, else in a worker. */
import type { Summary } from "../schema/summary.ts";
import { FileDraws } from "../store/file_draws.ts";
import type { DrawsLayout } from "../store/layout.ts";
import { MOST_RANKED } from "./load.ts";
import { summarize } from "./summary.ts";
import { SummaryQueue } from "./summary_queue.ts";
import { Workspace } from "./workspace.ts";

const MOST_RANKED_SO_FAR = 2 ** 20; // draws of a variable: 0.2 s
const MOST_AT_ONCE = 100_000; // values; about 50 ms, less than a worker takes to start

/** What of a job its summary depends on, beside its draws. */
export interface Summarized {
  readonly spec: { readonly superchains?: number };
  readonly names: readonly string[];
}

export class JobStatistics {
  readonly #queue = new SummaryQueue();
  readonly #workspace = new Workspace();

  /** Rejects with LostBlockError where a block is damaged. */
  summarize(layout: DrawsLayout, job: Summarized): Promise<Summary> {
    return this.#summarize(layout, job, MOST_RANKED);
  }

  /** A job on its way: of a large one from a part of its draws, at a cost that does not grow with it. */
  summarizeSoFar(layout: DrawsLayout, job: Summarized): Promise<Summary> {
    return this.#summarize(layout, job, MOST_RANKED_SO_FAR);
  }

  async #summarize(layout: DrawsLayout, { spec, names }: Summarized, mostRanked: number): Promise<Summary> {
    const { superchains } = spec;
    const options = { mostRanked, ...(superchains === undefined ? {} : { superchains }) };
    if (layout.chains * layout.draws * names.length > MOST_AT_ONCE) return await this.#queue.summarize(layout, options);
    const reader = new FileDraws(layout);
    try {
      return summarize(reader, options, this.#workspace);
    } finally {
      reader.close();
    }
  }

  close(): void {
    this.#queue.close();
  }
}
