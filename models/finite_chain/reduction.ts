/**
 * State reduction: Gaussian elimination on I − Q for a (sub)stochastic Q, in which no two numbers are ever subtracted. The
 * pivot 1 − q_kk is taken as the sum of the other ways out of k. So every entry of a result is right to a relative error of
 * a small multiple of 2⁻⁵³ n, however small it is, and however nearly the chain falls apart.
 *
 * Eliminating k gives the chain that is watched only while it is on the states 0 … k − 1.
 *
 * Grassmann, Taksar & Heyman (1985); O'Cinneide (1993) for the error.
 */

export interface Reduction {
  readonly size: number;
  /**
   * Left of the diagonal, row k: the probabilities from k to j < k, of the chain watched on 0 … k. Above it, column k: those
   * from i < k to k, divided by ways[k].
   */
  readonly matrix: Float64Array;
  /** ways[k]: the probability to leave k for a lower state or for good, of the chain watched on 0 … k. */
  readonly ways: Float64Array;
}

/**
 * Reduces a chain to its state 0. `matrix` is written over. exits[i], which is written over too, is the probability to leave
 * the chain for good from i; absent for one that never is left. From every state it must be possible to get to 0 or to leave.
 */
export function reduceStates(matrix: Float64Array, size: number, exits = new Float64Array(size)): Reduction {
  const ways = new Float64Array(size);
  for (let k = size - 1; k >= 0; k--) {
    const row = k * size;
    let way = exits[k];
    for (let j = 0; j < k; j++) way += matrix[row + j];
    ways[k] = way;
    for (let i = 0; i < k; i++) {
      const to = i * size + k;
      if (matrix[to] === 0) continue;
      const factor = matrix[to] /= way;
      exits[i] += factor * exits[k];
      for (let j = 0; j < k; j++) matrix[i * size + j] += factor * matrix[row + j];
    }
  }
  return { size, matrix, ways };
}

/** Solves x = b + Q x for the chain that was reduced, in place of b. There must be exits. */
export function solveReduced({ size, matrix, ways }: Reduction, b: Float64Array): void {
  for (let k = size - 1; k > 0; k--) {
    for (let i = 0; i < k; i++) b[i] += matrix[i * size + k] * b[k];
  }
  for (let k = 0; k < size; k++) {
    let sum = b[k];
    for (let j = 0; j < k; j++) sum += matrix[k * size + j] * b[j];
    b[k] = sum / ways[k];
  }
}
