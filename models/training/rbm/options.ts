/** What can be chosen of an RBM's training. */
import { z } from "zod";
import { earlyStopping } from "../early_stopping.ts";
import { learningRateSchedule, momentumSchedule } from "../schedule.ts";

export const config = z.strictObject({
  kind: z.literal("rbm"),
  hidden: z.int().min(1).max(20_000).default(500).describe("Hidden units."),
  visible: z.enum(["bits", "gaussian"]).default("bits").describe("Visible units: bits, or real numbers."),
  variances: z.enum(["unit", "learned"]).default("unit")
    .describe("Of Gaussian visible units given the hidden ones: one (standardise the data), or learned."),
  method: z.enum(["pcd", "cd", "exact"]).default("pcd").describe(
    "Where the model's part of the gradient comes from: persistent chains, chains that start at the data, or (up to 20 units in " +
      "the smaller layer, all rows in each update, double precision) the sum over all states.",
  ),
  steps: z.int().min(1).max(10_000).default(1).describe("Gibbs sweeps of the chains for each update."),
  particles: z.int().min(1).max(100_000).default(200).describe("Persistent chains."),
  epochs: z.int().min(1).max(1_000_000).default(20).describe("Passes through the rows; updates, with exact gradients."),
  batchSize: z.int().min(1).max(100_000).default(100).describe("Rows of an update."),
  learningRate: z.number().positive().optional()
    .describe("The first learning rate, of the mean log-likelihood. Default: 0.1 for bits, 0.01 for Gaussian units."),
  schedule: learningRateSchedule.default("constant").describe("How the learning rate falls."),
  momentum: momentumSchedule.default(0).describe(
    "A number, or { from, to, epochs }: from one number to another over so many epochs. It makes persistent chains fall behind.",
  ),
  averaging: z.number().min(0).default(10).describe(
    "Of chains: report the average of the parameters over about the last 1/averaging of the updates so far, which takes the noise of " +
      "the chains off; 0 for the last ones themselves.",
  ),
  weightDecay: z.number().min(0).default(0).describe("L2: this times the weights is taken off the gradient."),
  sparseDecay: z.number().min(0).default(0).describe("L1: this is taken off the weights' gradient, towards zero."),
  sparsity: z.strictObject({
    target: z.number().gt(0).lt(1).describe("The fraction of rows for which a hidden unit should be on."),
    cost: z.number().positive().describe("Times (target − how often it is on) is added to its bias' gradient."),
  }).optional().describe("Keeps hidden units rarely on."),
  centering: z.boolean().default(true)
    .describe("Take the gradient in units less their means, which makes it independent of how bits are coded."),
  initialScale: z.number().min(0).default(0.01).describe("Standard deviation of the first weights."),
  recordEvery: z.int().min(1).max(10_000_000).optional().describe("Updates between two records. Default: an epoch."),
  monitorRows: z.int().min(1).max(1_000_000).default(1000).describe("Rows that the monitors look at."),
  ais: z.strictObject({
    every: z.int().min(0).default(0).describe("Records between two estimates of log Z; 0 for one at the end alone."),
    temperatures: z.int().min(2).max(1_000_000).default(1000),
    particles: z.int().min(2).max(100_000).default(100),
  }).prefault({}).describe(
    "Annealed importance sampling of log Z, where the smaller layer is too large to be summed out.",
  ),
  earlyStopping,
});
export type Options = z.output<typeof config>;

/** The first learning rate. The gradient of Gaussian units grows with their values, so they learn more slowly. */
export function firstRate({ learningRate, visible }: Options): number {
  return learningRate ?? (visible === "gaussian" ? 0.01 : 0.1);
}
