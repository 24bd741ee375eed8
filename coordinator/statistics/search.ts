/** Of chains that search for a state, as recall does: whether they have found one. */
import type { Summary, Warning } from "../schema/summary.ts";
import type { DrawsReader } from "../store/draws.ts";
import { statisticIndex } from "./statistic_parts.ts";
import { type Facts, sharedWarnings } from "./warnings.ts";

/** Chains whose last draw is not `converged`. */
export function unsettledChains(reader: DrawsReader): number {
  const index = statisticIndex(reader, "converged");
  const last = new Float64Array(1);
  let count = 0;
  for (let chain = 0; index >= 0 && chain < reader.chains; chain++) {
    reader.readStatistic(chain, index, reader.draws - 1, last);
    if (last[0] === 0) count++;
  }
  return count;
}

/** What is said of draws, but for how they mix. */
export function searchWarnings(
  summary: Omit<Summary, "warnings">,
  facts: Facts,
  unsettled: number,
): Warning[] {
  const { before, after } = sharedWarnings(summary, { ...facts, constant: [] });
  const message =
    `${unsettled} of ${summary.chains} chains have not come to rest: they go round in a cycle, or need more ` +
    "draws. The statistics `converged` and `cycle` tell which.";
  const found = [...before, unsettled > 0 ? { code: "unsettled", message } : null, ...after];
  return found.filter((warning) => warning !== null);
}
