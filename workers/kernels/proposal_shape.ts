/**
 * The shape of a proposal: a covariance as its Cholesky factor, given by a user or learned from the chain's own steps.
 * A learned one is dense up to DENSE_LIMIT dimensions and diagonal above, where a dense one would not be learned in time.
 */
import { InputError } from "../../numerics/errors.ts";
import { cholesky, multiplyLower } from "../../numerics/linear_algebra/cholesky.ts";
import { addDense, addDiagonal, emptyMoments, type Moments } from "./adaptation/welford.ts";

const DENSE_LIMIT = 200; // 0.6 MB of checkpoint; a random walk needs ~3 n² steps to learn n² entries

/** Moments of no states yet, of the shape that is learned in this dimension. */
export function emptyShapeMoments(dim: number): Moments {
  return emptyMoments(dim, dim <= DENSE_LIMIT);
}

/** Takes one more state in. */
export function addState(moments: Moments, x: Float64Array): void {
  // A single coordinate's matrix is its diagonal.
  if (moments.scatter.length === x.length) addDiagonal(moments, x);
  else addDense(moments, x);
}

/**
 * Writes the factor of the moments' covariance into `factor` (as long as `scatter`). Correlations are shrunk by
 * n / (n + dim) with n = count / stepsADraw independent draws' worth, so that the few that a short window holds don't
 * make a flat ellipsoid. Returns false, with factor as it was, where the window never moved in some coordinate.
 */
export function factorMoments(moments: Moments, stepsADraw: number, factor: Float64Array): boolean {
  const { count, scatter } = moments;
  const n = moments.mean.length;
  const stride = scatter.length === n ? 1 : n + 1;
  for (let i = 0; i < n; i++) {
    const variance = scatter[i * stride] / (count - 1);
    if (!(variance > 0 && variance < Infinity)) return false;
  }
  if (scatter.length === n) {
    for (let i = 0; i < n; i++) factor[i] = Math.sqrt(scatter[i] / (count - 1));
    return true;
  }
  const draws = count / stepsADraw;
  const shrinkage = draws / (draws + n) / (count - 1);
  const covariance = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) covariance[i * n + j] = shrinkage * scatter[i * n + j];
    covariance[i * n + i] = scatter[i * n + i] / (count - 1);
  }
  const lower = new Float64Array(n * n);
  if (cholesky(covariance, n, lower) !== null) return false;
  factor.set(lower);
  return true;
}

/** The identity's factor, of the length that a learned one will have. */
export function unitFactor(dim: number): Float64Array {
  if (dim > DENSE_LIMIT) return new Float64Array(dim).fill(1);
  const factor = new Float64Array(dim * dim);
  for (let i = 0; i < dim; i++) factor[i * dim + i] = 1;
  return factor;
}

/** out = L z for a dense or a diagonal factor. `out` may not be `z`. */
export function applyFactor(factor: Float64Array, z: Float64Array, out: Float64Array): void {
  const n = z.length;
  if (factor.length === n && n > 1) { for (let i = 0; i < n; i++) out[i] = factor[i] * z[i]; }
  else multiplyLower(factor, n, z, out);
}

/** The factor of a user's covariance. Throws InputError with a path under `path` where it does not fit `dim`. */
export function factorCovariance(
  rows: readonly (readonly number[])[],
  dim: number,
  path: string,
): Float64Array {
  if (rows.length !== dim) {
    throw new InputError(
      path,
      `covariance must have ${dim} rows, one a coordinate of the model, found ${rows.length}.`,
    );
  }
  const matrix = new Float64Array(dim * dim);
  rows.forEach((row, i) => {
    if (row.length !== dim) {
      throw new InputError(`${path}.${i}`, `row ${i + 1} must have ${dim} numbers, found ${row.length}.`);
    }
    row.forEach((value, j) => {
      const tolerance = 1e-10 * (Math.abs(value) + Math.abs(rows[j][i]));
      if (j < i && Math.abs(value - rows[j][i]) > tolerance) {
        throw new InputError(
          `${path}.${i}.${j}`,
          `covariance must be symmetric: row ${i + 1}, column ${j + 1} is ${value}, its mirror image ${rows[j][i]}.`,
        );
      }
      matrix[i * dim + j] = value;
    });
  });
  const bad = cholesky(matrix, dim, matrix);
  if (bad) {
    throw new InputError(
      `${path}.${bad.row}.${bad.row}`,
      `covariance must be positive definite: pivot ${bad.row + 1} is ${bad.pivot}. ` +
        "Check that no coordinate is a combination of the others.",
    );
  }
  return matrix;
}
