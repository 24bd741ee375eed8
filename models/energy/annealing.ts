/**
 * A path of laws from one that is known to the target's own, f_β(s) for β from 0 to 1: what annealed importance sampling
 * (Neal 2001), its reverse, and tempered populations walk along. The states are whatever the moves need, a row each; the path
 * may have summed out some of the model's units.
 */
import type { States, SweepKey } from "./sweeps.ts";

export interface Annealing {
  /** Entries of one row of the states. */
  readonly units: number;
  /** log Σ f_0: the base is normalised in closed form. */
  readonly logBaseNormalizer: number;
  createStates(rows: number): States;
  /** Draws every row, exactly and independently, from the base p_0 ∝ f_0. */
  start(states: States, rows: number, key: SweepKey): void;
  /**
   * Writes log f_to(s) − log f_from(s) of every row into out. f_1 is exp of the target's log density, so that
   * logBaseNormalizer + log E[Π f_k(s_{k−1}) / f_{k−1}(s_{k−1})] is the log of that density's normalizer. from > to runs backwards.
   */
  weigh(states: States, rows: number, from: number, to: number, out: Float64Array): void;
  /**
   * One transition of every row, in place, that keeps f_β and is reversible with respect to it, so that the same moves serve the
   * reverse run: block Gibbs of one layer through the other, random scan, or a systematic scan there and back.
   */
  move(states: States, rows: number, beta: number, key: SweepKey): void;
  /** `weigh`, then `move` at `to`, with the same bits, in less time where both need the same sums. */
  advance(states: States, rows: number, from: number, to: number, key: SweepKey, out: Float64Array): void;
  /** Sets a row to the target's coordinates: reverse runs begin at draws of the target. */
  fromPosition(position: Float64Array, states: States, row: number): void;
  /** The target's coordinates of a row. */
  toPosition(states: States, row: number, position: Float64Array): void;
}
