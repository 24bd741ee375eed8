/** From a job's spec to what the workers run: the target, the kernel and the columns they record. */
import { models } from "../models/registry.ts";
import type { Assets, ModelDefinition } from "../models/model.ts";
import type { Target } from "../models/target.ts";
import type { KernelDefinition } from "./kernels/kernel.ts";
import { kernels } from "./kernels/registry.ts";
import type { Sampling } from "./segment.ts";

/** The part of a job's spec that decides its draws. Already validated: defaults are filled in, nothing is left open. */
export interface SamplingSpec {
  readonly model: { readonly kind: keyof typeof models };
  readonly sampler: { readonly kind: keyof typeof kernels };
  readonly seed: number;
  readonly chains: number;
  readonly warmup: number;
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

/** Builds all of it. The target and the kernel hold scratch space, so each worker builds its own. */
export function buildSampling(spec: SamplingSpec): Sampling {
  const target = buildTarget(spec.model);
  const definition = samplerDefinition(spec.sampler);
  return {
    target,
    kernel: definition.build(target, spec.sampler, { warmup: spec.warmup }),
    statistics: definition.statistics,
    seed: spec.seed,
    warmup: spec.warmup,
    thin: spec.thin,
    superchain: spec.superchains === undefined ? 1 : spec.chains / spec.superchains,
    init: spec.init,
  };
}
