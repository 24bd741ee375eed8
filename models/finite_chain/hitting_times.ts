/**
 * Expected hitting times: h_i = 0 on a set, h_i = 1 + Σ_j P_ij h_j elsewhere: the expected number of steps until the chain is in
 * the set for the first time. Infinite from where it may be missed for ever.
 */
import { type FiniteChain, submatrix } from "./chain.ts";
import { reduceStates, solveReduced } from "./reduction.ts";

/** One for each state; `set` names at least one. */
export function expectedHittingTimes(chain: FiniteChain, set: readonly number[]): Float64Array {
  const { size, matrix } = chain;
  const target = new Uint8Array(size);
  for (const state of set) target[state] = 1;
  const hits = leadingTo(chain, target);
  const never = hits.map((reached) => 1 - reached);
  // From the others the chain cannot get to where it never hits, so it hits for sure: there are finitely many states.
  const misses = leadingTo(chain, never, target);

  const times = new Float64Array(size);
  const unsure = Array.from(times.keys()).filter((i) => misses[i] === 1);
  for (const i of unsure) times[i] = Infinity;
  const walking = Array.from(times.keys()).filter((i) => target[i] === 0 && misses[i] === 0);
  const exits = Float64Array.from(walking, (i) => set.reduce((sum, j) => sum + matrix[i * size + j], 0));
  const solution = new Float64Array(walking.length).fill(1);
  solveReduced(reduceStates(submatrix(matrix, size, walking, walking), walking.length, exits), solution);
  walking.forEach((i, at) => times[i] = solution[at]);
  return times;
}

/** Marks the states from which a marked one can be reached, without a step out of a wall. */
function leadingTo({ size, matrix }: FiniteChain, marked: Uint8Array, walls?: Uint8Array): Uint8Array {
  const leading = marked.slice();
  const found = Array.from(leading.keys()).filter((i) => leading[i] === 1);
  for (let j = found.pop(); j !== undefined; j = found.pop()) {
    for (let i = 0; i < size; i++) {
      if (leading[i] === 1 || walls?.[i] === 1 || !(matrix[i * size + j] > 0)) continue;
      leading[i] = 1;
      found.push(i);
    }
  }
  return leading;
}
