/**
 * Mixing: d(t) = max over starts x of ½ Σ_y |P^t(x, y) − π(y)|, the total variation distance from the worst start, and
 * t_mix(ε), the first t with d(t) ≤ ε.
 *
 * P is squared until all starts are mixed, at t = 2^k; between 2^(k−1) and 2^k the answer is found by halving, each time with the
 * starts alone that are not mixed yet. A start that is mixed stays so. Exact but for rounding: P^t is that of a matrix whose
 * entries differ from P's by some 10⁻¹⁶, so that t_mix has a relative error of about 10⁻¹⁶ over the spectral gap.
 *
 * Levin & Peres (2017), "Markov Chains and Mixing Times", chapter 4.
 */
import { multiply } from "../../numerics/linear_algebra/multiply.ts";
import type { FiniteChain } from "./chain.ts";

export interface Mixing {
  /** t_mix(ε); null where it is above `reached`, which then is as far as was looked. */
  readonly steps: number | null;
  /** d(1), d(2), d(4) … up to the first that is at most ε. */
  readonly distances: readonly number[];
  /** The t of the last distance. */
  readonly reached: number;
}

const SLACK = 1e-12; // d(t) = ε exactly is reached, whatever rounding says
const MOST_BYTES = 2 ** 30; // of kept powers
const MOST_DOUBLINGS = 50; // then every entry of the power is rounding

/** Of a chain with one closed class, which is aperiodic. `limit` is its stationary distribution, 0 on transient states. */
export function mixingTime(chain: FiniteChain, limit: Float64Array, epsilon: number): Mixing {
  const { size } = chain;
  const enough = epsilon + SLACK;
  const mostPowers = Math.max(2, Math.min(MOST_DOUBLINGS, Math.floor(MOST_BYTES / (8 * size * size))));
  const powers = [chain.matrix]; // P^(2^k)
  const distances: number[] = [];
  for (;;) {
    const power = powers[powers.length - 1];
    distances.push(Math.max(...distancesOfRows(power, limit)));
    const reached = 2 ** (powers.length - 1);
    if (distances[distances.length - 1] <= enough) break;
    if (powers.length === mostPowers) return { steps: null, distances, reached };
    powers.push(square(power, size));
  }
  const reached = 2 ** (powers.length - 1);
  if (reached === 1) {
    const atStart = 1 - limit.reduce((a, b) => Math.min(a, b)); // d(0): all mass on the start
    return { steps: atStart <= enough ? 0 : 1, distances, reached };
  }
  let notYet = reached / 2;
  let rows = unmixed(powers[powers.length - 2], limit, enough);
  for (let k = powers.length - 3; k >= 0; k--) {
    const product = new Float64Array(rows.length);
    multiply(rows, powers[k], rows.length / size, size, size, product);
    const left = unmixed(product, limit, enough);
    if (left.length === 0) continue;
    notYet += 2 ** k;
    rows = left;
  }
  return { steps: notYet + 1, distances, reached };
}

/** The square of a stochastic matrix, its rows brought back to the sum 1. */
function square(matrix: Float64Array, size: number): Float64Array {
  const out = new Float64Array(size * size);
  multiply(matrix, matrix, size, size, size, out);
  for (let i = 0; i < size; i++) {
    const row = out.subarray(i * size, (i + 1) * size);
    const sum = row.reduce((a, b) => a + b, 0);
    for (let j = 0; j < size; j++) row[j] /= sum;
  }
  return out;
}

/** The total variation distance of each row from `limit`. */
function distancesOfRows(rows: Float64Array, limit: Float64Array): number[] {
  const size = limit.length;
  return Array.from({ length: rows.length / size }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += Math.abs(rows[i * size + j] - limit[j]);
    return sum / 2;
  });
}

/** The rows that are farther from `limit` than `enough`. */
function unmixed(rows: Float64Array, limit: Float64Array, enough: number): Float64Array {
  const size = limit.length;
  const far = distancesOfRows(rows, limit).flatMap((distance, i) => distance > enough ? [i] : []);
  const out = new Float64Array(far.length * size);
  far.forEach((row, i) => out.set(rows.subarray(row * size, (row + 1) * size), i * size));
  return out;
}
