/**
 * How wide the basins of attraction are: the part of recalls that find their pattern again, by the fraction of spins that was flipped, and
 * the part of all starts that end in a spurious minimum.
 */
import { Purpose, Random } from "../../../numerics/random/random.ts";
import { buildTrial } from "../hopfield_trials.ts";
import { type HopfieldNetwork, isStable, type Pattern } from "./network.ts";

export interface BasinOptions {
  /** Trials at each corruption, and from starts among all states. */
  readonly trials: number;
  /** Fractions of flipped spins, rising. */
  readonly corruptions: readonly number[];
  /** A state with this overlap with a pattern counts as the pattern: 1 for the pattern itself. */
  readonly leastOverlap: number;
  readonly seed: number;
}

export interface Basins {
  /** The fraction of patterns that are fixed points. */
  readonly stable: number;
  /** [corruptions]: the fraction of trials that were recalled. */
  readonly recalled: Float64Array;
  /** The largest corruption up to which at least 90 % of trials are recalled at each; NaN where there is none. */
  readonly radius: number;
  /** Of starts drawn from all states, the fraction that ends in none of the patterns and, without biases, of their negatives. */
  readonly spurious: number;
}

const RECALLED = 0.9;

/** Trial t has the random numbers of stream t; those of one corruption are a step of their own. */
export function measureBasins(
  network: HopfieldNetwork,
  patterns: readonly Pattern[],
  { trials, corruptions, leastOverlap, seed }: BasinOptions,
): Basins {
  const random = new Random(seed);
  const fraction = (step: number, corruption: number | undefined, what: "recalled" | "spurious") => {
    const trial = buildTrial(network, patterns, { corruption, mode: "asynchronous", leastOverlap });
    let count = 0;
    for (let t = 0; t < trials; t++) if (trial(random.at(t, step, Purpose.test))[what]) count++;
    return count / trials;
  };
  const recalled = Float64Array.from(corruptions, (corruption, k) => fraction(k + 1, corruption, "recalled"));
  const lost = recalled.findIndex((value) => value < RECALLED);
  return {
    stable: patterns.filter((pattern) => isStable(network, pattern)).length / patterns.length,
    recalled,
    radius: lost === 0 ? NaN : corruptions[lost < 0 ? corruptions.length - 1 : lost - 1],
    spurious: fraction(0, undefined, "spurious"),
  };
}
