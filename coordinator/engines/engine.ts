/** How segments reach nodes. The coordinator decides what runs where; an engine carries it there and reports what came of it. */
import type { Assets } from "../../models/model.ts";
import type { ExaminationResult, ModuleText } from "../../workers/examination.ts";
import type { NodeKind } from "../../workers/node_kind.ts";
import type { Lease, SegmentError } from "../../workers/protocol.ts";
import type { WorkSpec } from "../../workers/work_spec.ts";

/** Why a node is gone. */
export type LossCause =
  /** No sign of life of some leases for too long; they are to blame. The engine has killed the node. */
  | { readonly kind: "stalled"; readonly leases: readonly number[] }
  /** It ended by itself: out of memory, or a fault. Any of its leases may be to blame. */
  | { readonly kind: "crashed"; readonly detail: string }
  /** It was killed from outside, or by the engine to get rid of a revoked lease that would not stop. No lease is to blame. */
  | { readonly kind: "killed" };

/** What an engine tells the coordinator. */
export interface EngineEvents {
  nodeJoined(node: string, kind: NodeKind, capacity: number): void;
  nodeLost(node: string, cause: LossCause): void;
  /** `block` is the encoded block of the segment. */
  result(node: string, lease: number, block: Uint8Array): void;
  failed(node: string, lease: number, error: SegmentError): void;
  /** A revoked lease has let go of its worker. */
  revoked(node: string, lease: number): void;
}

export interface Engine {
  /** Sees to it that there is a node of this kind, now or soon. */
  expect(kind: NodeKind): void;
  /** Compiles, opens and tries a user's module, in a process that may die of it and within a deadline. */
  examine(module: ModuleText): Promise<ExaminationResult>;
  /** Begins to start nodes; they join one by one. `assets` has what leases and their specs name. */
  start(events: EngineEvents, assets: Assets): void;
  /** `checkpoint` is the tail of the chain's block before the segment, null for its first. */
  lease(node: string, lease: Lease, spec: WorkSpec, checkpoint: Uint8Array | null): void;
  revoke(node: string, lease: number): void;
  /** No more leases of this job will come to the node. */
  close(node: string, job: string): void;
  /** Workers of all the nodes that there are. */
  readonly workers: number;
  /** Ends all nodes; no event comes any more. */
  stop(): Promise<void>;
}
