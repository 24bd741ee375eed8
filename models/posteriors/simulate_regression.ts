/** Draws from the priors of regressions, and the linear predictors of what was drawn. */
import type { Random } from "../../numerics/random/random.ts";
import type { Regression } from "./regression_data.ts";

/** Writes coefficients from their normal priors into the first `count` of out. */
export function drawCoefficients({ count, priorPrecisions }: Regression, random: Random, out: Float64Array): void {
  for (let j = 0; j < count; j++) out[j] = random.normal() / Math.sqrt(priorPrecisions[j]);
}

/** X b. */
export function linearPredictors({ rows, count, values }: Regression, b: Float64Array): Float64Array {
  const out = new Float64Array(rows);
  for (let j = 0; j < count; j++) for (let i = 0, at = j * rows; i < rows; i++, at++) out[i] += values[at] * b[j];
  return out;
}
