/**
 * Annealed importance sampling: every draw is the end of an independent run of `temperatures` steps along a path of laws from one
 * that is known altogether to the model, with the log weight Σ_k log f_{β_k}(x_{k−1}) − log f_{β_{k−1}}(x_{k−1}). The mean of the
 * weights is unbiased for the normalizer of the model's density however badly the moves mix; the log of it is below on average.
 *
 * On real coordinates the path is q^(1−β) p^β from a Student t or normal q, given or fitted to the model. Energy models have a path
 * of their own, from a law without edges, and moves of their own; chains are then advanced together.
 *
 * Neal (2001), "Annealed importance sampling", Statistics and Computing 11.
 */
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import type { Target } from "../../models/target.ts";
import { annealedRow, annealedRows, type RowsOptions } from "./annealing/annealed_rows.ts";
import { annealedWalker } from "./annealing/annealed_walker.ts";
import { defaultTransition, transitionConfig } from "./annealing/geometric_path.ts";
import { scheduleOf, scheduleOptions, temperaturesOf } from "./annealing/schedule.ts";
import type { BaseInfo, BaseState, GroupKernel, Kernel, KernelDefinition, Plan } from "./kernel.ts";
import { DEGREES_OF_FREEDOM, fitOptions, normalConfig, studentConfig } from "./reference/source.ts";

export const config = z.strictObject({
  kind: z.literal("ais"),
  ...scheduleOptions,
  moves: z.int().min(1).max(1000).default(1).describe("Transitions at each temperature."),
  transition: transitionConfig.optional().describe(
    "Of real coordinates. Default: hmc where the model has a gradient, else random-walk.",
  ),
  reference: z.discriminatedUnion("kind", [normalConfig, studentConfig]).optional()
    .describe("Of real coordinates: where runs begin, on the unconstrained scale. Default: a fitted student-t."),
  fit: fitOptions.fit,
  widen: fitOptions.widen.default(1.5),
});
export type AisConfig = z.output<typeof config>;

export interface Info extends BaseInfo {
  logWeight: number;
  /** NaN where moves are always accepted. */
  acceptanceRate?: number;
}

const WARMUP_RUNS = 20; // to adapt from, where a job names no warmup
const LEAST_WARMUP = 1000;

function build(target: Target, options: AisConfig, plan: Plan): Kernel<BaseState, Info> {
  if (target.annealing) {
    return annealedRow(annealedRows(target, target.annealing, rowsOptions(options), plan));
  }
  const { moves, transition, reference, fit, widen } = options;
  const source = {
    config: reference ?? studentConfig.parse({ kind: "student-t", degreesOfFreedom: DEGREES_OF_FREEDOM }),
    path: "reference",
    fit,
    widen,
  };
  return annealedWalker(
    target,
    { betas: scheduleOf(options), moves, transition: transition ?? defaultTransition(target), source },
    plan,
  );
}

function buildGroup(target: Target, options: AisConfig, plan: Plan): GroupKernel<unknown, Info> | null {
  return target.annealing ? annealedRows(target, target.annealing, rowsOptions(options), plan) : null;
}

/** Throws InputError for options that belong to real coordinates. */
function rowsOptions(options: AisConfig): RowsOptions {
  for (const key of ["transition", "reference", "fit"] as const) {
    if (options[key] !== undefined) {
      throw new InputError(key, `this model has a path and moves of its own: leave out ${key}.`);
    }
  }
  return { betas: scheduleOf(options), moves: options.moves, reverse: false };
}

export const ais: KernelDefinition<typeof config, BaseState, Info> = {
  kind: "ais",
  summary:
    "Annealed importance sampling: independent runs from a known law to the model, weighted, with the log evidence.",
  config,
  requires: ({ transition }) => transition?.kind === "hmc" ? ["annealing", "gradient"] : ["annealing"],
  statistics: [
    { name: "log_weight", type: "float64", read: (info) => info.logWeight },
    { name: "acceptance_rate", type: "float32", read: ({ acceptanceRate = 1 }) => acceptanceRate },
  ],
  build,
  buildGroup,
  stepsADraw: temperaturesOf,
  weighted: true,
  defaultWarmup: (options, target) =>
    target.annealing ? 0 : Math.max(LEAST_WARMUP, 2 * WARMUP_RUNS * temperaturesOf(options)),
};
