/** A sampler's column, read a part at a time. */
import type { DrawsReader } from "../store/draws.ts";

const CHUNK = 65_536;

/** −1 where the sampler does not record it. */
export function statisticIndex(reader: Pick<DrawsReader, "statistics">, name: string): number {
  return reader.statistics.findIndex((statistic) => statistic.name === name);
}

/** A column of one chain in parts; the array is used again. Nothing where there is no such column. */
export function* statisticParts(reader: DrawsReader, chain: number, name: string): Generator<Float64Array> {
  const index = statisticIndex(reader, name);
  if (index < 0) return;
  const chunk = new Float64Array(Math.min(CHUNK, reader.draws));
  for (let start = 0; start < reader.draws; start += CHUNK) {
    const part = chunk.subarray(0, Math.min(CHUNK, reader.draws - start));
    reader.readStatistic(chain, index, start, part);
    yield part;
  }
}
