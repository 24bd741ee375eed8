/**
 * The banana: a normal distribution bent along a parabola. x1 ~ N(0, scale²), x2 ~ N(curvature (x1² − scale²), 1).
 *
 * E x = (0, 0), var x1 = scale², var x2 = 1 + 2 curvature² scale⁴. It has no conditionals: x1 given x2 is not log-concave.
 * The log density is normalised. After Haario, Saksman & Tamminen (1999), "Adaptive proposal distribution for random walk
 * Metropolis algorithm".
 */
import { z } from "zod";
import type { ModelDefinition } from "../model.ts";
import { unchanged } from "./coordinates.ts";

const config = z.strictObject({
  kind: z.literal("banana"),
  curvature: z.number().default(0.5).describe("How strongly the banana bends; 0 is a normal distribution."),
  scale: z.number().positive().default(1).describe("Standard deviation of x[1]."),
});

export const banana: ModelDefinition<typeof config> = {
  kind: "banana",
  summary: "Banana: x[1] ~ N(0, scale²), x[2] ~ N(curvature (x[1]² − scale²), 1).",
  config,
  build({ curvature, scale }) {
    const precision = 1 / (scale * scale);
    const logNormaliser = -Math.log(2 * Math.PI) - Math.log(scale);
    return {
      dim: 2,
      variables: [{ name: "x", shape: [2] }],
      numericClass: "v8",
      ...unchanged(2),
      logDensity(x) {
        const residual = x[1] - curvature * (x[0] * x[0] - scale * scale);
        return logNormaliser - 0.5 * (precision * x[0] * x[0] + residual * residual);
      },
      logDensityAndGradient(x, gradient) {
        const residual = x[1] - curvature * (x[0] * x[0] - scale * scale);
        gradient[0] = x[0] * (2 * curvature * residual - precision);
        gradient[1] = -residual;
        return logNormaliser - 0.5 * (precision * x[0] * x[0] + residual * residual);
      },
      sample(random, out) {
        const x = scale * random.normal();
        out[0] = x;
        out[1] = curvature * (x * x - scale * scale) + random.normal();
      },
    };
  },
};
