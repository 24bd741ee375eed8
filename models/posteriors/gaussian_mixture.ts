/**
 * A mixture of multivariate normal distributions, p(x) = Σ_k weights_k N(x; means_k, covariances_k).
 *
 * With modes that lie far apart it shows which samplers can cross between them. The log density is normalised.
 */
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import { logSumExp } from "../../numerics/special/logarithms.ts";
import type { Random } from "../../numerics/random/random.ts";
import type { ModelDefinition } from "../model.ts";
import { unchanged } from "./coordinates.ts";
import { MultivariateNormal } from "./multivariate_normal.ts";

const MOST_DIMENSIONS = 1000;
const MOST_COMPONENTS = 1000;

const config = z.strictObject({
  kind: z.literal("gaussian-mixture"),
  weights: z.array(z.number().positive()).min(1).max(MOST_COMPONENTS)
    .describe("One positive weight a component; they are divided by their sum."),
  means: z.array(z.array(z.number()).min(1).max(MOST_DIMENSIONS)).min(1).max(MOST_COMPONENTS)
    .describe("One mean a component, all of one length."),
  covariances: z.array(z.array(z.array(z.number()).min(1).max(MOST_DIMENSIONS)).min(1).max(MOST_DIMENSIONS))
    .min(1).max(MOST_COMPONENTS)
    .describe("One covariance a component, each a list of rows: symmetric and positive definite."),
});

export const gaussianMixture: ModelDefinition<typeof config> = {
  kind: "gaussian-mixture",
  summary: "Mixture of multivariate normal distributions, Σ weights[k] N(means[k], covariances[k]).",
  config,
  build({ weights, means, covariances }) {
    const count = weights.length;
    for (const [name, { length }] of Object.entries({ means, covariances })) {
      if (length !== count) {
        throw new InputError(
          name,
          `there are ${count} weights, so ${name} must have ${count} entries; found ${length}`,
        );
      }
    }
    const dim = means[0].length;
    means.forEach((mean, k) => {
      if (mean.length !== dim) {
        throw new InputError(
          `means.${k}`,
          `the first mean has ${dim} entries, so every mean must; this one has ${mean.length}`,
        );
      }
    });
    const components = means.map((mean, k) => new MultivariateNormal(mean, covariances[k], `covariances.${k}`));
    const total = weights.reduce((a, b) => a + b, 0);
    if (total === Infinity) throw new InputError("weights", "the sum of the weights must be finite");
    const logWeights = Float64Array.from(weights, (weight) => Math.log(weight / total));

    const terms = new Float64Array(count);
    const conditionalMeans = new Float64Array(count);
    const conditionalVariances = new Float64Array(count);
    const place = new Float64Array(dim);

    /** Writes log(weight · density) of every component into terms and returns the log of their sum. */
    const logDensity = (x: Float64Array) => {
      for (let k = 0; k < count; k++) terms[k] = logWeights[k] + components[k].logDensity(x);
      return logSumExp(terms);
    };
    return {
      dim,
      variables: [{ name: "x", shape: [dim] }],
      numericClass: "v8",
      ...unchanged(dim),
      logDensity,
      logDensityAndGradient(x, gradient) {
        const value = logDensity(x);
        gradient.fill(0);
        for (let k = 0; k < count; k++) components[k].addGradient(Math.exp(terms[k] - value), gradient);
        return value;
      },
      // x_i given the others is a mixture of the components' conditionals, each weighed by its density of the others:
      // the joint density at the conditional mean, divided by the conditional density there.
      sampleConditional(i, x, random) {
        place.set(x);
        for (let k = 0; k < count; k++) {
          const { mean, variance } = components[k].conditional(i, x);
          conditionalMeans[k] = mean;
          conditionalVariances[k] = variance;
          place[i] = mean;
          terms[k] = logWeights[k] + components[k].logDensity(place) + 0.5 * Math.log(variance);
        }
        const k = drawIndex(terms, random);
        return conditionalMeans[k] + Math.sqrt(conditionalVariances[k]) * random.normal();
      },
      sample(random, out) {
        components[drawIndex(logWeights, random)].sample(random, out);
      },
    };
  },
};

/** Index k with probability proportional to exp(logWeights[k]). */
function drawIndex(logWeights: Float64Array, random: Random): number {
  const total = logSumExp(logWeights);
  let left = random.uniform();
  let last = 0;
  for (let k = 0; k < logWeights.length; k++) {
    const probability = Math.exp(logWeights[k] - total);
    if (probability === 0) continue;
    left -= probability;
    last = k;
    if (left < 0) break;
  }
  return last; // where rounding leaves a little over, the last component that can be
}
