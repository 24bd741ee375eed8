/** Small matrices as products of a permutation and two triangles, in doubles, row-major [n × n]. */
import type { Random } from "../../../numerics/random/random.ts";

/** Uniform among rotations and reflections: the rows of a normal matrix, made orthonormal one after the other (Gram & Schmidt, twice). */
export function randomRotation(n: number, random: Random): Float64Array {
  const q = Float64Array.from({ length: n * n }, () => random.normal());
  for (let i = 0; i < n; i++) {
    for (let pass = 0; pass < 2; pass++) {
      for (let k = 0; k < i; k++) {
        let dot = 0;
        for (let j = 0; j < n; j++) dot += q[i * n + j] * q[k * n + j];
        for (let j = 0; j < n; j++) q[i * n + j] -= dot * q[k * n + j];
      }
    }
    const norm = Math.hypot(...q.subarray(i * n, (i + 1) * n));
    for (let j = 0; j < n; j++) q[i * n + j] /= norm;
  }
  return q;
}

/** A = P L U by elimination with row pivots: row i of A is row order_i of L U. L has a unit diagonal. */
export function factorRotation(matrix: Float64Array, n: number) {
  const upper = matrix.slice(), lower = new Float64Array(n * n), rows = Array.from({ length: n }, (_, i) => i);
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(upper[i * n + k]) > Math.abs(upper[pivot * n + k])) pivot = i;
    swapRows(upper, n, k, pivot);
    swapRows(lower, n, k, pivot);
    [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
    lower[k * n + k] = 1;
    for (let i = k + 1; i < n; i++) {
      const factor = lower[i * n + k] = upper[i * n + k] / upper[k * n + k];
      for (let j = k; j < n; j++) upper[i * n + j] -= factor * upper[k * n + j];
      upper[i * n + k] = 0;
    }
  }
  const order = new Int32Array(n); // row k of L U is row rows[k] of A
  rows.forEach((row, k) => order[row] = k);
  return { order, lower, upper };
}

function swapRows(matrix: Float64Array, n: number, a: number, b: number): void {
  if (a === b) return;
  for (let j = 0; j < n; j++) {
    [matrix[a * n + j], matrix[b * n + j]] = [matrix[b * n + j], matrix[a * n + j]];
  }
}

export function multiply(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const c = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const factor = a[i * n + k];
      for (let j = 0; j < n; j++) c[i * n + j] += factor * b[k * n + j];
    }
  }
  return c;
}

/** (L U)⁻¹, column by column: L y = e, then U x = y. */
export function invert(lower: Float64Array, upper: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n), column = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) {
      let sum = i === j ? 1 : 0;
      for (let k = 0; k < i; k++) sum -= lower[i * n + k] * column[k];
      column[i] = sum;
    }
    for (let i = n - 1; i >= 0; i--) {
      let sum = column[i];
      for (let k = i + 1; k < n; k++) sum -= upper[i * n + k] * column[k];
      column[i] = sum / upper[i * n + i];
    }
    for (let i = 0; i < n; i++) inverse[i * n + j] = column[i];
  }
  return inverse;
}
