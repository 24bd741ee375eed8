/**
 * All eigenvalues of a dense symmetric matrix: Householder reduction to tridiagonal form, then implicit QL steps with
 * Wilkinson's shift. Their absolute error is a small multiple of 2⁻⁵³ n ‖A‖.
 *
 * Martin, Reinsch & Wilkinson (1968); Bowdler, Martin, Reinsch & Wilkinson (1968): EISPACK's tred1 and tql1.
 */

const MOST_STEPS = 60; // for one eigenvalue; two are usual

/**
 * The n eigenvalues in ascending order. Only the lower triangle of `matrix` (row-major, n × n, finite) is read; it is written
 * over. Null where the iteration does not converge, of which no example is known.
 */
export function symmetricEigenvalues(matrix: Float64Array, n: number): Float64Array | null {
  const diagonal = new Float64Array(n), below = new Float64Array(n);
  tridiagonalize(matrix, n, diagonal, below);
  return iterate(diagonal, below, n) ? diagonal.sort() : null;
}

/** below[i] becomes the entry (i, i − 1). */
function tridiagonalize(a: Float64Array, n: number, diagonal: Float64Array, below: Float64Array): void {
  const u = new Float64Array(n), p = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) {
    const row = i * n;
    diagonal[i] = a[row + i];
    if (i === 0) break;
    let scale = 0;
    for (let k = 0; k < i; k++) scale += Math.abs(a[row + k]);
    if (i === 1 || scale === 0) {
      below[i] = a[row + i - 1];
      continue;
    }
    // u: row i without its diagonal, moved so that the reflection along it leaves only the last entry.
    let h = 0;
    for (let k = 0; k < i; k++) {
      u[k] = a[row + k] / scale;
      h += u[k] * u[k];
    }
    const f = u[i - 1];
    const g = f >= 0 ? -Math.sqrt(h) : Math.sqrt(h);
    below[i] = scale * g;
    h -= f * g;
    u[i - 1] = f - g;
    reflect(a, n, i, u, p, h);
  }
}

/** A ← (I − u uᵀ/h) A (I − u uᵀ/h) on the leading i × i entries: A − u qᵀ − q uᵀ with q = A u/h − u (uᵀA u)/(2h²). */
function reflect(a: Float64Array, n: number, i: number, u: Float64Array, p: Float64Array, h: number): void {
  p.fill(0, 0, i);
  for (let j = 0; j < i; j++) {
    const row = j * n, uj = u[j];
    let sum = a[row + j] * uj;
    for (let k = 0; k < j; k++) {
      sum += a[row + k] * u[k];
      p[k] += a[row + k] * uj;
    }
    p[j] += sum;
  }
  let inner = 0;
  for (let j = 0; j < i; j++) {
    p[j] /= h;
    inner += p[j] * u[j];
  }
  const half = inner / (2 * h);
  for (let j = 0; j < i; j++) p[j] -= half * u[j];
  for (let j = 0; j < i; j++) {
    const row = j * n, uj = u[j], pj = p[j];
    for (let k = 0; k <= j; k++) a[row + k] -= uj * p[k] + pj * u[k];
  }
}

/** The eigenvalues of a tridiagonal matrix, into its diagonal. */
function iterate(d: Float64Array, below: Float64Array, n: number): boolean {
  const e = below;
  e.copyWithin(0, 1); // e[i] is now the entry (i + 1, i)
  e[n - 1] = 0;
  for (let l = 0; l < n; l++) {
    for (let steps = 0;; steps++) {
      let m = l;
      while (m < n - 1 && Math.abs(e[m]) > Number.EPSILON * (Math.abs(d[m]) + Math.abs(d[m + 1]))) m++;
      if (m === l) break;
      if (steps === MOST_STEPS) return false;
      qlStep(d, e, l, m);
    }
  }
  return true;
}

/** One implicit QL step on the rows l … m. */
function qlStep(d: Float64Array, e: Float64Array, l: number, m: number): void {
  let g = (d[l + 1] - d[l]) / (2 * e[l]);
  let r = Math.hypot(g, 1);
  g = d[m] - d[l] + e[l] / (g + (g >= 0 ? r : -r));
  let s = 1, c = 1, p = 0;
  for (let i = m - 1; i >= l; i--) {
    const f = s * e[i], b = c * e[i];
    r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1] -= p;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = d[i + 1] - p;
    r = (d[i] - g) * s + 2 * c * b;
    p = s * r;
    d[i + 1] = g + p;
    g = c * r - b;
  }
  d[l] -= p;
  e[l] = g;
  e[m] = 0;
}
