/**
 * Running mean and scatter of a chain's positions, in one pass and without cancellation. Welford (1962); Chan, Golub &
 * LeVeque (1983). Plain data: part of a checkpoint.
 */

/** Moments of what was added. `scatter` is Σ (x − mean)(x − mean)ᵀ: its diagonal [dim], or [dim × dim] (lower triangle). */
export interface Moments {
  count: number;
  mean: Float64Array;
  scatter: Float64Array;
}

export function emptyMoments(dim: number, dense: boolean): Moments {
  return { count: 0, mean: new Float64Array(dim), scatter: new Float64Array(dense ? dim * dim : dim) };
}

export function clearMoments(moments: Moments): void {
  moments.count = 0;
  moments.mean.fill(0);
  moments.scatter.fill(0);
}

/** Adds x to moments whose scatter is a diagonal. */
export function addDiagonal(moments: Moments, x: Float64Array): void {
  const { mean, scatter } = moments;
  const weight = 1 / ++moments.count;
  for (let i = 0; i < mean.length; i++) {
    const delta = x[i] - mean[i];
    mean[i] += weight * delta;
    scatter[i] += delta * (x[i] - mean[i]);
  }
}

/** Adds x to moments whose scatter is a matrix. */
export function addDense(moments: Moments, x: Float64Array): void {
  const { mean, scatter } = moments;
  const dim = mean.length;
  const weight = 1 / ++moments.count;
  // With the mean before x: scatter += (1 − 1/count) (x − mean)(x − mean)ᵀ.
  for (let i = 0; i < dim; i++) {
    const delta = (1 - weight) * (x[i] - mean[i]);
    for (let j = 0; j <= i; j++) scatter[i * dim + j] += delta * (x[j] - mean[j]);
  }
  for (let i = 0; i < dim; i++) mean[i] += weight * (x[i] - mean[i]);
}
