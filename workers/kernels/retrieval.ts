/**
 * Retrieval from an energy model whose units have two values: what is known is clamped in the model, the others are drawn by Gibbs sweeps,
 * and what is returned of each is the value that it had more often in the last M states, sign(Σ y) of ±1 units; a tie gives the
 * higher value. With M = 1 that is the last state.
 *
 * A draw is one run of `sweeps` sweeps, which goes on from the state before. With `temperature` each run is annealed: its sweeps before
 * the last M go from that temperature to the model's own. The majority of states is not a draw of the model: this searches.
 *
 * Ackley, Hinton & Sejnowski (1985), section 2, on completion.
 */
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import type { States, Sweeps } from "../../models/energy/sweeps.ts";
import type { Target } from "../../models/target.ts";
import { annealing, betaAt, scanOf } from "./gibbs_sweeps.ts";
import type { BaseInfo, BaseState, Kernel, KernelDefinition, Plan } from "./kernel.ts";

export const config = z.strictObject({
  kind: z.literal("retrieval"),
  sweeps: z.int().min(1).max(1_000_000).default(100).describe("Gibbs sweeps of a run; each draw is one."),
  last: z.int().min(1).max(1_000_000).default(20).describe(
    "M: the states at the end of a run of which the majority is taken.",
  ),
  scan: z.enum(["random", "systematic", "blocks"]).optional().describe("Default: the best that the model has."),
  temperature: annealing.optional().describe(
    "Anneals the sweeps of each run before the last M from this temperature to the model's own.",
  ),
});

export interface State extends BaseState {
  /** Transitions made. */
  step: number;
  /** One row: where the sweeps are; `position` is what the last run has retrieved. */
  states: States;
  /** [dim]: Σ over the counted states of this run. */
  sums: Float64Array;
  /** Of the last run; NaN before its end. */
  agreement: number;
}

export interface Info extends BaseInfo {
  /** The mean over units of |mean of the last states|, 1 where they all agree; of bits after 0 and 1 are made −1 and 1. */
  agreement: number;
}

function build(target: Target, options: z.output<typeof config>, plan: Plan): Kernel<State, Info> {
  const { sweeps: length, last } = options;
  const { sweeps, low } = binary(target);
  if (last > length) {
    throw new InputError("last", `a run has ${length} sweeps, so last may be ${length} at most; found ${last}`);
  }
  const scan = scanOf(sweeps, options.scan);
  const beta = new Float64Array(1), current = new Float64Array(target.dim);
  const info: Info = { agreement: NaN, nonFinite: 0 };
  const middle = (low + 1) / 2;

  return {
    init(position) {
      const states = sweeps.createStates(1);
      sweeps.fromPosition(position, states, 0);
      return {
        position: position.slice(),
        logDensity: target.logDensity(position),
        step: 0,
        states,
        sums: new Float64Array(target.dim),
        agreement: NaN,
      };
    },

    step(state, random) {
      state.step++;
      // Kept draws end runs, whatever the length of warmup.
      const inRun = ((state.step - plan.warmup - 1) % length + length) % length + 1;
      beta[0] = betaAt(inRun, options, { warmup: length - last });
      sweeps.sweep(state.states, 1, beta, scan, random.place);
      sweeps.toPosition(state.states, 0, current);
      if (inRun === 1) state.sums.fill(0);
      if (inRun > length - last) {
        for (let i = 0; i < current.length; i++) state.sums[i] += current[i];
      }
      if (inRun === length) conclude(state);
      info.agreement = state.agreement;
      return info;
    },
  };

  function conclude(state: State): void {
    let agreement = 0;
    for (let i = 0; i < current.length; i++) {
      const mean = state.sums[i] / last;
      state.position[i] = mean >= middle ? 1 : low;
      agreement += Math.abs(mean - middle) / (1 - middle);
    }
    state.agreement = agreement / current.length;
    state.logDensity = target.logDensity(state.position);
  }
}

function binary({ sweeps, coding }: Target): { sweeps: Sweeps; low: number } {
  if (!sweeps || (coding !== "spins" && coding !== "bits")) {
    throw new InputError(
      "kind",
      "retrieval needs an energy model of units with two values that makes its own Gibbs sweeps.",
    );
  }
  return { sweeps, low: coding === "spins" ? -1 : 0 };
}

export const retrieval: KernelDefinition<typeof config, State, Info> = {
  kind: "retrieval",
  summary:
    "Retrieval from a network of two-valued units: the majority of the last states, what is known being clamped.",
  config,
  requires: () => ["sweeps", "odds"],
  statistics: [{ name: "agreement", type: "float64", read: (info) => info.agreement }],
  build,
  stepsADraw: ({ sweeps }) => sweeps,
  keepsTarget: false,
};
