/**
 * A Hopfield network: E(y) = −½ yᵀWy − bᵀy over y ∈ {−1, +1}ᴺ, W symmetric with zero diagonal. Dense, because what is stored is
 * spread over all weights.
 *
 * Hopfield (1982), "Neural networks and physical systems with emergent collective computational abilities".
 */
import { InputError } from "../../../numerics/errors.ts";

export interface HopfieldNetwork {
  readonly units: number;
  /** [units × units], row-major; the diagonal is 0 */
  readonly weights: Float64Array;
  /** [units] */
  readonly bias: Float64Array;
}

/** States: entries −1 and +1. */
export type Pattern = Float64Array;

/** Throws InputError where a row has another length than the first or an entry is not −1 or 1; paths count from `patterns`. */
export function patternsOf(rows: readonly ArrayLike<number>[]): Pattern[] {
  return rows.map((row, p) => {
    if (row.length !== rows[0].length) {
      throw new InputError(`patterns.${p}`, `the first pattern has ${rows[0].length} entries, this one ${row.length}`);
    }
    return Float64Array.from(row, (value, i) => {
      if (value === 1 || value === -1) return value;
      throw new InputError(`patterns.${p}.${i}`, `the entries of a pattern are -1 and 1, found ${value}`);
    });
  });
}

/** z_i = Σ_j W_ij y_j + b_i */
export function fieldOf({ units, weights, bias }: HopfieldNetwork, i: number, y: Pattern): number {
  let sum = bias[i];
  for (let j = 0, at = i * units; j < units; j++, at++) sum += weights[at] * y[j];
  return sum;
}

/** E(y) = −½ Σ_i y_i (z_i + b_i) */
export function energyOf(network: HopfieldNetwork, y: Pattern): number {
  let sum = 0;
  for (let i = 0; i < network.units; i++) sum += y[i] * (fieldOf(network, i, y) + network.bias[i]);
  return -0.5 * sum;
}

/** [units]: a field no larger than this may be zero but for the rounding of its sum. */
export function fieldTolerances({ units, weights, bias }: HopfieldNetwork): Float64Array {
  return Float64Array.from({ length: units }, (_, i) => {
    let sum = Math.abs(bias[i]);
    for (let j = 0; j < units; j++) sum += Math.abs(weights[i * units + j]);
    return (units + 2) * Number.EPSILON * sum;
  });
}

/** The most that −E can be: Σ_{i<j} |W_ij| + Σ_i |b_i|. */
export function mostNegativeEnergy({ weights, bias }: HopfieldNetwork): number {
  const half = weights.reduce((sum, weight) => sum + Math.abs(weight), 0) / 2;
  return bias.reduce((sum, value) => sum + Math.abs(value), half);
}

/**
 * The most flips that asynchronous recall from a state of energy `energy` can make, if no spin flips at a field smaller than
 * `leastField`: each flip lowers the energy by 2 |z| and it cannot fall below −(Σ |W_ij| + Σ |b_i|). Under Hebb's rule without
 * bias every field is a multiple of 1/patterns.
 */
export function flipBound(network: HopfieldNetwork, energy: number, leastField: number): number {
  return (mostNegativeEnergy(network) + energy) / (2 * leastField);
}

/** Whether no single flip lowers the energy: the state is a fixed point of recall. */
export function isStable(network: HopfieldNetwork, y: Pattern): boolean {
  const tolerances = fieldTolerances(network);
  return y.every((value, i) => value * fieldOf(network, i, y) >= -tolerances[i]);
}

/** (1/N) Σ_i x_i y_i: 1 where two states are the same, −1 where one is the other's negative. */
export function overlapOf(x: Pattern, y: Pattern): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum / x.length;
}
