/**
 * An experiment on a Hopfield network: each draw is one trial, independent of the others. A stored pattern is chosen, a fraction of its
 * spins is flipped (or a start is drawn from all states), and the network recalls. Noted are the overlap of the end state with the
 * pattern, whether the pattern was recalled, the flips and the sweeps it took, and whether the end is a spurious minimum: a fixed
 * point, or a cycle, that is none of the patterns, nor the negative of one where there are no biases.
 *
 * The largest corruption at which recall still succeeds, over jobs, is the radius of the basins; from starts among all
 * states, the mean of `spurious` is the part of them that leads to spurious minima.
 */
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import { Purpose, Random } from "../../numerics/random/random.ts";
import { letters } from "../data/letters.ts";
import type { ModelDefinition } from "../model.ts";
import { corrupt } from "./hopfield/contrastive.ts";
import { type HopfieldNetwork, overlapOf, type Pattern, patternsOf } from "./hopfield/network.ts";
import { landscapeOf, type Mode, recall } from "./hopfield/recall.ts";
import { Contrastive, Rule, storePatterns } from "./hopfield/rule.ts";
import { outcomes } from "./outcomes.ts";

const MOST_UNITS = 2000;
const MOST_ENTRIES = 2_000_000;

const config = z.strictObject({
  kind: z.literal("hopfield-trials"),
  patterns: z.union([z.array(z.array(z.number()).min(2).max(MOST_UNITS)).min(1).max(MOST_UNITS), z.literal("letters")])
    .optional()
    .describe('Rows of -1 and 1 to store, or "letters": ten bitmaps of 12 × 10. Default: random patterns.'),
  size: z.int().min(2).max(MOST_UNITS).optional().describe("Of random patterns: the number of units. Default: 100."),
  load: z.number().positive().max(1).optional().describe(
    "Of random patterns: how many there are, over the units. Default: 0.1.",
  ),
  patternSeed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional()
    .describe("Of random patterns: their seed. The job's seed is that of the trials. Default: 0."),
  rule: Rule.default("hebb").describe("How patterns become weights."),
  contrastive: Contrastive.optional(),
  corruption: z.number().min(0).max(1).optional()
    .describe("The fraction of spins that is flipped. Default: trials start anywhere among all states."),
  mode: z.enum(["asynchronous", "synchronous"]).default("asynchronous").describe(
    "One unit after another, or all at once.",
  ),
  leastOverlap: z.number().min(0).max(1).default(1).describe(
    "A state with this overlap with a pattern counts as the pattern.",
  ),
});

export const VARIABLES = ["overlap", "recalled", "flips", "sweeps", "spurious"] as const;

/** What a trial ends in. */
export interface Outcome {
  overlap: number;
  recalled: boolean;
  flips: number;
  sweeps: number;
  spurious: boolean;
}

export interface TrialOptions {
  /** The fraction of spins that is flipped; a start among all states where absent. */
  readonly corruption?: number | undefined;
  readonly mode: Mode;
  readonly leastOverlap: number;
}

export const hopfieldTrials: ModelDefinition<typeof config> = {
  kind: "hopfield-trials",
  summary: "Recall trials on a Hopfield network: one independent trial a draw, for capacity and basins of attraction.",
  config,
  build(options) {
    const patterns = patternsFrom(options);
    const trial = buildTrial(storePatterns(patterns, options.rule, options.contrastive), patterns, options);
    return outcomes(VARIABLES, (random, out) => {
      const outcome = trial(random);
      VARIABLES.forEach((name, v) => {
        out[v] = Number(outcome[name]);
      });
    });
  },
};

/** A trial of a network that stores these patterns. */
export function buildTrial(
  network: HopfieldNetwork,
  patterns: readonly Pattern[],
  { corruption, mode, leastOverlap }: TrialOptions,
): (random: Random) => Outcome {
  const landscape = landscapeOf(network);
  const scratch = new Int32Array(network.units);
  const hasNegatives = network.bias.every((bias) => bias === 0); // then −ξ is stored with ξ
  const isPattern = (y: Pattern) =>
    patterns.some((pattern) => {
      const overlap = overlapOf(pattern, y);
      return (hasNegatives ? Math.abs(overlap) : overlap) >= leastOverlap;
    });
  return (random) => {
    const pattern = patterns[random.integer(patterns.length)];
    const start = pattern.slice();
    if (corruption !== undefined) corrupt(start, corruption, random, scratch);
    else for (let i = 0; i < start.length; i++) start[i] = random.uint32() >>> 31 ? 1 : -1;
    const { state, flips, energies } = recall(landscape, start, random, { mode });
    const overlap = overlapOf(pattern, state);
    return {
      overlap,
      recalled: overlap >= leastOverlap,
      flips,
      sweeps: energies.length - 1,
      spurious: !isPattern(state),
    };
  };
}

/** Patterns of independent, fair spins; pattern p is stream p. */
export function randomPatterns(count: number, units: number, seed: number): Pattern[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, p) => {
    random.at(p, 0, Purpose.data);
    return Float64Array.from({ length: units }, () => random.uint32() >>> 31 ? 1 : -1);
  });
}

/** The ten letters as patterns: ink is +1. */
export function letterPatterns(): Pattern[] {
  const { rows, columns, values } = letters();
  return Array.from(
    { length: rows },
    (_, p) => Float64Array.from(values.subarray(p * columns, (p + 1) * columns), (bit) => 2 * bit - 1),
  );
}

function patternsFrom({ patterns, size, load, patternSeed }: z.output<typeof config>): Pattern[] {
  if (patterns !== undefined) {
    for (const [name, value] of Object.entries({ size, load, patternSeed })) {
      if (value !== undefined) {
        throw new InputError(name, `the patterns are given; ${name} is for random ones, so leave it out`);
      }
    }
    return patterns === "letters" ? letterPatterns() : patternsOf(patterns);
  }
  const units = size ?? 100;
  const count = Math.max(1, Math.round((load ?? 0.1) * units));
  if (count * units > MOST_ENTRIES) {
    throw new InputError(
      "load",
      `load × size² may be at most ${MOST_ENTRIES}, found ${count * units}. Make the network smaller.`,
    );
  }
  return randomPatterns(count, units, patternSeed ?? 0);
}
