/**
 * Exact, independent draws, of models that have them: distributions with a known sampler, machines small enough to enumerate,
 * experiments. A step is a draw; there is nothing to adapt, and the effective sample size is the number of draws.
 */
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import type { BaseInfo, BaseState, KernelDefinition } from "./kernel.ts";

export const config = z.strictObject({ kind: z.literal("exact") });

export type State = BaseState;
export type Info = BaseInfo;

export const exact: KernelDefinition<typeof config, State, Info> = {
  kind: "exact",
  summary: "Exact, independent draws, where the model has them.",
  config,
  requires: () => ["sample"],
  statistics: [],
  isIndependent: true,
  defaultWarmup: () => 0,
  buildBatches: ({ batches }) => batches ?? null,
  build(target) {
    if (!target.sample) throw new InputError("kind", "exact needs a model with exact draws, and this one has none.");
    const sample = target.sample.bind(target);
    const info: Info = { nonFinite: 0 };
    return {
      init: (position) => ({ position: position.slice(), logDensity: target.logDensity(position) }),
      step(state, random) {
        sample(random, state.position);
        state.logDensity = target.logDensity(state.position);
        return info;
      },
      relocate(state, position) {
        state.position.set(position);
        state.logDensity = target.logDensity(position);
      },
    };
  },
};
