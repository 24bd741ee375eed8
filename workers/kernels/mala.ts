/**
 * The Metropolis-adjusted Langevin algorithm, preconditioned.
 *
 * With the metric's factor L (Σ = L Lᵀ) and ξ ~ N(0, I) it proposes
 *
 *   x' = x + ½ ε² Σ ∇log p(x) + ε L ξ,
 *
 * and accepts with probability min(1, p(x') q(x | x') / (p(x) q(x' | x))). The noise that would lead back from x' to x is
 * −ξ', ξ' = ξ + ½ ε Lᵀ(∇log p(x) + ∇log p(x')), so log q(x | x') − log q(x' | x) = ½ |ξ|² − ½ |ξ'|². That is one
 * leapfrog step with ξ as the momentum, and the leapfrog computes it.
 *
 * Roberts & Tweedie (1996); optimal acceptance 0.574: Roberts & Rosenthal (1998).
 */
import { z } from "zod";
import { adaptationOptions } from "./adaptation/options.ts";
import { type AdaptiveState, WindowedAdaptation } from "./adaptation/windowed.ts";
import { isNonFinite, newPhasePoint, requireGradient, sumOfSquares } from "./hamiltonian/leapfrog.ts";
import type { BaseInfo, KernelDefinition } from "./kernel.ts";

const config = z.strictObject({
  kind: z.literal("mala"),
  ...adaptationOptions(0.574),
});

export type MalaState = AdaptiveState;

export interface MalaInfo extends BaseInfo {
  /** The probability with which the proposal was accepted. */
  acceptance: number;
  /** ε of this transition. */
  stepSize: number;
}

export const mala: KernelDefinition<typeof config, MalaState, MalaInfo> = {
  kind: "mala",
  summary: "Metropolis-adjusted Langevin algorithm: proposals that drift along the gradient.",
  config,
  requires: () => ["gradient"],
  statistics: [
    { name: "acceptance_rate", type: "float32", read: (info) => info.acceptance },
    { name: "step_size", type: "float64", read: (info) => info.stepSize },
  ],
  build(target, options, { warmup }) {
    const adaptation = new WindowedAdaptation(requireGradient(target), options, warmup);
    const { leapfrog, target: density } = adaptation;
    const point = newPhasePoint(target.dim);
    const info: MalaInfo = { acceptance: NaN, stepSize: NaN, nonFinite: 0 };
    return {
      init: (position, random) => adaptation.init(position, random),
      relocate: (state, position) => adaptation.relocate(state, position),
      step(state, random) {
        const { position, momentum: noise, gradient } = point;
        position.set(state.position);
        gradient.set(state.gradient);
        for (let i = 0; i < noise.length; i++) noise[i] = random.normal();
        const forward = -0.5 * sumOfSquares(noise);
        leapfrog(density, state.scale, state.stepSize, point);
        const backward = -0.5 * sumOfSquares(noise);
        const logRatio = point.logDensity - state.logDensity + backward - forward;

        info.stepSize = state.stepSize;
        info.nonFinite = isNonFinite(point.logDensity) ? 1 : 0;
        const isUsable = Number.isFinite(point.logDensity) && !Number.isNaN(logRatio);
        info.acceptance = isUsable ? Math.min(1, Math.exp(logRatio)) : 0;
        if (random.uniform() < info.acceptance) {
          state.position.set(position);
          state.gradient.set(gradient);
          state.logDensity = point.logDensity;
        }
        info.nonFinite += adaptation.endStep(state, info.acceptance, random);
        return info;
      },
    };
  },
};
