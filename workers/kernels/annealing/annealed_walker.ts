/**
 * Annealed importance sampling on ℝ^dim, one chain at a time: a run begins at a draw of the reference, and step k of n adds
 * (β_k − β_{k−1}) (log p(x) − log q(x)) to its log weight and then moves x by transitions that keep π_{β_k}.
 *
 * Warmup first learns the reference, where that is asked for, then makes runs in which the scale of the moves adapts by Robbins &
 * Monro's steps, one scale for each of BANDS stretches of the path. After warmup nothing changes.
 */
import type { Random } from "../../../numerics/random/random.ts";
import type { Target } from "../../../models/target.ts";
import type { BaseInfo, BaseState, Kernel, Plan } from "../kernel.ts";
import { type Fitting, ReferenceSource, type SourceOptions } from "../reference/source.ts";
import { GeometricPath, type TransitionConfig } from "./geometric_path.ts";

export interface AnnealedState extends BaseState {
  logReference: number;
  fitting: Fitting;
  /** Steps made in warmup. */
  warmed: number;
  /** Steps made in the present run. */
  step: number;
  logWeight: number;
  /** Σ of the acceptance probabilities of the present run's moves. */
  acceptance: number;
  /** [BANDS]: of the moves, and how often each has adapted. */
  scales: Float64Array;
  visits: Float64Array;
}

export interface AnnealedInfo extends BaseInfo {
  logWeight: number;
  /** Mean over the moves of the run so far. */
  acceptanceRate: number;
}

const BANDS = 8;

export interface AnnealedWalkerOptions {
  /** From 0 to 1. */
  readonly betas: Float64Array;
  /** Transitions at each temperature. */
  readonly moves: number;
  readonly transition: TransitionConfig;
  readonly source: SourceOptions;
}

export function annealedWalker(
  target: Target,
  { betas, moves, transition, source: sourceOptions }: AnnealedWalkerOptions,
  { warmup }: Plan,
): Kernel<AnnealedState, AnnealedInfo> {
  const temperatures = betas.length - 1;
  const path = new GeometricPath(target, transition);
  const source = new ReferenceSource(target, sourceOptions, Math.floor(warmup / 2));
  const info: AnnealedInfo = { logWeight: NaN, acceptanceRate: NaN, nonFinite: 0 };

  function adapt(state: AnnealedState, band: number, acceptance: number): void {
    const gain = ++state.visits[band] ** -0.6;
    state.scales[band] *= Math.exp(gain * (acceptance - path.targetAcceptance));
  }

  /** Step k = state.step + 1 of a run. */
  function anneal(state: AnnealedState, random: Random, adapts: boolean): void {
    const { reference } = state.fitting;
    if (!reference) throw new Error("the reference has not been fitted yet");
    const from = state.step, to = from + 1;
    if (from === 0) {
      path.start(reference, random, state);
      info.nonFinite += path.nonFinite;
      state.logWeight = 0;
      state.acceptance = 0;
    }
    state.logWeight += path.weigh(state, betas[from], betas[to]);
    const band = Math.floor(from * BANDS / temperatures);
    // Outside the support the run has weight zero, whatever it does.
    for (let move = 0; move < moves && state.logDensity > -Infinity; move++) {
      const acceptance = path.move(state, reference, reference.factor, betas[to], state.scales[band], random);
      info.nonFinite += path.nonFinite;
      state.acceptance += acceptance;
      if (adapts && path.fixedScale === null) adapt(state, band, acceptance);
    }
    info.logWeight = state.logWeight;
    info.acceptanceRate = state.acceptance / (to * moves);
    state.step = to % temperatures;
  }

  return {
    init(position, random) {
      return {
        position: position.slice(),
        logDensity: target.logDensity(position),
        logReference: 0,
        fitting: source.init(position, random),
        warmed: 0,
        step: 0,
        logWeight: 0,
        acceptance: 0,
        scales: new Float64Array(BANDS).fill(path.initialScale),
        visits: new Float64Array(BANDS),
      };
    },

    step(state, random) {
      info.nonFinite = 0;
      if (state.fitting.exploration) {
        const { walk } = state.fitting.exploration;
        info.nonFinite = source.explore(state.fitting, random);
        state.position.set(walk.position);
        state.logDensity = walk.logDensity;
        info.logWeight = info.acceptanceRate = NaN;
      } else anneal(state, random, state.warmed < warmup);
      // A run that warmup cuts short is left: the first draw's begins after it.
      if (state.warmed < warmup && ++state.warmed === warmup) state.step = 0;
      return info;
    },
  };
}
