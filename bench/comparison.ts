/** Two contestants, round by round in turn, and the table of what came out. */
import { diagnose } from "../coordinator/statistics/diagnose.ts";
import { Workspace } from "../coordinator/statistics/workspace.ts";
import type { Contestant, Round } from "./contestant.ts";
import { spreadOf } from "./median.ts";
import { digits, markdown, spreadCell } from "./table.ts";

export interface Comparison {
  readonly title: string;
  /** What is counted: "gradients", "log densities". */
  readonly unit: string;
  readonly ours: Contestant;
  readonly peer: Contestant;
  /** The least ratio of evaluations a second that we promise. */
  readonly mark: number;
}

export interface Outcome {
  readonly kept: boolean;
  readonly table: string;
}

/** A second. */
interface Rates {
  readonly evaluations: number;
  /** The least bulk ESS of all variables. */
  readonly ess: number;
}

const FIRST_SEED = 20260101;

/** Runs the rounds. Who begins alternates, so that a machine that slows down favours nobody. */
export async function compare({ title, unit, ours, peer, mark }: Comparison, rounds: number): Promise<Outcome> {
  const measured: { ours: Rates; peer: Rates }[] = [];
  for (let round = 0; round < rounds; round++) {
    const seed = FIRST_SEED + round;
    const order = round % 2 === 0 ? [ours, peer] : [peer, ours];
    const results = new Map<Contestant, Round>();
    for (const contestant of order) results.set(contestant, await contestant.round(seed));
    const [a, b] = [ours, peer].map((contestant) => rates(results.get(contestant)!));
    measured.push({ ours: a, peer: b });
  }
  const row = (label: string, rate: "evaluations" | "ess", least?: number) => {
    const ratio = spreadOf(measured.map(({ ours, peer }) => ours[rate] / peer[rate]));
    const kept = least === undefined || ratio.median >= least;
    const cells = [
      label,
      spreadCell(spreadOf(measured.map(({ ours }) => ours[rate]))),
      spreadCell(spreadOf(measured.map(({ peer }) => peer[rate]))),
      spreadCell(ratio),
      least === undefined ? "" : `≥ ${least}: ${kept ? "kept" : "MISSED"}`,
    ];
    return { kept, cells };
  };
  const evaluations = row(`${unit}/s`, "evaluations", mark);
  const ess = row("min-ESS/s", "ess");
  const top = ours.ready.ceiling;
  const table = [
    `### ${title}`,
    "",
    markdown([
      ["", `ergodic (${ours.ready.ready})`, peer.ready.ready, "ratio", "promise"],
      evaluations.cells,
      ess.cells,
    ]),
    "",
    `Median of ${rounds} rounds (least … most).` +
    (top === undefined ? "" : ` Ceiling: ${digits(top)} ${unit}/s, the same process without the sampler around them.`),
  ].join("\n");
  return { kept: evaluations.kept, table };
}

/** By our own statistics for both. */
function rates({ seconds, evaluations, chains, draws, file }: Round): Rates {
  const values = new Float64Array(Deno.readFileSync(file).buffer);
  const count = chains * draws;
  const workspace = new Workspace();
  let least = Infinity;
  for (let start = 0; start < values.length; start += count) {
    const variable = values.slice(start, start + count);
    least = Math.min(least, diagnose({ chains, draws, values: variable }, workspace).essBulk);
  }
  return { evaluations: evaluations / seconds, ess: least / seconds };
}
