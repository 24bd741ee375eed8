/**
 * Neal's funnel: v ~ N(0, scale²), and given v the other dim − 1 coordinates are independent N(0, eᵛ).
 *
 * Its width changes by orders of magnitude along v, which no single step size fits. The log density is normalised.
 * Neal (2003), "Slice sampling", section 8.
 */
import { z } from "zod";
import { sampleLogConcave } from "../../numerics/random/log_concave.ts";
import type { ModelDefinition } from "../model.ts";
import { unchanged } from "./coordinates.ts";

const config = z.strictObject({
  kind: z.literal("funnel"),
  dim: z.int().min(2).max(100_000).default(10).describe("Number of coordinates, v among them."),
  scale: z.number().positive().default(3).describe("Standard deviation of v."),
});

export const funnel: ModelDefinition<typeof config> = {
  kind: "funnel",
  summary: "Neal's funnel: v ~ N(0, scale²), and dim − 1 coordinates x ~ N(0, eᵛ).",
  config,
  build({ dim, scale }) {
    const precision = 1 / (scale * scale);
    const width = dim - 1;
    const logNormaliser = -0.5 * dim * Math.log(2 * Math.PI) - Math.log(scale);

    /** v given the others: −v²/(2 scale²) − (dim − 1) v/2 − squares e⁻ᵛ/2, which is concave. */
    const neck = {
      squares: 0,
      slope: 0,
      logDensity(v: number): number {
        const pull = this.squares === 0 ? 0 : 0.5 * this.squares * Math.exp(-v);
        this.slope = -precision * v - 0.5 * width + pull;
        return -0.5 * (precision * v * v + width * v) - pull;
      },
    };
    return {
      dim,
      variables: [{ name: "v", shape: [] }, { name: "x", shape: [width] }],
      numericClass: "v8",
      ...unchanged(dim),
      logDensity(x) {
        const v = x[0];
        let squares = 0;
        for (let i = 1; i < dim; i++) squares += x[i] * x[i];
        return logNormaliser - 0.5 * (precision * v * v + width * v + squares * Math.exp(-v));
      },
      logDensityAndGradient(x, gradient) {
        const v = x[0];
        const inverse = Math.exp(-v);
        let squares = 0;
        for (let i = 1; i < dim; i++) {
          squares += x[i] * x[i];
          gradient[i] = -inverse * x[i];
        }
        gradient[0] = -precision * v - 0.5 * (width - inverse * squares);
        return logNormaliser - 0.5 * (precision * v * v + width * v + squares * inverse);
      },
      sampleConditional(i, x, random) {
        if (i > 0) return Math.exp(0.5 * x[0]) * random.normal();
        neck.squares = 0;
        for (let j = 1; j < dim; j++) neck.squares += x[j] * x[j];
        return sampleLogConcave(neck, x[0], random);
      },
      sample(random, out) {
        const v = scale * random.normal();
        out[0] = v;
        for (let i = 1; i < dim; i++) out[i] = Math.exp(0.5 * v) * random.normal();
      },
    };
  },
};
