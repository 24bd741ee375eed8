/** Eigenvalues and products against matrices whose own are known. */
import assert from "node:assert/strict";
import { eigenvalues } from "../../../numerics/linear_algebra/eigenvalues.ts";
import { multiply } from "../../../numerics/linear_algebra/multiply.ts";
import { symmetricEigenvalues } from "../../../numerics/linear_algebra/symmetric_eigenvalues.ts";
import { Random } from "../../../numerics/random/random.ts";

const SEED = 20260105;

function randomMatrix(rows: number, columns: number, stream: number): Float64Array {
  const random = new Random(SEED).at(stream, 0);
  return Float64Array.from({ length: rows * columns }, () => random.normal());
}

function product(a: Float64Array, b: Float64Array, rows: number, inner: number, columns: number): Float64Array {
  const out = new Float64Array(rows * columns);
  multiply(a, b, rows, inner, columns, out);
  return out;
}

/** Q diag Qᵀ-like similarity by a product of reflections, which are orthogonal: the eigenvalues stay. */
function hide(matrix: Float64Array, n: number): Float64Array {
  let hidden = matrix;
  for (let k = 0; k < 3; k++) {
    const v = randomMatrix(1, n, 100 + k);
    const square = v.reduce((sum, x) => sum + x * x, 0);
    const reflection = Float64Array.from({ length: n * n }, (_, at) => {
      const i = Math.floor(at / n), j = at % n;
      return Number(i === j) - 2 * v[i] * v[j] / square;
    });
    hidden = product(product(reflection, hidden, n, n, n), reflection, n, n, n);
  }
  return hidden;
}

Deno.test("a product is that of the definition, for every shape around the tiles' edges", () => {
  for (const [rows, inner, columns] of [[1, 1, 1], [2, 4, 4], [3, 5, 7], [7, 2, 5], [1, 9, 6], [8, 8, 8], [5, 1, 3]]) {
    const a = randomMatrix(rows, inner, 1), b = randomMatrix(inner, columns, 2);
    const found = product(a, b, rows, inner, columns);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        let sum = 0;
        for (let k = 0; k < inner; k++) sum += a[i * inner + k] * b[k * columns + j];
        assert.equal(found[i * columns + j], sum); // the same order, so the same bits
      }
    }
  }
});

Deno.test("a row of a product does not depend on the other rows", () => {
  const a = randomMatrix(9, 11, 1), b = randomMatrix(11, 6, 2);
  const whole = product(a, b, 9, 11, 6);
  for (let i = 0; i < 9; i++) {
    assert.deepEqual(product(a.slice(11 * i, 11 * i + 11), b, 1, 11, 6), whole.slice(6 * i, 6 * i + 6));
  }
});

Deno.test("a symmetric matrix that was made from its eigenvalues gives them back", () => {
  for (const n of [1, 2, 3, 8, 60]) {
    const expected = Float64Array.from({ length: n }, (_, i) => Math.cos(i * i) * (i % 3 === 0 ? 1 : 10)).sort();
    const matrix = new Float64Array(n * n);
    expected.forEach((value, i) => matrix[i * n + i] = value);
    const found = symmetricEigenvalues(hide(matrix, n), n);
    assert.ok(found);
    found.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-13, `${n}: ${value} ${expected[i]}`));
  }
});

Deno.test("the second difference has the eigenvalues 2 − 2 cos(kπ/(n + 1)), zero matrices zeros, repeated ones all", () => {
  const n = 40;
  const matrix = Float64Array.from({ length: n * n }, (_, at) => {
    const distance = Math.abs(Math.floor(at / n) - at % n);
    return distance === 0 ? 2 : distance === 1 ? -1 : 0;
  });
  symmetricEigenvalues(matrix, n)?.forEach((value, k) =>
    assert.ok(Math.abs(value - (2 - 2 * Math.cos((k + 1) * Math.PI / (n + 1)))) < 1e-13)
  );
  assert.deepEqual(symmetricEigenvalues(new Float64Array(25), 5), new Float64Array(5));
  const ones = symmetricEigenvalues(new Float64Array(36).fill(1), 6);
  ones?.forEach((value, k) => assert.ok(Math.abs(value - (k === 5 ? 6 : 0)) < 1e-14));
});

Deno.test("a matrix of known real eigenvalues and conjugate pairs gives them back", () => {
  for (const n of [2, 3, 7, 50]) {
    const matrix = new Float64Array(n * n);
    const expected: [number, number][] = [];
    for (let i = 0; i < n; i++) {
      const re = Math.sin(3 * i + 1), im = 0.2 + Math.cos(i) ** 2;
      if (i % 3 === 0 && i + 1 < n) {
        matrix[i * n + i] = matrix[(i + 1) * n + i + 1] = re;
        matrix[i * n + i + 1] = im;
        matrix[(i + 1) * n + i] = -im;
        expected.push([re, im], [re, -im]);
        i++;
      } else {
        matrix[i * n + i] = re;
        expected.push([re, 0]);
      }
    }
    const found = eigenvalues(hide(matrix, n), n);
    assert.ok(found);
    const left = Array.from(found.real, (re, i) => [re, found.imaginary[i]]);
    for (const [re, im] of expected) {
      const at = left.findIndex(([x, y]) => Math.hypot(x - re, y - im) < 1e-12);
      assert.ok(at >= 0, `${n}: no ${re} + ${im} i among ${left}`);
      left.splice(at, 1);
    }
  }
});

Deno.test("a long cycle, on which plain QR steps stand still, gives the roots of one", () => {
  for (const n of [4, 64, 256]) {
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) matrix[i * n + (i + 1) % n] = 1;
    const found = eigenvalues(matrix, n);
    assert.ok(found);
    const angles = Array.from(found.real, (re, i) => Math.atan2(found.imaginary[i], re) * n / (2 * Math.PI));
    found.real.forEach((re, i) => assert.ok(Math.abs(Math.hypot(re, found.imaginary[i]) - 1) < 1e-13));
    assert.equal(new Set(angles.map((angle) => (Math.round(angle) + n) % n)).size, n);
    for (const angle of angles) assert.ok(Math.abs(angle - Math.round(angle)) < 1e-11);
  }
});

Deno.test("trace and determinant are the sum and product of the eigenvalues", () => {
  const n = 30;
  const matrix = randomMatrix(n, n, 7);
  const trace = Array.from({ length: n }, (_, i) => matrix[i * n + i]).reduce((a, b) => a + b);
  const square = product(matrix, matrix, n, n, n);
  const squareTrace = Array.from({ length: n }, (_, i) => square[i * n + i]).reduce((a, b) => a + b);
  const found = eigenvalues(matrix, n);
  assert.ok(found);
  const { real, imaginary } = found;
  assert.ok(Math.abs(real.reduce((a, b) => a + b) - trace) < 1e-12);
  assert.ok(Math.abs(real.reduce((sum, re, i) => sum + re * re - imaginary[i] ** 2, 0) - squareTrace) < 1e-11);
});
