/** How patterns become weights, as the configurations of models and trainings say it. */
import { z } from "zod";
import { InputError } from "../../../numerics/errors.ts";
import { trainContrastively } from "./contrastive.ts";
import { hebb } from "./hebb.ts";
import type { HopfieldNetwork, Pattern } from "./network.ts";

export const Rule = z.enum(["hebb", "contrastive"]);

/** The options of contrastive training but for how long it lasts. */
export const contrastiveOptions = {
  rate: z.number().positive().max(1000).default(0.1).describe(
    "η: how far an update goes; Hebb's weights are one update of rate 1.",
  ),
  noise: z.number().min(0).max(1).default(0.3).describe(
    "The fraction of spins that is flipped where a negative starts.",
  ),
  sweeps: z.int().min(1).max(1000).default(1).describe("Sweeps that a negative evolves for: a few."),
  bias: z.boolean().default(false).describe("Whether biases are learned too."),
};

export const Contrastive = z.strictObject({
  ...contrastiveOptions,
  updates: z.int().min(0).max(1_000_000).default(300),
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(0).describe("Of the negatives' random numbers."),
});

const MOST_WORK = 2e9; // additions, about two seconds: a model is built by whoever asks for it

/** Throws InputError at `contrastive` or `patterns` where those options do not go with the rule or would take too long here. */
export function storePatterns(
  patterns: readonly Pattern[],
  rule: z.output<typeof Rule>,
  contrastive: z.output<typeof Contrastive> | undefined,
): HopfieldNetwork {
  const once = patterns.length * patterns[0].length ** 2;
  if (rule === "hebb") {
    if (contrastive) throw new InputError("contrastive", 'these options go with rule "contrastive"; found rule "hebb"');
    if (once > MOST_WORK) throw tooLong("patterns", "patterns × units²", once);
    return hebb(patterns);
  }
  const options = contrastive ?? Contrastive.parse({});
  const work = (1 + options.updates * (options.sweeps + 1)) * once;
  if (work > MOST_WORK) throw tooLong("contrastive", "updates × (sweeps + 1) × patterns × units²", work);
  return trainContrastively(patterns, options, options.seed);
}

function tooLong(path: string, product: string, work: number): InputError {
  return new InputError(
    path,
    `${product} may be at most ${MOST_WORK} where a model is given, found ${work}. Train it as a job (POST /v1/training) and give ` +
      "its sha256 here.",
  );
}
