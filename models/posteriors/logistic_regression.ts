/**
 * Logistic regression: y_i ~ Bernoulli(1 / (1 + exp(−z_i))), z = intercept + x β.
 *
 * Priors, on what is reported: β_j ~ N(0, priorScale_j²), intercept ~ N(0, interceptScale²), all independent. They keep
 * the posterior proper where the data are separable. Coordinates are the coefficients themselves.
 */
import { z } from "zod";
import type { ModelDefinition } from "../model.ts";
import { canonicalRegression } from "./canonical_regression.ts";
import { readRegression, regressionFields } from "./regression_data.ts";

const config = z.strictObject({
  kind: z.literal("logistic-regression"),
  y: z.array(z.literal([0, 1])).min(1).describe("The outcomes, 0 or 1, one a row of x."),
  ...regressionFields,
  interceptScale: z.number().positive().optional()
    .describe("The intercept has prior N(0, interceptScale²); priorScale where absent (2.5 where that is a list)."),
});

export const logisticRegression: ModelDefinition<typeof config> = {
  kind: "logistic-regression",
  summary: "Logistic regression: y ~ Bernoulli(expit(intercept + x beta)), intercept and beta ~ N(0, priorScale²).",
  config,
  build: (options) => canonicalRegression("softplus", readRegression(options, ["intercept"], options.interceptScale)),
};
