/**
 * The no-U-turn sampler, as Stan has it today: multinomial sampling of the trajectory with biased progression, the
 * generalised U-turn criterion with checks across the seams, step size by dual averaging, metric by windows.
 *
 * Hoffman & Gelman (2014), "The No-U-Turn Sampler"; Betancourt (2017), "A conceptual introduction to Hamiltonian Monte
 * Carlo". The trajectory is in hamiltonian/trajectory.ts, what warmup does in adaptation/windowed.ts.
 */
import { z } from "zod";
import { adaptationOptions, type AdaptiveState, WindowedAdaptation } from "./adaptation/windowed.ts";
import { requireGradient } from "./hamiltonian/leapfrog.ts";
import { Trajectory } from "./hamiltonian/trajectory.ts";
import type { BaseInfo, KernelDefinition } from "./kernel.ts";

const config = z.strictObject({
  kind: z.literal("nuts"),
  ...adaptationOptions(0.8),
  maxTreeDepth: z.int().min(1).max(15).default(10).describe(
    "The most doublings of a trajectory: it has at most 2^maxTreeDepth − 1 leapfrog steps.",
  ),
});

export type NutsState = AdaptiveState;

export interface NutsInfo extends BaseInfo {
  /** Mean over the trajectory of min(1, exp(H₀ − H)). */
  acceptance: number;
  /** The step size of this transition. */
  stepSize: number;
  treeDepth: number;
  /** Leapfrog steps, each one gradient. */
  leapfrogs: number;
  diverging: boolean;
  /** Whether the trajectory made all the doublings that maxTreeDepth allows. */
  reachedMaxTreeDepth: boolean;
  energy: number;
}

export const nuts: KernelDefinition<typeof config, NutsState, NutsInfo> = {
  kind: "nuts",
  summary: "No-U-turn sampler: Hamiltonian trajectories of self-tuned length; the default for smooth densities.",
  config,
  requires: () => ["gradient"],
  statistics: [
    { name: "acceptance_rate", type: "float32", read: (info) => info.acceptance },
    { name: "step_size", type: "float64", read: (info) => info.stepSize },
    { name: "tree_depth", type: "int32", read: (info) => info.treeDepth },
    { name: "n_steps", type: "int32", read: (info) => info.leapfrogs },
    { name: "diverging", type: "uint8", read: (info) => Number(info.diverging) },
    { name: "energy", type: "float64", read: (info) => info.energy },
    { name: "reached_max_treedepth", type: "uint8", read: (info) => Number(info.reachedMaxTreeDepth) },
  ],
  build(target, options, { warmup }) {
    const adaptation = new WindowedAdaptation(requireGradient(target), options, warmup);
    const trajectory = new Trajectory(adaptation.target, adaptation.leapfrog, options.maxTreeDepth);
    const info: NutsInfo = {
      acceptance: NaN,
      stepSize: NaN,
      treeDepth: 0,
      leapfrogs: 0,
      diverging: false,
      reachedMaxTreeDepth: false,
      energy: NaN,
      nonFinite: 0,
    };
    return {
      init: (position, random) => adaptation.init(position, random),
      relocate: (state, position) => adaptation.relocate(state, position),
      step(state, random) {
        info.stepSize = state.stepSize;
        trajectory.grow(state, random);
        info.acceptance = trajectory.acceptance / trajectory.leapfrogs;
        info.treeDepth = trajectory.depth;
        info.leapfrogs = trajectory.leapfrogs;
        info.diverging = trajectory.diverging;
        info.reachedMaxTreeDepth = trajectory.depth === options.maxTreeDepth;
        info.energy = trajectory.energy;
        info.nonFinite = trajectory.nonFinite + adaptation.endStep(state, info.acceptance, random);
        return info;
      },
    };
  },
};
