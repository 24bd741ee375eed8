/** What can be chosen of a Boltzmann machine's training. */
import { z } from "zod";
import { earlyStopping } from "../early_stopping.ts";
import { learningRateSchedule, momentumSchedule } from "../schedule.ts";

export const config = z.strictObject({
  kind: z.literal("boltzmann"),
  hidden: z.int().min(0).max(2000).default(0).describe("Hidden units."),
  method: z.enum(["pcd", "exact"]).default("pcd").describe(
    "Where the gradient's means come from: the model's from persistent chains, and of hidden units the data's from chains in which " +
      "the visible units are clamped; or (up to 16 units, all rows in each update) from all states.",
  ),
  steps: z.int().min(1).max(10_000).default(1).describe("Gibbs sweeps of the persistent chains for each update."),
  clampedSteps: z.int().min(1).max(10_000).default(10).describe(
    "Gibbs sweeps of the hidden units for each row of an update.",
  ),
  particles: z.int().min(1).max(100_000).default(100).describe("Persistent chains."),
  epochs: z.int().min(1).max(1_000_000).default(20).describe("Passes through the rows; updates, with exact gradients."),
  batchSize: z.int().min(1).max(100_000).default(100).describe("Rows of an update."),
  learningRate: z.number().positive().default(0.05).describe("The first learning rate, of the mean log-likelihood."),
  schedule: learningRateSchedule.default("linear").describe("How the learning rate falls."),
  momentum: momentumSchedule.default(0).describe(
    "A number, or { from, to, epochs }: from one number to another over so many epochs.",
  ),
  weightDecay: z.number().min(0).default(0).describe("L2: this times the weights is taken off the gradient."),
  initialScale: z.number().min(0).default(0.01).describe("Standard deviation of the first weights."),
  recordEvery: z.int().min(1).max(10_000_000).optional().describe("Updates between two records. Default: an epoch."),
  monitorRows: z.int().min(1).max(1_000_000).default(1000).describe("Rows that the monitors look at."),
  earlyStopping,
});
export type Options = z.output<typeof config>;
