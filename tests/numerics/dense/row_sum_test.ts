import assert from "node:assert/strict";
import { openDense } from "../../../numerics/dense/dense.ts";
import { bits, normals, testRandom } from "./cases.ts";

Deno.test("a row sum is off by less than half a step a term and one rounding", () => {
  const random = testRandom(21);
  const [rows, n, m] = [50, 300, 40];
  const dense = openDense({ bytes: 1 << 20 });
  const weights = normals(dense, n * m, random), bias = normals(dense, m, random);
  const x = bits(dense, rows * n, random, 0.3), out = dense.float32(rows * m);
  const sum = dense.rowSum(n, m);
  sum.load(weights, bias);
  sum.apply(x, rows, out);
  for (let j = 0; j < m; j++) {
    let magnitude = Math.abs(bias[j]);
    for (let i = 0; i < n; i++) magnitude += Math.abs(weights[i * m + j]);
    const step = 2 ** (Math.floor(Math.log2(magnitude)) + 1 - 30);
    for (let r = 0; r < rows; r++) {
      let expected = bias[j];
      for (let i = 0; i < n; i++) if (x[r * n + i]) expected += weights[i * m + j];
      const error = Math.abs(out[r * m + j] - expected);
      assert.ok(error <= (n + 1) * step / 2 + 2 ** -24 * Math.abs(expected), `row ${r}, column ${j}: off by ${error}`);
    }
  }
});

Deno.test("rows are the same alone, in threes and together: however they are looked up", () => {
  const random = testRandom(22);
  const [rows, n, m] = [1100, 70, 20]; // together they go by groups of 6, a few by groups of 1 or 4
  const dense = openDense({ bytes: 1 << 20 });
  const sum = dense.rowSum(n, m);
  sum.load(normals(dense, n * m, random), normals(dense, m, random));
  const x = bits(dense, rows * n, random, 0.5), together = dense.float32(rows * m);
  sum.apply(x, rows, together);
  for (const run of [1, 3]) {
    const apart = dense.float32(rows * m);
    for (let r = 0; r < rows; r += run) {
      sum.apply(x.subarray(r * n), Math.min(run, rows - r), apart.subarray(r * m));
    }
    assert.deepEqual(apart, together);
  }
});

Deno.test("weights that change count once they are loaded again", () => {
  const dense = openDense({ bytes: 4096 });
  const weights = dense.float32(1).fill(1), x = dense.int8(1).fill(1), out = dense.float32(1);
  const sum = dense.rowSum(1, 1);
  const apply = () => {
    sum.apply(x, 1, out);
    return out[0];
  };
  sum.load(weights, null);
  weights[0] = 3;
  assert.equal(apply(), 1);
  sum.load(weights, null);
  assert.equal(apply(), 3);
});

Deno.test("a correlation is the product of the transposed bits and the values", () => {
  const random = testRandom(23);
  const [rows, n, m] = [100, 45, 23];
  const dense = openDense({ bytes: 1 << 20 });
  const x = bits(dense, rows * n, random, 0.4), values = dense.float32(rows * m);
  for (let i = 0; i < rows * m; i++) values[i] = random.uniform();
  const out = dense.float32(n * m), real = dense.float32(rows * n), expected = dense.float32(n * m);
  real.set(x);
  dense.correlation(rows, n, m).apply(x, values, rows, out, { alpha: 0.01 });
  dense.gemm({ m: n, n: m, k: rows, a: real, transposeA: true, b: values, c: expected, alpha: 0.01 });
  out.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-6, `${i}: ${value} ${expected[i]}`));
});

Deno.test("arrays from elsewhere, too short or beyond the memory stated are refused", () => {
  const dense = openDense({ bytes: 4096 });
  const sum = dense.rowSum(4, 4), out = dense.float32(4);
  assert.throws(() => sum.load(new Float32Array(16), null), /weights is not in the kernels' memory/);
  assert.throws(() => sum.apply(dense.int8(3), 1, out), /bits has 3 entries; 4 are needed/);
  assert.throws(() => dense.float32(2000), /8000 bytes asked for, \d+ left/);
  assert.throws(() => dense.rowSum(131073, 1), /at most 131072 bits/);
  assert.throws(() => dense.sigmoid(out, 4, 1, Float64Array.of(1), out), /scale has 1 entries; 4 are needed/);
});
