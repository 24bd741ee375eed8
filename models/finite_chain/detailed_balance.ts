/**
 * Detailed balance: a chain is reversible where π_i P_ij = π_j P_ji for all pairs, where as much flows from i to j as back.
 * The largest difference tells which pair breaks it most.
 */
import type { FiniteChain } from "./chain.ts";

export interface DetailedBalance {
  readonly reversible: boolean;
  /** The largest |π_i P_ij − π_j P_ji|, and where it is; 0 for a chain of one state. */
  readonly imbalance: number;
  readonly from: number;
  readonly to: number;
  /** π_i P_ij and π_j P_ji of that pair. */
  readonly flow: number;
  readonly reverseFlow: number;
}

// A pair is out of balance where its flows differ by more than both: rounding of the matrix's entries, and of probabilities
// that were computed as differences or counted on a grid of 2⁻⁵².
const RELATIVE = 1e-9, ABSOLUTE = 1e-15;

export function detailedBalance({ size, matrix }: FiniteChain, stationary: Float64Array): DetailedBalance {
  let reversible = true;
  let worst = { imbalance: 0, from: 0, to: 0, flow: 0, reverseFlow: 0 };
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      const up = stationary[i] * matrix[i * size + j], down = stationary[j] * matrix[j * size + i];
      const imbalance = Math.abs(up - down);
      if (imbalance > RELATIVE * Math.max(up, down) + ABSOLUTE) reversible = false;
      if (imbalance <= worst.imbalance) continue;
      worst = up > down
        ? { imbalance, from: i, to: j, flow: up, reverseFlow: down }
        : { imbalance, from: j, to: i, flow: down, reverseFlow: up };
    }
  }
  return { reversible, ...worst };
}
