/**
 * Gibbs sampling of spins or bits as its exact transition matrix. With many coordinates a step has too many outcomes of its random
 * numbers to try, but it is a product of updates, each of which is known:
 *
 *   systematic: U_1, then U_2 … U_n;  random: (1/n Σ_i U_i)ⁿ;  blocks: U_B for each block B in turn.
 *
 * A model with hidden units moves on all of them; what is given then is the chain of its positions, after checking that the hidden
 * units, as they were before the step, make no difference to it. Of energy models: sweeps at β = 1, as they are after annealing.
 */
import { InputError } from "../../../numerics/errors.ts";
import type { Scan } from "../../../models/energy/sweeps.ts";
import type { FiniteChain } from "../../../models/finite_chain/chain.ts";
import type { Target } from "../../../models/target.ts";
import type { Configurations } from "./space.ts";
import { type Update, type UpdatedStates, updatesOf } from "./updates.ts";

const MOST_WORK = 2 ** 31; // numbers touched: seconds
const SAME = 1e-6; // what single precision leaves of an equality

/** Throws InputError (its path empty) where the target has no such scan, and for more units than can be enumerated. */
export function gibbsTransitions(target: Target, space: Configurations, scan: Scan): FiniteChain {
  const all = updatesOf(target, space);
  const step = stepOf(all, scan);
  const size = space.points.length;
  const matrix = new Float64Array(size * size);
  const startsOf = startsByPosition(all, size);
  const work = startsOf.flat().length * all.states * (scan === "random" ? all.units.length ** 2 : all.units.length);
  if (work > MOST_WORK) {
    throw new InputError(
      "",
      `it has ${all.states} states, hidden units included: too many for all pairs. Clamp some units.`,
    );
  }
  startsOf.forEach((starts, from) => {
    const rows = starts.map((start) => positionsAfter(all, step, start, size));
    if (rows.some((row) => row.some((mass, to) => Math.abs(mass - rows[0][to]) > SAME))) {
      throw new InputError("", "its steps depend on hidden units, so that positions alone are no Markov chain.");
    }
    matrix.set(rows[0], from * size);
  });
  return { size, matrix };
}

function stepOf({ units, blocks }: UpdatedStates, scan: Scan): Update {
  if (scan === "random") {
    return (law) => units.reduce((before) => meanOf(units, before), law);
  }
  const updates = scan === "systematic" ? units : blocks;
  if (!updates) throw new InputError("", "which units its blocks are is not known.");
  return (law) => updates.reduce((before, update) => update(before), law);
}

function meanOf(updates: readonly Update[], law: Float64Array): Float64Array {
  const mean = new Float64Array(law.length);
  for (const update of updates) {
    const after = update(law);
    for (let s = 0; s < mean.length; s++) mean[s] += after[s] / updates.length;
  }
  return mean;
}

/** Of each position two states that show it, if there are two: the first and the last, in which all hidden units differ. */
function startsByPosition({ shows }: UpdatedStates, size: number): number[][] {
  const starts: number[][] = Array.from({ length: size }, () => []);
  shows.forEach((position, s) => {
    if (position < 0) return;
    if (starts[position].length === 2) starts[position].pop();
    starts[position].push(s);
  });
  return starts;
}

function positionsAfter({ states, shows }: UpdatedStates, step: Update, start: number, size: number): Float64Array {
  const law = new Float64Array(states);
  law[start] = 1;
  const row = new Float64Array(size);
  step(law).forEach((mass, s) => {
    if (mass > 0) row[shows[s]] += mass;
  });
  return row;
}
