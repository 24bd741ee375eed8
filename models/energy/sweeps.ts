/** What an energy model does for the samplers that know it: whole Gibbs sweeps, of many states at once, at any temperature. */
import type { RowsKey } from "../../numerics/random/rows_key.ts";

/** States, a row each, row-major: all that a sweep changes, hidden units included. Real units make the whole Float32. */
export type States = Int8Array | Float32Array;

/**
 * The order of a sweep: units one after the other; as many units at random; or blocks with no edge inside (the colours of a graph,
 * the layers of an RBM), each drawn at once.
 */
export type Scan = "systematic" | "random" | "blocks";

/** The key of a sweep's random numbers: row r has the stream `stream + r`, so that it gets the same ones wherever it is computed. */
export type SweepKey = RowsKey;

/**
 * Gibbs sweeps that leave p(s) ∝ exp(−β E(s)) as it is. E is that of the target, divided by the model's own temperature if it has
 * one, so that β = 1 is the target's law. Pure but for the states given; may hold scratch space.
 */
export interface Sweeps {
  /** Units of one state. */
  readonly units: number;
  /** There are no units but the target's coordinates: −E is its log density. Not so where absent. */
  readonly isWhole?: boolean;
  /** The orders that this model can serve, the best first. */
  readonly scans: readonly Scan[];
  /** The units of each block, in the order in which a scan by blocks draws them. Serves the exact transition matrix. */
  readonly blocks?: readonly Iterable<number>[];
  createStates(rows: number): States;
  /** One sweep of every row, in place; betas[r] is the inverse temperature of row r, 1 that of the target. */
  sweep(states: States, rows: number, betas: Float64Array, scan: Scan, key: SweepKey): void;
  /** `count` sweeps, at steps key.step, key.step + 1 …: the bits of as many calls of `sweep`, in less time. */
  repeat?(states: States, rows: number, betas: Float64Array, scan: Scan, key: SweepKey, count: number): void;
  /** Writes E of every row into out: of the whole state, hidden units included. Without those it is −(log density), up to a constant. */
  energies(states: States, rows: number, out: Float64Array): void;
  /** Sets a row to the target's coordinates; hidden units become what they may be before their first draw. */
  fromPosition(position: Float64Array, states: States, row: number): void;
  /** The target's coordinates of a row. */
  toPosition(states: States, row: number, position: Float64Array): void;
}
