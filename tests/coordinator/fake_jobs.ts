/** The coordinator's promises without a store and without workers: jobs do nothing until a test says so. */
import type { Assets } from "../../models/model.ts";
import type { TrainedParameters } from "../../models/training/training.ts";
import { type AcceptedJob, acceptJob } from "../../coordinator/accept.ts";
import { EXAMPLE_ASSETS, EXAMPLE_EXAMINED, MODEL_EXAMPLES } from "../../coordinator/routes/examples.ts";
import type { GraphFile, JobEvent, JobPage, Jobs } from "../../coordinator/jobs.ts";
import { NotFoundError, QueueFullError, StateConflictError, ValidationError } from "../../coordinator/schema/errors.ts";
import type { FixedSpec, JobStatus, JobView } from "../../coordinator/schema/job.ts";
import { type Check, CheckSpec } from "../../coordinator/schema/check.ts";
import { faultsOf } from "../../coordinator/schema/faults.ts";
import type { ModelView } from "../../coordinator/schema/models.ts";
import { TrainSpec } from "../../coordinator/schema/training.ts";
import type { Summary } from "../../coordinator/schema/summary.ts";
import type { DrawsReader } from "../../coordinator/store/draws.ts";

interface FakeJob {
  view: JobView<FixedSpec>;
  readonly accepted: AcceptedJob;
  readonly events: JobEvent[];
}

const TERMINAL: readonly JobStatus[] = ["completed", "cancelled", "failed"];

/** The module of the documentation, as if it had been examined. */
function pinned(body: unknown): unknown {
  const { model }: { model?: unknown } = Object(body);
  const { source }: { source?: unknown } = Object(model);
  if (source !== MODEL_EXAMPLES.module.source) return body;
  return { ...Object(body), model: { ...Object(model), examined: EXAMPLE_EXAMINED } };
}

const noModel = (name: string) => new NotFoundError(`there is no model ${name}`);

export class FakeJobs implements Jobs {
  readonly temporaryFolder = Deno.env.get("TMPDIR") ?? "/tmp";
  accepting = true;
  mostUnfinished = 100;
  /** Readers that were handed out and not closed. */
  openReaders = 0;
  /** Event streams that somebody follows. */
  openStreams = 0;
  readonly assets: Assets = EXAMPLE_ASSETS;
  readonly #jobs = new Map<string, FakeJob>();
  readonly #keys = new Map<string, { body: string; id: string }>();
  #wake = Promise.withResolvers<void>();

  prepare(): Promise<void> {
    return Promise.resolve();
  }

  /** As of a module that cannot be wrong. */
  check(body: unknown): Promise<Check> {
    const parsed = CheckSpec.safeParse(body);
    if (!parsed.success) return Promise.reject(new ValidationError(faultsOf(parsed.error, body)));
    return Promise.resolve({
      ok: true,
      variables: ["x"],
      simulates: false,
      warnings: [],
      gradient: {
        kind: "derived",
        points: 8,
        nonFinitePoints: 0,
        nonFinite: [],
        derivatives: 8,
        relativeError: 0,
        worst: null,
        unsettled: 0,
        agrees: true,
        microseconds: 1,
      },
      transforms: [],
    });
  }

  submit(body: unknown, key?: string): JobView<FixedSpec> {
    const text = JSON.stringify(body);
    const first = key === undefined ? undefined : this.#keys.get(key);
    if (first) {
      if (first.body === text) return this.job(first.id);
      throw new ValidationError([{ path: "Idempotency-Key", message: "was used with another body" }]);
    }
    const unfinished = [...this.#jobs.values()].filter(({ view }) => !TERMINAL.includes(view.status)).length;
    if (unfinished >= this.mostUnfinished) throw new QueueFullError(`${unfinished} jobs are unfinished`, 5);
    const accepted = acceptJob(pinned(body), () => 7, this.assets);
    const id = `job-${this.#jobs.size + 1}`;
    const total = accepted.spec.chains * accepted.plan.steps;
    const view: JobView<FixedSpec> = {
      id,
      status: "queued",
      progress: { done: 0, total },
      spec: accepted.spec,
      createdAt: "2026-01-01T00:00:00.000Z",
    };
    this.#jobs.set(id, { view, accepted, events: [] });
    if (key !== undefined) this.#keys.set(key, { body: text, id });
    return view;
  }

  submitTraining(body: unknown): Promise<never> {
    const parsed = TrainSpec.safeParse(body);
    const faults = parsed.success
      ? [{ path: "train", message: "the fake trains nothing" }]
      : faultsOf(parsed.error, body);
    return Promise.reject(new ValidationError(faults));
  }

  models(): ModelView[] {
    return [];
  }

  model(name: string): ModelView {
    throw new NotFoundError(`there is no model ${name}`);
  }

  putGraph(name: string): Promise<ModelView> {
    return Promise.resolve(this.model(name));
  }

  putAlias(name: string): ModelView {
    return this.model(name);
  }

  infer(): Promise<never[]> {
    return Promise.resolve([]);
  }

  putManifest(name: string): Promise<ModelView> {
    return Promise.resolve(this.model(name));
  }

  graphFile(name: string): GraphFile {
    throw new NotFoundError(`there is no model ${name}`);
  }

  removeModel(name: string): void {
    this.model(name);
  }

  readonly uses = {
    sample: (name: string) => Promise.reject(noModel(name)),
    logProb: (name: string) => Promise.reject(noModel(name)),
    encode: (name: string) => Promise.reject(noModel(name)),
    reconstruct: (name: string) => Promise.reject(noModel(name)),
    interpolate: (name: string) => Promise.reject(noModel(name)),
  };

  trained(name: string): TrainedParameters {
    throw new NotFoundError(`there is no model ${name}`);
  }

  job(id: string): JobView<FixedSpec> {
    return this.#job(id).view;
  }

  list({ cursor, limit }: { cursor?: string; limit: number }): JobPage {
    const newestFirst = [...this.#jobs.values()].reverse().map(({ view }) => view);
    const start = cursor === undefined ? 0 : newestFirst.findIndex(({ id }) => id === cursor);
    if (start < 0) throw new ValidationError([{ path: "cursor", message: "was never given out" }]);
    return { jobs: newestFirst.slice(start, start + limit), nextCursor: newestFirst[start + limit]?.id };
  }

  cancel(id: string): JobView {
    return this.#steer(id, "cancelled");
  }

  pause(id: string): JobView {
    return this.#steer(id, "paused");
  }

  resume(id: string): JobView {
    return this.#steer(id, "running");
  }

  /** Ends the job with draws: draw d of chain c of value v is 100 c + d + v / 10. */
  complete(id: string): void {
    this.#set(id, "completed");
  }

  publish(id: string, type: JobEvent["type"], data: unknown): void {
    const { events } = this.#job(id);
    events.push({ id: events.length + 1, type, data });
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }

  // deno-lint-ignore require-await -- rejects, as the coordinator's does
  async summary(id: string): Promise<Summary> {
    const { accepted } = this.#withDraws(id);
    return {
      complete: true,
      chains: accepted.spec.chains,
      draws: accepted.spec.draws,
      variables: [],
      divergences: 0,
      acceptRate: null,
      eBfmi: null,
      maxTreeDepthHits: 0,
      nonFinite: 0,
      numericClass: "v8",
      warnings: [],
    };
  }

  // deno-lint-ignore require-await -- rejects, as the coordinator's does
  async draws(id: string): Promise<DrawsReader> {
    const { accepted } = this.#withDraws(id);
    const { chains, draws } = accepted.spec;
    const value = (chain: number, value: number, draw: number) => 100 * chain + draw + value / 10;
    this.openReaders++;
    return {
      chains,
      draws,
      complete: true,
      variables: accepted.shape.variables,
      names: accepted.names,
      statistics: accepted.shape.statistics,
      numericClass: "v8",
      nonFinite: 0,
      *blocks(chain) {
        const values = new Float64Array(accepted.names.length * draws);
        for (let i = 0; i < values.length; i++) values[i] = value(chain, Math.floor(i / draws), i % draws);
        yield { start: 0, draws, values, stride: draws };
      },
      readValue(chain, index, start, out) {
        for (let i = 0; i < out.length; i++) out[i] = value(chain, index, start + i);
      },
      readStatistic: (_chain, _statistic, _start, out) => void out.fill(0),
      close: () => void this.openReaders--,
    };
  }

  async *events(id: string, after: number, signal: AbortSignal): AsyncGenerator<JobEvent> {
    const { events } = this.#job(id);
    const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    this.openStreams++;
    try {
      let next = after > events.length ? 0 : after;
      while (!signal.aborted) {
        while (next < events.length) yield events[next++];
        if (this.isOver(id, next)) return;
        await Promise.race([this.#wake.promise, aborted]);
      }
    } finally {
      this.openStreams--;
    }
  }

  isOver(id: string, after: number): boolean {
    const { events, view } = this.#job(id);
    return TERMINAL.includes(view.status) && after === events.length;
  }

  gauges(): ReturnType<Jobs["gauges"]> {
    const jobs = [{ status: "queued", training: false, jobs: this.#jobs.size }, {
      status: "paused",
      training: true,
      jobs: 5,
    }];
    return { jobs, nodes: 1, workers: 2, leases: 3, draws: 4, updates: 6, models: 7 };
  }

  #job(id: string): FakeJob {
    const job = this.#jobs.get(id);
    if (!job) throw new NotFoundError(`there is no job ${JSON.stringify(id)}`);
    return job;
  }

  #withDraws(id: string): FakeJob {
    const job = this.#job(id);
    if (job.view.status !== "completed") throw new StateConflictError("there is no draw yet");
    return job;
  }

  #steer(id: string, status: JobStatus): JobView {
    const { view } = this.#job(id);
    if (TERMINAL.includes(view.status)) throw new StateConflictError(`the job is ${view.status}`);
    return this.#set(id, status);
  }

  #set(id: string, status: JobStatus): JobView {
    const job = this.#job(id);
    job.view = { ...job.view, status };
    this.publish(id, "status", { status });
    return job.view;
  }
}
