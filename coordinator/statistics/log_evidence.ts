/**
 * The log of the normalizer ∫ exp(log density), where a sampler estimates it. It is the evidence of a posterior whose log density
 * leaves no constant out.
 */
import type { DrawsReader } from "../store/draws.ts";
import { statisticIndex, statisticParts } from "./statistic_parts.ts";
import { WeightedSums } from "./weighted_sums.ts";

export interface LogEvidence {
  readonly value: number;
  /** NaN where there is nothing to tell it from. */
  readonly standardError: number;
  /**
   * `lower`: the mean of the weights is unbiased for the normalizer, so that its log lies below on average; `upper`: for its
   * reciprocal.
   */
  readonly bound: "lower" | "upper";
}

/**
 * From `log_weight`, one a draw, or `proposal_log_weight`, of independent proposals beside the draws; `log_reverse_weight`, whose mean
 * estimates the reciprocal; or `log_evidence`, one a chain.
 */
export function logEvidence(reader: DrawsReader): LogEvidence | null {
  const proposals = "proposal_log_weight";
  if (statisticIndex(reader, proposals) >= 0) return { ...meanWeight(reader, proposals), bound: "lower" };
  if (statisticIndex(reader, "log_weight") >= 0) return { ...meanWeight(reader, "log_weight"), bound: "lower" };
  if (statisticIndex(reader, "log_reverse_weight") >= 0) {
    const { value, standardError } = meanWeight(reader, "log_reverse_weight");
    return { value: -value, standardError, bound: "upper" };
  }
  const index = statisticIndex(reader, "log_evidence");
  if (index < 0) return null;
  // Each chain has an unbiased estimate of its own, told with every draw: their mean is unbiased too.
  const sums = new WeightedSums();
  const estimate = new Float64Array(1);
  for (let chain = 0; chain < reader.chains; chain++) {
    reader.readStatistic(chain, index, 0, estimate);
    sums.addAll(estimate);
  }
  return { value: sums.logMeanWeight, standardError: sums.logMeanWeightError, bound: "lower" };
}

function meanWeight(reader: DrawsReader, name: string): { value: number; standardError: number } {
  const sums = new WeightedSums();
  for (let chain = 0; chain < reader.chains; chain++) {
    for (const part of statisticParts(reader, chain, name)) sums.addAll(part);
  }
  return { value: sums.logMeanWeight, standardError: sums.logMeanWeightError };
}
