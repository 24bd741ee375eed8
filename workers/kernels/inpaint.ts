/**
 * Inpainting as NICE does it: what is hidden of a row climbs the flow's density, with noise,
 *
 *   x_H ← clip(x_H + α_i (∂ log p(x_O, x_H) / ∂x_H + ε)), ε ~ N(0, I), α_i = 10 / (100 + i), i = 0 … steps − 1,
 *
 * clipped to where the data lie. A draw is the end of one such run, each from a start of its own.
 *
 * The noise is not that of Langevin dynamics: what comes out are reconstructions, not draws from p(x_H | x_O). Those come from mala, hmc or
 * nuts on the same model.
 *
 * Dinh, Krueger & Bengio (2015), "NICE: Non-linear independent components estimation", section 5.2.
 */
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import type { Random } from "../../numerics/random/random.ts";
import type { HiddenPart, Target } from "../../models/target.ts";
import type { BaseInfo, BaseState, Kernel, KernelDefinition } from "./kernel.ts";

const MOST_STEPS = 100_000;

export const config = z.strictObject({
  kind: z.literal("inpaint"),
  steps: z.int().min(1).max(MOST_STEPS).default(500).describe("Of one run, which gives one draw."),
});

export interface State extends BaseState {
  /** Steps of this run so far. */
  step: number;
  /** What is hidden, in its own units: clipped to the ends, which the position can only come near. */
  x: Float64Array;
}

export interface Info extends BaseInfo {
  /** log p(x_O, x_H) before the step. */
  height: number;
}

function build(target: Target, { steps }: z.output<typeof config>): Kernel<State, Info> {
  const hidden = hiddenOf(target);
  const gradient = new Float64Array(target.dim);
  const info: Info = { height: 0, nonFinite: 0 };
  return {
    init(position) {
      const x = new Float64Array(target.dim);
      hidden.fromPosition(position, x);
      return { position: position.slice(), logDensity: target.logDensity(position), step: 0, x };
    },

    step(state: State, random: Random): Info {
      const { x, position } = state;
      if (state.step === steps) {
        hidden.start(random, x);
        state.step = 0;
      }
      info.height = hidden.logDensityAndGradient(x, gradient);
      info.nonFinite = gradient.every(Number.isFinite) ? 0 : 1;
      if (info.nonFinite === 0) {
        const rate = 10 / (100 + state.step);
        for (let k = 0; k < x.length; k++) {
          const moved = x[k] + rate * (gradient[k] + random.normal());
          x[k] = Math.min(hidden.high, Math.max(hidden.low, moved));
        }
      }
      state.step++;
      hidden.toPosition(x, position);
      if (state.step === steps) state.logDensity = target.logDensity(position);
      return info;
    },
  };
}

function hiddenOf({ hidden }: Target): HiddenPart {
  if (!hidden) throw new InputError("kind", "inpaint fills in the hidden columns of a flow: give the model a clamp.");
  return hidden;
}

export const inpaint: KernelDefinition<typeof config, State, Info> = {
  kind: "inpaint",
  summary: "Fills in the hidden columns of a flow's row by a noisy ascent of its density; reconstructions, not draws.",
  config,
  requires: () => ["hidden"],
  statistics: [{ name: "height", type: "float64", read: (info) => info.height }],
  build,
  stepsADraw: ({ steps }) => steps,
  defaultWarmup: () => 0,
  keepsTarget: false,
};
