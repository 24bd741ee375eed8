/**
 * What the scheduler knows: who holds which segment, and how far each unfinished job has come. The store owns what is
 * committed and what has finished; a job that ends leaves this state.
 *
 * A value of this type never changes: each step shares with its successor all that the event did not touch.
 */
import type { NodeKind } from "../../workers/node_kind.ts";
import type { SegmentPlan } from "../planner.ts";

export type JobId = string;
export type NodeId = string;
/** Counts up; a lease's id is never used again by this scheduler. */
export type LeaseId = number;

export interface SchedulerState {
  /** In the order in which they joined. */
  readonly nodes: ReadonlyMap<NodeId, Node>;
  /** The unfinished jobs (their number is what bounds the queue), in the order in which they were submitted. */
  readonly jobs: ReadonlyMap<JobId, Job>;
  readonly nextLease: LeaseId;
  /** True after `shutdown`: no segment is begun any more. */
  readonly closing: boolean;
}

export interface Node {
  readonly id: NodeId;
  /** It is given segments of jobs of this kind alone. */
  readonly nodeKind: NodeKind;
  /** How many leases it may hold at once. */
  readonly capacity: number;
  /** What occupies it, revoked leases that it has not given up yet included. */
  readonly leases: ReadonlyMap<LeaseId, Lease>;
  /** The jobs of which it was ever given a segment, those closed left out. */
  readonly jobs: ReadonlySet<JobId>;
}

export interface Lease {
  readonly id: LeaseId;
  readonly job: JobId;
  readonly chain: number;
  readonly segment: number;
  /** A trial of a suspect: its node gets nothing else meanwhile. */
  readonly exclusive: boolean;
  /** Its result is no longer wanted; it still occupies its node. */
  readonly revoked: boolean;
}

export interface Job {
  readonly id: JobId;
  /** The nodes that may run it. */
  readonly nodeKind: NodeKind;
  readonly plan: SegmentPlan;
  readonly status: "queued" | "running" | "paused";
  readonly chains: readonly Chain[];
  /** How many chains of the job each of them is; null: 1. */
  readonly lanes: readonly number[] | null;
  /** The segment count of the last decision to go on; 0 before the first. */
  readonly decided: number;
  /** The segment count of the decision that is due next, once a chain waits for it. */
  readonly barrier: number | null;
  /** True from the command `decide` to its answer. */
  readonly deciding: boolean;
  /** Segments of each chain at which it was decided to stop. */
  readonly stopAt: number | null;
  /** Its latest lease; 0 before the first. The job served longest ago comes first. */
  readonly lastLease: LeaseId;
  /** Counted over the chains at each change, so that who looks for work can pass by a job that has none. */
  readonly tally: Tally;
}

export interface Tally {
  /** Chains that can be leased now. */
  readonly ready: number;
  /** Chains that can be leased now, but on a node of their own. */
  readonly suspects: number;
  /** Leases on which a node is working. */
  readonly active: number;
}

export interface Chain {
  /** Segments [0, frontier) have been committed. */
  readonly frontier: number;
  /** Those of them whose block was lost since and has to be computed again, ascending. */
  readonly holes: readonly number[];
  /** At most one segment of a chain is under way: the next one needs its checkpoint. */
  readonly flight: Flight | null;
  /** What befell its next segment so far; null where nothing did. */
  readonly troubles: Troubles | null;
}

/** How a segment's earlier leases ended; forgotten when it commits. */
export interface Troubles {
  readonly segment: number;
  /** How often it stalled its node, or crashed it while alone there. */
  readonly deaths: number;
  /** How often it was lost without any fault of its own. */
  readonly kills: number;
  /** It was on a node that crashed: it is to run alone. */
  readonly suspect: boolean;
}

export interface Flight {
  readonly lease: LeaseId;
  readonly node: NodeId;
  readonly segment: number;
  /** True once its result is here and waits to be committed; the node is free of it. */
  readonly arrived: boolean;
}

/** Why a job failed: a sentence for its owner. */
export interface JobError {
  readonly code: string;
  readonly message: string;
}

/** A scheduler that knows nothing. `firstLease` lets a restarted one use ids that no surviving node has seen. */
export function initialState(firstLease: LeaseId = 1): SchedulerState {
  return { nodes: new Map(), jobs: new Map(), nextLease: firstLease, closing: false };
}
