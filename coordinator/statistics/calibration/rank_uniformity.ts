/**
 * An exact test of ranks against the uniform law on 0 … L.
 *
 * With N ranks, R_j of them below j, a right R_j is binomial with j/(L + 1). The statistic t is the smallest two-sided tail
 * 2 min(P(B_j ≤ R_j), P(B_j ≥ R_j)) over all j: the level of the narrowest simultaneous band that the ranks' distribution function leaves.
 * Its p-value P(T ≤ t) is one less the probability that a uniform sample stays inside of the band of level t everywhere.
 * N uniform ranks are independent Poisson counts given their sum, so that this is a product of convolutions, cut to the band
 * at each j: exact, and no table or simulation is needed.
 *
 * Säilynoja, Bürkner & Vehtari (2022), "Graphical test for discrete uniformity and its applications in goodness-of-fit
 * evaluation and multiple sample comparison", Statistics and Computing 32, whose optimised bands these are.
 */
import { logGamma } from "../../../numerics/special/gamma_function.ts";

const MOST_POINTS = 128; // at which the distribution function is looked at; more ranks are looked at in groups
const SAME = 1 + 1e-9; // tails that differ by rounding alone
const TINY = 1e-9; // below it the complement of a probability has few digits, and the sum of the tails is as good

export class RankUniformity {
  /** Ranks below which the counts are compared, ascending. */
  readonly #points: readonly number[];
  readonly #count: number;
  readonly #ranks: number;
  /** For each point, of each count from 0 to N: the two-sided tail. */
  readonly #tails: readonly Float64Array[];
  readonly #known = new Map<number, number>();

  /** `count` ranks from 0 to `draws`. */
  constructor(count: number, draws: number) {
    this.#count = count;
    this.#ranks = draws + 1;
    const points = Math.min(draws, MOST_POINTS);
    this.#points = Array.from({ length: points }, (_, i) => Math.round((i + 1) * this.#ranks / (points + 1)));
    this.#tails = this.#points.map((point) => twoSidedTails(count, point / this.#ranks));
  }

  /** P(T ≤ t) of the ranks given: small where they are not uniform. */
  pValue(ranks: ArrayLike<number>): number {
    const below = new Int32Array(this.#ranks + 1);
    for (let i = 0; i < ranks.length; i++) below[ranks[i] + 1]++;
    for (let j = 1; j < below.length; j++) below[j] += below[j - 1];
    const level = this.#points.reduce((least, point, i) => Math.min(least, this.#tails[i][below[point]]), 1);
    const known = this.#known.get(level);
    if (known !== undefined) return known;
    const p = this.#atMost(level);
    this.#known.set(level, p);
    return p;
  }

  #atMost(level: number): number {
    const union = this.#points.length * level * SAME;
    return union < TINY ? union : Math.min(Math.max(0, 1 - this.#inside(level * SAME)), 1);
  }

  /** The probability that every tail is above `level`. */
  #inside(level: number): number {
    const count = this.#count;
    let law = new Float64Array(count + 1);
    law[0] = 1;
    let low = 0, high = 0, before = 0;
    for (const [i, point] of this.#points.entries()) {
      const tails = this.#tails[i];
      const increments = poisson(count * (point - before) / this.#ranks, count);
      const next = new Float64Array(count + 1);
      let nextLow = -1, nextHigh = -1;
      for (let to = low; to <= count; to++) {
        if (!(tails[to] > level)) {
          if (nextLow >= 0) break; // tails rise to the median and fall beyond it
          continue;
        }
        if (nextLow < 0) nextLow = to;
        nextHigh = to;
        let sum = 0;
        for (let from = low; from <= Math.min(high, to); from++) sum += law[from] * increments[to - from];
        next[to] = sum;
      }
      if (nextLow < 0) return 0;
      [law, low, high, before] = [next, nextLow, nextHigh, point];
    }
    const rest = poisson(count * (this.#ranks - before) / this.#ranks, count);
    let sum = 0;
    for (let from = low; from <= high; from++) sum += law[from] * rest[count - from];
    return sum / poisson(count, count)[count];
  }
}

/** The probabilities of 0 … most. */
function poisson(mean: number, most: number): Float64Array {
  return Float64Array.from({ length: most + 1 }, (_, k) => Math.exp(k * Math.log(mean) - mean - logGamma(k + 1)));
}

function twoSidedTails(count: number, p: number): Float64Array {
  const law = Float64Array.from(
    { length: count + 1 },
    (_, k) =>
      Math.exp(
        logGamma(count + 1) - logGamma(k + 1) - logGamma(count - k + 1) + k * Math.log(p) +
          (count - k) * Math.log1p(-p),
      ),
  );
  const tails = new Float64Array(count + 1);
  for (let k = 0, sum = 0; k <= count; k++) tails[k] = sum += law[k];
  for (let k = count, sum = 0; k >= 0; k--) tails[k] = Math.min(1, 2 * Math.min(tails[k], sum += law[k]));
  return tails;
}
