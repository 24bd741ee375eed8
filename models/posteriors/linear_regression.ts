/**
 * Linear regression: y_i ~ N(z_i, sigma²), z = intercept + x β.
 *
 * Priors, on what is reported, all independent: β_j ~ N(0, priorScale_j²); intercept ~ N(0, interceptScale²), where
 * interceptScale is by default ten times the root mean square of y (or priorScale where that is more), so that outcomes
 * far from zero are not pulled there; sigma ~ half-Cauchy(0, sigmaScale), sigmaScale = 2.5 by default, whose heavy tail
 * yields to data of any scale. Coordinates: the coefficients and log sigma. The log density is up to a constant and
 * includes the Jacobian of the logarithm.
 *
 * The data enter by sufficient statistics: with any centre b₀, residuals r = y − X b₀ and d = b − b₀, the sum of squared
 * residuals is r·r − 2 d·Xᵀr + d·XᵀX d. A centre near the posterior mode keeps the three terms free of cancellation.
 */
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import { cholesky, solveLower, solveLowerTransposed } from "../../numerics/linear_algebra/cholesky.ts";
import { sampleLogConcave } from "../../numerics/random/log_concave.ts";
import type { ModelDefinition } from "../model.ts";
import { checkStart, logOfScale } from "./coordinates.ts";
import { halfCauchySlope, LogScaleConditional, negativeLogHalfCauchy } from "./log_scale.ts";
import { drawCoefficients, linearPredictors } from "./simulate_regression.ts";
import { readRegression, type Regression, regressionFields, transposedProduct } from "./regression_data.ts";

const PERFECT = 1e-20; // residual over total sum of squares: nothing but rounding
const WIDE = 10; // of the intercept's default prior, in root mean squares of y

const config = z.strictObject({
  kind: z.literal("linear-regression"),
  y: z.array(z.number()).min(1).describe("The outcomes, one a row of x."),
  ...regressionFields,
  interceptScale: z.number().positive().optional().describe(
    "The intercept has prior N(0, interceptScale²); where absent ten times the root mean square of y, or priorScale where that is more.",
  ),
  sigmaScale: z.number().positive().default(2.5).describe("sigma has prior half-Cauchy(0, sigmaScale)."),
});

export const linearRegression: ModelDefinition<typeof config> = {
  kind: "linear-regression",
  summary: "Linear regression: y ~ N(intercept + x beta, sigma²), beta ~ N(0, priorScale²), " +
    "intercept ~ N(0, (10 rms(y))²), sigma ~ half-Cauchy(0, 2.5).",
  config,
  build(options) {
    const { sigmaScale, y } = options;
    const interceptScale = options.interceptScale ?? wideScale(y, options.priorScale);
    const regression = readRegression(options, ["intercept", "sigma"], interceptScale);
    const { rows, count, priorPrecisions } = regression;
    const { centre, crossProducts, products, squares } = sufficientStatistics(regression);
    const sigmaConditional = new LogScaleConditional(rows, sigmaScale);
    const scratch = new Float64Array(count);

    /** Σ (y − X b)²; leaves −½ its gradient, Xᵀ(y − X b), in `residualProducts`. */
    const squaredResiduals = (x: Float64Array, residualProducts: Float64Array) => {
      let sum = squares;
      for (let j = 0; j < count; j++) {
        let product = products[j];
        for (let k = 0, at = j * count; k < count; k++, at++) product -= crossProducts[at] * (x[k] - centre[k]);
        residualProducts[j] = product;
        sum -= (x[j] - centre[j]) * (products[j] + product);
      }
      return Math.max(sum, 0);
    };
    const logDensityAndGradient = (x: Float64Array, gradient: Float64Array) => {
      const t = x[count], sigma = Math.exp(t);
      const precision = 1 / (sigma * sigma);
      const misfit = precision * squaredResiduals(x, gradient);
      let prior = 0;
      for (let j = 0; j < count; j++) {
        const pull = priorPrecisions[j] * x[j];
        prior += pull * x[j];
        gradient[j] = precision * gradient[j] - pull;
      }
      gradient[count] = misfit - (rows - 1) - halfCauchySlope(sigma, sigmaScale);
      return -0.5 * (misfit + prior) - (rows - 1) * t - negativeLogHalfCauchy(sigma, sigmaScale);
    };
    const wholeGradient = new Float64Array(count + 1);
    // Around the least squares fit, a few standard errors wide, so that chains begin apart but not absurdly so.
    const residualScale = Math.sqrt(squares / rows) || sigmaScale;
    const widths = centre.map((_, j) =>
      1 / Math.sqrt(crossProducts[j * count + j] / (residualScale * residualScale) + priorPrecisions[j])
    );
    return {
      dim: count + 1,
      variables: [...regression.variables, { name: "sigma", shape: [] }],
      numericClass: "v8",
      observed: [{ name: "y", shape: [rows], values: regression.y }],
      logDensity: (x) => logDensityAndGradient(x, wholeGradient),
      logDensityAndGradient,
      sampleConditional(i, x, random) {
        const sum = squaredResiduals(x, scratch);
        if (i === count) {
          sigmaConditional.squares = sum;
          return sampleLogConcave(sigmaConditional, x[count], random);
        }
        // Normal: from the derivative at the present value and the curvature, which is constant.
        const precision = Math.exp(-2 * x[count]);
        const curvature = precision * crossProducts[i * count + i] + priorPrecisions[i];
        const slope = precision * scratch[i] - priorPrecisions[i] * x[i];
        return x[i] + slope / curvature + random.normal() / Math.sqrt(curvature);
      },
      constrain(x, out) {
        out.set(x);
        out[count] = Math.exp(x[count]);
      },
      unconstrain(values) {
        checkStart(values, count + 1);
        const x = Float64Array.from(values);
        x[count] = logOfScale("sigma", values[count], count);
        return x;
      },
      replicate(random) {
        const truth = new Float64Array(count + 1);
        drawCoefficients(regression, random, truth);
        const sigma = sigmaScale * Math.tan(Math.PI / 2 * random.uniform());
        truth[count] = Math.log(sigma);
        const simulated = Array.from(linearPredictors(regression, truth), (mean) => mean + sigma * random.normal());
        return { truth, target: linearRegression.build({ ...options, y: simulated, interceptScale }) };
      },
      start(random, out) {
        for (let j = 0; j < count; j++) out[j] = centre[j] + 2 * widths[j] * (4 * random.uniform() - 2);
        out[count] = Math.log(residualScale) + 2 * random.uniform() - 1;
      },
    };
  },
};

function wideScale(y: readonly number[], priorScale: number | readonly number[]): number {
  let squares = 0;
  for (const value of y) squares += value * value;
  return Math.max(WIDE * Math.sqrt(squares / y.length), typeof priorScale === "number" ? priorScale : 0) || 1;
}

function sufficientStatistics(regression: Regression) {
  const { rows, count, values, y, priorPrecisions } = regression;
  const crossProducts = new Float64Array(count * count); // XᵀX
  for (let j = 0; j < count; j++) {
    for (let k = 0; k <= j; k++) {
      let sum = 0;
      for (let a = j * rows, b = k * rows; a < (j + 1) * rows; a++, b++) sum += values[a] * values[b];
      crossProducts[j * count + k] = crossProducts[k * count + j] = sum;
    }
  }
  const centre = ridge(crossProducts, transposedProduct(regression, y), priorPrecisions);
  const residuals = y.slice();
  for (let j = 0; j < count; j++) {
    for (let i = 0, at = j * rows; i < rows; i++, at++) residuals[i] -= values[at] * centre[j];
  }
  const squares = sumOfSquares(residuals);
  if (rows > count && !(squares > PERFECT * sumOfSquares(y))) {
    throw new InputError(
      "y",
      "x fits y without any residual, so that sigma has no proper posterior. Check that y is neither constant nor one of the predictors.",
    );
  }
  return { centre, crossProducts, products: transposedProduct(regression, residuals), squares };
}

/** A centre for the expansion: the least squares fit, made unique by a little of the prior. Any vector would be exact. */
function ridge(crossProducts: Float64Array, products: Float64Array, priorPrecisions: Float64Array): Float64Array {
  const count = products.length;
  const matrix = crossProducts.slice();
  for (let j = 0; j < count; j++) {
    matrix[j * count + j] += 1e-10 * priorPrecisions[j] + 1e-13 * crossProducts[j * count + j];
  }
  const centre = new Float64Array(count);
  if (cholesky(matrix, count, matrix) !== null) return centre;
  solveLower(matrix, count, products, centre);
  solveLowerTransposed(matrix, count, centre, centre);
  return centre.every(Number.isFinite) ? centre : centre.fill(0);
}

function sumOfSquares(v: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < v.length; i++) sum += v[i] * v[i];
  return sum;
}
