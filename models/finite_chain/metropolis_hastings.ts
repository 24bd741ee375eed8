/**
 * The Metropolis–Hastings chain on finitely many states: from i go to j with probability q_ij min(1, π_j q_ji / (π_i q_ij)),
 * else stay. It fulfils detailed balance with π, whatever the proposal q; it is irreducible where enough of q goes both ways.
 *
 * Hastings (1970).
 */
import { InputError } from "../../numerics/errors.ts";
import { type FiniteChain, finiteChain } from "./chain.ts";

/**
 * `target`: positive weights, one a state, with any sum. `proposal`: the rows of a stochastic matrix. Throws InputError with a
 * path from `target` or `proposal` on.
 */
export function metropolisHastings(target: ArrayLike<number>, proposal: readonly ArrayLike<number>[]): FiniteChain {
  const { size, matrix: q } = under("proposal", () => finiteChain(proposal));
  if (target.length !== size) {
    throw new InputError(
      "target",
      `expected ${size} weights, as many as the proposal has rows, found ${target.length}`,
    );
  }
  for (let i = 0; i < size; i++) {
    if (target[i] > 0 && target[i] < Infinity) continue;
    throw new InputError(
      `target.${i}`,
      `expected a positive finite weight, found ${target[i]}. Leave out states that have no probability.`,
    );
  }
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    let stay = q[i * size + i];
    for (let j = 0; j < size; j++) {
      const there = q[i * size + j];
      if (j === i || there === 0) continue;
      const ratio = (target[j] / target[i]) * (q[j * size + i] / there);
      const accept = ratio < 1 ? ratio : 1;
      matrix[i * size + j] = there * accept;
      stay += there * (1 - accept);
    }
    matrix[i * size + i] = stay;
  }
  return { size, matrix };
}

function under<T>(path: string, build: () => T): T {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.path === "" ? path : `${path}.${error.path}`, error.message);
  }
}
