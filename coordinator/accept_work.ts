/** Any job that can run: one that samples, or one that trains. */
import type { Assets } from "../models/model.ts";
import type { WorkSpec } from "../workers/work_spec.ts";
import { type AcceptedJob, acceptJob } from "./accept.ts";
import { type AcceptedTraining, acceptTraining } from "./accept_training.ts";
import { FixedTrainSpec } from "./schema/training.ts";

export type AcceptedWork = AcceptedJob | AcceptedTraining;

export function isTraining(work: AcceptedWork): work is AcceptedTraining {
  return "course" in work;
}

/** What the workers have to know of it. */
export function workSpec(work: AcceptedWork): WorkSpec {
  if (!isTraining(work)) return work.spec;
  const { train, dataset, seed } = work.spec;
  return { train, dataset, seed };
}

/** Accepts a spec that was accepted before: it has its seed. Throws ValidationError where this version cannot run it any more. */
export function acceptAgain(spec: unknown, assets: Assets): AcceptedWork {
  const training = FixedTrainSpec.safeParse(spec);
  if (training.success) return acceptTraining(training.data);
  return acceptJob(spec, () => {
    throw new Error("a stored spec has no seed");
  }, assets);
}
