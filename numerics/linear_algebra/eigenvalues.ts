/**
 * All eigenvalues of a dense real matrix: balancing, Householder reduction to Hessenberg form, then Francis's double QR steps.
 * They are those of a matrix within a small multiple of 2⁻⁵³ ‖A‖ of A; a defective eigenvalue of order k can so be off by the
 * k-th root of that.
 *
 * Parlett & Reinsch (1969); Martin & Wilkinson (1968); Martin, Peters & Wilkinson (1970): EISPACK's balanc, orthes and hqr.
 */

export interface Eigenvalues {
  /** Conjugate pairs stand next to each other, the positive imaginary part first. */
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

const MOST_STEPS = 90; // for one eigenvalue; three are usual
const RADIX = 2;

/**
 * The n eigenvalues in no particular order. `matrix` (row-major, n × n, finite) is written over. Null where the iteration
 * does not converge, of which no example is known.
 */
export function eigenvalues(matrix: Float64Array, n: number): Eigenvalues | null {
  balance(matrix, n);
  toHessenberg(matrix, n);
  return iterate(matrix, n);
}

/** Scales by powers of two, so that rows and columns have alike sizes: no rounding, and better eigenvalues. */
function balance(a: Float64Array, n: number): void {
  for (let settled = false; !settled;) {
    settled = true;
    for (let i = 0; i < n; i++) {
      let row = 0, column = 0;
      for (let j = 0; j < n; j++) {
        if (j === i) continue;
        column += Math.abs(a[j * n + i]);
        row += Math.abs(a[i * n + j]);
      }
      if (row === 0 || column === 0) continue;
      const size = row + column;
      let factor = 1;
      for (; column < row / RADIX; column *= RADIX * RADIX) factor *= RADIX;
      for (; column > row * RADIX; column /= RADIX * RADIX) factor /= RADIX;
      if ((column + row) / factor >= 0.95 * size) continue;
      settled = false;
      for (let j = 0; j < n; j++) {
        a[i * n + j] /= factor;
        a[j * n + i] *= factor;
      }
    }
  }
}

/** A reflection for each column clears it below the first subdiagonal. */
function toHessenberg(a: Float64Array, n: number): void {
  const u = new Float64Array(n), w = new Float64Array(n);
  for (let m = 1; m < n - 1; m++) {
    let scale = 0;
    for (let i = m; i < n; i++) scale += Math.abs(a[i * n + m - 1]);
    if (scale === 0) continue;
    let h = 0;
    for (let i = m; i < n; i++) {
      u[i] = a[i * n + m - 1] / scale;
      h += u[i] * u[i];
    }
    const g = u[m] >= 0 ? -Math.sqrt(h) : Math.sqrt(h);
    h -= u[m] * g;
    u[m] -= g;
    // From the left: A − u (uᵀA)/h.
    w.fill(0);
    for (let i = m; i < n; i++) {
      const ui = u[i], row = i * n;
      for (let j = m; j < n; j++) w[j] += ui * a[row + j];
    }
    for (let i = m; i < n; i++) {
      const ui = u[i] / h, row = i * n;
      for (let j = m; j < n; j++) a[row + j] -= ui * w[j];
    }
    // From the right: A − (A u) uᵀ/h.
    for (let i = 0; i < n; i++) {
      const row = i * n;
      let sum = 0;
      for (let j = m; j < n; j++) sum += a[row + j] * u[j];
      sum /= h;
      for (let j = m; j < n; j++) a[row + j] -= sum * u[j];
    }
    a[m * n + m - 1] = scale * g;
    for (let i = m + 1; i < n; i++) a[i * n + m - 1] = 0;
  }
}

function iterate(a: Float64Array, n: number): Eigenvalues | null {
  const real = new Float64Array(n), imaginary = new Float64Array(n);
  const norm = hessenbergNorm(a, n);
  let shift = 0; // what exceptional steps have taken off the diagonal
  for (let end = n - 1, steps = 0; end >= 0;) {
    const start = firstOfBlock(a, n, end, norm);
    const x = a[end * n + end];
    if (start === end) {
      real[end--] = x + shift;
      steps = 0;
      continue;
    }
    const y = a[(end - 1) * n + end - 1];
    const w = a[end * n + end - 1] * a[(end - 1) * n + end];
    if (start === end - 1) {
      const p = 0.5 * (y - x), q = p * p + w, root = Math.sqrt(Math.abs(q));
      if (q >= 0) {
        const z = p + (p >= 0 ? root : -root);
        real[end - 1] = x + shift + z;
        real[end] = z === 0 ? real[end - 1] : x + shift - w / z;
      } else {
        real[end - 1] = real[end] = x + shift + p;
        imaginary[end - 1] = root;
        imaginary[end] = -root;
      }
      end -= 2;
      steps = 0;
      continue;
    }
    if (steps === MOST_STEPS) return null;
    steps++;
    if (steps % 10 === 0) {
      shift += x;
      for (let i = 0; i <= end; i++) a[i * n + i] -= x;
      const s = Math.abs(a[end * n + end - 1]) + Math.abs(a[(end - 1) * n + end - 2]);
      francisStep(a, n, start, end, 0.75 * s, 0.75 * s, -0.4375 * s * s);
    } else {
      francisStep(a, n, start, end, x, y, w);
    }
  }
  return { real, imaginary };
}

function hessenbergNorm(a: Float64Array, n: number): number {
  let norm = 0;
  for (let i = 0; i < n; i++) {
    for (let j = Math.max(0, i - 1); j < n; j++) norm += Math.abs(a[i * n + j]);
  }
  return norm;
}

/** The first row of the block that ends at `end`: above it the subdiagonal is negligible, and set to zero. */
function firstOfBlock(a: Float64Array, n: number, end: number, norm: number): number {
  for (let l = end; l >= 1; l--) {
    const size = Math.abs(a[(l - 1) * n + l - 1]) + Math.abs(a[l * n + l]);
    if (Math.abs(a[l * n + l - 1]) <= Number.EPSILON * (size === 0 ? norm : size)) {
      a[l * n + l - 1] = 0;
      return l;
    }
  }
  return 0;
}

/** A double QR step on the rows start … end whose shifts have the sum x + y and the product x y − w. */
function francisStep(a: Float64Array, n: number, start: number, end: number, x: number, y: number, w: number): void {
  let p = 0, q = 0, r = 0;
  let m = end - 2;
  for (;; m--) { // two small subdiagonals in a row let the step begin there
    const z = a[m * n + m];
    const rest = x - z, other = y - z;
    p = (rest * other - w) / a[(m + 1) * n + m] + a[m * n + m + 1];
    q = a[(m + 1) * n + m + 1] - z - rest - other;
    r = a[(m + 2) * n + m + 1];
    const size = Math.abs(p) + Math.abs(q) + Math.abs(r);
    p /= size;
    q /= size;
    r /= size;
    if (m === start) break;
    const small = Math.abs(a[m * n + m - 1]) * (Math.abs(q) + Math.abs(r));
    const large = Math.abs(p) * (Math.abs(a[(m - 1) * n + m - 1]) + Math.abs(z) + Math.abs(a[(m + 1) * n + m + 1]));
    if (small <= Number.EPSILON * large) break;
  }
  for (let i = m + 2; i <= end; i++) {
    a[i * n + i - 2] = 0;
    if (i > m + 2) a[i * n + i - 3] = 0;
  }
  for (let k = m; k < end; k++) {
    const three = k < end - 1;
    let scale = 1;
    if (k > m) {
      p = a[k * n + k - 1];
      q = a[(k + 1) * n + k - 1];
      r = three ? a[(k + 2) * n + k - 1] : 0;
      scale = Math.abs(p) + Math.abs(q) + Math.abs(r);
      if (scale === 0) continue;
      p /= scale;
      q /= scale;
      r /= scale;
    }
    const length = Math.sqrt(p * p + q * q + r * r);
    if (length === 0) continue;
    const s = p >= 0 ? length : -length;
    if (k > m) a[k * n + k - 1] = -s * scale;
    else if (start < m) a[k * n + k - 1] = -a[k * n + k - 1];
    p += s;
    reflectRows(a, n, k, end, three, p / s, q / s, r / s, q / p, r / p);
    reflectColumns(a, n, k, start, Math.min(end, k + 3), three, p / s, q / s, r / s, q / p, r / p);
  }
}

function reflectRows(
  a: Float64Array,
  n: number,
  k: number,
  end: number,
  three: boolean,
  x: number,
  y: number,
  z: number,
  q: number,
  r: number,
): void {
  const row0 = k * n, row1 = row0 + n, row2 = row1 + n;
  for (let j = k; j <= end; j++) {
    let p = a[row0 + j] + q * a[row1 + j];
    if (three) {
      p += r * a[row2 + j];
      a[row2 + j] -= p * z;
    }
    a[row1 + j] -= p * y;
    a[row0 + j] -= p * x;
  }
}

function reflectColumns(
  a: Float64Array,
  n: number,
  k: number,
  start: number,
  last: number,
  three: boolean,
  x: number,
  y: number,
  z: number,
  q: number,
  r: number,
): void {
  for (let i = start; i <= last; i++) {
    const at = i * n + k;
    let p = x * a[at] + y * a[at + 1];
    if (three) {
      p += z * a[at + 2];
      a[at + 2] -= p * r;
    }
    a[at + 1] -= p * q;
    a[at] -= p;
  }
}
