/** How a flow learns: what all kinds of flow share, beside their architectures. */
import { z } from "zod";

const MOST_EPOCHS = 1_000_000;
const MOST_ROWS = 65_536;

export const trainingOptions = {
  epochs: z.number().positive().max(MOST_EPOCHS).default(100).describe("Passes through the rows."),
  batchSize: z.int().min(1).max(MOST_ROWS).default(128),
  recordEvery: z.int().min(1).optional().describe("Updates between two records; an epoch where absent."),
  optimizer: z.strictObject({
    kind: z.enum(["adam", "adamw"]).default("adam"),
    beta1: z.number().min(0).lt(1).default(0.9),
    beta2: z.number().min(0).lt(1).default(0.999),
    epsilon: z.number().positive().default(1e-8),
    weightDecay: z.number().min(0).default(0).describe(
      "Of matrices alone: beside the step (adamw), or as a part of the gradient (adam).",
    ),
  }).prefault({}).describe("Adam (Kingma & Ba 2015), or AdamW (Loshchilov & Hutter 2019)."),
  learningRate: z.number().positive().default(1e-3),
  schedule: z.enum(["constant", "linear", "cosine", "inverse"]).default("constant")
    .describe("How the rate goes on after the warm-up: constant, or falling to 0 (inverse: to a tenth)."),
  warmup: z.int().min(0).default(0).describe("Updates over which the rate rises from 0 along a line."),
  clip: z.number().positive().optional().describe(
    "The largest norm of the whole gradient; a larger one is scaled down to it.",
  ),
  averaging: z.number().min(0).lt(1).default(0)
    .describe(
      "Reports an exponential moving average of the parameters in their place: how much of it stays at each update. 0: none.",
    ),
  earlyStopping: z.strictObject({
    patience: z.int().min(1).describe(
      "Records without a better held-out log-likelihood after which the training ends.",
    ),
  }).optional().describe("End early and keep the parameters of the best record; needs validation rows."),
  preprocess: z.enum(["none", "standardize", "dequantize", "logit"]).optional().describe(
    "none; standardize: each column by its mean and standard deviation; dequantize: bytes v become (v + u)/256, u uniform; logit: these " +
      "through logit(0.05 + 0.9 x). Densities are those of the data as they are (bytes: on [0, 1]). Default: logit for bytes " +
      "(dequantize for nice), else standardize.",
  ),
  classConditional: z.boolean().default(false).describe("Learn p(x | class); needs data with labels."),
  relaxed: z.boolean().default(false)
    .describe("Fused multiply-adds: faster, and a numeric class of its own, wasm-relaxed."),
};

export const TrainingOptions = z.object(trainingOptions);
export type TrainingOptions = z.output<typeof TrainingOptions>;
