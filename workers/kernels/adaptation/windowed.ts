/**
 * What the gradient kernels share: their state, and the adaptation in their warmup, which is Stan's. Every
 * step of warmup adapts the step size by dual averaging; at the end of each window the metric is learned from that window,
 * a step size is searched anew and dual averaging starts over. After the last step of warmup the averaged step size stays.
 */
import type { Random } from "../../../numerics/random/random.ts";
import type { Differentiable } from "../../../models/target.ts";
import {
  type Leapfrog,
  leapfrogDense,
  leapfrogDiagonal,
  newPhasePoint,
  type PhasePoint,
} from "../hamiltonian/leapfrog.ts";
import type { BaseState } from "../kernel.ts";
import { averagedStepSize, type DualAveraging, startDualAveraging, updateDualAveraging } from "./dual_averaging.ts";
import { identityScale, learnScale, type MetricKind } from "./metric.ts";
import { searchStepSize } from "./step_size.ts";
import { addDense, addDiagonal, clearMoments, emptyMoments, type Moments } from "./welford.ts";
import { planWindows, type Windows } from "./windows.ts";

/** As adaptation/options.ts reads them. */
export type AdaptationOptions = {
  readonly targetAccept: number;
  readonly metric: MetricKind;
  readonly stepSize?: number;
  readonly adapt: boolean;
};

/** The state of a gradient kernel. */
export interface AdaptiveState extends BaseState {
  /** ∇ log p at position. */
  gradient: Float64Array;
  /** Transitions made. */
  steps: number;
  stepSize: number;
  /** The factor L of the metric: [dim], the standard deviations, or [dim × dim], lower triangular. */
  scale: Float64Array;
  /** What warmup has gathered; null from its end on. */
  adaptation: { dualAveraging: DualAveraging; moments: Moments } | null;
}

/** Starts, moves and tunes the states of one gradient kernel. Holds scratch, and nothing from one call to the next. */
export class WindowedAdaptation {
  readonly leapfrog: Leapfrog;
  readonly #windows: Windows;
  readonly #scratch: PhasePoint;

  constructor(
    readonly target: Differentiable,
    readonly options: AdaptationOptions,
    readonly warmup: number,
  ) {
    this.leapfrog = options.metric === "dense" ? leapfrogDense : leapfrogDiagonal;
    this.#windows = planWindows(options.metric === "unit" ? 0 : warmup);
    this.#scratch = newPhasePoint(target.dim);
  }

  init(position: Float64Array, random: Random): AdaptiveState {
    const { dim } = this.target;
    const { metric, stepSize, adapt } = this.options;
    const gradient = new Float64Array(dim);
    const state: AdaptiveState = {
      position: position.slice(),
      logDensity: this.target.logDensityAndGradient(position, gradient),
      gradient,
      steps: 0,
      stepSize: stepSize ?? 1,
      scale: identityScale(dim, metric),
      adaptation: null,
    };
    if (stepSize === undefined) this.#search(state, random);
    if (adapt && this.warmup > 0) {
      state.adaptation = {
        dualAveraging: startDualAveraging(state.stepSize),
        moments: emptyMoments(dim, metric === "dense"),
      };
    }
    return state;
  }

  relocate(state: AdaptiveState, position: Float64Array): void {
    state.position.set(position);
    state.logDensity = this.target.logDensityAndGradient(state.position, state.gradient);
  }

  /**
   * Ends a transition whose acceptance statistic was `acceptance`. Returns at how many points of a search for a step size
   * the log density was NaN or +∞.
   */
  endStep(state: AdaptiveState, acceptance: number, random: Random): number {
    const step = ++state.steps;
    if (state.adaptation === null) return 0;
    const { dualAveraging, moments } = state.adaptation;
    const { first, last, ends } = this.#windows;
    let nonFinite = 0;
    state.stepSize = updateDualAveraging(dualAveraging, acceptance, this.options.targetAccept);
    if (step >= first && step <= last) {
      if (this.options.metric === "dense") addDense(moments, state.position);
      else addDiagonal(moments, state.position);
      if (ends.includes(step)) {
        learnScale(moments, state.scale);
        clearMoments(moments);
        nonFinite = this.#search(state, random);
        state.adaptation.dualAveraging = startDualAveraging(state.stepSize);
      }
    }
    if (step >= this.warmup) {
      if (state.adaptation.dualAveraging.count > 0) state.stepSize = averagedStepSize(state.adaptation.dualAveraging);
      state.adaptation = null;
    }
    return nonFinite;
  }

  #search(state: AdaptiveState, random: Random): number {
    const found = searchStepSize(this.target, this.leapfrog, state, state.stepSize, random, this.#scratch);
    state.stepSize = found.stepSize;
    return found.nonFinite;
  }
}
