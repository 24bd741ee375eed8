/** How the statistics and the outputs read the committed draws of a job: a part at a time, never held whole. */
import type { StatisticType } from "../../workers/block.ts";
import type { NonFiniteTerm, NumericClass, Variable } from "../../models/target.ts";

export interface DrawsReader {
  readonly chains: number;
  /** Kept draws of every chain: the committed beginning, cut to the shortest chain. */
  readonly draws: number;
  /** False where the job has not made all its draws. */
  readonly complete: boolean;
  readonly variables: readonly Variable[];
  /** The reported values' names, in the order of `readValue`'s index. */
  readonly names: readonly string[];
  /** Recorded with each draw; "lp" is the first. */
  readonly statistics: readonly StatisticType[];
  readonly numericClass: NumericClass;
  /** Evaluations whose log density was not finite, over all committed segments (warmup too). */
  readonly nonFinite: number;
  /** Terms of a user's density whose gradient was not finite, over the same segments. */
  readonly terms?: readonly NonFiniteTerm[];
  /**
   * The committed blocks of one chain in order, those without draws left out, the last one cut to `draws`; of their values
   * [first, first + count), by default all. What a block holds is valid until the next one is asked for.
   */
  blocks(chain: number, first?: number, count?: number): Iterable<DrawsBlock>;
  /** Draws [start, start + out.length) of one value of one chain. */
  readValue(chain: number, value: number, start: number, out: Float64Array): void;
  /** Draws [start, start + out.length) of one statistic of one chain. */
  readStatistic(chain: number, statistic: number, start: number, out: Float64Array): void;
  close(): void;
}

export interface DrawsBlock {
  /** The index of the first draw within its chain. */
  readonly start: number;
  readonly draws: number;
  /** [values asked for][stride], of which the first `draws` of each row count. */
  readonly values: Float64Array;
  readonly stride: number;
}
