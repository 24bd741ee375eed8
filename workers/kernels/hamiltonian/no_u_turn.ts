/**
 * The no-U-turn sampler, as Stan has it today: multinomial sampling of the trajectory with biased progression, the
 * generalised U-turn criterion with checks across the seams, step size by dual averaging, metric by windows.
 *
 * Hoffman & Gelman (2014), "The No-U-Turn Sampler"; Betancourt (2017), "A conceptual introduction to Hamiltonian Monte
 * Carlo". The trajectory is in trajectory.ts, what warmup does in ../adaptation/windowed.ts.
 *
 * Without its schema: workers of modules load this alone, and the library of schemas takes as long to load as all of it.
 */
import type { Target } from "../../../models/target.ts";
import { type AdaptationOptions, type AdaptiveState, WindowedAdaptation } from "../adaptation/windowed.ts";
import type { BaseInfo, Kernel, Plan, StatisticColumn } from "../kernel.ts";
import { requireGradient } from "./leapfrog.ts";
import { Trajectory } from "./trajectory.ts";

export type NutsOptions = AdaptationOptions & { readonly maxTreeDepth: number };

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

/** What of `nuts` runs. */
export const noUTurn = {
  statistics: [
    { name: "acceptance_rate", type: "float32", read: (info) => info.acceptance },
    { name: "step_size", type: "float64", read: (info) => info.stepSize },
    { name: "tree_depth", type: "int32", read: (info) => info.treeDepth },
    { name: "n_steps", type: "int32", read: (info) => info.leapfrogs },
    { name: "diverging", type: "uint8", read: (info) => Number(info.diverging) },
    { name: "energy", type: "float64", read: (info) => info.energy },
    { name: "reached_max_treedepth", type: "uint8", read: (info) => Number(info.reachedMaxTreeDepth) },
  ] satisfies StatisticColumn<NutsInfo>[],
  build(target: Target, options: NutsOptions, { warmup }: Plan): Kernel<NutsState, NutsInfo> {
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
