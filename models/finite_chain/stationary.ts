/**
 * The stationary distribution of an irreducible chain, π P = π, by state reduction (GTH). Every probability is right to
 * nearly all its digits, also where some are 10⁻³⁰⁰ of others.
 */
import type { FiniteChain } from "./chain.ts";
import { reduceStates } from "./reduction.ts";

const LARGE = 1e150; // above it the weights found so far are scaled down, lest the next overflow

export function stationaryDistribution({ size, matrix }: FiniteChain): Float64Array {
  const { matrix: reduced } = reduceStates(matrix.slice(), size);
  const weights = new Float64Array(size);
  weights[0] = 1;
  for (let k = 1; k < size; k++) {
    let weight = 0;
    for (let i = 0; i < k; i++) weight += weights[i] * reduced[i * size + k];
    weights[k] = weight;
    if (weight > LARGE) {
      for (let i = 0; i <= k; i++) weights[i] /= weight; // what underflows is nothing beside it
    }
  }
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / total);
}
