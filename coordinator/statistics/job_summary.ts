/** What a summary says of the job as a whole, whatever its draws are. */
import type { Summary } from "../schema/summary.ts";
import type { DrawsReader } from "../store/draws.ts";
import { defined } from "./location_summary.ts";
import { globalMoves } from "./global_moves.ts";
import { logEvidence } from "./log_evidence.ts";
import { samplerStatistics } from "./sampler_statistics.ts";

export function jobSummary(reader: DrawsReader): Omit<Summary, "variables" | "warnings"> {
  const { divergences, acceptRate, eBfmi, maxTreeDepthHits } = samplerStatistics(reader);
  const evidence = logEvidence(reader);
  const moves = globalMoves(reader);
  return {
    complete: reader.complete,
    chains: reader.chains,
    draws: reader.draws,
    divergences,
    acceptRate: defined(acceptRate),
    eBfmi: eBfmi && eBfmi.map(defined),
    ...(moves && { globalMoves: { acceptRate: defined(moves.acceptRate), khat: defined(moves.khat) } }),
    ...(evidence && {
      logEvidence: {
        value: defined(evidence.value),
        standardError: defined(evidence.standardError),
        bound: evidence.bound,
      },
    }),
    maxTreeDepthHits,
    nonFinite: reader.nonFinite,
    numericClass: reader.numericClass,
  };
}
