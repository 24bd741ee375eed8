/** From a target and a sampler to what the workers run: the kernel and the columns that it records. Loads no registry: who has one target and one sampler needs no other. */
import type { Assets } from "../models/model.ts";
import { replicateOf } from "../models/replication.ts";
import type { Target } from "../models/target.ts";
import type { StatisticType } from "./block.ts";
import { calibrationProcess, LP_BELOW } from "./calibration_process.ts";
import { batchProcess, chainProcess, groupProcess, type GroupSampling, type Sampling } from "./chain_process.ts";
import type { Plan, Sampler } from "./kernels/kernel.ts";
import type { AnyProcess } from "./process.ts";
import type { SamplingSpec } from "./sampling.ts";

/** What segments of the job advance: independent draws where there are any, groups of chains where the sampler has a kernel for them, else chains. */
export function processOf(
  spec: SamplingSpec,
  target: Target,
  definition: Sampler,
  assets?: Assets,
): AnyProcess {
  if (definition.replicates) return calibrationProcess(calibrationOf(spec, target, definition, assets));
  const batches = definition.buildBatches?.(target);
  if (batches) return batchProcess({ ...chainsOf(spec, target, definition), batches });
  const kernel = definition.buildGroup?.(target, spec.sampler, planOf(spec));
  if (!kernel) return chainProcess(samplingOf(spec, target, definition, assets));
  const sampling: GroupSampling = { ...chainsOf(spec, target, definition), kernel };
  return groupProcess(sampling);
}

/** What is recorded with each draw, "lp" first. */
export function recordedStatistics({ statistics, replicates }: Sampler): StatisticType[] {
  const own = statistics.map(({ name, type }) => ({ name, type }));
  return [{ name: "lp", type: "float64" }, ...own, ...(replicates ? [LP_BELOW] : [])];
}

/** The chains that are advanced one by one. The target and the kernel hold scratch space: each worker builds its own. */
export function samplingOf(
  spec: SamplingSpec,
  target: Target,
  definition: Sampler,
  assets?: Assets,
): Sampling {
  return {
    ...chainsOf(spec, target, definition),
    kernel: definition.build(target, spec.sampler, planOf(spec), assets),
  };
}

function calibrationOf(spec: SamplingSpec, target: Target, definition: Sampler, assets?: Assets) {
  const { sampler, seed, warmup, draws, thin } = spec;
  const replicate = replicateOf(target);
  const start = definition.replicates?.(sampler);
  if (!replicate || !start || draws === undefined) {
    throw new Error("calibration needs a model that has replications, and the number of draws");
  }
  return {
    target,
    replicate,
    buildKernel: (replica: Target) => definition.build(replica, sampler, planOf(spec), assets),
    statistics: definition.statistics,
    start,
    seed,
    warmup,
    draws,
    thin,
  };
}

function planOf({ warmup, chains }: SamplingSpec): Plan {
  return { warmup, chains };
}

function chainsOf(spec: SamplingSpec, target: Target, { statistics, stepsADraw }: Sampler) {
  const { sampler, seed, warmup, chains, superchains, init } = spec;
  const superchain = superchains === undefined ? 1 : chains / superchains;
  return { target, statistics, seed, warmup, thin: spec.thin * (stepsADraw?.(sampler) ?? 1), superchain, init };
}
