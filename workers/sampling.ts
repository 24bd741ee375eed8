/** From a sampling job's spec to what the workers run: the target, the kernel and the columns they record. */
import { models } from "../models/registry.ts";
import type { Assets, ModelDefinition } from "../models/model.ts";
import type { Target } from "../models/target.ts";
import { batchProcess, chainProcess, groupProcess, type GroupSampling, type Sampling } from "./chain_process.ts";
import { replicateOf } from "../models/replication.ts";
import { calibrationProcess, LP_BELOW } from "./calibration_process.ts";
import type { StatisticType } from "./block.ts";
import type { KernelDefinition, Plan } from "./kernels/kernel.ts";
import { kernels } from "./kernels/registry.ts";
import type { AnyProcess } from "./process.ts";

/** The part of a job's spec that decides its draws. Already validated: defaults are filled in, nothing is left open. */
export interface SamplingSpec {
  readonly model: { readonly kind: keyof typeof models };
  readonly sampler: { readonly kind: keyof typeof kernels };
  readonly seed: number;
  readonly chains: number;
  readonly warmup: number;
  /** Of each chain, where that is fixed: what calibration asks for. */
  readonly draws?: number;
  readonly thin: number;
  readonly superchains?: number;
  readonly init?: readonly (readonly number[])[];
}

/** Builds a registered model. Throws InputError with a path relative to the model's configuration. */
export function buildTarget(config: SamplingSpec["model"], assets?: Assets): Target {
  const definition: ModelDefinition = models[config.kind];
  return definition.build(config, assets);
}

/** The registered sampler that a configuration names. */
export function samplerDefinition(config: SamplingSpec["sampler"]): KernelDefinition {
  return kernels[config.kind];
}

/** Builds the chains that are advanced one by one. The target and the kernel hold scratch space: each worker builds its own. */
export function buildSampling(spec: SamplingSpec, assets?: Assets): Sampling {
  return samplingOf(spec, buildTarget(spec.model, assets), assets);
}

/** What segments of the job advance: independent draws where there are any, groups of chains where the sampler has a kernel for them, else chains. */
export function buildSamplingProcess(spec: SamplingSpec, assets?: Assets): AnyProcess {
  const target = buildTarget(spec.model, assets);
  const definition = samplerDefinition(spec.sampler);
  if (definition.replicates) return calibrationProcess(calibrationOf(spec, target, assets));
  const batches = definition.buildBatches?.(target);
  if (batches) return batchProcess({ ...chainsOf(spec, target, definition), batches });
  const kernel = definition.buildGroup?.(target, spec.sampler, planOf(spec));
  if (!kernel) return chainProcess(samplingOf(spec, target, assets));
  const sampling: GroupSampling = { ...chainsOf(spec, target, definition), kernel };
  return groupProcess(sampling);
}

/** What is recorded with each draw, "lp" first. */
export function recordedStatistics({ statistics, replicates }: KernelDefinition): StatisticType[] {
  const own = statistics.map(({ name, type }) => ({ name, type }));
  return [{ name: "lp", type: "float64" }, ...own, ...(replicates ? [LP_BELOW] : [])];
}

/** Steps that make one draw. */
export function stepsADraw({ sampler, thin }: Pick<SamplingSpec, "sampler" | "thin">): number {
  return thin * (samplerDefinition(sampler).stepsADraw?.(sampler) ?? 1);
}

function samplingOf(spec: SamplingSpec, target: Target, assets?: Assets): Sampling {
  const definition = samplerDefinition(spec.sampler);
  return {
    ...chainsOf(spec, target, definition),
    kernel: definition.build(target, spec.sampler, planOf(spec), assets),
  };
}

function calibrationOf(spec: SamplingSpec, target: Target, assets?: Assets) {
  const { sampler, seed, warmup, draws, thin } = spec;
  const definition = samplerDefinition(sampler);
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

function chainsOf(spec: SamplingSpec, target: Target, { statistics }: KernelDefinition) {
  const { seed, warmup, chains, superchains, init } = spec;
  const superchain = superchains === undefined ? 1 : chains / superchains;
  return { target, statistics, seed, warmup, thin: stepsADraw(spec), superchain, init };
}
