/**
 * A sampler on a small discrete model as its exact transition matrix, for the chain laboratory: what a job would do in one step
 * after warmup, with its probabilities in place of its random numbers.
 *
 * The model's coordinates are spins or bits, at most ten of which vary. Gibbs samplers are composed of their updates
 * (transitions/gibbs_transitions.ts); any other kernel runs on every outcome of its random numbers
 * (transitions/kernel_transitions.ts), which refuses what cannot be explored so.
 */
import { InputError } from "../../numerics/errors.ts";
import type { FiniteChain } from "../../models/finite_chain/chain.ts";
import type { Scan } from "../../models/energy/sweeps.ts";
import type { Target } from "../../models/target.ts";
import { gibbs } from "./gibbs.ts";
import type { KernelDefinition } from "./kernel.ts";
import { gibbsTransitions } from "./transitions/gibbs_transitions.ts";
import { kernelTransitions } from "./transitions/kernel_transitions.ts";
import type { ExplorationOptions } from "./transitions/outcome_law.ts";
import { type Configurations, configurations, MOST_CONFIGURATIONS } from "./transitions/space.ts";

export interface ExactTransitions {
  readonly chain: FiniteChain;
  readonly space: Configurations;
}

export interface ExactLimits extends Pick<ExplorationOptions, "check"> {
  readonly mostStates?: number;
}

/**
 * `config` is that of the sampler, parsed. Throws InputError at `model` where the model has no such small space of states, at
 * `sampler` where the sampler has no exact matrix on it.
 */
export function exactTransitions(
  target: Target,
  definition: KernelDefinition,
  config: Parameters<KernelDefinition["build"]>[1],
  { mostStates = MOST_CONFIGURATIONS, check }: ExactLimits = {},
): ExactTransitions {
  const space = under("model", () => configurations(target, mostStates));
  const kernel = under("sampler", () => {
    if (definition.weighted || definition.stepsADraw) {
      throw new InputError("", "its draws are weighted or runs of many steps, not the steps of a chain.");
    }
    return definition.build(target, config, { warmup: 0 });
  });
  if (definition.kind !== gibbs.kind) {
    return { chain: under("sampler", () => kernelTransitions(kernel, space, check ? { check } : {})), space };
  }
  const scan: Scan = gibbs.config.parse(config).scan ?? target.sweeps?.scans[0] ?? "random";
  return { chain: under("sampler", () => gibbsTransitions(target, space, scan)), space };
}

/** Says of `path` what `build` says of its input. */
function under<T>(path: string, build: () => T): T {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const message = error.path === "" ? `this ${path} has no exact transition matrix: ${error.message}` : error.message;
    throw new InputError(error.path === "" ? path : `${path}.${error.path}`, message);
  }
}
