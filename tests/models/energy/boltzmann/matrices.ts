/** Transition matrices on all states of a small machine, state s having unit i at +1 where bit i is set. */
import { type Couplings, fieldOf } from "../../../../models/energy/boltzmann/couplings.ts";
import { enumerate, probabilities, write } from "../../../../models/energy/boltzmann/enumeration.ts";

export type Matrix = readonly (readonly number[])[];
/** The probability that a unit with this field becomes +1. */
export type Probability = (z: number) => number;

export const rightProbability: Probability = (z) => 1 / (1 + Math.exp(-2 * z));

function allUnits(couplings: Couplings): Int32Array {
  return Int32Array.from({ length: couplings.units }, (_, i) => i);
}

export function lawOf(couplings: Couplings, beta: number): Float64Array {
  return probabilities(enumerate(couplings, beta, [...allUnits(couplings)], new Int8Array(couplings.units)));
}

/** Draws the units of a block independently of one another, from the fields of the state before. */
export function visitAtOnce(couplings: Couplings, block: ArrayLike<number>, probability: Probability): Matrix {
  const order = allUnits(couplings), count = 2 ** couplings.units;
  const y = new Int8Array(couplings.units);
  return Array.from({ length: count }, (_, from) => {
    write(from, order, y);
    let row: [state: number, mass: number][] = [[from, 1]];
    for (const i of Array.from(block)) {
      const p = probability(fieldOf(couplings, i, y));
      row = row.flatMap(([s, mass]): typeof row => [[s | (1 << i), mass * p], [s & ~(1 << i), mass * (1 - p)]]);
    }
    const masses: number[] = new Array(count).fill(0);
    for (const [s, mass] of row) masses[s] += mass;
    return masses;
  });
}

/** First a, then b. */
export function multiply(a: Matrix, b: Matrix): Matrix {
  return a.map((row) => row.map((_, to) => row.reduce((sum, mass, by) => sum + mass * b[by][to], 0)));
}

export function power(matrix: Matrix, times: number): Matrix {
  return times === 1 ? matrix : multiply(matrix, power(matrix, times - 1));
}

/** max |π P − π| */
export function drift(law: Float64Array, matrix: Matrix): number {
  return Math.max(
    ...law.map((mass, to) => Math.abs(law.reduce((sum, p, from) => sum + p * matrix[from][to], 0) - mass)),
  );
}

/** max |π_i P_ij − π_j P_ji| */
export function detailedImbalance(law: Float64Array, matrix: Matrix): number {
  return Math.max(
    ...matrix.flatMap((row, i) => row.map((mass, j) => Math.abs(law[i] * mass - law[j] * matrix[j][i]))),
  );
}
