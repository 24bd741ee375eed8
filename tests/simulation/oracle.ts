/** What must hold at every moment of every schedule. Knows the truth, and sees what the coordinator does and says. */
import type { Command, Lease, NodeId, Progress, SchedulerState } from "../../coordinator/scheduler.ts";
import type { NodeKind } from "../../workers/node_kind.ts";
import { type Journal, key, type Status } from "./journal.ts";
import { type Truth, truth, type Work } from "./work.ts";

/** A promise that was broken. */
export class Violation extends Error {
  override name = "Violation";
}

const TERMINAL: readonly Status[] = ["completed", "cancelled", "failed"];

/** What a job may fail of, by the fault that it has. One that hangs may be there when its node crashes. */
const CODES: Readonly<Record<string, readonly string[]>> = {
  crash: ["crashed"],
  stall: ["stalled", "crashed"],
  error: ["model"],
  none: [],
};

/** The one that the commands are from. */
interface Holder {
  readonly state: SchedulerState;
  readonly closing: boolean;
}

interface Known {
  readonly work: Work;
  readonly truth: Truth;
  status: Status | null;
  /** What was reported as committed and not found damaged since. */
  readonly committed: Set<string>;
  /** Segments ever reported as committed, and the steps in them. */
  readonly counted: Set<string>;
  steps: number;
  published: number;
  /** Blocks in the store when it ended. */
  last: number;
  /** Blocks that went bad on the disk and are not yet replaced. */
  readonly damaged: Set<string>;
}

export class Oracle {
  readonly #jobs = new Map<string, Known>();
  readonly #nodeKinds = new Map<NodeId, NodeKind>();

  nodeStarted(id: NodeId, kind: NodeKind): void {
    this.#nodeKinds.set(id, kind);
  }

  expect(work: Work): void {
    this.#jobs.set(work.id, {
      work,
      truth: truth(work),
      status: null,
      committed: new Set(),
      counted: new Set(),
      steps: 0,
      published: 0,
      last: 0,
      damaged: new Set(),
    });
  }

  /** A status was published. */
  status(id: string, status: Status): void {
    const job = this.#job(id);
    const reopened = job.status === "completed" && status === "running" && job.damaged.size > 0;
    check(
      job.status === null || !TERMINAL.includes(job.status) || reopened,
      `${id} went from ${job.status} to ${status}`,
    );
    job.status = status;
  }

  /** A commit was reported. */
  committed(id: string, chain: number, segment: number): void {
    const job = this.#job(id);
    check(job.status === null || job.status !== "cancelled", `a segment was committed to ${id} after it was cancelled`);
    job.committed.add(key(id, chain, segment));
    job.damaged.delete(key(id, chain, segment));
    this.#count(job, chain, segment);
  }

  isCommitted(id: string, chain: number, segment: number): boolean {
    return this.#job(id).committed.has(key(id, chain, segment));
  }

  /** A committed block went bad on the disk. */
  damaged(id: string, chain: number, segment: number): void {
    const job = this.#job(id);
    job.damaged.add(key(id, chain, segment));
    job.committed.delete(key(id, chain, segment));
  }

  progress(id: string, { done, total }: Progress): void {
    const job = this.#job(id);
    check(done >= job.published, `the progress of ${id} fell from ${job.published} to ${done}`);
    check(done <= total, `${id} has done ${done} steps of ${total}`);
    check(done === job.steps, `${id} says that ${done} steps are done where ${job.steps} are committed`);
    job.published = done;
  }

  /** The coordinator was started again and has read its store. */
  reopened(journal: Journal): void {
    for (const [id, job] of this.#jobs) {
      const stored = journal.jobs.get(id);
      check(stored !== undefined || job.status === null, `${id} was accepted and is lost`);
      if (!stored) continue;
      check(
        stored.status === job.status || job.status === null || !TERMINAL.includes(job.status),
        `${id} was ${job.status} and is ${stored.status} after a restart`,
      );
      for (const at of job.committed) check(stored.blocks.has(at), `${at} was committed and is lost`);
      for (const [chain, frontier] of stored.frontiers) {
        for (let segment = 0; segment < frontier; segment++) this.#count(job, chain, segment);
      }
    }
    this.bytes(journal);
  }

  /** Every block that a store has is the right one. */
  bytes(journal: Journal): void {
    for (const { work, truth } of this.#jobs.values()) {
      for (const [at, bytes] of journal.jobs.get(work.id)?.blocks ?? []) {
        const [, chain, segment] = at.split("/").map(Number);
        check(bytes === truth.blocks[chain][segment], `${at} was committed with wrong bytes`);
      }
    }
  }

  /** A job has ended, for the reason there is, and what it has by now is all. */
  finished({ job: id, status, error, progress }: Command & { kind: "finish" }, journal: Journal): void {
    const job = this.#job(id);
    job.last = journal.jobs.get(id)?.blocks.size ?? 0;
    check((error !== null) === (status === "failed"), `${id} is ${status} with the error ${error?.code}`);
    if (error) {
      check(CODES[job.work.fault?.kind ?? "none"].includes(error.code), `${id} failed for being ${error.code}`);
    }
    if (status === "completed") check(progress.done === progress.total, `${id} completed at ${progress.done} steps`);
  }

  /** A command is about to be carried out. */
  command(command: Command, { state, closing }: Holder, journal: Journal): void {
    if (command.kind === "lease") {
      check(!closing, `a segment of ${command.job} was begun after a shutdown`);
      this.#lease(command, state, journal);
    }
    if (command.kind === "decide") this.#decide(command.job, command.segments, journal);
    if (command.kind === "closeJob") {
      const leases = [...(state.nodes.get(command.node)?.leases.values() ?? [])];
      check(
        leases.every(({ job, revoked }) => job !== command.job || revoked),
        `${command.node} was told to forget ${command.job}, of which it runs a segment`,
      );
    }
  }

  #lease(command: Command & { kind: "lease" }, state: SchedulerState, journal: Journal): void {
    const { job: id, chain, segment, node } = command;
    const at = key(id, chain, segment);
    const { work, status } = this.#job(id);
    const stored = journal.jobs.get(id);
    const nodeKind = this.#nodeKinds.get(node);
    check(nodeKind === work.nodeKind, `${at}, for ${work.nodeKind} nodes, was leased to one of kind ${nodeKind}`);
    check(status === "running", `${at} was leased while the job is ${status}`);
    check(!this.#job(id).committed.has(at), `${at} was leased again though it is committed`);
    check(
      segment === 0 || stored?.blocks.has(key(id, chain, segment - 1)),
      `${at} was leased before its checkpoint was committed`,
    );
    for (let d = 1; d <= segment; d++) {
      if (work.plan.isDecision(d)) check((stored?.decided ?? 0) >= d, `${at} was leased before decision ${d}`);
    }
    check(stored?.stopAt === null || segment < (stored?.stopAt ?? 0), `${at} was leased beyond the job's end`);
    const holder = state.nodes.get(node);
    check(holder && holder.leases.size <= holder.capacity, `${node} has more leases than places`);
    const others: Lease[] = [];
    for (const { leases } of state.nodes.values()) others.push(...leases.values());
    const same = others.filter((lease) => lease.job === id && lease.chain === chain && !lease.revoked);
    check(same.length <= 1, `chain ${chain} of ${id} is under way ${same.length} times`);
    check(
      !holder?.leases.get(command.lease)?.exclusive || holder.leases.size === 1,
      `${at}, on trial, shares its node`,
    );
  }

  #decide(id: string, segments: number, journal: Journal): void {
    const { work } = this.#job(id);
    check(work.plan.isDecision(segments), `${id} is to decide at ${segments} segments, where nothing is decided`);
    for (let chain = 0; chain < work.chains; chain++) {
      const blocks = journal.jobs.get(id)?.blocks;
      const has = (segment: number) => blocks?.has(key(id, chain, segment)) ?? false;
      check(
        Array.from({ length: segments }, (_, segment) => segment).every(has) && !has(segments),
        `${id} is to decide at ${segments} segments, which chain ${chain} does not have`,
      );
    }
  }

  /** Nothing happens any more: every job has ended, as it should and with what it should. */
  ended(journal: Journal, cancelled: ReadonlySet<string>): void {
    this.bytes(journal);
    for (const job of this.#jobs.values()) {
      const { work, truth, status } = job;
      const stored = journal.jobs.get(work.id);
      check(status !== null && TERMINAL.includes(status), `${work.id} never ended: it is ${status}`);
      check(stored?.status === status, `${work.id} is ${status} and recorded as ${stored?.status}`);
      const fails = work.fault !== null && work.fault.segment < truth.end;
      if (status === "cancelled") check(cancelled.has(work.id), `${work.id} is cancelled, which nobody wanted`);
      else check(status === (fails ? "failed" : "completed"), `${work.id} is ${status}`);
      const blocks = stored?.blocks.size ?? 0;
      check(blocks <= job.last, `${work.id} had ${job.last} blocks when it ended and now has ${blocks}`);
      if (status !== "completed") continue;
      check(
        (stored?.stopAt ?? work.plan.count) === truth.end,
        `${work.id} stopped at ${stored?.stopAt}, not ${truth.end}`,
      );
      check(blocks === truth.end * work.chains, `${work.id} has ${blocks} blocks`);
    }
  }

  #count(job: Known, chain: number, segment: number): void {
    const at = key(job.work.id, chain, segment);
    if (job.counted.has(at)) return;
    job.counted.add(at);
    const { from, to } = job.work.plan.range(segment);
    job.steps += to - from;
  }

  #job(id: string): Known {
    const job = this.#jobs.get(id);
    if (!job) throw new Violation(`${id} is nobody's job`);
    return job;
  }
}

function check(holds: unknown, broken: string): asserts holds {
  if (!holds) throw new Violation(broken);
}
