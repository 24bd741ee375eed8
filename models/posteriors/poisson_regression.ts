/**
 * Poisson regression: y_i ~ Poisson(exp(z_i)), z = intercept + x β.
 *
 * Priors, on what is reported: β_j ~ N(0, priorScale_j²), intercept ~ N(0, interceptScale²), all independent.
 * Coordinates are the coefficients themselves.
 */
import { z } from "zod";
import type { ModelDefinition } from "../model.ts";
import { canonicalRegression } from "./canonical_regression.ts";
import { readRegression, regressionFields } from "./regression_data.ts";

const config = z.strictObject({
  kind: z.literal("poisson-regression"),
  y: z.array(z.int().min(0)).min(1).describe("The counts, integers from 0, one a row of x."),
  ...regressionFields,
  interceptScale: z.number().positive().optional()
    .describe("The intercept has prior N(0, interceptScale²); priorScale where absent (2.5 where that is a list)."),
});

export const poissonRegression: ModelDefinition<typeof config> = {
  kind: "poisson-regression",
  summary: "Poisson regression: y ~ Poisson(exp(intercept + x beta)), intercept and beta ~ N(0, priorScale²).",
  config,
  build: (options) => canonicalRegression("exp", readRegression(options, ["intercept"], options.interceptScale)),
};
