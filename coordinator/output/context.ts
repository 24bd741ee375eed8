/** What an output says of a job. */
import { buildTarget } from "../../workers/sampling.ts";
import type { JobView } from "../schema/job.ts";
import type { OutputContext } from "./format.ts";

export function outputContext({ id, spec }: JobView, temporaryFolder: string): OutputContext {
  return {
    job: id,
    model: spec.model.kind,
    sampler: spec.sampler.kind,
    seed: spec.seed,
    observed: buildTarget(spec.model).observed,
    temporaryFolder,
  };
}
