/** The wire's JobSpec, and the view of a job that clients get. */
import { z } from "zod";
import { ModelSpec } from "../../models/model_spec.ts";
import { kernels } from "../../workers/kernels/registry.ts";
import { boundFaults } from "./bound_faults.ts";
import { FixedTrainSpec } from "./training.ts";
import { union } from "./union.ts";

export { ModelSpec };

export const SamplerSpec = union(kernels).meta({ id: "SamplerSpec", description: "A sampler with its options." });
export type SamplerSpec = z.output<typeof SamplerSpec>;

export const MOST_CHAINS = 1000;
export const MOST_VALUES = 1e9;
const MOST_STEPS = 1e7;

const StopWhen = z.strictObject({
  essBulk: z.number().positive().describe("Least bulk effective sample size of every variable.").optional(),
  essTail: z.number().positive().describe("Least tail effective sample size of every variable.").optional(),
  rhat: z.number().gt(1).describe("Largest R-hat of every variable.").optional(),
  maxDraws: z.int().positive().max(MOST_VALUES).describe("The most draws a chain; 100 × draws where absent.")
    .optional(),
}).refine(
  (rule) => rule.essBulk !== undefined || rule.essTail !== undefined || rule.rhat !== undefined,
  { error: "expected at least one condition: essBulk, essTail or rhat" },
);
export type StopWhen = z.infer<typeof StopWhen>;

export const JobSpec = z.strictObject({
  model: ModelSpec,
  sampler: SamplerSpec.optional().describe("The best default for the model where absent."),
  chains: z.int().min(1).max(MOST_CHAINS).default(4),
  warmup: z.int().min(0).max(MOST_STEPS).optional()
    .describe(
      "Adaptation steps of each chain; dropped. 1000 where absent, 0 for a sampler of exact or weighted draws.",
    ),
  draws: z.int().min(1).max(MOST_VALUES).default(1000).describe("Kept states of each chain."),
  thin: z.int().min(1).max(MOST_STEPS).default(1).describe("Steps for one kept state."),
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional().describe(
    "Chosen where absent; the one used is returned.",
  ),
  init: z.array(z.array(z.number())).max(MOST_CHAINS).optional()
    .describe("One start a chain, in the model's coordinates as they are reported."),
  superchains: z.int().min(1).optional()
    .describe("Groups the chains evenly into so many superchains with a common start each; adds nested R-hat."),
  stopWhen: StopWhen.optional()
    .describe("After `draws`, go on until every variable meets every condition, or to maxDraws."),
}).meta({ id: "JobSpec" });
boundFaults(JobSpec);
export type JobSpecInput = z.input<typeof JobSpec>;
/** A spec with its defaults filled in, the sampler, the warmup and the seed still open. */
export type JobSpec = z.output<typeof JobSpec>;
/** The spec that a job runs: nothing left open. */
export type FixedSpec = JobSpec & { sampler: SamplerSpec; warmup: number; seed: number };

export const JobStatus = z.enum(["queued", "running", "paused", "completed", "cancelled", "failed"]);
export type JobStatus = z.infer<typeof JobStatus>;

export const Progress = z.strictObject({
  done: z.number().describe("Committed steps of all chains, warmup included."),
  total: z.number(),
});

export const JobError = z.strictObject({ code: z.string(), message: z.string() });

/** A job as clients see it. */
export const JobView = z.strictObject({
  id: z.string(),
  status: JobStatus,
  progress: Progress,
  spec: z.union([JobSpec, FixedTrainSpec]).describe("Of a training, its TrainSpec with the data's SHA-256."),
  createdAt: z.iso.datetime(),
  error: JobError.optional(),
}).meta({ id: "Job" });
export const SamplingJobView = JobView.extend({ spec: JobSpec }).meta({ id: "SamplingJob" });
export const TrainingJobView = JobView.extend({ spec: FixedTrainSpec }).meta({ id: "TrainingJob" });
export interface JobView<Spec = FixedSpec | FixedTrainSpec> {
  id: string;
  status: JobStatus;
  progress: { done: number; total: number };
  spec: Spec;
  createdAt: string;
  error?: { code: string; message: string };
}
