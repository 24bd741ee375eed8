/** What an output says of a job. */
import { buildTarget } from "../../workers/sampling.ts";
import type { Jobs } from "../jobs.ts";
import type { JobView } from "../schema/job.ts";
import type { OutputContext } from "./format.ts";

export function outputContext({ id, spec }: JobView, { temporaryFolder, assets }: Jobs): OutputContext {
  if ("train" in spec) {
    return { job: id, model: spec.train.kind, sampler: "training", seed: spec.seed, observed: [], temporaryFolder };
  }
  return {
    job: id,
    model: spec.model.kind,
    sampler: spec.sampler.kind,
    seed: spec.seed,
    observed: buildTarget(spec.model, assets).observed,
    temporaryFolder,
  };
}
