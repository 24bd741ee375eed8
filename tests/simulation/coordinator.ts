/** The simulated shell around the scheduler: commits results, carries out commands, watches leases. Dies with its state. */
import {
  canCommit,
  type Command,
  type Event,
  initialState,
  isCommitted,
  type LeaseId,
  type NodeId,
  type Progress,
  progress,
  type SchedulerState,
  type step,
} from "../../coordinator/scheduler.ts";
import { type Disk, Journal, key } from "./journal.ts";
import { type Bytes, decide, learn, learnedBefore, type Work } from "./work.ts";
import type { World } from "./world.ts";

/** A node's message: a result, or that there will be none. */
export interface Reply {
  readonly node: NodeId;
  readonly lease: LeaseId;
  readonly work: Work;
  readonly chain: number;
  readonly segment: number;
  readonly outcome: { readonly bytes: Bytes; readonly intact: boolean } | "released" | "failed";
}

const WATCHDOG = 60; // longer than any segment that lives, with its way there and back
const SYNC = 2;
const DECISION = 10;
const LEARNING = 20;
const LEASES_A_LIFE = 1_000_000;

export class Coordinator {
  readonly world: World;
  readonly journal: Journal;
  state: SchedulerState;
  alive = true;
  /** Told to shut down. */
  closing = false;
  readonly #step: typeof step;
  readonly #events: Event[] = [];
  #busy = false;
  /** Written and not yet synced. */
  #uncommitted: { work: Work; chain: number; segment: number }[] = [];

  constructor(world: World, disk: Disk, life: number, stepFunction: typeof step) {
    this.world = world;
    this.#step = stepFunction;
    this.journal = this.openJournal(disk);
    this.state = initialState(life * LEASES_A_LIFE + 1);
  }

  openJournal(disk: Disk): Journal {
    return new Journal(disk);
  }

  /** Takes up what the store has. */
  start(): void {
    for (const work of this.world.works) this.takeUp(work);
  }

  submit(work: Work): void {
    this.journal.append({ kind: "status", job: work.id, status: "queued" });
    this.journal.sync();
    this.world.oracle.status(work.id, "queued");
    this.tell({ kind: "submitted", job: work.id, nodeKind: work.nodeKind, plan: work.plan, chains: work.chains });
  }

  /** False where the job has ended, which the caller is told. */
  request(kind: "pause" | "resume" | "cancel", work: Work): boolean {
    if (!this.state.jobs.has(work.id)) return false;
    this.tell({ kind, job: work.id });
    return true;
  }

  /** The scheduler takes one event at a time, and the commands of one are carried out before the next. */
  tell(event: Event): void {
    if (!this.alive) return;
    if (event.kind === "shutdown") this.closing = true;
    this.#events.push(event);
    if (this.#busy) return;
    this.#busy = true;
    for (let next = this.#events.shift(); next; next = this.#events.shift()) {
      const isNew = next.kind === "committed" && this.#isWanted(next.job, next.chain, next.segment);
      const { state, commands } = this.#step(this.state, next);
      this.state = state;
      for (const command of commands) this.#carryOut(command);
      if (next.kind === "committed") {
        if (isNew) this.world.oracle.committed(next.job, next.chain, next.segment);
        this.#publishProgress(next.job, commands);
      }
    }
    this.#busy = false;
  }

  receive(reply: Reply): void {
    const { node, lease, work, chain, segment, outcome } = reply;
    if (outcome === "released") return this.tell({ kind: "released", node, lease });
    if (outcome === "failed") {
      const error = { code: "model", message: "the density is not finite" };
      return this.tell({ kind: "segmentFailed", node, lease, error });
    }
    this.tell({ kind: "arrived", node, lease });
    if (!this.accepts(work, chain, segment)) return;
    if (!outcome.intact && !this.trusts(outcome.bytes)) {
      return this.tell({ kind: "rejected", job: work.id, chain, segment });
    }
    // Of a second result for a segment with other bytes nothing is kept.
    if (!this.journal.put(work.id, chain, segment, outcome.bytes)) return;
    this.#uncommitted.push({ work, chain, segment });
    this.acknowledge();
  }

  /** Whether a result is wanted, or to be compared with what there is. */
  accepts(work: Work, chain: number, segment: number): boolean {
    const job = this.state.jobs.get(work.id);
    return job !== undefined && (canCommit(job, chain, segment) || isCommitted(job, chain, segment));
  }

  #isWanted(id: string, chain: number, segment: number): boolean {
    const job = this.state.jobs.get(id);
    return job !== undefined && canCommit(job, chain, segment);
  }

  /** What a checksum says of bytes that were garbled on their way. */
  trusts(_bytes: Bytes): boolean {
    return false;
  }

  /** Reports what was written, once a sync has made it durable. */
  acknowledge(): void {
    this.world.agenda.after(this.world.dice.between(0, SYNC), () => this.alive && this.commit());
  }

  commit(sync = true): void {
    if (sync) this.journal.sync();
    const written = this.#uncommitted;
    this.#uncommitted = [];
    for (const { work, chain, segment } of written) {
      // What was found damaged since it was written is not committed.
      const stored = this.journal.jobs.get(work.id)?.blocks.has(key(work.id, chain, segment));
      if (stored && this.accepts(work, chain, segment)) this.tell({ kind: "committed", job: work.id, chain, segment });
    }
  }

  /** The bytes that a segment is to go on from; null where they are lost. */
  checkpoint(work: Work, chain: number, segment: number): Bytes | null {
    return this.journal.read(work.id, chain, segment - 1);
  }

  /** What the chains share in a segment; null before they have learned. */
  shared(work: Work, segment: number): Bytes | null {
    return this.journal.jobs.get(work.id)?.shared.get(learnedBefore(work, segment)) ?? null;
  }

  /** A block was found lost: an unfinished job computes it again, a completed one is taken up again. */
  lose(work: Work, chain: number, segment: number): void {
    if (this.state.jobs.has(work.id)) this.tell({ kind: "blockLost", job: work.id, chain, segment });
    else this.takeUp(work);
  }

  takeUp(work: Work): void {
    const restored = this.journal.restore(work.id, work.chains);
    if (!restored) return;
    const { id: job, nodeKind, plan, chains } = work;
    this.tell({ kind: "submitted", job, nodeKind, plan, chains, restored });
  }

  /** Reads every block of the jobs that have completed or will, as a download would. */
  scrub(): void {
    for (const work of this.world.works) {
      if (this.journal.restore(work.id, work.chains)) this.readAll(work, work.plan.count);
    }
  }

  /** The blocks of the first segments of every chain; null where one was found lost. */
  readAll(work: Work, segments: number): Bytes[] | null {
    const blocks: Bytes[] = [];
    let whole = true;
    for (let chain = 0; chain < work.chains; chain++) {
      for (let segment = 0; segment < segments; segment++) {
        if (!this.journal.jobs.get(work.id)?.blocks.has(key(work.id, chain, segment))) continue;
        const bytes = this.journal.read(work.id, chain, segment);
        if (bytes !== null) blocks.push(bytes);
        else {
          whole = false;
          this.lose(work, chain, segment);
        }
      }
    }
    return whole ? blocks : null;
  }

  progressOf(id: string): Progress | undefined {
    const job = this.state.jobs.get(id);
    return job && progress(job);
  }

  #carryOut(command: Command): void {
    const { world, journal } = this;
    if (command.kind === "status" || command.kind === "finish") {
      journal.append({ kind: "status", job: command.job, status: command.status });
      journal.sync();
      world.oracle.status(command.job, command.status);
      if (command.kind === "finish") world.oracle.finished(command, journal);
    }
    world.oracle.command(command, this, journal);
    if (command.kind === "lease") this.#lease(command);
    if (command.kind === "revoke") {
      world.send(() => this.alive && world.nodes.get(command.node)?.revoke(command.lease));
      this.watch(command.node, command.lease, []);
    }
    if (command.kind === "decide") {
      world.agenda.after(world.dice.between(0, DECISION), () => this.alive && this.#decide(command));
    }
  }

  #lease({ node, lease, job, chain, segment }: Command & { kind: "lease" }): void {
    const work = this.world.work(job);
    const checkpoint = segment === 0 ? null : this.checkpoint(work, chain, segment);
    if (segment > 0 && checkpoint === null) {
      this.tell({ kind: "blockLost", job, chain, segment: segment - 1 });
      return this.tell({ kind: "released", node, lease });
    }
    const task = { lease, work, chain, segment, checkpoint, shared: this.shared(work, segment) };
    this.world.send(() => this.alive && this.world.nodes.get(node)?.run(task));
    this.watch(node, lease, [lease]);
  }

  /** Kills a node that still holds a lease when its time is up. */
  watch(node: NodeId, lease: LeaseId, blamed: readonly LeaseId[]): void {
    this.world.agenda.after(WATCHDOG, () => {
      const held = this.alive && this.state.nodes.get(node)?.leases.get(lease);
      if (!held || (held.revoked && blamed.length > 0)) return;
      this.world.nodes.get(node)?.die();
      this.tell({ kind: "nodeLost", node, cause: "stalled", blamed });
    });
  }

  #decide({ job, segments }: Command & { kind: "decide" }): void {
    // Where a block was lost meanwhile it will be asked again.
    if (!this.state.jobs.get(job)?.deciding) return;
    const work = this.world.work(job);
    if (work.plan.learnings.includes(segments)) return this.#learn(work, segments);
    const blocks = this.readAll(work, segments);
    if (!blocks) return;
    const stop = decide(blocks);
    this.record(job, segments, stop);
    this.tell({ kind: "decided", job, segments, stop });
  }

  /** The checkpoints are read now, and what is learned from them comes later: what has happened meanwhile may make it unwanted. */
  #learn(work: Work, segments: number): void {
    const { id: job } = work;
    const last: Bytes[] = [];
    for (let chain = 0; chain < work.chains; chain++) {
      const bytes = this.journal.read(job, chain, segments - 1);
      if (bytes === null) return this.tell({ kind: "blockLost", job, chain, segment: segments - 1 });
      last.push(bytes);
    }
    const shared = learn(last, this.shared(work, segments - 1));
    this.world.agenda.after(this.world.dice.between(0, LEARNING), () => {
      const now = this.state.jobs.get(job);
      if (!this.alive || !now?.deciding || now.barrier !== segments) return;
      this.record(job, segments, false, shared);
      this.tell({ kind: "decided", job, segments, stop: false });
    });
  }

  record(job: string, segments: number, stop: boolean, shared?: Bytes): void {
    this.journal.append({ kind: "decision", job, segments, stop, ...(shared === undefined ? {} : { shared }) });
    this.journal.sync();
    this.world.count(shared !== undefined ? "learning" : stop ? "decision to stop" : "decision to go on");
  }

  #publishProgress(id: string, commands: readonly Command[]): void {
    const finish = commands.find((command) => command.kind === "finish" && command.job === id);
    const now = finish?.kind === "finish" ? finish.progress : this.progressOf(id);
    if (now) this.world.oracle.progress(id, now);
  }
}
