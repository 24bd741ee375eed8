/** What a population's weights say: how many particles they are worth, how far to go, and which particles go on. */
import type { Random } from "../../../numerics/random/random.ts";

const HALVINGS = 60;

/** (Σw)² / Σw² of weights given by their logarithms; 0 where none is positive. */
export function effectiveSize(logWeights: Float64Array): number {
  let most = -Infinity;
  for (let i = 0; i < logWeights.length; i++) if (logWeights[i] > most) most = logWeights[i];
  if (most === -Infinity) return 0;
  let sum = 0, squares = 0;
  for (let i = 0; i < logWeights.length; i++) {
    const w = Math.exp(logWeights[i] - most);
    sum += w;
    squares += w * w;
  }
  return sum * sum / squares;
}

/**
 * The β ≤ 1 at which the weights of a step there from `from` leave `share` of the particles that have weight at all; 1 where more
 * are left. Always beyond `from`. Del Moral, Doucet & Jasra (2012), "An adaptive sequential Monte Carlo method for approximate
 * Bayesian computation", section 3.2.
 */
export function nextBeta(
  from: number,
  share: number,
  logWeights: Float64Array,
  weigh: (to: number, out: Float64Array) => void,
): number {
  weigh(1, logWeights);
  let positive = 0;
  for (let i = 0; i < logWeights.length; i++) if (logWeights[i] > -Infinity) positive++;
  const enough = share * positive;
  if (effectiveSize(logWeights) >= enough) return 1;
  let low = from, high = 1;
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = 0.5 * (low + high);
    if (!(middle > low && middle < high)) break;
    weigh(middle, logWeights);
    if (effectiveSize(logWeights) >= enough) low = middle;
    else high = middle;
  }
  return low > from ? low : high;
}

/**
 * Systematic resampling: particle i goes on ⌊N w_i⌋ or ⌈N w_i⌉ times, N w_i on average; copies are neighbours. Takes one uniform.
 * Carpenter, Clifford & Fearnhead (1999). Some weight is positive.
 */
export function systematicAncestors(logWeights: Float64Array, random: Random, ancestors: Uint32Array): void {
  const count = logWeights.length;
  let most = -Infinity, last = 0;
  for (let i = 0; i < count; i++) {
    if (logWeights[i] > most) most = logWeights[i];
    if (logWeights[i] > -Infinity) last = i;
  }
  let total = 0;
  for (let i = 0; i < count; i++) total += Math.exp(logWeights[i] - most);
  const offset = random.uniform();
  let reached = 0, i = -1;
  for (let k = 0; k < count; k++) {
    const level = (k + offset) / count * total;
    // `last`: where rounding leaves the sum a little short.
    while (i < last && (i < 0 || reached <= level)) reached += Math.exp(logWeights[++i] - most);
    ancestors[k] = i;
  }
}

/** log of the mean weight. */
export function logMean(logWeights: Float64Array): number {
  let most = -Infinity, sum = 0;
  for (let i = 0; i < logWeights.length; i++) if (logWeights[i] > most) most = logWeights[i];
  if (most === -Infinity) return most;
  for (let i = 0; i < logWeights.length; i++) sum += Math.exp(logWeights[i] - most);
  return most + Math.log(sum / logWeights.length);
}
