/** What a flow follows as it learns: a mean over the rows of an update, its gradient, and what is measured of it. */
import type { Arithmetic, Reals } from "../../../numerics/arithmetic/arithmetic.ts";
import type { Cotangents, Rows } from "../../flows/layer.ts";

export interface Objective {
  /** Rows of update number `update` (from 1). */
  rowsIn(update: number): number;
  /** Sets what the first rows of an update decide (actnorm), `most` rows at most; called once in a training's life. */
  initialize(update: number, most: number): void;
  /**
   * Adds to the parameters' gradients those of −(1/rowsIn) Σ value over the rows [from, to) of an update. Returns Σ value, more being better:
   * a function of the parameters and of what it is given.
   */
  gradient(update: number, from: number, to: number): number;
  /** The metrics between `epoch` and `gradient_norm`, in their order, and the one that early stopping looks at. */
  measure(
    update: number,
    mean: number,
    alive?: () => void,
  ): { readonly values: number[]; readonly score: number | null };
}

/** Room for rows on their way through a network and back. */
export interface Room {
  readonly rows: Rows;
  readonly dx: Reals;
  /** [capacity]: of each row in what is minimised. */
  readonly weight: Float64Array;
  readonly logDensity: Float64Array;
}

export function openRoom(arithmetic: Arithmetic, dim: number, classes: number, capacity: number): Room {
  return {
    rows: {
      rows: capacity,
      x: arithmetic.reals(capacity * dim),
      logDet: arithmetic.doubles(capacity),
      context: classes === 0 ? null : arithmetic.reals(capacity * classes),
    },
    dx: arithmetic.reals(capacity * dim),
    weight: arithmetic.doubles(capacity),
    logDensity: arithmetic.doubles(capacity),
  };
}

/** Numbers of single precision that a room takes of an arithmetic. */
export function roomSize(dim: number, classes: number, capacity: number): number {
  return capacity * (2 * dim + classes + 6) + 128;
}

/** What every layer is told on the way back. */
export function cotangents({ dx, weight }: Room, rows: number): Cotangents {
  return { rows, dx, dLogDet: weight };
}

export function sumOf(values: Float64Array, count: number): number {
  let sum = 0;
  for (let r = 0; r < count; r++) sum += values[r];
  return sum;
}
