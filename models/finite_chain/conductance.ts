/**
 * The bottleneck ratio of an irreducible chain: Φ = min of Q(S, Sᶜ)/π(S) over the sets S with π(S) ≤ ½, where Q(S, Sᶜ) =
 * Σ_{i∈S, j∉S} π_i P_ij is what flows out of S in a step. By trying every set, so for few states alone.
 *
 * For a reversible chain Φ²/2 ≤ 1 − λ₂ ≤ 2 Φ (Cheeger's inequality; Jerrum & Sinclair, 1989; Lawler & Sokal, 1988).
 */
import type { FiniteChain } from "./chain.ts";

export const MOST_STATES_FOR_CONDUCTANCE = 14;

export interface Conductance {
  readonly ratio: number;
  /** The set that attains it; of two the one found first. */
  readonly set: readonly number[];
}

/** Null for a chain of one state, and for one of more than 14. */
export function conductance({ size, matrix }: FiniteChain, stationary: Float64Array): Conductance | null {
  if (size < 2 || size > MOST_STATES_FOR_CONDUCTANCE) return null;
  let ratio = Infinity, best = 0;
  for (let set = 1; set < 2 ** size - 1; set++) {
    let mass = 0, flow = 0;
    for (let i = 0; i < size; i++) {
      if ((set >> i & 1) === 0) continue;
      mass += stationary[i];
      for (let j = 0; j < size; j++) if ((set >> j & 1) === 0) flow += stationary[i] * matrix[i * size + j];
    }
    if (mass <= 0.5 + Number.EPSILON * size && flow / mass < ratio) [ratio, best] = [flow / mass, set];
  }
  return { ratio, set: Array.from(stationary.keys()).filter((i) => (best >> i & 1) === 1) };
}
