/**
 * What can happen, as the shell tells it to the scheduler. Every event may come late, twice or about something that is
 * gone: it then changes nothing.
 */
import type { NodeKind } from "../../workers/node_kind.ts";
import type { SegmentPlan } from "../planner.ts";
import type { JobError, JobId, LeaseId, NodeId } from "./state.ts";

export type Event =
  | Submitted
  | NodeJoined
  | NodeLost
  | Arrived
  | Committed
  | Rejected
  | Released
  | SegmentFailed
  | JobFailed
  | Decided
  | BlockLost
  | Pause
  | Resume
  | Cancel
  | Shutdown;

/**
 * A job was accepted and is durable; or, with `restored`, one is taken up again: an unfinished one when the coordinator
 * starts, or a completed one in which a block was found lost.
 */
export interface Submitted {
  readonly kind: "submitted";
  readonly job: JobId;
  /** The nodes that may run it. Where there is none it waits for one. */
  readonly nodeKind: NodeKind;
  readonly plan: SegmentPlan;
  /** What is advanced, leased and committed each by itself: a chain, or a group of chains, here called a chain too. */
  readonly chains: number;
  /** How many chains each of them is, for the count of steps; 1 each where absent. */
  readonly lanes?: readonly number[];
  readonly restored?: Restored;
}

/** A job as the store has it. */
export interface Restored {
  /** As last recorded. A completed job with holes becomes `running`; a completed one that is whole is not taken up. */
  readonly status: "queued" | "running" | "paused" | "completed";
  /** One a chain. `frontier`: segments ever committed, contiguous from 0; `holes`: those whose block is lost, ascending. */
  readonly chains: readonly { readonly frontier: number; readonly holes: readonly number[] }[];
  /** The segment count of the last recorded decision to go on; 0 where there is none. */
  readonly decided: number;
  /** The segment count of the recorded decision to stop, or null. */
  readonly stopAt: number | null;
}

/** A node is ready to work on `capacity` segments at once. The id is that of one process: one restarted has a new id. */
export interface NodeJoined {
  readonly kind: "nodeJoined";
  readonly node: NodeId;
  readonly nodeKind: NodeKind;
  readonly capacity: number;
}

/**
 * A node is gone, with all it was working on. `stalled`: the shell killed it since the `blamed` leases gave no sign of
 * life. `crashed`: it ended by itself (out of memory …). `killed`: it was ended from outside or left, no fault of a segment.
 */
export type NodeLost =
  | {
    readonly kind: "nodeLost";
    readonly node: NodeId;
    readonly cause: "stalled";
    readonly blamed: readonly LeaseId[];
  }
  | { readonly kind: "nodeLost"; readonly node: NodeId; readonly cause: "crashed" | "killed" };

/**
 * The result of a lease is here, and its node is free for another. Told for every result, before it is committed, and
 * followed by `committed` or `rejected` (or, where `canCommit` says no, by neither).
 */
export interface Arrived {
  readonly kind: "arrived";
  readonly node: NodeId;
  readonly lease: LeaseId;
}

/** A segment's block is durable, whoever computed it. */
export interface Committed {
  readonly kind: "committed";
  readonly job: JobId;
  readonly chain: number;
  readonly segment: number;
}

/** A result that arrived was garbled or could not be written: the segment has to run again. */
export interface Rejected {
  readonly kind: "rejected";
  readonly job: JobId;
  readonly chain: number;
  readonly segment: number;
}

/** A node has given up a lease without a result: after `revoke`, or since it could not begin (its checkpoint is lost). */
export interface Released {
  readonly kind: "released";
  readonly node: NodeId;
  readonly lease: LeaseId;
}

/** A segment ran and failed, as it would anywhere: the job fails. */
export interface SegmentFailed {
  readonly kind: "segmentFailed";
  readonly node: NodeId;
  readonly lease: LeaseId;
  readonly error: JobError;
}

/** The shell found that a job can't go on (two results for one segment differ …). */
export interface JobFailed {
  readonly kind: "jobFailed";
  readonly job: JobId;
  readonly error: JobError;
}

/** The answer to `decide`, once it is durable. */
export interface Decided {
  readonly kind: "decided";
  readonly job: JobId;
  readonly segments: number;
  readonly stop: boolean;
}

/**
 * A committed block of an unfinished job turned out to be cut, garbled or missing; it is computed again. A completed job
 * is not known here any more: `submitted` with `restored` takes it up. Takes back a `decide` that is not yet answered
 * (its statistics could not be read); it is asked again once the job is whole.
 */
export interface BlockLost {
  readonly kind: "blockLost";
  readonly job: JobId;
  readonly chain: number;
  readonly segment: number;
}

/** No more segments of the job are leased; those under way end and are committed, and may complete the job. */
export interface Pause {
  readonly kind: "pause";
  readonly job: JobId;
}

export interface Resume {
  readonly kind: "resume";
  readonly job: JobId;
}

/** The job is over at once; results that come later don't count. */
export interface Cancel {
  readonly kind: "cancel";
  readonly job: JobId;
}

/** No segment is begun and no decision asked for any more. */
export interface Shutdown {
  readonly kind: "shutdown";
}
