/** What the scheduler asks of the shell. The commands of a step are to be carried out in their order. */
import type { JobError, JobId, LeaseId, NodeId } from "./state.ts";

export type Command = LeaseSegment | Revoke | Decide | ChangeStatus | Finish | CloseJob;

/** Send a segment to a node, with the checkpoint of the chain's segment before it (none for segment 0): it is committed. */
export interface LeaseSegment {
  readonly kind: "lease";
  readonly node: NodeId;
  readonly lease: LeaseId;
  readonly job: JobId;
  readonly chain: number;
  readonly segment: number;
}

/**
 * Tell a node that a lease's result is no longer wanted. The lease occupies the node until `released`, `arrived` or
 * `segmentFailed` tells of it; the shell kills a node that does not let go.
 */
export interface Revoke {
  readonly kind: "revoke";
  readonly node: NodeId;
  readonly lease: LeaseId;
}

/**
 * Every chain has exactly `segments` segments: compute the statistics of those, record whether to stop, answer with
 * `decided`. Asked again after a block was lost meanwhile.
 */
export interface Decide {
  readonly kind: "decide";
  readonly job: JobId;
  readonly segments: number;
}

/** Record and publish the new status of an unfinished job. */
export interface ChangeStatus {
  readonly kind: "status";
  readonly job: JobId;
  readonly status: "queued" | "running" | "paused";
}

/** Record and publish that a job has ended. The scheduler has forgotten it. */
export interface Finish {
  readonly kind: "finish";
  readonly job: JobId;
  readonly status: "completed" | "cancelled" | "failed";
  /** Where it failed. */
  readonly error: JobError | null;
  /** At its end; a completed job has `done` = `total`. */
  readonly progress: Progress;
}

/** The node may forget all it keeps for the job, as soon as the leases of it that are revoked have ended. */
export interface CloseJob {
  readonly kind: "closeJob";
  readonly node: NodeId;
  readonly job: JobId;
}

/** Committed steps of all chains, warmup included, of those that the job may make. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}
