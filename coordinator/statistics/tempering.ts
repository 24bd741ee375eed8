/** What populations that are tempered in warmup record of it: whether warmup was too short for the steps that they wanted. */
import type { DrawsReader } from "../store/draws.ts";
import { statisticIndex } from "./statistic_parts.ts";

/** The chains whose last stage had to jump: the column `forced_stage` holds how far, in β. */
export function tempering(reader: DrawsReader): { forcedStages: readonly number[] } {
  const index = statisticIndex(reader, "forced_stage");
  const forcedStages: number[] = [];
  const jump = new Float64Array(1);
  for (let chain = 0; index >= 0 && chain < reader.chains; chain++) {
    reader.readStatistic(chain, index, 0, jump);
    if (jump[0] > 0) forcedStages.push(chain);
  }
  return { forcedStages };
}
