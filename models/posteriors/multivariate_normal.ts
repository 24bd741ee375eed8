/**
 * The normal distribution N(mean, covariance) on ℝ^dim, ready for use: with the Cholesky factor covariance = L Lᵀ and
 * W = L⁻¹, log p(x) = −½ ‖W (x − mean)‖² − log det L − ½ dim log 2π and ∇ log p(x) = −Wᵀ W (x − mean).
 */
import { InputError } from "../../numerics/errors.ts";
import { cholesky, multiplyLower, solveLower } from "../../numerics/linear_algebra/cholesky.ts";
import type { Random } from "../../numerics/random/random.ts";

const ASYMMETRY = 1e-8; // relative to the standard deviations: what printing and parsing in other programs leaves
const LOG_2_PI = Math.log(2 * Math.PI);

export class MultivariateNormal {
  readonly dim: number;
  readonly #mean: Float64Array;
  readonly #lower: Float64Array; // L, row-major
  readonly #whitener: Float64Array; // W = L⁻¹, row-major, lower triangular
  readonly #precision: Float64Array; // WᵀW, row-major
  readonly #logNormaliser: number;
  readonly #white: Float64Array; // scratch: W (x − mean), then normals
  readonly #conditional = { mean: 0, variance: 0 };

  /** `path` names the covariance within the configuration. Throws InputError where it is no covariance of this size. */
  constructor(mean: readonly number[], covariance: readonly (readonly number[])[], path: string) {
    const dim = mean.length;
    this.dim = dim;
    this.#mean = Float64Array.from(mean);
    this.#lower = factor(covariance, dim, path);
    this.#whitener = invertLower(this.#lower, dim);
    this.#precision = gram(this.#whitener, dim);
    this.#white = new Float64Array(dim);
    let logDeterminant = 0;
    for (let i = 0; i < dim; i++) logDeterminant += Math.log(this.#lower[i * dim + i]);
    this.#logNormaliser = -logDeterminant - 0.5 * dim * LOG_2_PI;
  }

  /** log p(x), normalised. */
  logDensity(x: Float64Array): number {
    const { dim } = this, mean = this.#mean, whitener = this.#whitener, white = this.#white;
    let squares = 0;
    for (let i = 0; i < dim; i++) {
      let sum = 0;
      for (let j = 0, at = i * dim; j <= i; j++, at++) sum += whitener[at] * (x[j] - mean[j]);
      white[i] = sum;
      squares += sum * sum;
    }
    return this.#logNormaliser - 0.5 * squares;
  }

  /** Adds weight · ∇ log p(x) to `gradient`, for the x of the last call of `logDensity`. */
  addGradient(weight: number, gradient: Float64Array): void {
    const { dim } = this, whitener = this.#whitener, white = this.#white;
    for (let i = 0; i < dim; i++) {
      const scaled = weight * white[i];
      for (let j = 0, at = i * dim; j <= i; j++, at++) gradient[j] -= scaled * whitener[at];
    }
  }

  /** The law of x_i given the others: normal. Returns the same object at every call. */
  conditional(i: number, x: Float64Array): { mean: number; variance: number } {
    const { dim } = this, mean = this.#mean, precision = this.#precision;
    let sum = 0;
    for (let j = 0; j < dim; j++) if (j !== i) sum += precision[i * dim + j] * (x[j] - mean[j]);
    const variance = 1 / precision[i * dim + i];
    this.#conditional.mean = mean[i] - variance * sum;
    this.#conditional.variance = variance;
    return this.#conditional;
  }

  sample(random: Random, out: Float64Array): void {
    const { dim } = this;
    for (let i = 0; i < dim; i++) this.#white[i] = random.normal();
    multiplyLower(this.#lower, dim, this.#white, out);
    for (let i = 0; i < dim; i++) out[i] += this.#mean[i];
  }
}

function factor(covariance: readonly (readonly number[])[], dim: number, path: string): Float64Array {
  if (covariance.length !== dim) {
    throw new InputError(
      path,
      `the mean has ${dim} entries, so the covariance must have ${dim} rows; found ${covariance.length}`,
    );
  }
  covariance.forEach((row, i) => {
    if (row.length !== dim) {
      throw new InputError(`${path}.${i}`, `row ${i + 1} must have ${dim} entries, found ${row.length}`);
    }
  });
  const matrix = new Float64Array(dim * dim);
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j <= i; j++) {
      const below = covariance[i][j], above = covariance[j][i];
      if (Math.abs(below - above) > ASYMMETRY * Math.sqrt(Math.abs(covariance[i][i] * covariance[j][j]))) {
        throw new InputError(
          `${path}.${j}.${i}`,
          `the covariance must be symmetric: row ${j + 1}, column ${i + 1} is ${above} but ` +
            `row ${i + 1}, column ${j + 1} is ${below}`,
        );
      }
      matrix[i * dim + j] = matrix[j * dim + i] = 0.5 * below + 0.5 * above;
    }
  }
  const lower = new Float64Array(dim * dim);
  const bad = cholesky(matrix, dim, lower) ?? vanishingPivot(matrix, lower, dim);
  if (bad) {
    const place = bad.row + 1;
    throw new InputError(
      `${path}.${bad.row}.${bad.row}`,
      `the covariance must be positive definite: pivot ${place} is ${Number(bad.pivot.toPrecision(3))} ` +
        `(row ${place}, column ${place}). Check that it is symmetric and not a correlation of duplicates.`,
    );
  }
  return lower;
}

/** A pivot that is nothing but rounding. */
function vanishingPivot(matrix: Float64Array, lower: Float64Array, dim: number) {
  for (let row = 0; row < dim; row++) {
    const pivot = lower[row * dim + row] ** 2;
    if (!(pivot > dim * Number.EPSILON * matrix[row * dim + row]) || pivot === Infinity) return { row, pivot };
  }
  return null;
}

function invertLower(lower: Float64Array, dim: number): Float64Array {
  const inverse = new Float64Array(dim * dim);
  const column = new Float64Array(dim);
  for (let j = 0; j < dim; j++) {
    column.fill(0);
    column[j] = 1;
    solveLower(lower, dim, column, column);
    for (let i = j; i < dim; i++) inverse[i * dim + j] = column[i];
  }
  return inverse;
}

/** AᵀA of a lower triangular A. */
function gram(lower: Float64Array, dim: number): Float64Array {
  const out = new Float64Array(dim * dim);
  for (let k = 0; k < dim; k++) {
    for (let i = 0; i <= k; i++) {
      const left = lower[k * dim + i];
      for (let j = 0; j <= k; j++) out[i * dim + j] += left * lower[k * dim + j];
    }
  }
  return out;
}
