/** The summary of a job whose draws are weighted, by the statistic `log_weight`. */
import type { Summary, VariableSummary } from "../schema/summary.ts";
import type { DrawsReader } from "../store/draws.ts";
import { diagnoseWeighted } from "./diagnose_weighted.ts";
import { jobSummary } from "./job_summary.ts";
import { defined, locationSummary } from "./location_summary.ts";
import { ParetoSmoothing } from "./psis.ts";
import { statisticIndex } from "./statistic_parts.ts";
import { weightedWarnings } from "./weighted_warnings.ts";
import { WeightedSums } from "./weighted_sums.ts";
import type { Workspace } from "./workspace.ts";

export function isWeighted(reader: Pick<DrawsReader, "statistics">): boolean {
  return statisticIndex(reader, "log_weight") >= 0;
}

const CHUNK = 65_536;

/**
 * Of more than `mostRanked` draws the tail is fitted, the weights are smoothed and quantiles are taken from every k-th; means and
 * standard deviations then are those of all raw weights.
 */
export function summarizeWeighted(reader: DrawsReader, workspace: Workspace, mostRanked: number): Summary {
  const { chains } = reader;
  const every = Math.max(1, Math.ceil(chains * reader.draws / mostRanked));
  const draws = Math.floor(reader.draws / every), count = chains * draws;
  workspace.reserve(count);
  const logWeights = new Float64Array(count), weights = new Float64Array(count);
  const column = statisticIndex(reader, "log_weight");
  const readWeights = (chain: number, start: number, out: Float64Array) => {
    reader.readStatistic(chain, column, start, out);
    for (let i = 0; i < out.length; i++) if (!(out[i] < Infinity)) out[i] = -Infinity; // counted by the sampler
  };
  thin(reader, every, logWeights, readWeights);
  const smoothing = new ParetoSmoothing(workspace);
  const isPositive = logWeights.some((x) => x > -Infinity);
  const khat = isPositive ? smoothing.smooth(logWeights, count, weights) : NaN;
  let squares = 0;
  for (let i = 0; i < count; i++) squares += weights[i] * weights[i];

  const nonFiniteDraws: { name: string; count: number }[] = [];
  const constant: string[] = [];
  const h = new Float64Array(count);
  const variables = reader.names.map((name, value): VariableSummary => {
    const read = (chain: number, start: number, out: Float64Array) => reader.readValue(chain, value, start, out);
    thin(reader, every, h, read);
    workspace.values.set(h);
    const found = diagnoseWeighted(workspace, count, weights);
    if (found.nonFinite > 0) nonFiniteDraws.push({ name, count: found.nonFinite });
    if (found.constant) constant.push(name);
    // The error of a self-normalised mean is Σ w̃ (h − mean): it is the tails of that which decide, wherever zero is.
    for (let i = 0; i < count; i++) h[i] -= found.mean;
    const exact = every > 1 && found.nonFinite === 0 ? allDraws(reader, readWeights, read, found.mean) : found;
    const { mean, sd, mcseMean } = exact;
    return {
      ...locationSummary(name, { ...found, mean, sd, mcseMean }),
      ess: defined(1 / squares),
      khat: found.nonFinite > 0 ? null : defined(smoothing.khatOf(h, logWeights, count, khat)),
    };
  });
  const summary = { ...jobSummary(reader), variables };
  const equal = logWeights.every((x) => x === logWeights[0]);
  return {
    ...summary,
    warnings: weightedWarnings(summary, {
      every,
      nonFiniteDraws,
      constant,
      isPositive,
      equal,
      terms: reader.terms ?? [],
    }),
  };
}

type Read = (chain: number, start: number, out: Float64Array) => void;

/** [chains][draws / every]: draws every − 1, 2 every − 1 … of each chain. */
function thin(reader: DrawsReader, every: number, out: Float64Array, read: Read): void {
  const draws = Math.floor(reader.draws / every);
  const chunk = new Float64Array(every === 1 ? 0 : CHUNK);
  for (let chain = 0; chain < reader.chains; chain++) {
    let kept = chain * draws;
    if (every === 1) {
      read(chain, 0, out.subarray(kept, kept + draws));
      continue;
    }
    for (let start = 0; start < reader.draws; start += CHUNK) {
      const part = chunk.subarray(0, Math.min(CHUNK, reader.draws - start));
      read(chain, start, part);
      const first = (every - 1 - start % every + every) % every;
      for (let i = first; i < part.length; i += every) out[kept++] = part[i];
    }
  }
}

function allDraws(reader: DrawsReader, readWeights: Read, read: Read, origin: number): WeightedSums {
  const sums = new WeightedSums(origin);
  for (let chain = 0; chain < reader.chains; chain++) {
    for (let start = 0; start < reader.draws; start += CHUNK) {
      const logWeights = new Float64Array(Math.min(CHUNK, reader.draws - start));
      const values = new Float64Array(logWeights.length);
      readWeights(chain, start, logWeights);
      read(chain, start, values);
      sums.addAll(logWeights, values);
    }
  }
  return sums;
}
