/** The summary of a job's draws: one variable in memory at a time. */
import type { Summary, VariableSummary } from "../schema/summary.ts";
import type { DrawsReader } from "../store/draws.ts";
import { diagnose, type Diagnostics } from "./diagnose.ts";
import { loadValue, MOST_RANKED } from "./load.ts";
import { defined, jobSummary } from "./job_summary.ts";
import { tempering } from "./tempering.ts";
import { isWeighted, summarizeWeighted } from "./weighted_summary.ts";
import { type Facts, warningsOf } from "./warnings.ts";
import { Workspace } from "./workspace.ts";

export interface SummaryOptions {
  /** How many groups of consecutive chains share a start. */
  readonly superchains?: number;
  /** The most draws of a variable that are ranked; of more every k-th is, and a warning says so. */
  readonly mostRanked?: number;
}

/** Throws what the reader throws. No number of the result is NaN or infinite: such are null, and a warning says why. */
export function summarize(reader: DrawsReader, options: SummaryOptions = {}, workspace = new Workspace()): Summary {
  if (isWeighted(reader)) return summarizeWeighted(reader, workspace, options.mostRanked ?? MOST_RANKED);
  const { superchains, mostRanked = MOST_RANKED } = options;
  let every = 1;
  const nonFiniteDraws: Facts["nonFiniteDraws"] = [];
  const constant: string[] = [];
  const variables = reader.names.map((name, value) => {
    const loaded = loadValue(reader, value, workspace, mostRanked);
    every = loaded.every;
    const diagnostics = diagnose(loaded, workspace, superchains, loaded.exact);
    if (diagnostics.nonFinite > 0) nonFiniteDraws.push({ name, count: diagnostics.nonFinite });
    if (diagnostics.constant) constant.push(name);
    return variableSummary(name, diagnostics, superchains !== undefined);
  });
  const summary = { ...jobSummary(reader), variables };
  return {
    ...summary,
    warnings: warningsOf(summary, { every, nonFiniteDraws, constant, superchains, ...tempering(reader) }),
  };
}

function variableSummary(name: string, found: Diagnostics, nested: boolean): VariableSummary {
  const [q5, q50, q95] = found.quantiles.map(defined);
  const [mcseQ5, mcseQ50, mcseQ95] = found.mcseQuantiles.map(defined);
  return {
    name,
    mean: defined(found.mean),
    sd: found.constant ? 0 : defined(found.sd),
    mcseMean: defined(found.mcseMean),
    mcseSd: defined(found.mcseSd),
    q5,
    q50,
    q95,
    mcseQ5,
    mcseQ50,
    mcseQ95,
    rhat: defined(found.rhat),
    ...(nested ? { rhatNested: defined(found.rhatNested) } : {}),
    essBulk: defined(found.essBulk),
    essTail: defined(found.essTail),
  };
}
