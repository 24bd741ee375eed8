/** The key of the random numbers of many rows at once, and the words of Philox that it stands for. */
import type { Purpose } from "./random.ts";

/** Row r has the stream `stream + r`, so that it gets the same numbers whichever rows are computed with it. */
export interface RowsKey {
  /** An integer 0 … 2⁵³−1. */
  readonly seed: number;
  readonly purpose: Purpose;
  readonly stream: number;
  readonly step: number;
}

/** Words of the counter and of the key, as `Random` lays them out; counter word 0 is the block, word 3 the stream. */
export interface PhiloxWords {
  readonly stepLow: number;
  readonly stepHigh: number;
  readonly key0: number;
  readonly key1: number;
}

const TWO_32 = 4294967296;

/** What `Random.at(stream, step, purpose)` of this seed counts and keys its blocks with. */
export function philoxWords({ seed, purpose, step }: RowsKey): PhiloxWords {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`a seed is an integer from 0 to 2^53 - 1, found ${seed}`);
  }
  return {
    stepLow: step >>> 0,
    stepHigh: Math.floor(step / TWO_32),
    key0: seed >>> 0,
    key1: Math.floor(seed / TWO_32) | (purpose << 21), // the seed has 53 bits: 32 + 21
  };
}
