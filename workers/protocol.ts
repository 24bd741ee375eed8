/** What the coordinator and a node say to each other. */
import type { ExaminationResult, ModuleText } from "./examination.ts";
import type { WorkSpec } from "./work_spec.ts";

/** One segment, to be run from a checkpoint. */
export interface Lease {
  /** Unique within the coordinator's life. */
  readonly lease: number;
  readonly job: string;
  /** Chains chain … chain + lanes − 1 are advanced together. */
  readonly chain: number;
  readonly lanes: number;
  readonly segment: number;
  /** Steps (from, to] of each chain. */
  readonly from: number;
  readonly to: number;
  /** The SHA-256 of what the chains of the job have learned together, at the last barrier before the segment; null: nothing. */
  readonly shared: string | null;
  /** Steps of all chains of the job that are not committed, those of this segment included: what workers there is work for. */
  readonly left: number;
}

/** An error that a job's owner may read: a sentence, no stack, no path. */
export interface SegmentError {
  readonly code: string;
  readonly message: string;
}

export type ToNode =
  /** Comes before the first job, and the first lease of a job, that names it; the payload is its bytes. */
  | { readonly type: "asset"; readonly sha256: string }
  /** Comes before the first lease of a job. */
  | { readonly type: "open"; readonly job: string; readonly spec: WorkSpec }
  /** The payload is the tail of the block before the segment; none for a chain's first. */
  | { readonly type: "lease"; readonly lease: Lease }
  | { readonly type: "revoke"; readonly lease: number }
  /** Of a node of modules, one at a time. */
  | { readonly type: "examine"; readonly module: ModuleText }
  /** The job may be forgotten. */
  | { readonly type: "close"; readonly job: string };

export type FromNode =
  | { readonly type: "ready"; readonly workers: number }
  /** These leases advance, or wait for a free worker. */
  | { readonly type: "alive"; readonly leases: readonly number[] }
  /** The payload is the encoded block. */
  | { readonly type: "result"; readonly lease: number }
  | { readonly type: "failed"; readonly lease: number; readonly error: SegmentError }
  | { readonly type: "revoked"; readonly lease: number }
  | { readonly type: "examined"; readonly result: ExaminationResult };
