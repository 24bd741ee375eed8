/**
 * The shell around the scheduler: it tells it what happens, makes durable what must be, and carries out its commands.
 *
 * A result's way: engine → `arrived` → the queue of this turn → one commit of the store → `committed` → the next leases.
 */
import { getLogger } from "@logtape/logtape";
import { decodeTail, tailOf } from "../workers/block.ts";
import { InputError } from "../numerics/errors.ts";
import type { SegmentError } from "../workers/protocol.ts";
import { nodeKindOf } from "../workers/work_spec.ts";
import { trainingState } from "../workers/training_process.ts";
import type { AcceptedJob } from "./accept.ts";
import { acceptAgain, type AcceptedWork, isTraining, workSpec } from "./accept_work.ts";
import { checkBlock, type CheckedBlock } from "./check_block.ts";
import type { AcceptedTraining } from "./accept_training.ts";
import type { Engine, LossCause } from "./engines/engine.ts";
import type { EventStreams } from "./event_streams.ts";
import type { PoolingQueue } from "./pooling/queue.ts";
import { RunningJob } from "./running_job.ts";
import * as scheduler from "./scheduler.ts";
import type { Restored } from "./scheduler.ts";
import { ValidationError } from "./schema/errors.ts";
import type { JobStatus } from "./schema/job.ts";
import type { AnySummary, JobStatistics } from "./statistics/job_statistics.ts";
import { nextRecompute } from "./statistics/recompute.ts";
import { meetsStopRule } from "./statistics/stop_rule.ts";
import { ConflictError, LostBlockError } from "./store/errors.ts";
import type { StoredJob } from "./store/jobs.ts";
import { type DrawsLayout, groupCount, lanesOf } from "./store/layout.ts";
import type { SegmentCommit, SegmentKey } from "./store/segments.ts";
import type { Store } from "./store/store.ts";
import { registerLearned } from "./trained_models.ts";
import type { TrainingQueue } from "./trainings/queue.ts";
import type { Learned } from "./trainings/worker.ts";

const logger = getLogger(["ergodic", "runner"]);

export class Runner {
  readonly #store: Store;
  readonly #engine: Engine;
  readonly #events: EventStreams;
  readonly #statistics: JobStatistics;
  readonly #trainings: TrainingQueue;
  readonly #pooling: PoolingQueue;
  #state = scheduler.initialState();
  readonly #happened: scheduler.Event[] = [];
  #stopping = false;
  readonly #running = new Map<string, RunningJob>();
  /** Jobs whose draws are all there and whose last summary is being made. */
  readonly #finishing = new Map<string, { cancelled: boolean }>();
  readonly #leases = new Map<number, SegmentKey>();
  /** Results of this turn, to be committed together. */
  #arrived: SegmentCommit[] = [];

  constructor(
    store: Store,
    engine: Engine,
    events: EventStreams,
    statistics: JobStatistics,
    trainings: TrainingQueue,
    pooling: PoolingQueue,
  ) {
    this.#store = store;
    this.#engine = engine;
    this.#events = events;
    this.#statistics = statistics;
    this.#trainings = trainings;
    this.#pooling = pooling;
  }

  /** Starts the nodes and goes on with the unfinished jobs of the store. */
  start(): void {
    this.#engine.start({
      nodeJoined: (node, nodeKind, capacity) => this.#dispatch({ kind: "nodeJoined", node, nodeKind, capacity }),
      nodeLost: (node, cause) => this.#nodeLost(node, cause),
      result: (node, lease, block) => this.#result(node, lease, block),
      failed: (node, lease, error) => this.#segmentFailed(node, lease, error),
      revoked: (node, lease) => {
        this.#leases.delete(lease);
        this.#dispatch({ kind: "released", node, lease });
      },
    }, this.#store.assets);
    for (const job of this.#store.jobs.unfinished()) this.#takeUp(job);
  }

  /** Begins no more segments, ends the nodes, commits what has arrived. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#dispatch({ kind: "shutdown" });
    await this.#engine.stop();
    this.#commitArrived();
  }

  get stopping(): boolean {
    return this.#stopping;
  }

  /** Jobs that have not ended. */
  get unfinished(): number {
    return this.#state.jobs.size + this.#finishing.size;
  }

  /** Nodes, their workers, and the segments that they hold. */
  get occupation(): { nodes: number; workers: number; leases: number } {
    const nodes = [...this.#state.nodes.values()];
    const leases = nodes.reduce((sum, { leases }) => sum + leases.size, 0);
    return { nodes: nodes.length, workers: this.#engine.workers, leases };
  }

  /** Runs a job that is in the store. */
  begin(id: string, accepted: AcceptedWork): void {
    this.#running.set(id, new RunningJob(id, accepted));
    this.#submit({ job: id, ...unitsOf(accepted) });
  }

  /** False where the job has ended. */
  steer(id: string, kind: "cancel" | "pause" | "resume"): boolean {
    const finishing = this.#finishing.get(id);
    if (!finishing && !this.#state.jobs.has(id)) return false;
    if (finishing) finishing.cancelled ||= kind === "cancel";
    else this.#dispatch({ kind, job: id });
    return true;
  }

  /** What follows from a stored spec; it has its seed. */
  accepted({ id, spec }: StoredJob): AcceptedWork {
    return this.#running.get(id)?.accepted ?? acceptAgain(spec, this.#store.assets);
  }

  /** `done` never falls: what was recorded stays counted while lost blocks are made again. */
  progress(id: string, done: number, total: number): scheduler.Progress {
    const job = this.#state.jobs.get(id);
    if (!job) return { done, total };
    const current = scheduler.progress(job);
    return { done: Math.max(done, current.done), total: current.total };
  }

  /** The store has dropped these blocks. An unfinished job makes them again; a completed one is running until it is whole. */
  blocksLost(id: string, lost: readonly SegmentKey[]): void {
    logger.warn("job {id}: {count} damaged blocks are dropped", { id, count: lost.length });
    if (this.#state.jobs.has(id)) {
      for (const { chain, segment } of lost) this.#dispatch({ kind: "blockLost", job: id, chain, segment });
      return;
    }
    const job = this.#store.jobs.get(id);
    const ended = job?.status === "cancelled" || job?.status === "failed";
    if (job && !ended && !this.#finishing.has(id)) this.#takeUp(job);
  }

  /** What happens while commands are carried out comes after them: they belong to the state of their step. */
  #dispatch(event: scheduler.Event): void {
    this.#happened.push(event);
    if (this.#happened.length > 1) return;
    for (let next; (next = this.#happened[0]) !== undefined; this.#happened.shift()) {
      const { state, commands } = scheduler.step(this.#state, next);
      this.#state = state;
      for (const command of commands) this.#tryToCarryOut(command);
    }
  }

  /** A command that cannot be carried out fails its job and no other. */
  #tryToCarryOut(command: scheduler.Command): void {
    try {
      this.#carryOut(command);
    } catch (error) {
      logger.error("{command} failed: {error}", { command: command.kind, error });
      if (!("job" in command) || command.kind === "finish") return;
      const message = error instanceof InputError // an asset that is gone or damaged
        ? error.message
        : "the service could not go on with it. See the service's log.";
      this.#dispatch({ kind: "jobFailed", job: command.job, error: { code: "internal", message } });
    }
  }

  #carryOut(command: scheduler.Command): void {
    switch (command.kind) {
      case "lease":
        return this.#lease(command);
      case "revoke":
        return this.#engine.revoke(command.node, command.lease);
      case "closeJob":
        return this.#engine.close(command.node, command.job);
      case "status":
        this.#store.jobs.update(command.job, { status: command.status });
        return this.#events.publish(command.job, "status", { status: command.status });
      case "decide":
        return this.#inBackground(this.#decide(command.job, command.segments));
      case "finish":
        if (command.status === "completed") return this.#inBackground(this.#complete(command.job, command.progress));
        return this.#end(command.job, command.status, command.progress, command.error);
    }
  }

  #lease({ node, lease, job, chain, segment }: Extract<scheduler.Command, { kind: "lease" }>): void {
    const running = this.#runningJob(job);
    const { plan, shape } = running.accepted;
    let checkpoint: Uint8Array | null;
    try {
      checkpoint = running.checkpointBefore(this.#store, chain, segment);
    } catch (error) {
      if (!(error instanceof LostBlockError)) throw error;
      this.#dispatch({ kind: "blockLost", job, chain, segment: error.segment });
      this.#dispatch({ kind: "released", node, lease });
      return;
    }
    this.#leases.set(lease, { job, chain, segment });
    const chains = { chain: chain * shape.lanes, lanes: lanesOf(shape, chain) };
    const { done, total } = this.progress(job, 0, 0);
    const shared = running.sharedIn(this.#store, segment);
    this.#engine.lease(
      node,
      { lease, job, ...chains, segment, ...plan.range(segment), shared, left: total - done },
      workSpec(running.accepted),
      checkpoint,
    );
  }

  #result(node: string, lease: number, bytes: Uint8Array): void {
    const key = this.#leases.get(lease);
    this.#leases.delete(lease);
    const running = key && this.#running.get(key.job);
    if (running) {
      let checked: CheckedBlock;
      try {
        checked = checkBlock(bytes, running.accepted, key.chain, key.segment);
      } catch (error) {
        logger.error("job {job}: node {node} sent what is no block: {error}", { job: key.job, node, error });
        const message =
          `chain ${key.chain}, segment ${key.segment}: its node sent what is not the result of that segment. ` +
          "See the service's log.";
        return this.#dispatch({ kind: "segmentFailed", node, lease, error: { code: "result", message } });
      }
      if (this.#arrived.length === 0) setImmediate(() => this.#commitArrived());
      this.#arrived.push({ ...key, bytes, ...checked });
    }
    this.#dispatch({ kind: "arrived", node, lease });
  }

  #segmentFailed(node: string, lease: number, error: SegmentError): void {
    const key = this.#leases.get(lease);
    this.#leases.delete(lease);
    if (error.code === "internal") logger.error("job {job}: {message}", { job: key?.job, message: error.message });
    this.#dispatch({ kind: "segmentFailed", node, lease, error });
  }

  #nodeLost(node: string, cause: LossCause): void {
    for (const lease of this.#state.nodes.get(node)?.leases.keys() ?? []) this.#leases.delete(lease);
    this.#dispatch(
      cause.kind === "stalled"
        ? { kind: "nodeLost", node, cause: "stalled", blamed: cause.leases }
        : { kind: "nodeLost", node, cause: cause.kind },
    );
  }

  /** Commits what arrived in this turn: one write and one transaction for all of it. */
  #commitArrived(): void {
    const results = this.#arrived;
    this.#arrived = [];
    const wanted = results.filter(({ job: id, chain, segment }) => {
      const job = this.#state.jobs.get(id);
      return job && (scheduler.canCommit(job, chain, segment) || scheduler.isCommitted(job, chain, segment));
    });
    if (!this.#commit(wanted)) { for (const result of wanted) this.#commit([result]); }
    const now = performance.now();
    for (const id of new Set(wanted.map(({ job }) => job))) this.#report(id, now);
  }

  /** False where a result of several could not be committed: then none of them is. */
  #commit(results: readonly SegmentCommit[]): boolean {
    if (results.length === 0) return true;
    try {
      this.#store.segments.commit(results);
    } catch (error) {
      if (results.length > 1) return false;
      const [{ job }] = results;
      const conflict = error instanceof ConflictError;
      logger.error("job {job}: {error}", { job, error });
      const message = conflict
        ? error.message
        : "its draws could not be written. See the service's log; there may be no space left on its disk.";
      this.#dispatch({ kind: "jobFailed", job, error: { code: conflict ? "conflict" : "store", message } });
      return true;
    }
    for (const { job, chain, segment, bytes } of results) {
      this.#running.get(job)?.keepCheckpoint(chain, segment, tailOf(bytes));
      this.#dispatch({ kind: "committed", job, chain, segment });
    }
    return true;
  }

  /** Tells how far an unfinished job is, and its statistics so far, each where it is time for it. */
  #report(id: string, now: number): void {
    const job = this.#state.jobs.get(id);
    const running = this.#running.get(id);
    if (!job || !running) return;
    if (running.progressIsDue(now)) {
      const { done, total } = this.progress(id, 0, 0);
      this.#store.jobs.update(id, { done });
      this.#events.publish(id, "progress", { done, total });
    }
    const draws = running.accepted.plan.drawsAfter(scheduler.committedPrefix(job));
    if (draws > 0 && running.summaryIsDue(draws, now)) this.#inBackground(this.#summarizeSoFar(running, draws));
  }

  async #summarizeSoFar(running: RunningJob, draws: number): Promise<void> {
    const begin = performance.now();
    running.summarizing = true;
    running.summaryDue = nextRecompute(draws);
    try {
      const layout = this.#store.segments.layout(running.id, running.accepted.shape);
      const summary = await this.#statistics.summarizeSoFar(layout, running.accepted);
      if (this.#state.jobs.has(running.id) && !this.#stopping) this.#events.publish(running.id, "summary", summary);
    } catch (error) {
      if (!this.#stopping) await this.#readFailed(running.id, error);
    } finally {
      running.summarizing = false;
      running.summaryTook(begin, performance.now());
    }
  }

  /** At a barrier: all chains have exactly so many segments. Whether to stop depends on their draws alone. */
  async #decide(id: string, segments: number): Promise<void> {
    const { accepted } = this.#runningJob(id);
    try {
      const layout = this.#store.segments.layout(id, accepted.shape);
      if (layout.draws !== accepted.plan.drawsAfter(segments)) return; // a block was lost: it is asked again
      if (isTraining(accepted)) {
        return this.#decided(id, segments, trainingState(decodeTail(this.#checkpoint(id, segments)).state).stop);
      }
      if (accepted.plan.learnings.includes(segments)) return await this.#learnTogether(id, accepted, segments);
      const summary = await this.#statistics.summarize(layout, accepted);
      if (!this.#isDue(id, segments)) return;
      const stop = "variables" in summary && meetsStopRule(summary, accepted.spec.stopWhen ?? {});
      this.#decided(id, segments, stop, () => this.#events.publish(id, "summary", summary));
    } catch (error) {
      if (!this.#stopping) await this.#readFailed(id, error);
    }
  }

  /** At a barrier of warmup: learns from the states of all chains what they share from there on. */
  async #learnTogether(id: string, { spec, plan, shape }: AcceptedJob, segments: number): Promise<void> {
    const { sampler, seed } = spec;
    const shared = this.#runningJob(id).sharedIn(this.#store, segments - 1);
    const checkpoints: Uint8Array[] = [];
    for (let chain = 0; chain < groupCount(shape); chain++) {
      checkpoints.push(this.#store.segments.checkpoint({ job: id, chain, segment: segments - 1 }));
      await new Promise((resolve) => setImmediate(resolve)); // each is read whole, and checked
    }
    let sha256: string;
    try {
      const barrier = plan.learnings.indexOf(segments);
      sha256 = await this.#pooling.learn({ sampler, seed, barrier, checkpoints, shared });
    } catch (error) {
      if (!this.#isDue(id, segments)) return;
      logger.error("job {id}: {error}", { id, error });
      const message = "its chains could not learn from each other. See the service's log.";
      return this.#dispatch({ kind: "jobFailed", job: id, error: { code: "internal", message } });
    }
    if (this.#isDue(id, segments)) this.#decided(id, segments, false, undefined, sha256);
  }

  /** False where the job was cancelled meanwhile, or a decision taken back that had been asked for. */
  #isDue(id: string, segments: number): boolean {
    const job = this.#state.jobs.get(id);
    return !this.#stopping && job !== undefined && job.deciding && job.barrier === segments;
  }

  /** Makes a decision durable; `report` is part of it where the job goes on, and so is what its chains share from there on. */
  #decided(id: string, segments: number, stop: boolean, report?: () => void, shared?: string): void {
    this.#store.transaction(() => {
      this.#store.jobs.recordDecision(id, { segments, stop, ...(shared === undefined ? {} : { shared }) });
      if (stop) this.#store.jobs.update(id, { stopSegments: segments });
      else report?.();
    });
    this.#dispatch({ kind: "decided", job: id, segments, stop });
  }

  /** Of a training after so many segments, encoded. Throws LostBlockError. */
  #checkpoint(job: string, segments: number): Uint8Array {
    return this.#store.segments.checkpoint({ job, chain: 0, segment: segments - 1 });
  }

  /** Puts what was learned into the store. Throws LostBlockError. */
  #learned(id: string, { spec, plan }: AcceptedTraining): Promise<Learned> {
    const segments = this.#store.jobs.get(id)?.stopSegments ?? plan.count;
    return this.#trainings.learned(spec, this.#checkpoint(id, segments));
  }

  /** The draws are whole: the job is completed once its summary is there too, so that who sees the one can read the other. */
  async #complete(id: string, progress: scheduler.Progress): Promise<void> {
    const { accepted } = this.#runningJob(id);
    const finishing = { cancelled: false };
    this.#finishing.set(id, finishing);
    this.#store.jobs.update(id, progress);
    let summary: AnySummary;
    let learned: Learned | undefined;
    try {
      const layout: DrawsLayout = { ...this.#store.segments.layout(id, accepted.shape), complete: true };
      summary = await this.#statistics.summarize(layout, accepted);
      if (isTraining(accepted) && !finishing.cancelled && !this.#stopping) learned = await this.#learned(id, accepted);
    } catch (error) {
      this.#finishing.delete(id);
      if (!this.#stopping) await this.#readFailed(id, error);
      return;
    }
    this.#finishing.delete(id);
    if (this.#stopping) return;
    if (finishing.cancelled) return this.#end(id, "cancelled", progress, null);
    this.#store.transaction(() => {
      if (isTraining(accepted) && learned) {
        summary = { ...summary, model: registerLearned(this.#store, learned, id, accepted.spec.name) };
      }
      if ("model" in summary) logger.info("job {id}: model {name} is in the registry", { id, name: summary.model });
      this.#store.jobs.saveSummary(id, summary);
      for (const warning of summary.warnings) this.#events.publish(id, "warning", warning);
      this.#events.publish(id, "summary", summary);
      this.#end(id, "completed", progress, null);
    });
  }

  #end(id: string, status: JobStatus, progress: scheduler.Progress, error: SegmentError | null): void {
    this.#running.delete(id);
    this.#store.segments.sync(id);
    const { done, total } = progress;
    this.#store.transaction(() => {
      this.#store.jobs.update(id, { status, done, total, ...(error ? { error } : {}) });
      this.#events.publish(id, "progress", { done, total });
      this.#events.publish(id, "status", { status, ...(error ? { error } : {}) });
    });
    logger.info("job {id} {status}", { id, status, ...(error ? { error } : {}) });
  }

  /** Goes on with a job of the store: an unfinished one, or one that has lost draws. */
  #takeUp(job: StoredJob): void {
    let accepted: AcceptedWork;
    try {
      accepted = this.accepted(job);
    } catch (error) {
      if (!(error instanceof ValidationError)) throw error;
      const message = `this version of the service cannot run it any more: ${error.message}`;
      return this.#end(job.id, "failed", job, { code: "spec", message });
    }
    const chains = this.#store.segments.committed(job.id, groupCount(accepted.shape)).map(({ prefix, beyond }) => {
      const present = new Set(beyond);
      const frontier = beyond.length > 0 ? beyond[beyond.length - 1] + 1 : prefix;
      const holes: number[] = [];
      for (let segment = prefix; segment < frontier; segment++) if (!present.has(segment)) holes.push(segment);
      return { frontier, holes };
    });
    const decided = this.#store.jobs.decisions(job.id).findLast(({ stop }) => !stop)?.segments ?? 0;
    const restored: Restored = {
      status: job.status === "queued" || job.status === "paused" ? job.status : "running",
      chains,
      decided,
      stopAt: job.stopSegments ?? null,
    };
    const reopened = this.#events.isOver(job.id, this.#store.events.last(job.id)?.id ?? 0);
    if (reopened) this.#events.publish(job.id, "status", { status: "running" });
    this.#running.set(job.id, new RunningJob(job.id, accepted));
    this.#submit({ job: job.id, ...unitsOf(accepted), restored });
  }

  #submit(job: Omit<Extract<scheduler.Event, { kind: "submitted" }>, "kind">): void {
    this.#engine.expect(job.nodeKind);
    this.#dispatch({ kind: "submitted", ...job });
  }

  /** The statistics of an unfinished job failed. After a damaged block, all such blocks are dropped and made again. */
  async #readFailed(id: string, error: unknown): Promise<void> {
    if (error instanceof LostBlockError) {
      const lost = await this.#store.segments.verify(id);
      if (!this.#stopping) this.blocksLost(id, lost);
      return;
    }
    logger.error("job {id}: its statistics failed: {error}", { id, error });
    const failure = { code: "internal", message: "its statistics could not be computed. See the service's log." };
    const job = this.#store.jobs.get(id);
    if (this.#state.jobs.has(id)) this.#dispatch({ kind: "jobFailed", job: id, error: failure });
    else if (job) this.#end(id, "failed", job, failure);
  }

  /** Nobody waits for it; what goes wrong in it that has no better place is logged. */
  #inBackground(work: Promise<void>): void {
    work.catch((error) => logger.error("{error}", { error }));
  }

  #runningJob(id: string): RunningJob {
    const running = this.#running.get(id);
    if (!running) throw new Error(`job ${id} is not running`);
    return running;
  }
}

/** What the scheduler has to know of a job: its groups of chains, each of which it takes for one chain. */
function unitsOf(accepted: AcceptedWork) {
  const { plan, shape } = accepted;
  const nodeKind = nodeKindOf(workSpec(accepted));
  const chains = groupCount(shape);
  const lanes = Array.from({ length: chains }, (_, group) => lanesOf(shape, group));
  return { nodeKind, plan, chains, ...(shape.lanes === 1 ? {} : { lanes }) };
}
