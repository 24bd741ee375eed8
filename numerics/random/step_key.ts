import type { Purpose } from "./random.ts";

/** The key of one step's random numbers, of many rows at once: row r has the stream `stream + r`, so that it gets the same ones wherever it is computed. */
export interface StepKey {
  readonly seed: number;
  readonly purpose: Purpose;
  readonly stream: number;
  readonly step: number;
}

/** The words of the generator's key and counter that a step fixes, as `Random` makes them. */
export interface StepWords {
  readonly key0: number;
  readonly key1: number;
  readonly stepLow: number;
  readonly stepHigh: number;
}

const TWO_32 = 4294967296;

/** The words of a step. */
export function stepWords({ seed, purpose, step }: StepKey): StepWords {
  return {
    key0: seed >>> 0,
    key1: Math.floor(seed / TWO_32) | (purpose << 21), // the seed has 53 bits: 32 + 21
    stepLow: step >>> 0,
    stepHigh: Math.floor(step / TWO_32),
  };
}
