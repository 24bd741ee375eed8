/** The options of the gradient kernels' warmup. */
import { z } from "zod";
import { METRIC_KINDS } from "./metric.ts";

/** The options that every gradient kernel has; `targetAccept` is the one whose default differs. */
export function adaptationOptions(targetAccept: number) {
  return {
    targetAccept: z.number().gt(0).lt(1).default(targetAccept).describe(
      "The mean acceptance statistic that warmup tunes the step size to. Nearer to 1 means smaller steps: slower, and fewer divergences.",
    ),
    metric: z.enum(METRIC_KINDS).default("diagonal").describe(
      "What warmup learns of the target's shape: `diagonal` its variances, `dense` its whole covariance (for strong " +
        "correlations in up to some hundred dimensions), `unit` nothing.",
    ),
    stepSize: z.number().positive().max(1e100).optional().describe(
      "The step size to begin with, in units of the metric's standard deviations. Without it a first one is found by " +
        "doubling or halving. Warmup goes on from it; with no warmup, or `adapt` false, it stays.",
    ),
    adapt: z.boolean().default(true).describe(
      "Whether warmup tunes step size and metric. If false, warmup only moves the chain.",
    ),
  };
}
