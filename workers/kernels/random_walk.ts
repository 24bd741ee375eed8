/**
 * Random-walk Metropolis.
 *
 * Proposes x' = x + scale · L ε, ε ~ N(0, I), and accepts with probability min(1, p(x') / p(x)): the proposal is symmetric,
 * so its density cancels. A log density of NaN or +∞ rejects and is counted; −∞ is outside the support and rejects.
 *
 * In warmup, log scale follows Robbins and Monro towards targetAccept at every step, and L Lᵀ is replaced by the covariance
 * of the last window's states at the ends of windows, each twice as long as the one before; at the last fifth L is
 * frozen, and the scale kept is the geometric mean of its last tenth. After warmup nothing changes any more.
 *
 * Metropolis et al. (1953); acceptance 0.234 and scale 2.38/√dim: Roberts, Gelman & Gilks (1997); adaptation: Haario,
 * Saksman & Tamminen (2001); Andrieu & Thoms (2008), algorithm 4.
 */
import { z } from "zod";
import type { Random } from "../../numerics/random/random.ts";
import type { Target } from "../../models/target.ts";
import { clearMoments, type Moments } from "./adaptation/welford.ts";
import { isNonFinite } from "./hamiltonian/leapfrog.ts";
import type { BaseInfo, BaseState, Kernel, KernelDefinition, Plan } from "./kernel.ts";
import {
  addState,
  applyFactor,
  emptyShapeMoments,
  factorCovariance,
  factorMoments,
  unitFactor,
} from "./proposal_shape.ts";

export const config = z.strictObject({
  kind: z.literal("random-walk"),
  scale: z.number().positive().max(1e9).optional()
    .describe("Multiplies the proposal's standard deviations. Default: begins at 2.38/√dim and adapts in warmup."),
  covariance: z.array(z.array(z.number())).min(1).optional()
    .describe("Covariance of the proposal, before the scale. Default: begins as the identity and adapts in warmup."),
  targetAccept: z.number().gt(0).lt(1).default(0.234)
    .describe("The acceptance rate that the scale adapts to."),
});

export interface State extends BaseState {
  /** Transitions made, up to the end of warmup. */
  step: number;
  scale: number;
  /** L: lower triangle of dim × dim, or its diagonal in high dimension. */
  factor: Float64Array;
  /** Steps since L last changed. */
  sinceFactor: number;
  /** Σ log scale over the last tenth of warmup. */
  logScaleSum: number;
  /** Of the present window; null once nothing is to be learned from it. */
  moments: Moments | null;
}

export interface Info extends BaseInfo {
  accepted: boolean;
  acceptanceRate: number;
  scale: number;
}

const LAST_WINDOW_END = 0.8; // of warmup
const AVERAGING_START = 0.9;
const SHORTEST_WINDOW = 50;

function build(target: Target, options: z.output<typeof config>, plan: Plan): Kernel<State, Info> {
  const { dim } = target;
  const { warmup } = plan;
  const { targetAccept, scale: fixedScale } = options;
  const fixedFactor = options.covariance && factorCovariance(options.covariance, dim, "covariance");
  const initialScale = fixedScale ?? 2.38 / Math.sqrt(dim);
  const windowEnds = fixedFactor ? [] : adaptationWindows(warmup, dim);
  const windowsStart = (windowEnds[0] ?? 0) / 2;
  const averagingStart = Math.floor(AVERAGING_START * warmup);
  const stepsADraw = 3 * dim; // autocorrelation time of an optimal random walk on a Gaussian
  const noise = new Float64Array(dim);
  const proposal = new Float64Array(dim);
  const info: Info = { accepted: false, acceptanceRate: 0, scale: 0, nonFinite: 0 };

  function adapt(state: State): void {
    state.step++;
    state.sinceFactor++;
    if (fixedScale === undefined) {
      state.scale *= Math.exp(state.sinceFactor ** -0.6 * (info.acceptanceRate - targetAccept));
      if (state.step > averagingStart) state.logScaleSum += Math.log(state.scale);
      if (state.step === warmup) state.scale = Math.exp(state.logScaleSum / (warmup - averagingStart));
    }
    if (state.moments === null || state.step <= windowsStart) return;
    addState(state.moments, state.position);
    if (!windowEnds.includes(state.step)) return;
    if (factorMoments(state.moments, stepsADraw, state.factor)) {
      state.sinceFactor = 0;
      state.scale = initialScale;
    }
    if (state.step === windowEnds.at(-1)) state.moments = null;
    else clearMoments(state.moments);
  }

  return {
    init: (position) => ({
      position: position.slice(),
      logDensity: target.logDensity(position),
      step: 0,
      scale: initialScale,
      factor: fixedFactor?.slice() ?? unitFactor(dim),
      sinceFactor: 0,
      logScaleSum: 0,
      moments: windowEnds.length > 0 ? emptyShapeMoments(dim) : null,
    }),

    step(state: State, random: Random): Info {
      const { position, scale } = state;
      for (let i = 0; i < dim; i++) noise[i] = random.normal();
      applyFactor(state.factor, noise, proposal);
      for (let i = 0; i < dim; i++) proposal[i] = position[i] + scale * proposal[i];
      const logDensity = target.logDensity(proposal);
      const logRatio = logDensity - state.logDensity;
      info.nonFinite = isNonFinite(logDensity) ? 1 : 0;
      info.accepted = false;
      info.acceptanceRate = 0;
      info.scale = scale;
      if (Number.isFinite(logDensity)) {
        info.acceptanceRate = logRatio >= 0 ? 1 : Math.exp(logRatio);
        if (logRatio >= 0 || random.uniform() < info.acceptanceRate) {
          position.set(proposal);
          state.logDensity = logDensity;
          info.accepted = true;
        }
      }
      if (state.step < warmup) adapt(state);
      return info;
    },

    relocate(state: State, position: Float64Array): void {
      state.position.set(position);
      state.logDensity = target.logDensity(position);
    },
  };
}

/** The steps at which the proposal's shape is learned: 0.8, 0.4, 0.2 … of warmup, while the windows are long enough. */
function adaptationWindows(warmup: number, dim: number): number[] {
  const ends = [];
  const shortest = Math.max(SHORTEST_WINDOW, 10 * dim);
  for (let end = Math.floor(LAST_WINDOW_END * warmup); end / 2 >= shortest; end = Math.floor(end / 2)) {
    ends.unshift(end);
  }
  return ends;
}

export const randomWalk: KernelDefinition<typeof config, State, Info> = {
  kind: "random-walk",
  summary: "Random-walk Metropolis whose scale and covariance adapt in warmup; for small models without a gradient.",
  config,
  requires: () => ["real"],
  statistics: [
    { name: "acceptance_rate", type: "float32", read: (info) => info.acceptanceRate },
    { name: "accepted", type: "uint8", read: (info) => info.accepted ? 1 : 0 },
    { name: "scale", type: "float64", read: (info) => info.scale },
  ],
  build,
};
