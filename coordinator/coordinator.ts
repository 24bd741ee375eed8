/**
 * The coordinator: takes jobs, has them run, and answers for them. It holds the store, the runner and the statistics, and
 * samples nothing itself.
 */
import { getLogger } from "@logtape/logtape";
import { z } from "zod";
import type { Assets } from "../models/model.ts";
import type { Direction, Hints } from "../onnx/import/hints.ts";
import { decodeTrained } from "../models/training/trained.ts";
import type { TrainedParameters } from "../models/training/training.ts";
import { acceptJob } from "./accept.ts";
import type { Dataset } from "../models/data/dataset.ts";
import { acceptTraining } from "./accept_training.ts";
import { type AcceptedWork, isTraining } from "./accept_work.ts";
import { bodyHash } from "./body_hash.ts";
import type { Engine } from "./engines/engine.ts";
import { EventStreams } from "./event_streams.ts";
import { Desk } from "./desk/desk.ts";
import { FlowUses } from "./desk/flow_uses.ts";
import { GraphBackends } from "./graph_backends.ts";
import { askedBackend, nameGraph } from "./graph_models.ts";
import type { Gauges, GraphFile, JobEvent, JobPage, Jobs } from "./jobs.ts";
import { Examinations } from "./modules/examinations.ts";
import { PoolingQueue } from "./pooling/queue.ts";
import { Runner } from "./runner.ts";
import { NotFoundError, QueueFullError, StateConflictError, ValidationError } from "./schema/errors.ts";
import { type Check, CheckSpec } from "./schema/check.ts";
import { faultsOf } from "./schema/faults.ts";
import { fixTraining } from "./fix_training.ts";
import type { FixedSpec, JobStatus, JobView } from "./schema/job.ts";
import { Summary } from "./schema/summary.ts";
import { Inference, type RawTensor } from "./inference/inference.ts";
import type { GraphView, ModelView } from "./schema/models.ts";
import { type FixedTrainSpec, TrainingSummary } from "./schema/training.ts";
import { type AnySummary, JobStatistics } from "./statistics/job_statistics.ts";
import type { DrawsReader } from "./store/draws.ts";
import { LostBlockError } from "./store/errors.ts";
import { FileDraws } from "./store/file_draws.ts";
import type { NewJob, StoredJob } from "./store/jobs.ts";
import type { StoredModel } from "./store/models.ts";
import type { Store } from "./store/store.ts";
import { keepTrained, nameProposal, nameTrained, noModel } from "./trained_models.ts";
import { TrainingQueue } from "./trainings/queue.ts";
import { expectUnpointed, pointTo } from "./uploads/aliases.ts";
import { graphOf, modelView } from "./uploads/stored.ts";
import { checkVectors } from "./uploads/vectors.ts";
import { Uploads } from "./uploads/uploads.ts";

const MOST_UNFINISHED = 100;
const MOST_SPEC_MEBIBYTES = 16; // of unfinished jobs: as values in memory a spec takes a few times its bytes
const RETRY_AFTER_SECONDS = 5;

const SummaryOfAny = z.union([Summary, TrainingSummary]);

const logger = getLogger(["ergodic", "coordinator"]);

export class Coordinator implements Jobs {
  readonly #store: Store;
  readonly #events: EventStreams;
  readonly #statistics = new JobStatistics();
  readonly #trainings: TrainingQueue;
  readonly #uploads: Uploads;
  readonly #inference = new Inference();
  readonly #pooling: PoolingQueue;
  readonly #runner: Runner;
  readonly #backends = new GraphBackends();
  readonly #desk: Desk;
  readonly #examinations: Examinations;
  readonly uses: FlowUses;

  constructor(store: Store, engine: Engine) {
    this.#store = store;
    this.#events = new EventStreams(store);
    this.#trainings = new TrainingQueue(store.assets.place);
    this.#uploads = new Uploads(store);
    this.#desk = new Desk(store.assets);
    this.#examinations = new Examinations(engine, store.assets);
    this.uses = new FlowUses(store, this.#desk, () => this.#backends.find("auto"), chooseSeed);
    this.#pooling = new PoolingQueue(store.assets.place);
    this.#runner = new Runner(store, engine, this.#events, this.#statistics, this.#trainings, this.#pooling);
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
    this.#trainings.close();
    await this.#inference.close();
    this.#pooling.close();
    await this.#desk.close();
    await this.#store.segments.settled();
    this.#store.close();
  }

  get temporaryFolder(): string {
    return this.#store.folder;
  }

  get assets(): Assets {
    return this.#store.assets;
  }

  get accepting(): boolean {
    return !this.#runner.stopping;
  }

  async prepare(body: unknown): Promise<void> {
    const asked = askedBackend(body, this.#store.models);
    if (asked) await this.#backends.find(asked);
    await this.#examinations.prepare(body);
  }

  check(body: unknown): Promise<Check> {
    const parsed = CheckSpec.safeParse(body);
    if (!parsed.success) throw new ValidationError(faultsOf(parsed.error, body));
    return this.#examinations.check(parsed.data);
  }

  submit(body: unknown, idempotencyKey?: string): JobView<FixedSpec> {
    const hash = idempotencyKey === undefined ? undefined : bodyHash(body);
    const first = this.#firstWith<FixedSpec>(idempotencyKey, hash, isSampling);
    if (first) return first;
    this.#expectRoom();
    const models = { get: (name: string) => this.#modelIfThere(name) };
    const graphNamed = nameGraph(this.#examinations.pin(body), this.#store.models, this.#backends.known);
    const accepted = acceptJob(nameProposal(nameTrained(graphNamed, models), models), chooseSeed, this.#store.assets);
    const { model, sampler, chains } = accepted.spec;
    return this.#take(
      accepted,
      { idempotencyKey, bodyHash: hash },
      `${model.kind} by ${sampler.kind}, ${chains} chains`,
    );
  }

  /** `file`: rows that the command line has read, for a body whose data are of kind `file`. */
  async submitTraining(
    body: unknown,
    idempotencyKey?: string,
    file: Dataset | null = null,
  ): Promise<JobView<FixedTrainSpec>> {
    const hash = idempotencyKey === undefined ? undefined : bodyHash(body);
    const first = this.#firstWith<FixedTrainSpec>(idempotencyKey, hash, isTrainingJob);
    if (first) return first;
    this.#expectRoom();
    const spec = await fixTraining(body, chooseSeed, this.#trainings, file);
    const accepted = acceptTraining(spec);
    // Others may have come while the data were read.
    const meanwhile = this.#firstWith<FixedTrainSpec>(idempotencyKey, hash, isTrainingJob);
    if (meanwhile) return meanwhile;
    this.#expectRoom();
    return this.#take(
      accepted,
      { idempotencyKey, bodyHash: hash },
      `training of ${spec.train.kind} on ${spec.data?.kind ?? "noise"}`,
    );
  }

  models(): ModelView[] {
    return this.#store.models.all().map(modelView);
  }

  model(name: string): ModelView {
    return modelView(this.#storedModel(name));
  }

  async putGraph(name: string, chunks: AsyncIterable<Uint8Array>, hints: Hints): Promise<ModelView> {
    return modelView(await this.#uploads.take(name, chunks, hints));
  }

  putAlias(name: string, alias: string): ModelView {
    pointTo(this.#store.models, name, alias);
    return this.model(name);
  }

  async putManifest(name: string, manifest: unknown): Promise<ModelView> {
    const model = this.#storedModel(name);
    const about = await checkVectors(model, manifest, this.#inference, this.#store.assets);
    // It may have been replaced meanwhile.
    if (this.#store.models.own(name)?.sha256 === model.sha256) this.#store.models.put({ ...model, about });
    return this.model(name);
  }

  graphFile(name: string, direction?: Direction): GraphFile {
    const graph = graphOf(this.#storedModel(name), direction);
    if (!graph) {
      throw new NotFoundError(`the model ${JSON.stringify(name)} has no ${direction ? `${direction} ` : ""}ONNX graph`);
    }
    const { sha256, bytes } = graph;
    const path = this.#store.assets.path(sha256);
    return { path, bytes, sha256, ...(graph.direction ? { direction: graph.direction } : {}) };
  }

  async infer(
    { sha256, bytes }: GraphView,
    inputs: readonly RawTensor[],
    outputs: readonly string[],
  ): Promise<RawTensor[]> {
    return await this.#inference.run({ sha256, bytes, path: this.#store.assets.path(sha256) }, inputs, outputs);
  }

  removeModel(name: string): void {
    expectUnpointed(this.#store.models, name);
    if (!this.#store.models.remove(name)) throw noModel(name);
    logger.info("model {name} is out of the registry", { name });
  }

  trained(name: string): TrainedParameters {
    const model = this.#storedModel(name);
    if (modelView(model).arrays) return decodeTrained(this.#store.assets.get(model.sha256));
    throw new NotFoundError(`the model ${JSON.stringify(name)} is an ONNX graph: it has nothing that was learned here`);
  }

  /** Puts trained parameters that came from a file into the registry. */
  keepModel(name: string, trained: TrainedParameters): ModelView {
    keepTrained(this.#store, name, trained);
    return this.model(name);
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

  async summary(id: string): Promise<AnySummary> {
    const job = this.#stored(id);
    const saved = this.#store.jobs.summary(id);
    if (saved !== undefined && job.status === "completed") return SummaryOfAny.parse(saved);
    const accepted = this.#runner.accepted(job);
    return await this.#readingDraws(id, () => {
      const layout = this.#store.segments.layout(id, accepted.shape);
      if (layout.draws === 0) throw new StateConflictError(noDraws(job.status));
      return this.#statistics.summarize(layout, accepted);
    });
  }

  async draws(id: string): Promise<DrawsReader> {
    const accepted = this.#runner.accepted(this.#stored(id));
    const lost = await this.#store.segments.verify(id);
    if (lost.length > 0) this.#runner.blocksLost(id, lost);
    const layout = this.#store.segments.layout(id, accepted.shape);
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

  gauges(): Gauges {
    const jobs = this.#store.jobs.count();
    return {
      jobs,
      draws: this.#store.segments.countDraws(),
      updates: jobs.reduce((sum, { training, done }) => sum + (training ? done : 0), 0),
      models: this.#store.models.count(),
      ...this.#runner.occupation,
    };
  }

  /** The job that this key was used for. Throws where that was with another body, or for a job of the other sort. */
  #firstWith<Spec extends JobView["spec"]>(
    idempotencyKey: string | undefined,
    hash: string | undefined,
    isOfSort: (job: JobView) => job is JobView<Spec>,
  ): JobView<Spec> | undefined {
    const first = idempotencyKey === undefined ? undefined : this.#store.jobs.findByIdempotencyKey(idempotencyKey);
    if (!first) return undefined;
    const view = this.#view(first);
    if (first.bodyHash === hash && isOfSort(view)) return view;
    throw new ValidationError([{
      path: "Idempotency-Key",
      message: `this key was used for job ${first.id} with another body. Use a new key for a new job.`,
    }]);
  }

  #expectRoom(): void {
    const { unfinished } = this.#runner;
    const mebibytes = this.#store.jobs.countSpecBytes() / 2 ** 20;
    const full = unfinished >= MOST_UNFINISHED
      ? `${unfinished} jobs are unfinished, the most there may be.`
      : mebibytes >= MOST_SPEC_MEBIBYTES
      ? `the specs of unfinished jobs take ${
        Math.floor(mebibytes)
      } MiB; from ${MOST_SPEC_MEBIBYTES} on no more are taken.`
      : null;
    if (full) throw new QueueFullError(`${full} Wait for one to end, or cancel one.`, RETRY_AFTER_SECONDS);
  }

  #take<Spec extends JobView["spec"]>(
    accepted: AcceptedWork & { spec: Spec },
    key: Pick<NewJob, "idempotencyKey" | "bodyHash">,
    what: string,
  ): JobView<Spec> {
    const { spec, shape, plan } = accepted;
    const id = crypto.randomUUID();
    const createdAt = new Date().toISOString();
    const total = shape.chains * plan.steps;
    this.#store.transaction(() => {
      this.#store.jobs.insert({ id, spec, status: "queued", total, training: isTraining(accepted), createdAt, ...key });
      this.#events.publish(id, "status", { status: "queued" });
    });
    logger.info("job {id}: {what}", { id, what });
    this.#runner.begin(id, accepted);
    const { done, total: all } = this.#runner.progress(id, 0, total);
    const status = this.#store.jobs.status(id) ?? "queued";
    return { id, status, progress: { done, total: all }, spec, createdAt };
  }

  #modelIfThere(name: string): ModelView | undefined {
    const model = this.#store.models.get(name);
    return model && modelView(model);
  }

  #storedModel(name: string): StoredModel {
    const model = this.#store.models.get(name);
    if (!model) throw noModel(name);
    return model;
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
      spec: spec as JobView["spec"], // as it was inserted
      createdAt,
      ...(error ? { error } : {}),
    };
  }
}

function isSampling(job: JobView): job is JobView<FixedSpec> {
  return !("train" in job.spec);
}

function isTrainingJob(job: JobView): job is JobView<FixedTrainSpec> {
  return "train" in job.spec;
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
