/**
 * Dense symmetric positive definite matrices by their Cholesky factor A = L Lᵀ. Matrices are row-major
 * Float64Arrays of n × n; of L only the lower triangle is read.
 */

/** A pivot that was not positive: the matrix is not positive definite. */
export interface BadPivot {
  row: number;
  pivot: number;
}

/** Writes L into `lower` (may be `matrix` itself). Returns the first bad pivot, or null where all went well. */
export function cholesky(matrix: Float64Array, n: number, lower: Float64Array): BadPivot | null {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j];
      for (let k = 0; k < j; k++) sum -= lower[i * n + k] * lower[j * n + k];
      if (i === j) {
        if (!(sum > 0)) return { row: i, pivot: sum };
        lower[i * n + i] = Math.sqrt(sum);
      } else {
        lower[i * n + j] = sum / lower[j * n + j];
      }
    }
    for (let j = i + 1; j < n; j++) lower[i * n + j] = 0;
  }
  return null;
}

/** out = L x. `out` may not be `x`. */
export function multiplyLower(lower: Float64Array, n: number, x: Float64Array, out: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j <= i; j++) sum += lower[i * n + j] * x[j];
    out[i] = sum;
  }
}

/** Solves L y = x. `out` may be `x`. */
export function solveLower(lower: Float64Array, n: number, x: Float64Array, out: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let sum = x[i];
    for (let j = 0; j < i; j++) sum -= lower[i * n + j] * out[j];
    out[i] = sum / lower[i * n + i];
  }
}

/** Solves Lᵀ y = x. `out` may be `x`. */
export function solveLowerTransposed(
  lower: Float64Array,
  n: number,
  x: Float64Array,
  out: Float64Array,
): void {
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i];
    for (let j = i + 1; j < n; j++) sum -= lower[j * n + i] * out[j];
    out[i] = sum / lower[i * n + i];
  }
}

/** log det A = 2 Σ log L_ii. */
export function logDeterminant(lower: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.log(lower[i * n + i]);
  return 2 * sum;
}
