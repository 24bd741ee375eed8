/** How a flow learns: what all kinds of flow share, beside their architectures. */
import { z } from "zod";
import { relaxed } from "../../flows/model.ts";
import { ModelSpec } from "../../model_spec.ts";

const MOST_EPOCHS = 1_000_000;
const MOST_ROWS = 65_536;

const objective = z.union([
  z.literal("likelihood"),
  z.strictObject({
    kind: z.literal("reverse-kl"),
    model: ModelSpec,
    annealing: z.strictObject({
      from: z.number().gt(0).max(1).default(0.01).describe("The first inverse temperature of the model."),
      updates: z.int().min(0).default(0).describe("Over which it rises to 1 along a line."),
    }).prefault({}),
  }),
]);

export const trainingOptions = {
  objective: objective.default("likelihood").describe(
    "likelihood: the flow learns the law of the rows of data. reverse-kl: it learns a registered model that has a gradient, from noise alone, " +
      "without data.",
  ),
  epochs: z.number().positive().max(MOST_EPOCHS).optional().describe(
    "Passes through the rows, 100 where absent; of reverse-kl, which has none, updates: 5000 where absent.",
  ),
  batchSize: z.int().min(1).max(MOST_ROWS).default(128).describe("Rows of an update: of data, or of noise."),
  recordEvery: z.int().min(1).optional().describe(
    "Updates between two records. Where absent: those of an epoch; of reverse-kl, a hundredth of all.",
  ),
  monitorRows: z.int().min(2).max(1_000_000).default(1000)
    .describe("Held-out rows, or draws of the flow, that are measured at a record: always the same."),
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
  relaxed,
};

export const TrainingOptions = z.object(trainingOptions);
export type TrainingOptions = z.output<typeof TrainingOptions>;
/** What a step of the optimiser looks at. */
export type OptimizerOptions = Pick<TrainingOptions, "optimizer" | "clip" | "averaging">;
