/**
 * The multivariate normal distribution, N(mean, covariance).
 *
 * Everything about it is known exactly, so it is the first thing to try a sampler on. The log density is normalised.
 */
import { z } from "zod";
import type { ModelDefinition } from "../model.ts";
import { unchanged } from "./coordinates.ts";
import { MultivariateNormal } from "./multivariate_normal.ts";

const MOST_DIMENSIONS = 1000; // a covariance of 8 MB

const config = z.strictObject({
  kind: z.literal("gaussian"),
  mean: z.array(z.number()).min(1).max(MOST_DIMENSIONS).describe("The mean, one entry a dimension."),
  covariance: z.array(z.array(z.number()).min(1).max(MOST_DIMENSIONS)).min(1).max(MOST_DIMENSIONS)
    .describe("The covariance, a list of rows: symmetric and positive definite."),
});

export const gaussian: ModelDefinition<typeof config> = {
  kind: "gaussian",
  summary: "Multivariate normal distribution N(mean, covariance).",
  config,
  build({ mean, covariance }) {
    const normal = new MultivariateNormal(mean, covariance, "covariance");
    const dim = normal.dim;
    return {
      dim,
      variables: [{ name: "x", shape: [dim] }],
      numericClass: "v8",
      ...unchanged(dim),
      logDensity: (x) => normal.logDensity(x),
      logDensityAndGradient(x, gradient) {
        const logDensity = normal.logDensity(x);
        gradient.fill(0);
        normal.addGradient(1, gradient);
        return logDensity;
      },
      sampleConditional(i, x, random) {
        const { mean, variance } = normal.conditional(i, x);
        return mean + Math.sqrt(variance) * random.normal();
      },
      sample: (random, out) => normal.sample(random, out),
    };
  },
};
