/**
 * The alias method: an index with given probabilities in constant time, from one integer and one uniform. A column k, taken
 * uniformly, gives itself with probability keep[k], else its alias. Unlike a quantile function it is not monotone in what it takes.
 *
 * Walker (1977); the table in linear time and without accumulated rounding: Vose (1991), "A linear algorithm for generating
 * random numbers with a given distribution".
 */
import type { Random } from "../random.ts";

export interface AliasTable {
  /** An index k with probability weights[k] / Σ weights. */
  draw(random: Random): number;
  /** The probability with which column k gives itself, and the index that it gives otherwise. */
  readonly keep: Float64Array;
  readonly alias: Uint32Array;
}

/** Throws RangeError unless the weights are finite, from 0, and have a positive finite sum. */
export function aliasTable(weights: ArrayLike<number>): AliasTable {
  const count = weights.length;
  let total = 0;
  for (let k = 0; k < count; k++) {
    if (!(weights[k] >= 0 && weights[k] < Infinity)) {
      throw new RangeError(`weight ${k} must be a finite number from 0, found ${weights[k]}`);
    }
    total += weights[k];
  }
  if (!(total > 0 && total < Infinity)) {
    throw new RangeError(`the weights must have a positive finite sum, found ${total}`);
  }
  const keep = new Float64Array(count), alias = new Uint32Array(count);
  const small: number[] = [], large: number[] = [];
  let heaviest = 0;
  for (let k = 0; k < count; k++) {
    keep[k] = weights[k] / total * count;
    alias[k] = k;
    if (weights[k] > weights[heaviest]) heaviest = k;
    (keep[k] < 1 ? small : large).push(k);
  }
  for (;;) {
    const needy = small.pop();
    if (needy === undefined) break;
    const rich = large.at(-1);
    if (rich === undefined) {
      // Rounding has used up the rich ones: what is left keeps itself, unless it must never be given.
      if (weights[needy] > 0) keep[needy] = 1;
      else alias[needy] = heaviest;
      continue;
    }
    alias[needy] = rich;
    keep[rich] -= 1 - keep[needy];
    if (keep[rich] < 1) {
      large.pop();
      small.push(rich);
    }
  }
  for (const k of large) keep[k] = 1;
  return {
    keep,
    alias,
    draw(random) {
      const k = random.integer(count);
      return random.uniform() < keep[k] ? k : alias[k];
    },
  };
}
