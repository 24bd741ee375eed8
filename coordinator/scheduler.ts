/**
 * Who computes what. A pure step function: (state, event) → (state, commands), with no clock and no I/O. The shell tells it
 * what happened, makes durable what must be, and carries out its commands; the same events give the same commands.
 *
 * A segment's way: `lease` → it runs → `arrived` → the shell commits it (`canCommit`) → `committed` → the chain's next.
 * A step costs O(chains of the job touched + jobs + nodes), however many segments a job has.
 */
import type { Command } from "./scheduler/command.ts";
import { loseLease, loseNode, recordLoss } from "./scheduler/deaths.ts";
import { dispatch } from "./scheduler/dispatch.ts";
import { Draft } from "./scheduler/draft.ts";
import type { Event, Submitted } from "./scheduler/event.ts";
import { canCommit, commit, endOf, isDue, isWholeAt, withChain } from "./scheduler/job.ts";
import type { Chain, Job, JobId, SchedulerState } from "./scheduler/state.ts";

export type { Command, Progress } from "./scheduler/command.ts";
export type { Event, Restored } from "./scheduler/event.ts";
export { initialState } from "./scheduler/state.ts";
export type { Chain, Job, JobError, JobId, Lease, LeaseId, Node, NodeId, SchedulerState } from "./scheduler/state.ts";
export { canCommit, committedPrefix, isCommitted, progress } from "./scheduler/job.ts";

export interface Step {
  readonly state: SchedulerState;
  readonly commands: readonly Command[];
}

export function step(state: SchedulerState, event: Event): Step {
  const draft = new Draft(state);
  apply(draft, event);
  dispatch(draft);
  return { state: draft.state(), commands: draft.commands };
}

function apply(draft: Draft, event: Event): void {
  switch (event.kind) {
    case "submitted":
      return submit(draft, event);
    case "nodeJoined": {
      const { node: id, nodeKind, capacity } = event;
      if (!draft.nodes.has(id)) draft.setNode({ id, nodeKind, capacity, leases: new Map(), jobs: new Set() });
      return;
    }
    case "nodeLost":
      return loseNode(draft, event);
    case "arrived": {
      const lease = draft.vacate(event.node, event.lease);
      if (lease) changeChain(draft, lease.job, lease.chain, (chain) => markArrived(chain, lease.id));
      return;
    }
    case "committed":
      return commitSegment(draft, event.job, event.chain, event.segment);
    case "rejected": {
      const job = draft.jobs.get(event.job);
      const flight = job?.chains[event.chain]?.flight;
      if (job && flight?.arrived && flight.segment === event.segment) recordLoss(draft, job, event.chain, "killed");
      return;
    }
    case "released": {
      const lease = draft.vacate(event.node, event.lease);
      if (lease) loseLease(draft, lease, "killed");
      return;
    }
    case "segmentFailed": {
      const lease = draft.vacate(event.node, event.lease);
      const job = lease && !lease.revoked && draft.jobs.get(lease.job);
      if (job) draft.finish(job, "failed", event.error);
      return;
    }
    case "jobFailed":
      return changeJob(draft, event.job, (job) => draft.finish(job, "failed", event.error));
    case "decided":
      return changeJob(draft, event.job, (job) => decide(draft, job, event.segments, event.stop));
    case "blockLost":
      return changeChain(draft, event.job, event.chain, (chain) => loseBlock(chain, event.segment));
    case "pause":
      return changeJob(draft, event.job, (job) => {
        if (job.status !== "paused") draft.setStatus(job, "paused");
      });
    case "resume":
      return changeJob(draft, event.job, (job) => {
        if (job.status === "paused") draft.setStatus(job, hasBegun(job) ? "running" : "queued");
      });
    case "cancel":
      return changeJob(draft, event.job, (job) => draft.finish(job, "cancelled"));
    case "shutdown":
      draft.closing = true;
  }
}

function submit(draft: Draft, { job: id, nodeKind, plan, chains: count, lanes, restored }: Submitted): void {
  if (draft.jobs.has(id)) return;
  const chains = Array.from({ length: count }, (_, index): Chain => {
    const { frontier, holes } = restored?.chains[index] ?? { frontier: 0, holes: [] };
    return { frontier, holes, flight: null, troubles: null };
  });
  const reopened = restored?.status === "completed";
  const job: Job = {
    id,
    nodeKind,
    plan,
    status: reopened ? "running" : restored?.status ?? "queued",
    chains,
    lanes: lanes ?? null,
    decided: restored?.decided ?? 0,
    barrier: null,
    deciding: false,
    stopAt: restored?.stopAt ?? null,
    lastLease: 0,
    tally: { ready: 0, suspects: 0, active: 0 },
  };
  if (reopened && isWholeAt(job, endOf(job))) return;
  // No chain can be beyond a decision that was not taken, so only the furthest can stand at one.
  const furthest = chains.reduce((most, { frontier }) => Math.max(most, frontier), 0);
  const placed = isDue(job, furthest) ? { ...job, barrier: furthest } : job;
  if (reopened) draft.setStatus(placed, "running");
  else draft.setJob(placed);
  settle(draft, id);
}

function commitSegment(draft: Draft, id: JobId, index: number, segment: number): void {
  changeChain(draft, id, index, (chain, job) => {
    if (!canCommit(job, index, segment)) return null;
    const { flight } = chain;
    // The result of an earlier lease came first: nobody needs to go on with this one.
    if (flight?.segment === segment && !flight.arrived) draft.revoke(flight.node, flight.lease);
    return commit(chain, segment);
  });
}

function markArrived(chain: Chain, lease: number): Chain | null {
  return chain.flight?.lease === lease ? { ...chain, flight: { ...chain.flight, arrived: true } } : null;
}

function loseBlock(chain: Chain, segment: number): Chain | null {
  if (segment >= chain.frontier || chain.holes.includes(segment)) return null;
  return { ...chain, holes: [...chain.holes, segment].sort((a, b) => a - b) };
}

function decide(draft: Draft, job: Job, segments: number, stop: boolean): void {
  if (segments !== job.barrier || job.chains.some(({ frontier }) => frontier !== segments)) return;
  const decided = stop ? { stopAt: segments } : { decided: segments };
  draft.setJob({ ...job, ...decided, barrier: null, deciding: false });
}

function changeJob(draft: Draft, id: JobId, change: (job: Job) => void): void {
  const job = draft.jobs.get(id);
  if (!job) return;
  change(job);
  settle(draft, id);
}

function changeChain(
  draft: Draft,
  id: JobId,
  index: number,
  change: (chain: Chain, job: Job) => Chain | null,
): void {
  changeJob(draft, id, (job) => {
    const chain = job.chains[index] && change(job.chains[index], job);
    if (chain) draft.setJob(withChain(job, index, chain));
  });
}

/** Ends a job that is whole, asks for a decision that is due, and takes back one that can no longer be computed. */
function settle(draft: Draft, id: JobId): void {
  const job = draft.jobs.get(id);
  if (!job) return;
  if (isWholeAt(job, endOf(job))) return draft.finish(job, "completed");
  const due = job.barrier !== null && isWholeAt(job, job.barrier);
  if (due === job.deciding || (due && draft.closing)) return;
  draft.setJob({ ...job, deciding: due });
  if (due) draft.commands.push({ kind: "decide", job: id, segments: job.barrier });
}

function hasBegun(job: Job): boolean {
  return job.lastLease > 0 || job.chains.some(({ frontier }) => frontier > 0);
}
