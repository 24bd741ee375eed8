/** The summary of a job: at once where it is small, else in a worker. */
import type { AcceptedTraining } from "../accept_training.ts";
import { samplerDefinition } from "../../workers/sampling.ts";
import type { ModelSpec, SamplerSpec } from "../schema/job.ts";
import type { Summary, Warning } from "../schema/summary.ts";
import type { TrainingSummary } from "../schema/training.ts";
import { FileDraws } from "../store/file_draws.ts";
import type { DrawsLayout } from "../store/layout.ts";
import { MOST_RANKED } from "./load.ts";
import { summarize } from "./summary.ts";
import { SummaryQueue } from "./summary_queue.ts";
import { summarizeTraining } from "./training_summary.ts";
import { Workspace } from "./workspace.ts";

const MOST_RANKED_SO_FAR = 2 ** 20; // draws of a variable: 0.2 s
const MOST_AT_ONCE = 100_000; // values; about 50 ms, less than a worker takes to start

/** What of a job its summary depends on, beside its draws. */
type Summarized =
  | {
    readonly spec: { readonly model?: ModelSpec; readonly superchains?: number; readonly sampler?: SamplerSpec };
    readonly names: readonly string[];
  }
  | Pick<AcceptedTraining, "course">;

/** Of draws, or of a training. */
export type AnySummary = Summary | TrainingSummary;

export class JobStatistics {
  readonly #queue = new SummaryQueue();
  readonly #workspace = new Workspace();

  /** Rejects with LostBlockError where a block is damaged. */
  summarize(layout: DrawsLayout, job: Summarized): Promise<AnySummary> {
    return this.#summarize(layout, job, MOST_RANKED);
  }

  /** A job on its way: of a large one from a part of its draws, at a cost that does not grow with it. */
  summarizeSoFar(layout: DrawsLayout, job: Summarized): Promise<AnySummary> {
    return this.#summarize(layout, job, MOST_RANKED_SO_FAR);
  }

  async #summarize(layout: DrawsLayout, job: Summarized, mostRanked: number): Promise<AnySummary> {
    if ("course" in job) {
      return readingAll(layout, (reader) => summarizeTraining(reader, job.course.updatesARecord));
    }
    const { spec: { model, superchains, sampler }, names } = job;
    const definition = sampler && samplerDefinition(sampler);
    const search = definition?.keepsTarget === false, isIndependent = definition?.isIndependent === true;
    const calibration = sampler && definition?.replicates?.(sampler);
    const options = {
      mostRanked,
      search,
      ...(superchains === undefined ? {} : { superchains }),
      ...(calibration === undefined ? {} : { calibration }),
    };
    const summary = layout.chains * layout.draws * names.length > MOST_AT_ONCE
      ? await this.#queue.summarize(layout, options)
      : readingAll(layout, (reader) => summarize(reader, options, this.#workspace));
    const isOfUse = ({ code }: Warning) => code !== "one-chain" || !isIndependent;
    return { ...summary, warnings: [...backendWarnings(model), ...summary.warnings.filter(isOfUse)] };
  }

  close(): void {
    this.#queue.close();
  }
}

/** Says that a graph does not run on what was asked for. */
function backendWarnings(model: ModelSpec | undefined): Warning[] {
  if (model?.kind !== "onnx" || model.insteadOf === undefined) return [];
  const message =
    `the graph ran in ${model.numericClass} instead of the backend that was asked for (${model.insteadOf}). The draws are as right.`;
  return [{ code: "backend", message }];
}

function readingAll<T>(layout: DrawsLayout, read: (reader: FileDraws) => T): T {
  const reader = new FileDraws(layout);
  try {
    return read(reader);
  } finally {
    reader.close();
  }
}
