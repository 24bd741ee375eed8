/** What the sampler recorded beside the draws, over all chains; a column that it does not have counts nothing. */
import type { DrawsReader } from "../store/draws.ts";
import { EnergyFraction } from "./e_bfmi.ts";

export interface SamplerStatistics {
  readonly divergences: number;
  readonly maxTreeDepthHits: number;
  /** NaN where none is recorded. */
  readonly acceptRate: number;
  /** One a chain; null where no energy is recorded. */
  readonly eBfmi: readonly number[] | null;
}

const CHUNK = 65_536;

export function samplerStatistics(reader: DrawsReader): SamplerStatistics {
  const acceptance = has(reader, "acceptance_rate") ? "acceptance_rate" : "accepted";
  return {
    divergences: sumOf(reader, "diverging"),
    maxTreeDepthHits: sumOf(reader, "reached_max_treedepth"),
    acceptRate: has(reader, acceptance) ? sumOf(reader, acceptance) / (reader.chains * reader.draws) : NaN,
    eBfmi: has(reader, "energy")
      ? Array.from({ length: reader.chains }, (_, chain) => {
        const fraction = new EnergyFraction();
        for (const part of partsOf(reader, chain, "energy")) fraction.add(part);
        return fraction.value;
      })
      : null,
  };
}

function has(reader: DrawsReader, name: string): boolean {
  return reader.statistics.some((statistic) => statistic.name === name);
}

function sumOf(reader: DrawsReader, name: string): number {
  let sum = 0;
  for (let chain = 0; chain < reader.chains; chain++) {
    for (const part of partsOf(reader, chain, name)) for (let i = 0; i < part.length; i++) sum += part[i];
  }
  return sum;
}

/** A column of one chain in parts; the array is used again. */
function* partsOf(reader: DrawsReader, chain: number, name: string): Generator<Float64Array> {
  const index = reader.statistics.findIndex((statistic) => statistic.name === name);
  if (index < 0) return;
  const chunk = new Float64Array(Math.min(CHUNK, reader.draws));
  for (let start = 0; start < reader.draws; start += CHUNK) {
    const part = chunk.subarray(0, Math.min(CHUNK, reader.draws - start));
    reader.readStatistic(chain, index, start, part);
    yield part;
  }
}
