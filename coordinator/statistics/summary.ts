/** The summary of a job's draws: one variable in memory at a time. */
import type { Summary, VariableSummary } from "../schema/summary.ts";
import type { DrawsReader } from "../store/draws.ts";
import { summarizeCalibration } from "./calibration/calibration_summary.ts";
import { diagnose, type Diagnostics } from "./diagnose.ts";
import { loadValue, MOST_RANKED } from "./load.ts";
import { jobSummary } from "./job_summary.ts";
import { defined, locationSummary } from "./location_summary.ts";
import { tempering } from "./tempering.ts";
import { isWeighted, summarizeWeighted } from "./weighted_summary.ts";
import { searchWarnings, unsettledChains } from "./search.ts";
import { type Facts, warningsOf } from "./warnings.ts";
import { Workspace } from "./workspace.ts";

export interface SummaryOptions {
  /** How many groups of consecutive chains share a start. */
  readonly superchains?: number;
  /** The chains search rather than sample: how they mix says nothing. */
  readonly search?: boolean;
  /** The job is a calibration, whose draws go on from there. */
  readonly calibration?: "truth" | "warmup";
  /** The most draws of a variable that are ranked; of more every k-th is, and a warning says so. */
  readonly mostRanked?: number;
}

/** What is found of some of a job's variables. */
export interface VariablesPart {
  readonly variables: readonly VariableSummary[];
  readonly every: number;
  readonly nonFiniteDraws: Facts["nonFiniteDraws"];
  readonly constant: readonly string[];
}

/** What is found of the job as a whole. */
export type Whole = ReturnType<typeof summarizeWhole>;

/** Throws what the reader throws. No number of the result is NaN or infinite: such are null, and a warning says why. */
export function summarize(reader: DrawsReader, options: SummaryOptions = {}, workspace = new Workspace()): Summary {
  if (isWeighted(reader)) return summarizeWeighted(reader, workspace, options.mostRanked ?? MOST_RANKED);
  if (options.calibration) return summarizeCalibration(reader, options.calibration, workspace);
  const part = summarizeVariables(reader, 0, reader.names.length, options, workspace);
  return putTogether(summarizeWhole(reader, options), [part], options);
}

/** The reported values from `first` up to `end`. */
export function summarizeVariables(
  reader: DrawsReader,
  first: number,
  end: number,
  { superchains, mostRanked = MOST_RANKED }: SummaryOptions,
  workspace: Workspace,
): VariablesPart {
  let every = 1;
  const nonFiniteDraws: Facts["nonFiniteDraws"] = [];
  const constant: string[] = [];
  const variables: VariableSummary[] = [];
  for (let value = first; value < end; value++) {
    const name = reader.names[value];
    const loaded = loadValue(reader, value, workspace, mostRanked);
    every = loaded.every;
    const diagnostics = diagnose(loaded, workspace, superchains, loaded.exact);
    if (diagnostics.nonFinite > 0) nonFiniteDraws.push({ name, count: diagnostics.nonFinite });
    if (diagnostics.constant) constant.push(name);
    variables.push(variableSummary(name, diagnostics, superchains !== undefined));
  }
  return { variables, every, nonFiniteDraws, constant };
}

export function summarizeWhole(reader: DrawsReader, { search = false }: SummaryOptions) {
  const job = jobSummary(reader), terms = reader.terms ?? [];
  return search
    ? { job: { ...job, eBfmi: null }, terms, unsettled: unsettledChains(reader) }
    : { job, terms, tempering: tempering(reader), unsettled: 0 };
}

/** `parts` are those of all variables, in their order. */
export function putTogether(whole: Whole, parts: readonly VariablesPart[], options: SummaryOptions): Summary {
  const { superchains, search = false } = options;
  const summary = { ...whole.job, variables: parts.flatMap(({ variables }) => variables) };
  const facts = {
    every: parts[0]?.every ?? 1,
    nonFiniteDraws: parts.flatMap(({ nonFiniteDraws }) => nonFiniteDraws),
    constant: parts.flatMap(({ constant }) => constant),
    superchains,
    terms: whole.terms,
    ...whole.tempering,
  };
  const warnings = search ? searchWarnings(summary, facts, whole.unsettled) : warningsOf(summary, facts);
  return { ...summary, warnings };
}

function variableSummary(name: string, found: Diagnostics, nested: boolean): VariableSummary {
  return {
    ...locationSummary(name, found),
    rhat: defined(found.rhat),
    ...(nested ? { rhatNested: defined(found.rhatNested) } : {}),
    essBulk: defined(found.essBulk),
    essTail: defined(found.essTail),
  };
}
