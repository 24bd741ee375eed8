/**
 * Weights and biases rounded so that every field z_i = b_i + Σ_j W_ij s_j is computed without any further rounding.
 *
 * All are made multiples of one quantum 2^(e−52), where 2^e exceeds Σ_j |W_ij| + |b_i| of every unit i: each partial sum then is
 * a multiple of the quantum below 2^53 quanta, which a double holds exactly. So a field does not depend on the order of its
 * terms, and one that was kept up to date through any number of flips has the bits of one that is computed afresh. The
 * rounding moves a weight by at most 2⁻⁵³ of the largest possible field, which is what adding it up in doubles would do as well.
 */
import { InputError } from "../errors.ts";

export interface ExactWeights {
  readonly units: number;
  /** [units × units] */
  readonly weights: Float64Array;
  /** [units] */
  readonly bias: Float64Array;
}

/** weights [n × n], symmetric, its diagonal zero; bias [n]. Throws InputError at `weights.i.j` or `bias.i`. */
export function exactWeights(weights: Float64Array | Float32Array, bias: Float64Array | Float32Array): ExactWeights {
  const units = bias.length;
  if (weights.length !== units * units) {
    throw new InputError(
      "weights",
      `expected ${units} rows of ${units} weights, one for each bias, found ${weights.length} numbers`,
    );
  }
  let largest = 0;
  for (let i = 0; i < units; i++) {
    if (!Number.isFinite(bias[i])) throw new InputError(`bias.${i}`, `expected a finite number, found ${bias[i]}`);
    if (weights[i * units + i] !== 0) {
      throw new InputError(
        `weights.${i}.${i}`,
        `a unit has no weight to itself: expected 0 on the diagonal, found ${weights[i * units + i]}`,
      );
    }
    let sum = Math.abs(bias[i]);
    for (let j = 0; j < units; j++) {
      const weight = weights[i * units + j], mirrored = weights[j * units + i];
      if (weight !== mirrored) {
        throw new InputError(
          `weights.${i}.${j}`,
          `weights must be symmetric and finite: found ${weight} here and ${mirrored} at weights.${j}.${i}`,
        );
      }
      sum += Math.abs(weight);
    }
    largest = Math.max(largest, sum);
  }
  if (largest >= 2 ** 1000) {
    throw new InputError("weights", `a unit's weights and bias may add up to 2^1000 at most, found ${largest}`);
  }
  const quantum = quantumOf(largest);
  return { units, weights: roundedTo(quantum, weights), bias: roundedTo(quantum, bias) };
}

function roundedTo(quantum: number, values: Float64Array | Float32Array): Float64Array {
  const rounded = new Float64Array(values.length);
  for (let k = 0; k < values.length; k++) rounded[k] = Math.round(values[k] / quantum) * quantum;
  return rounded;
}

/** 2^−52 of the least power of two above `largest`, by exact doublings and halvings; the least double at least. */
function quantumOf(largest: number): number {
  let power = 2 ** -1022;
  while (power <= largest) power *= 2;
  return Math.max(power * 2 ** -52, Number.MIN_VALUE);
}
