/** What a job's summary says. A number that is not defined (the R-hat of a constant) is null, and a warning says why. */
import { z } from "zod";

const defined = z.number().nullable();

export const VariableSummary = z.strictObject({
  name: z.string(),
  mean: defined,
  sd: defined,
  mcseMean: defined,
  mcseSd: defined,
  q5: defined,
  q50: defined,
  q95: defined,
  mcseQ5: defined,
  mcseQ50: defined,
  mcseQ95: defined,
  /** The larger of the rank-normalised split R-hat and the folded one. Absent where draws are weighted, as the two below. */
  rhat: defined.optional(),
  /** Only where the job has superchains. */
  rhatNested: defined.optional(),
  essBulk: defined.optional(),
  essTail: defined.optional(),
  /** Only where draws are weighted: (Σw)² / Σw² of their smoothed weights, the same for every variable. */
  ess: defined.optional(),
  /** Only where draws are weighted: the Pareto shape of the tails of the weights, and of the weights times the variable's deviation. */
  khat: defined.optional(),
});
export type VariableSummary = z.infer<typeof VariableSummary>;

export const Warning = z.strictObject({
  /** `divergences`, `rhat`, `ess`, `tree-depth`, `e-bfmi`, `non-finite`, `constant` … */
  code: z.string(),
  message: z.string(),
});
export type Warning = z.infer<typeof Warning>;

/** The log of ∫ exp(log density): of a posterior with all its constants, the log evidence. */
export const LogEvidence = z.strictObject({
  value: defined,
  standardError: defined,
  /** On which side of the truth the value lies on average. */
  bound: z.enum(["lower", "upper"]),
});

/** Of the proposals that a flow makes to Markov chains. */
export const GlobalMoves = z.strictObject({
  /** Mean acceptance probability; null where the chains have learned no flow. */
  acceptRate: defined,
  /** The Pareto shape of the weights p/q of the proposals: above 0.7 there are parts of the model that the flow hardly proposes. */
  khat: defined,
});

/** Of one quantity of a calibration. */
export const CalibratedQuantity = z.strictObject({
  name: z.string(),
  /** How many replications have their rank in each of up to 20 equal parts of 0 … draws. */
  histogram: z.array(z.int()),
  /** Of ranks that are uniform: how likely a distribution function is that strays as far as theirs. */
  pValue: z.number(),
  /** false: they are not, at the false-alarm rate of the verdict. */
  uniform: z.boolean(),
});
export type CalibratedQuantity = z.infer<typeof CalibratedQuantity>;

/** Whether model and simulation agree: the ranks of the parameters that made the data among the draws. */
export const Calibration = z.strictObject({
  start: z.enum(["truth", "warmup"]),
  /** How likely a right model is to be found miscalibrated, at most, over all quantities; of start "warmup" where draws are independent. */
  falseAlarmRate: z.number(),
  verdict: z.enum(["calibrated", "miscalibrated", "incomplete"]),
  /** Those that the model reports, then the log density. */
  quantities: z.array(CalibratedQuantity),
});
export type Calibration = z.infer<typeof Calibration>;

export const Summary = z.strictObject({
  complete: z.boolean(),
  chains: z.int(),
  /** Kept draws a chain. */
  draws: z.int(),
  variables: z.array(VariableSummary),
  divergences: z.int(),
  /** Mean acceptance statistic of the kept draws; null for a sampler that has none. */
  acceptRate: defined,
  /** One a chain; null for a sampler that has no energy. */
  eBfmi: z.array(defined).nullable(),
  /** Only of flow-metropolis. */
  globalMoves: GlobalMoves.optional(),
  /** Only of samplers that estimate it. */
  logEvidence: LogEvidence.optional(),
  /** Only of the sampler calibration; `variables` then are the ranks, divided by their number. */
  calibration: Calibration.optional(),
  /** Transitions that stopped at the largest tree depth. */
  maxTreeDepthHits: z.int(),
  /** Evaluations whose log density was not finite, warmup included. */
  nonFinite: z.int(),
  numericClass: z.string(),
  warnings: z.array(Warning),
});
export type Summary = z.infer<typeof Summary>;
