/**
 * Normal scores of ranks: z = Φ⁻¹((r − 3/8) / (S + 1/4)), r the average rank among ties, over the S draws that splitting
 * keeps. Blom (1958); Vehtari et al. (2021), equation 14.
 */
import { normalQuantile } from "./normal_quantile.ts";
import { isDroppedBySplit, splitInHalves } from "./chains.ts";

/** The draws of some chains in increasing order: order[p] is where in [chains][draws] the p-th smallest value stood. */
export interface Sorted {
  readonly chains: number;
  readonly draws: number;
  readonly values: Float64Array;
  readonly order: Uint32Array;
}

/** The score of every rank up to S; S is that of the last use, since variables of one job share it. */
export class Scores {
  #table = new Float64Array(0);
  #total = -1;

  /** S: how many values are ranked. */
  prepare(total: number): void {
    if (total === this.#total) return;
    const half = (total + 1) >>> 1;
    if (this.#table.length < half) this.#table = new Float64Array(half);
    for (let rank = 1; rank <= half; rank++) this.#table[rank - 1] = this.#compute(rank, total);
    this.#total = total;
  }

  #compute(rank: number, total: number): number {
    return normalQuantile((rank - 0.375) / (total + 0.25));
  }

  /** The score of a rank counted from 1; halves occur among ties. */
  at(rank: number): number {
    const total = this.#total;
    const mirrored = total + 1 - rank; // Φ⁻¹ is odd, so half a table is enough
    if (rank !== Math.floor(rank)) {
      return rank < mirrored ? this.#compute(rank, total) : -this.#compute(mirrored, total);
    }
    return rank <= mirrored ? this.#table[rank - 1] : -this.#table[mirrored - 1];
  }
}

/** Writes the normal score of every draw into out [chains][draws]. Draws that splitting leaves out get that of their ties, or NaN. */
export function rankNormalize(sorted: Sorted, scores: Scores, out: Float64Array): void {
  const { values, order, chains, draws } = sorted;
  const count = chains * draws;
  const { length, starts } = splitInHalves(sorted);
  scores.prepare(length * starts.length);
  const isDropped = isDroppedBySplit(draws);
  let before = 0; // ranked values before this run of ties
  for (let p = 0; p < count;) {
    let end = p + 1;
    while (end < count && values[end] === values[p]) end++;
    let ties = end - p;
    if (isDropped) {
      for (let i = p; i < end; i++) if (isDropped(order[i])) ties--;
    }
    const z = ties === 0 ? NaN : scores.at(before + (ties + 1) / 2);
    for (let i = p; i < end; i++) out[order[i]] = z;
    before += ties;
    p = end;
  }
}
