/** log|det A| of a row-major matrix by Gaussian elimination with partial pivoting; −∞ where it is singular. */
export function logAbsDeterminant(matrix: Float64Array, size: number): number {
  const a = matrix.slice();
  let sum = 0;
  for (let k = 0; k < size; k++) {
    let pivot = k;
    for (let i = k + 1; i < size; i++) if (Math.abs(a[i * size + k]) > Math.abs(a[pivot * size + k])) pivot = i;
    if (pivot !== k) {
      for (let j = 0; j < size; j++) [a[k * size + j], a[pivot * size + j]] = [a[pivot * size + j], a[k * size + j]];
    }
    const diagonal = a[k * size + k];
    sum += Math.log(Math.abs(diagonal));
    if (diagonal === 0) return -Infinity;
    for (let i = k + 1; i < size; i++) {
      const factor = a[i * size + k] / diagonal;
      for (let j = k; j < size; j++) a[i * size + j] -= factor * a[k * size + j];
    }
  }
  return sum;
}
