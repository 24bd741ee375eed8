/**
 * The coordinator: takes jobs, has them run, and answers for them. It holds the store, the runner and the statistics, and
 * samples nothing itself.
 */
import { getLogger } from "@logtape/logtape";
import { acceptJob } from "./accept.ts";
import { bodyHash } from "./body_hash.ts";
import type { Engine } from "./engines/engine.ts";
import { EventStreams } from "./event_streams.ts";
import type { JobEvent, JobPage, Jobs } from "./jobs.ts";
import { Runner } from "./runner.ts";
import { shapeOf } from "./running_job.ts";
import { NotFoundError, QueueFullError, StateConflictError, ValidationError } from "./schema/errors.ts";
import type { FixedSpec, JobStatus, JobView } from "./schema/job.ts";
import { Summary } from "./schema/summary.ts";
import { JobStatistics } from "./statistics/job_statistics.ts";
import type { DrawsReader } from "./store/draws.ts";
import { LostBlockError } from "./store/errors.ts";
import { FileDraws } from "./store/file_draws.ts";
import type { StoredJob } from "./store/jobs.ts";
import type { Store } from "./store/store.ts";

const MOST_UNFINISHED = 100;
const RETRY_AFTER_SECONDS = 5;

const logger = getLogger(["ergodic", "coordinator"]);

export class Coordinator implements Jobs {
  readonly #store: Store;
  readonly #events: EventStreams;
  readonly #statistics = new JobStatistics();
  readonly #runner: Runner;

  constructor(store: Store, engine: Engine) {
    this.#store = store;
    this.#events = new EventStreams(store);
    this.#runner = new Runner(store, engine, this.#events, this.#statistics);
  }

  /** Starts the nodes and goes on with the unfinished jobs of the store. */
  start(): void {
    this.#runner.start();
  }

  /** Begins no more segments, ends the nodes and the event streams, closes the store. Unfinished jobs go on at the next start. */
  async stop(): Promise<void> {
    if (this.#runner.stopping) return;
    await this.#runner.stop();
    this.#events.close();
    this.#statistics.close();
    this.#store.close();
  }

  get temporaryFolder(): string {
    return this.#store.folder;
  }

  get accepting(): boolean {
    return !this.#runner.stopping;
  }

  submit(body: unknown, idempotencyKey?: string): JobView {
    const hash = idempotencyKey === undefined ? undefined : bodyHash(body);
    const first = idempotencyKey === undefined ? undefined : this.#store.jobs.findByIdempotencyKey(idempotencyKey);
    if (first) {
      if (first.bodyHash === hash) return this.#view(first);
      throw new ValidationError([{
        path: "Idempotency-Key",
        message: `this key was used for job ${first.id} with another body. Use a new key for a new job.`,
      }]);
    }
    const { unfinished } = this.#runner;
    if (unfinished >= MOST_UNFINISHED) throw new QueueFullError(unfinished, RETRY_AFTER_SECONDS);
    const accepted = acceptJob(body, chooseSeed);
    const { spec, plan } = accepted;
    const id = crypto.randomUUID();
    this.#store.transaction(() => {
      this.#store.jobs.insert({
        id,
        spec,
        status: "queued",
        total: spec.chains * plan.steps,
        createdAt: new Date().toISOString(),
        idempotencyKey,
        bodyHash: hash,
      });
      this.#events.publish(id, "status", { status: "queued" });
    });
    logger.info("job {id}: {model} by {sampler}, {chains} chains", {
      id,
      model: spec.model.kind,
      sampler: spec.sampler.kind,
      chains: spec.chains,
    });
    this.#runner.begin(id, accepted);
    return this.job(id);
  }

  job(id: string): JobView {
    return this.#view(this.#stored(id));
  }

  list({ cursor, limit }: { cursor?: string; limit: number }): JobPage {
    const heads = this.#store.jobs.list({ before: cursor, limit: limit + 1 });
    if (!heads) {
      throw new ValidationError([{
        path: "cursor",
        message: "expected a nextCursor of an earlier page, found one that was never given out",
      }]);
    }
    const page = heads.slice(0, limit);
    return {
      jobs: page.map(({ id, status, done, total }) => ({
        id,
        status,
        progress: this.#runner.progress(id, done, total),
      })),
      ...(heads.length > limit ? { nextCursor: page[page.length - 1].id } : {}),
    };
  }

  cancel(id: string): JobView {
    return this.#steer(id, "cancel");
  }

  pause(id: string): JobView {
    return this.#steer(id, "pause");
  }

  resume(id: string): JobView {
    return this.#steer(id, "resume");
  }

  async summary(id: string): Promise<Summary> {
    const job = this.#stored(id);
    const saved = this.#store.jobs.summary(id);
    if (saved !== undefined && job.status === "completed") return Summary.parse(saved);
    const accepted = this.#runner.accepted(job);
    return await this.#readingDraws(id, () => {
      const layout = this.#store.segments.layout(id, shapeOf(accepted));
      if (layout.draws === 0) throw new StateConflictError(noDraws(job.status));
      return this.#statistics.summarize(layout, accepted);
    });
  }

  async draws(id: string): Promise<DrawsReader> {
    const accepted = this.#runner.accepted(this.#stored(id));
    const lost = await this.#store.segments.verify(id);
    if (lost.length > 0) this.#runner.blocksLost(id, lost);
    const layout = this.#store.segments.layout(id, shapeOf(accepted));
    if (layout.draws === 0) throw new StateConflictError(noDraws(this.#stored(id).status));
    return new FileDraws(layout);
  }

  events(id: string, after: number, signal: AbortSignal): AsyncIterable<JobEvent> {
    this.#expect(id);
    return this.#events.follow(id, after, signal);
  }

  isOver(id: string, after: number): boolean {
    this.#expect(id);
    return this.#events.isOver(id, after);
  }

  gauges(): ReturnType<Jobs["gauges"]> {
    return {
      jobs: this.#store.jobs.countByStatus(),
      draws: this.#store.segments.countDraws(),
      ...this.#runner.occupation,
    };
  }

  #steer(id: string, kind: "cancel" | "pause" | "resume"): JobView {
    const { status } = this.#stored(id);
    if (!this.#runner.steer(id, kind)) {
      throw new StateConflictError(`the job is ${status}: it has ended, there is nothing to ${kind}`);
    }
    return this.job(id);
  }

  /** Runs a reading of draws; where it meets a damaged block, once more with what is left. */
  async #readingDraws<T>(id: string, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof LostBlockError)) throw error;
      this.#runner.blocksLost(id, await this.#store.segments.verify(id));
      return await read();
    }
  }

  /** Throws where there is no such job, without reading its spec, which may be megabytes. */
  #expect(id: string): void {
    if (!this.#store.jobs.has(id)) throw new NotFoundError(`there is no job ${JSON.stringify(id)}`);
  }

  #stored(id: string): StoredJob {
    const job = this.#store.jobs.get(id);
    if (!job) throw new NotFoundError(`there is no job ${JSON.stringify(id)}`);
    return job;
  }

  #view({ id, status, done, total, spec, createdAt, error }: StoredJob): JobView {
    return {
      id,
      status,
      progress: this.#runner.progress(id, done, total),
      spec: spec as FixedSpec, // as `submit` inserted it
      createdAt,
      ...(error ? { error } : {}),
    };
  }
}

function noDraws(status: JobStatus): string {
  return status === "completed" || status === "cancelled" || status === "failed"
    ? `the job is ${status} and has no draws`
    : `the job is ${status} and has no draws yet. Follow its events, and ask again later.`;
}

/** An integer 0 … 2⁵³−1. */
function chooseSeed(): number {
  const [low, high] = crypto.getRandomValues(new Uint32Array(2));
  return (high >>> 11) * 2 ** 32 + low;
}
