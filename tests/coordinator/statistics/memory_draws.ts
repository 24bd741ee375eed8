/** Draws held in memory, as a reader gives them. */
import type { DrawsBlock, DrawsReader } from "../../../coordinator/store/draws.ts";
import type { NumericClass, Variable } from "../../../models/target.ts";
import type { StatisticType } from "../../../workers/block.ts";

export class MemoryDraws implements DrawsReader {
  readonly complete: boolean = true;
  readonly numericClass: NumericClass = "v8";
  readonly chains: number;
  readonly draws: number;
  readonly names: readonly string[];
  readonly variables: readonly Variable[];
  readonly statistics: readonly StatisticType[];
  readonly #values: readonly (readonly (readonly number[])[])[];
  readonly #columns: readonly (readonly (readonly number[])[])[];

  /** values and statistics: name → [chains][draws]. */
  constructor(
    values: Record<string, readonly (readonly number[])[]>,
    statistics: Record<string, readonly (readonly number[])[]> = {},
    readonly nonFinite = 0,
  ) {
    this.names = Object.keys(values);
    this.variables = this.names.map((name) => ({ name, shape: [] }));
    this.#values = Object.values(values);
    this.#columns = Object.values(statistics);
    this.statistics = Object.keys(statistics).map((name) => ({ name, type: "float64" }));
    this.chains = this.#values[0].length;
    this.draws = this.#values[0][0].length;
  }

  readValue(chain: number, value: number, start: number, out: Float64Array): void {
    out.set(this.#values[value][chain].slice(start, start + out.length));
  }

  readStatistic(chain: number, statistic: number, start: number, out: Float64Array): void {
    out.set(this.#columns[statistic][chain].slice(start, start + out.length));
  }

  blocks(): Iterable<DrawsBlock> {
    throw new Error("the statistics read values, not blocks");
  }

  close(): void {}
}

/** [chains][draws] of independent standard normals. */
export function normals(chains: number, draws: number, normal: () => number): number[][] {
  return Array.from({ length: chains }, () => Array.from({ length: draws }, normal));
}
