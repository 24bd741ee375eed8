/** Where a job's committed draws are: plain data, small enough to be posted to a worker. */
import type { NonFiniteTerm, NumericClass, Variable } from "../../models/target.ts";
import type { StatisticType, ValueType } from "../../workers/block.ts";

/** What a job's spec says of its draws; see coordinator/accept.ts. */
export interface DrawsShape {
  readonly chains: number;
  /** Consecutive chains that are advanced together, and share their blocks; the last ones may be fewer. */
  readonly lanes: number;
  readonly variables: readonly Variable[];
  readonly valueType: ValueType;
  /** Recorded with each draw; "lp" is the first. */
  readonly statistics: readonly StatisticType[];
  readonly numericClass: NumericClass;
}

/** How many groups of chains a job is made of: what has segments of its own. */
export function groupCount({ chains, lanes }: DrawsShape): number {
  return Math.ceil(chains / lanes);
}

/** The chains of a group. */
export function lanesOf({ chains, lanes }: DrawsShape, group: number): number {
  return Math.min(lanes, chains - group * lanes);
}

/** The committed segments of one group of chains that have draws, in order: one entry a segment in each column. */
export interface GroupSegments {
  readonly segment: Uint32Array;
  /** Where the record begins in the file, in bytes. */
  readonly offset: Float64Array;
  /** Bytes of the block. */
  readonly length: Uint32Array;
  readonly draws: Uint32Array;
  readonly crc: Uint32Array;
}

export interface DrawsLayout extends DrawsShape {
  readonly job: string;
  readonly path: string;
  /** Of every chain: that of the shortest. */
  readonly draws: number;
  readonly complete: boolean;
  /** Evaluations whose log density was not finite, over all committed segments. */
  readonly nonFinite: number;
  readonly terms?: readonly NonFiniteTerm[];
  /** [groups] */
  readonly segments: readonly GroupSegments[];
}
