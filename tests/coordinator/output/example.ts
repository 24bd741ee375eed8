/** Draws for the outputs' tests: three chains, a scalar, a vector, a matrix; awkward names and awkward numbers. */
import type { DrawsBlock, DrawsReader } from "../../../coordinator/store/draws.ts";
import { valueNames, type Variable } from "../../../models/target.ts";
import type { OutputContext } from "../../../coordinator/output/format.ts";

export const context: OutputContext = {
  job: "job-1",
  model: "eight-schools",
  sampler: "nuts",
  seed: 2 ** 53 - 1,
  observed: [
    { name: "y", shape: [3], values: Float64Array.of(28, 8, -3) },
    { name: "x", shape: [2, 2], values: Float64Array.of(1, 2, 3, 4) },
  ],
};

export interface ExampleOptions {
  readonly chains?: number;
  readonly draws?: number;
  readonly blockDraws?: number;
  readonly variables?: readonly Variable[];
  readonly complete?: boolean;
  /** Whether the sampler recorded a log_weight. */
  readonly weighted?: boolean;
}

const VARIABLES: Variable[] = [{ name: "mu", shape: [] }, { name: "theta", shape: [3] }, {
  name: 'odd, "name"',
  shape: [2, 2],
}];

const STATISTICS: DrawsReader["statistics"] = [
  { name: "lp", type: "float64" },
  { name: "acceptance_rate", type: "float32" },
  { name: "n_steps", type: "int32" },
  { name: "diverging", type: "uint8" },
];

/** Draws that are computed when they are read; `closed` tells whether they were let go. */
export class ExampleDraws implements DrawsReader {
  readonly chains: number;
  readonly draws: number;
  readonly complete: boolean;
  readonly variables: readonly Variable[];
  readonly names: readonly string[];
  readonly statistics: DrawsReader["statistics"];
  readonly numericClass = "v8";
  readonly nonFinite = 0;
  readonly #blockDraws: number;
  closed = 0;
  /** Blocks that were read. */
  blocksRead = 0;
  /** The block whose reading fails. */
  brokenBlock = Infinity;

  constructor(
    { chains = 3, draws = 25, blockDraws = 10, variables = VARIABLES, complete = true, weighted = false }:
      ExampleOptions = {},
  ) {
    this.chains = chains;
    this.draws = draws;
    this.#blockDraws = blockDraws;
    this.variables = variables;
    this.names = valueNames(variables);
    this.complete = complete;
    this.statistics = weighted ? [...STATISTICS, { name: "log_weight", type: "float64" }] : STATISTICS;
  }

  /** Every number of one draw differs from every other's; some are awkward. */
  valueAt(chain: number, value: number, draw: number): number {
    if (chain === 1 && draw === 3) {
      return [NaN, Infinity, -Infinity, -0, 5e-324, Number.MAX_VALUE, 0.1 + 0.2][value % 7];
    }
    return Math.sqrt(1 + chain * this.draws * this.names.length + draw * this.names.length + value) - 10;
  }

  statisticAt(chain: number, statistic: number, draw: number): number {
    return [
      -draw / 3 - chain,
      Math.fround(1 / (draw + 2)),
      draw * 10 + chain,
      Number((draw + chain) % 4 === 0),
      draw === 2 ? -Infinity : 0.5 - 0.3 * draw - chain,
    ][statistic];
  }

  *blocks(chain: number, first = 0, count = this.names.length - first): Generator<DrawsBlock, void> {
    const stride = this.#blockDraws;
    const values = new Float64Array(count * stride); // one buffer for all, as FileDraws has it
    for (let start = 0; start < this.draws; start += stride) {
      if (this.blocksRead++ >= this.brokenBlock) throw new Error("a broken block");
      for (let value = 0; value < count; value++) {
        for (let i = 0; i < stride; i++) values[value * stride + i] = this.valueAt(chain, first + value, start + i);
      }
      yield { start, draws: Math.min(stride, this.draws - start), values, stride };
    }
  }

  readValue(chain: number, value: number, start: number, out: Float64Array): void {
    for (let i = 0; i < out.length; i++) out[i] = this.valueAt(chain, value, start + i);
  }

  readStatistic(chain: number, statistic: number, start: number, out: Float64Array): void {
    for (let i = 0; i < out.length; i++) out[i] = this.statisticAt(chain, statistic, start + i);
  }

  close(): void {
    this.closed++;
  }
}

/** The whole of a stream. */
export async function collect(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** HDF5 records the time at which an array was made; with this the tests compare all other bytes. */
export function stoppedClock(): Disposable {
  const { now } = Date;
  Date.now = () => 1_767_225_600_000;
  return { [Symbol.dispose]: () => Date.now = now };
}
