/** What the sampler recorded beside the draws, over all chains; a column that it does not have counts nothing. */
import type { DrawsReader } from "../store/draws.ts";
import { EnergyFraction } from "./e_bfmi.ts";
import { statisticIndex, statisticParts } from "./statistic_parts.ts";

export interface SamplerStatistics {
  readonly divergences: number;
  readonly maxTreeDepthHits: number;
  /** NaN where none is recorded. */
  readonly acceptRate: number;
  /** One a chain; null where no energy is recorded. */
  readonly eBfmi: readonly number[] | null;
}

export function samplerStatistics(reader: DrawsReader): SamplerStatistics {
  const acceptance = has(reader, "acceptance_rate") ? "acceptance_rate" : "accepted";
  return {
    divergences: sumOf(reader, "diverging"),
    maxTreeDepthHits: sumOf(reader, "reached_max_treedepth"),
    acceptRate: has(reader, acceptance) ? sumOf(reader, acceptance) / (reader.chains * reader.draws) : NaN,
    eBfmi: has(reader, "energy")
      ? Array.from({ length: reader.chains }, (_, chain) => {
        const fraction = new EnergyFraction();
        for (const part of statisticParts(reader, chain, "energy")) fraction.add(part);
        return fraction.value;
      })
      : null,
  };
}

function has(reader: DrawsReader, name: string): boolean {
  return statisticIndex(reader, name) >= 0;
}

function sumOf(reader: DrawsReader, name: string): number {
  let sum = 0;
  for (let chain = 0; chain < reader.chains; chain++) {
    for (const part of statisticParts(reader, chain, name)) for (let i = 0; i < part.length; i++) sum += part[i];
  }
  return sum;
}
