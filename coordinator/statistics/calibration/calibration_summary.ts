/** The summary of a calibration: of each reported quantity, and of the log density, the ranks of the truth over all replications. */
import type { CalibratedQuantity, Calibration, Summary, VariableSummary, Warning } from "../../schema/summary.ts";
import type { DrawsReader } from "../../store/draws.ts";
import { diagnoseWeighted } from "../diagnose_weighted.ts";
import { jobSummary } from "../job_summary.ts";
import { locationSummary } from "../location_summary.ts";
import { statisticIndex } from "../statistic_parts.ts";
import type { Workspace } from "../workspace.ts";
import { holm } from "./holm.ts";
import { RankUniformity } from "./rank_uniformity.ts";

const FALSE_ALARM_RATE = 0.01;
const MOST_BINS = 20;
const LEAST_A_BIN = 5; // ranks, or the histogram shows noise
const LOG_DENSITY = "log density";
const MOST_NAMES = 5;
const LEAST_INDEPENDENCE = 0.5; // effective draws a draw, below which dependence bends ranks visibly

/** `start` is the sampler's: where its draws go on from. */
export function summarizeCalibration(
  reader: DrawsReader,
  start: Calibration["start"],
  workspace: Workspace,
): Summary {
  const { chains, draws, names, complete } = reader;
  const below = statisticIndex(reader, "lp_below");
  const found = [
    ...names.map((name, v) => ranksOf(reader, name, (chain, out) => reader.readValue(chain, v, 0, out))),
    ranksOf(reader, LOG_DENSITY, (chain, out) => reader.readStatistic(chain, below, 0, out)),
  ];
  const test = new RankUniformity(chains, draws);
  const pValues = found.map(({ ranks }) => test.pValue(ranks));
  const adjusted = holm(pValues);
  const quantities = found.map(({ name, ranks }, i): CalibratedQuantity => ({
    name,
    histogram: histogram(ranks, draws),
    pValue: pValues[i],
    uniform: adjusted[i] > FALSE_ALARM_RATE,
  }));
  const variables = found.slice(0, names.length).map(({ name, ranks }) => rankSummary(name, ranks, draws, workspace));
  const wrong = quantities.filter(({ uniform }) => !uniform);
  const verdict = !complete ? "incomplete" : wrong.length > 0 ? "miscalibrated" : "calibrated";
  const calibration: Calibration = { start, falseAlarmRate: FALSE_ALARM_RATE, verdict, quantities };
  const summary = { ...jobSummary(reader), eBfmi: null, variables, calibration };
  const independence = Math.min(...found.map(({ independence }) => independence));
  const warnings = [
    miscalibrated(summary, wrong),
    start === "warmup" ? dependent(independence) : null,
    nonFinite(summary),
  ];
  return { ...summary, warnings: warnings.filter((warning) => warning !== null) };
}

interface Ranks {
  readonly name: string;
  /** One a replication, from 0 to draws. */
  readonly ranks: Float64Array;
  /** Effective draws a draw, by the first autocorrelation of what was recorded: 1 of independent ones. */
  readonly independence: number;
}

function ranksOf(reader: DrawsReader, name: string, read: (chain: number, out: Float64Array) => void): Ranks {
  const { chains, draws } = reader;
  const ranks = new Float64Array(chains), row = new Float64Array(draws);
  let products = 0, squares = 0;
  for (let chain = 0; chain < chains; chain++) {
    read(chain, row);
    for (let i = 0; i < draws; i++) ranks[chain] += row[i];
    const mean = ranks[chain] / draws;
    for (let i = 0; i < draws; i++) {
      squares += (row[i] - mean) ** 2;
      if (i > 0) products += (row[i] - mean) * (row[i - 1] - mean);
    }
  }
  const correlation = squares > 0 ? products / squares : 0;
  return { name, ranks, independence: (1 - correlation) / (1 + correlation) };
}

/** In at most 20 bins that hold equally many ranks where that can be. */
function histogram(ranks: Float64Array, draws: number): number[] {
  const most = Math.max(1, Math.min(MOST_BINS, draws + 1, Math.floor(ranks.length / LEAST_A_BIN)));
  let bins = most;
  while (bins > most / 2 && (draws + 1) % bins !== 0) bins--;
  if ((draws + 1) % bins !== 0) bins = most;
  const counts = new Array<number>(bins).fill(0);
  for (const rank of ranks) counts[Math.floor(rank * bins / (draws + 1))]++;
  return counts;
}

/** Of the ranks on (0, 1): of right ones the mean is 0.5, the sd 0.29, and q5 0.05. */
function rankSummary(name: string, ranks: Float64Array, draws: number, workspace: Workspace): VariableSummary {
  const count = ranks.length;
  workspace.reserve(count);
  for (let i = 0; i < count; i++) workspace.values[i] = (ranks[i] + 0.5) / (draws + 1);
  return locationSummary(name, diagnoseWeighted(workspace, count, new Float64Array(count).fill(1 / count)));
}

function miscalibrated({ calibration, complete }: Summary | Omit<Summary, "warnings">, wrong: CalibratedQuantity[]) {
  if (wrong.length === 0 || !complete || !calibration) return null;
  const named = wrong.slice(0, MOST_NAMES).map(({ name, pValue }) => `${name} (p ${pValue.toExponential(0)})`);
  const more = wrong.length > MOST_NAMES ? ` and ${wrong.length - MOST_NAMES} more` : "";
  return {
    code: "miscalibrated",
    message:
      `The ranks of ${
        named.join(", ")
      }${more} are not uniform: the density is not the law that parameters and data were ` +
      "simulated from. Compare each prior and the likelihood with the simulation, and look for a transform without its Jacobian.",
  } satisfies Warning;
}

function dependent(independence: number): Warning | null {
  if (independence >= LEAST_INDEPENDENCE) return null;
  return {
    code: "dependent-draws",
    message:
      `Draws depend on each other (a draw is worth about ${
        independence.toFixed(2)
      } independent ones), which bends ranks by ` +
      `itself: false alarms are more frequent than stated. Use thin: ${
        Math.ceil(1 / independence)
      } or more, or start: "truth".`,
  };
}

function nonFinite({ nonFinite }: Omit<Summary, "warnings">): Warning | null {
  if (nonFinite === 0) return null;
  return {
    code: "non-finite",
    message: `${nonFinite} evaluations of the log density were NaN or +infinite; they were rejected.`,
  };
}
