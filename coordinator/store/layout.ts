/** Where a job's committed draws are: plain data, small enough to be posted to a worker. */
import type { NumericClass, Variable } from "../../models/target.ts";
import type { StatisticType } from "../../workers/block.ts";

/** What a job's spec says of its draws; see coordinator/accept.ts. */
export interface DrawsShape {
  readonly chains: number;
  readonly variables: readonly Variable[];
  /** Recorded with each draw; "lp" is the first. */
  readonly statistics: readonly StatisticType[];
  readonly numericClass: NumericClass;
}

/** The committed segments of one chain that have draws, in order: one entry a segment in each column. */
export interface ChainSegments {
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
  /** [chains] */
  readonly segments: readonly ChainSegments[];
}
