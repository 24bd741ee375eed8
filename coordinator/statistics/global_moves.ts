/** How well the flow of flow-metropolis fits, told from its global proposals: one beside each draw. */
import type { DrawsReader } from "../store/draws.ts";
import { ParetoSmoothing } from "./psis.ts";
import { statisticIndex, statisticParts } from "./statistic_parts.ts";
import { Workspace } from "./workspace.ts";

const MOST_FITTED = 2 ** 17; // weights: 30 ms; of more every k-th

export interface GlobalMoves {
  /** Mean acceptance probability; NaN where there was no flow. */
  readonly acceptRate: number;
  /** Of the weights p/q of the proposals, which are independent draws of q. */
  readonly khat: number;
}

/** Null where the sampler proposes nothing by a flow. */
export function globalMoves(reader: DrawsReader): GlobalMoves | null {
  if (statisticIndex(reader, "global_acceptance_rate") < 0) return null;
  const { chains, draws } = reader;
  const every = Math.ceil(chains * draws / MOST_FITTED);
  const logWeights = new Float64Array(chains * Math.ceil(draws / every));
  let sum = 0, count = 0;
  for (let chain = 0; chain < chains; chain++) {
    for (const part of statisticParts(reader, chain, "global_acceptance_rate")) for (const rate of part) sum += rate;
    let draw = 0;
    for (const part of statisticParts(reader, chain, "proposal_log_weight")) {
      for (const logWeight of part) if (draw++ % every === 0) logWeights[count++] = logWeight;
    }
  }
  const acceptRate = sum / (chains * draws);
  if (Number.isNaN(acceptRate) || logWeights.every((x) => x === -Infinity)) return { acceptRate, khat: NaN };
  const workspace = new Workspace();
  workspace.reserve(count);
  return { acceptRate, khat: new ParetoSmoothing(workspace).smooth(logWeights, count, new Float64Array(count)) };
}
