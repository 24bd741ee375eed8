/** From a sampling job's spec to what the workers run: its registered model and sampler. */
import { models } from "../models/registry.ts";
import type { Assets, ModelDefinition } from "../models/model.ts";
import type { Target } from "../models/target.ts";
import type { Sampling } from "./chain_process.ts";
import type { KernelDefinition } from "./kernels/kernel.ts";
import { kernels } from "./kernels/registry.ts";
import type { AnyProcess } from "./process.ts";
import { processOf, samplingOf } from "./sampling_process.ts";

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

/** Builds the chains that are advanced one by one. */
export function buildSampling(spec: SamplingSpec, assets?: Assets): Sampling {
  return samplingOf(spec, buildTarget(spec.model, assets), samplerDefinition(spec.sampler), assets);
}

export function buildSamplingProcess(spec: SamplingSpec, assets?: Assets): AnyProcess {
  return processOf(spec, buildTarget(spec.model, assets), samplerDefinition(spec.sampler), assets);
}

/** Steps that make one draw. */
export function stepsADraw({ sampler, thin }: Pick<SamplingSpec, "sampler" | "thin">): number {
  return thin * (samplerDefinition(sampler).stepsADraw?.(sampler) ?? 1);
}
