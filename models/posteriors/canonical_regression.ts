/**
 * The posterior of a generalized linear model with its canonical link and normal priors: with A the log-partition function
 * of the response's family (softplus for Bernoulli, exp for Poisson),
 *
 *   log p(b) = (Xᵀy) · b − Σ_i A(x_i · b) − ½ Σ_j priorPrecision_j b_j²,  ∇ = Xᵀy − Σ_i A'(x_i · b) x_i − priorPrecision b
 *
 * up to a constant. It is concave, so every conditional can be drawn exactly. McCullagh & Nelder (1989), section 2.2.
 */
import { sampleLogConcave } from "../../numerics/random/log_concave.ts";
import { type Link, linkSum } from "../../numerics/wasm/generalized_linear.ts";
import { MOST_MEAN, poissonVariate } from "../../numerics/random/variates/poisson.ts";
import { expit } from "../../numerics/special/logarithms.ts";
import type { Random } from "../../numerics/random/random.ts";
import type { Target } from "../target.ts";
import { unchanged } from "./coordinates.ts";
import { drawCoefficients, linearPredictors } from "./simulate_regression.ts";
import { columnSizes, type Regression, transposedProduct } from "./regression_data.ts";

export function canonicalRegression(link: Link, regression: Regression): Target {
  const { rows, count, y, priorPrecisions } = regression;
  const partition = linkSum(link, regression);
  const statistics = transposedProduct(regression, y);
  const scratch = new Float64Array(count);
  const conditional = new CoefficientConditional(link, regression, statistics);

  const logDensityAndGradient = (b: Float64Array, gradient: Float64Array) => {
    let value = -partition(b, gradient);
    for (let j = 0; j < count; j++) {
      const pull = priorPrecisions[j] * b[j];
      value += (statistics[j] - 0.5 * pull) * b[j];
      gradient[j] = statistics[j] - gradient[j] - pull;
    }
    return value;
  };
  // Starts far enough apart to show chains that do not mix, but with linear predictors of a moderate size.
  const widths = columnSizes(regression).map((size) => 1 / Math.max(1, size * Math.sqrt(count)));
  return {
    dim: count,
    variables: regression.variables,
    numericClass: "wasm",
    observed: [{ name: "y", shape: [rows], values: y }],
    ...unchanged(count),
    logDensity: (b) => logDensityAndGradient(b, scratch),
    logDensityAndGradient,
    sampleConditional: (j, b, random) => conditional.sample(j, b, random),
    replicate(random) {
      const truth = new Float64Array(count);
      drawCoefficients(regression, random, truth);
      const y = linearPredictors(regression, truth).map((z) => drawOutcome(link, z, random));
      return { truth, target: canonicalRegression(link, { ...regression, y }) };
    },
    start(random, out) {
      for (let j = 0; j < count; j++) out[j] = widths[j] * (4 * random.uniform() - 2);
    },
  };
}

function drawOutcome(link: Link, z: number, random: Random): number {
  return link === "softplus"
    ? Number(random.uniform() < expit(z))
    : poissonVariate(Math.min(Math.exp(z), MOST_MEAN), random);
}

/** One coefficient given the others. */
class CoefficientConditional {
  slope = 0;
  width = 1;
  readonly #link: Link;
  readonly #regression: Regression;
  readonly #statistics: Float64Array;
  readonly #offsets: Float64Array; // the linear predictors without the coefficient's own part
  #column = 0;

  constructor(link: Link, regression: Regression, statistics: Float64Array) {
    this.#link = link;
    this.#regression = regression;
    this.#statistics = statistics;
    this.#offsets = new Float64Array(regression.rows);
  }

  sample(column: number, b: Float64Array, random: Random): number {
    const { rows, count, values } = this.#regression;
    const offsets = this.#offsets.fill(0);
    for (let j = 0; j < count; j++) {
      if (j === column) continue;
      const coefficient = b[j];
      for (let i = 0, at = j * rows; i < rows; i++, at++) offsets[i] += coefficient * values[at];
    }
    this.#column = column;
    const curvature = this.#curvature(b[column]);
    this.width = curvature < Infinity ? 1 / Math.sqrt(curvature) : 1;
    return sampleLogConcave(this, b[column], random);
  }

  logDensity(coefficient: number): number {
    const column = this.#column;
    const pull = this.#regression.priorPrecisions[column] * coefficient;
    const partition = this.#link === "softplus" ? this.#bernoulli(coefficient) : this.#poisson(coefficient);
    this.slope = this.#statistics[column] - this.slope - pull;
    return (this.#statistics[column] - 0.5 * pull) * coefficient - partition;
  }

  /** −(log density)'' at a coefficient. */
  #curvature(coefficient: number): number {
    const { rows, values, priorPrecisions } = this.#regression;
    const offsets = this.#offsets;
    let sum = priorPrecisions[this.#column];
    for (let i = 0, at = this.#column * rows; i < rows; i++, at++) {
      const z = offsets[i] + coefficient * values[at];
      const e = this.#link === "softplus" ? Math.exp(-Math.abs(z)) : Math.exp(z);
      sum += values[at] * values[at] * (this.#link === "softplus" ? e / ((1 + e) * (1 + e)) : e);
    }
    return sum;
  }

  /** Σ softplus(z_i); leaves its derivative in slope. */
  #bernoulli(coefficient: number): number {
    const { rows, values } = this.#regression;
    const offsets = this.#offsets;
    let sum = 0, slope = 0, product = 1;
    for (let i = 0, at = this.#column * rows; i < rows; i++, at++) {
      const z = offsets[i] + coefficient * values[at];
      const e = Math.exp(-Math.abs(z));
      const factor = 1 + e;
      if (z > 0) sum += z;
      slope += values[at] * ((z > 0 ? 1 : e) / factor);
      product *= factor; // one logarithm for many factors of at most 2
      if (product > 1e300) {
        sum += Math.log(product);
        product = 1;
      }
    }
    this.slope = slope;
    return sum + Math.log(product);
  }

  /** Σ exp(z_i); leaves its derivative in slope. */
  #poisson(coefficient: number): number {
    const { rows, values } = this.#regression;
    const offsets = this.#offsets;
    let sum = 0, slope = 0;
    for (let i = 0, at = this.#column * rows; i < rows; i++, at++) {
      const e = Math.exp(offsets[i] + coefficient * values[at]);
      sum += e;
      slope += e * values[at];
    }
    this.slope = slope;
    return sum;
  }
}
