/** The draws of one variable as the diagnostics take them, and how chains are split in two halves. */

export interface Chains {
  readonly chains: number;
  /** Draws of each chain. */
  readonly draws: number;
  /** [chains][draws]; may be longer than chains × draws, what is beyond does not count. */
  readonly values: Float64Array;
}

/** Where the halves of the chains lie in [chains][draws]: half i is [starts[i], starts[i] + length). */
export interface Halves {
  readonly length: number;
  readonly starts: Int32Array;
}

/** Each chain in two halves; of an odd number of draws the middle one is left out. One draw can't be split and is kept. */
export function splitInHalves({ chains, draws }: { chains: number; draws: number }): Halves {
  if (draws === 1) return wholeChains({ chains, draws });
  const length = Math.floor(draws / 2);
  const starts = new Int32Array(2 * chains);
  for (let chain = 0; chain < chains; chain++) {
    starts[2 * chain] = chain * draws;
    starts[2 * chain + 1] = (chain + 1) * draws - length;
  }
  return { length, starts };
}

export function wholeChains({ chains, draws }: { chains: number; draws: number }): Halves {
  return { length: draws, starts: Int32Array.from({ length: chains }, (_, chain) => chain * draws) };
}

/**
 * The half that a place of [chains][draws] is in, −1 for a draw that splitting leaves out. `inverse` is 1 / draws: a
 * division would be the slowest part of the loops that ask.
 */
export function halfAt(place: number, draws: number, inverse: number): number {
  const chain = Math.trunc((place + 0.5) * inverse); // + ½: a quotient is never rounded below an integer
  const beyond = 2 * (place - chain * draws) - (draws - 1); // twice the distance from the middle
  return beyond === 0 && draws > 1 ? -1 : beyond < 0 || draws === 1 ? 2 * chain : 2 * chain + 1;
}
