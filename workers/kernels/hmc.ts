/**
 * Hamiltonian Monte Carlo with trajectories of a fixed length, jittered.
 *
 * Draws r ~ N(0, I), makes n leapfrog steps from (x, r) to (x', r') and accepts x' with probability
 * min(1, exp(H(x, r) − H(x', r'))). n is drawn before the trajectory and independently of it, so that every n keeps the
 * target by itself; the jitter keeps the length from resonating with a period of the target.
 *
 * Duane et al. (1987); Neal (2011), "MCMC using Hamiltonian dynamics". Jitter: Mackenzie (1989).
 */
import { z } from "zod";
import { adaptationOptions } from "./adaptation/options.ts";
import { type AdaptiveState, WindowedAdaptation } from "./adaptation/windowed.ts";
import { isNonFinite, newPhasePoint, requireGradient, sumOfSquares } from "./hamiltonian/leapfrog.ts";
import type { BaseInfo, KernelDefinition } from "./kernel.ts";

const MOST_STEPS = 4096; // so that a tiny step size early in warmup can't make a transition last for minutes
const MOST_ENERGY_ERROR = 1000; // beyond it a trajectory counts as divergent, as in NUTS

const config = z.strictObject({
  kind: z.literal("hmc"),
  ...adaptationOptions(0.8),
  integrationTime: z.number().positive().max(1e6).default(Math.PI / 2).describe(
    "The length of a trajectory in time, so that it has about integrationTime / stepSize leapfrog steps. In units of the " +
      "metric a quarter turn, π/2, makes a Gaussian forget its start.",
  ),
  steps: z.int().min(1).max(MOST_STEPS).optional().describe(
    "The number of leapfrog steps of a trajectory, in place of integrationTime.",
  ),
  jitter: z.number().min(0).max(1).default(0.5).describe(
    "The number of steps is multiplied by a number drawn uniformly from 1 − jitter to 1 + jitter.",
  ),
});

export type HmcState = AdaptiveState;

export interface HmcInfo extends BaseInfo {
  /** min(1, exp(H − H')). */
  acceptance: number;
  /** The step size of this transition. */
  stepSize: number;
  /** Leapfrog steps, each one gradient. */
  leapfrogs: number;
  diverging: boolean;
  /** H at the end of the transition. */
  energy: number;
}

export const hmc: KernelDefinition<typeof config, HmcState, HmcInfo> = {
  kind: "hmc",
  summary: "Hamiltonian Monte Carlo with trajectories of a chosen length.",
  config,
  requires: () => ["gradient"],
  statistics: [
    { name: "acceptance_rate", type: "float32", read: (info) => info.acceptance },
    { name: "step_size", type: "float64", read: (info) => info.stepSize },
    { name: "n_steps", type: "int32", read: (info) => info.leapfrogs },
    { name: "diverging", type: "uint8", read: (info) => Number(info.diverging) },
    { name: "energy", type: "float64", read: (info) => info.energy },
  ],
  build(target, options, { warmup }) {
    const adaptation = new WindowedAdaptation(requireGradient(target), options, warmup);
    const { leapfrog, target: density } = adaptation;
    const point = newPhasePoint(target.dim);
    const info: HmcInfo = { acceptance: NaN, stepSize: NaN, leapfrogs: 0, diverging: false, energy: NaN, nonFinite: 0 };
    return {
      init: (position, random) => adaptation.init(position, random),
      relocate: (state, position) => adaptation.relocate(state, position),
      step(state, random) {
        const stretch = 1 + options.jitter * (2 * random.uniform() - 1);
        const length = stretch * (options.steps ?? options.integrationTime / state.stepSize);
        const steps = Math.min(Math.max(Math.round(length), 1), MOST_STEPS);
        const { position, momentum, gradient } = point;
        position.set(state.position);
        gradient.set(state.gradient);
        for (let i = 0; i < momentum.length; i++) momentum[i] = random.normal();
        const before = 0.5 * sumOfSquares(momentum) - state.logDensity;

        // Where the density ends, so does the trajectory: from its other end it would not come here either.
        let made = 0;
        do {
          leapfrog(density, state.scale, state.stepSize, point);
          made++;
        } while (made < steps && Number.isFinite(point.logDensity));
        info.nonFinite = isNonFinite(point.logDensity) ? 1 : 0;
        const error = Number.isFinite(point.logDensity) ? point.energy - before : Infinity;

        info.stepSize = state.stepSize;
        info.leapfrogs = made;
        info.diverging = !(error <= MOST_ENERGY_ERROR); // NaN too: a gradient that is not finite
        info.acceptance = info.diverging ? 0 : Math.min(1, Math.exp(-error));
        info.energy = before;
        if (random.uniform() < info.acceptance) {
          state.position.set(position);
          state.gradient.set(gradient);
          state.logDensity = point.logDensity;
          info.energy = point.energy;
        }
        info.nonFinite += adaptation.endStep(state, info.acceptance, random);
        return info;
      },
    };
  },
};
