/**
 * Weighted draws with their log weight as one more value, the last, for the formats that have no place for what the sampler recorded:
 * without it the draws would pass for draws of the model. Draws that are not weighted are given back as they are.
 */
import type { DrawsBlock, DrawsReader } from "../store/draws.ts";

const COLUMN = "log_weight";

export function withWeights(draws: DrawsReader): DrawsReader {
  const statistic = draws.statistics.findIndex(({ name }) => name === COLUMN);
  if (statistic < 0) return draws;
  const count = draws.names.length;

  function* blocks(chain: number, first = 0, wanted = count + 1 - first): Generator<DrawsBlock, void> {
    const values = Math.min(wanted, count - first), weighs = first + wanted > count;
    let all = new Float64Array(0);
    for (const block of draws.blocks(chain, first, values)) {
      if (!weighs) {
        yield block;
        continue;
      }
      const { start, stride } = block;
      if (all.length < (values + 1) * stride) all = new Float64Array((values + 1) * stride);
      all.set(block.values.subarray(0, values * stride));
      draws.readStatistic(chain, statistic, start, all.subarray(values * stride, values * stride + block.draws));
      yield { start, draws: block.draws, values: all, stride };
    }
  }

  return {
    chains: draws.chains,
    draws: draws.draws,
    complete: draws.complete,
    variables: [...draws.variables, { name: COLUMN, shape: [] }],
    names: [...draws.names, COLUMN],
    statistics: draws.statistics,
    numericClass: draws.numericClass,
    nonFinite: draws.nonFinite,
    blocks,
    readValue(chain, value, start, out) {
      if (value === count) draws.readStatistic(chain, statistic, start, out);
      else draws.readValue(chain, value, start, out);
    },
    readStatistic: (chain, index, start, out) => draws.readStatistic(chain, index, start, out),
    close: () => draws.close(),
  };
}
