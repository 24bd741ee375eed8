/**
 * Normal scores of ranks: z = Φ⁻¹((r − 3/8) / (S + 1/4)), r the average rank among ties, over the S draws that splitting
 * keeps. Blom (1958); Vehtari et al. (2021), equation 14.
 */
import { halfAt, splitInHalves } from "./chains.ts";
import { normalQuantile } from "./normal_quantile.ts";

/** The draws of some chains in increasing order: order[p] is where in [chains][draws] the p-th smallest value stood. */
export interface Sorted {
  readonly chains: number;
  readonly draws: number;
  readonly values: Float64Array;
  readonly order: Uint32Array;
}

/** The scores of the ranks 1 … S, computed once for all that is ranked of a variable. */
export class Scores {
  readonly #total: number;
  /** Of the ranks 1 … ⌈S/2⌉: Φ⁻¹ is odd, so half of them are enough. */
  readonly #table: Float64Array;

  /** table: room for ⌈S/2⌉ numbers. */
  constructor(chains: { chains: number; draws: number }, table: Float64Array) {
    const { length, starts } = splitInHalves(chains);
    const total = length * starts.length;
    const half = (total + 1) >>> 1;
    for (let rank = 1; rank <= half; rank++) table[rank - 1] = scoreOf(rank, total);
    this.#total = total;
    this.#table = table;
  }

  /** The score of ties that follow `before` smaller values: that of the rank before + (ties + 1)/2. */
  ofTies(before: number, ties: number): number {
    const total = this.#total;
    const twice = 2 * before + ties + 1; // an integer, twice the rank
    const mirrored = 2 * (total + 1) - twice;
    if ((twice & 1) === 1) return twice < mirrored ? scoreOf(twice / 2, total) : -scoreOf(mirrored / 2, total);
    return twice <= mirrored ? this.#table[(twice >>> 1) - 1] : -this.#table[(mirrored >>> 1) - 1];
  }
}

function scoreOf(rank: number, total: number): number {
  return normalQuantile((rank - 0.375) / (total + 0.25));
}

/** Writes the normal score of every draw into out [chains][draws]; NaN, or that of its ties, for draws that splitting leaves out. */
export function rankNormalize(sorted: Sorted, scores: Scores, out: Float64Array): void {
  const { values, order, chains, draws } = sorted;
  const count = chains * draws;
  const leavesOut = draws % 2 === 1 && draws > 1;
  let before = 0; // kept draws before this run of ties
  for (let p = 0; p < count;) {
    const value = values[p];
    let end = p + 1;
    while (end < count && values[end] === value) end++;
    let ties = end - p;
    if (leavesOut) ties -= countLeftOut(order, p, end, draws);
    const z = ties === 0 ? NaN : scores.ofTies(before, ties);
    for (; p < end; p++) out[order[p]] = z;
    before += ties;
  }
}

/** How many of order[from … to) are draws that splitting leaves out. */
export function countLeftOut(order: Uint32Array, from: number, to: number, draws: number): number {
  const inverse = 1 / draws;
  let count = 0;
  for (let p = from; p < to; p++) if (halfAt(order[p], draws, inverse) < 0) count++;
  return count;
}
