import assert from "node:assert/strict";
import { openDense } from "../../../numerics/dense/dense.ts";
import { normals, testRandom } from "./cases.ts";

const SHAPES = [[1, 1, 1], [3, 5, 7], [4, 8, 256], [17, 31, 300], [130, 9, 63], [6, 520, 12], [19, 3, 300], [
  130,
  4,
  9,
]];

/**
 * The largest error beside what rounding may cost: k additions and multiplications, each off by 2^−24 of the sum of
 * magnitudes, and three roundings more.
 */
function excess(relaxed: boolean, [m, n, k]: number[], alpha: number, beta: number, wrong = 0): number {
  const random = testRandom(11);
  const dense = openDense({ bytes: 1 << 22, relaxed });
  const a = normals(dense, m * k, random), b = normals(dense, k * n, random), c = normals(dense, m * n, random);
  const old = c.slice();
  dense.gemm({ m, n, k, a, transposeA: true, b, c, alpha, beta });
  let most = 0;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0, magnitude = 0;
      for (let l = wrong; l < k; l++) {
        sum += a[l * m + i] * b[l * n + j];
        magnitude += Math.abs(a[l * m + i] * b[l * n + j]);
      }
      const expected = alpha * sum + beta * old[i * n + j];
      const allowed = (k + 3) * 2 ** -24 * (Math.abs(alpha) * magnitude + Math.abs(beta * old[i * n + j]));
      most = Math.max(most, Math.abs(c[i * n + j] - expected) / allowed);
    }
  }
  return most;
}

for (const relaxed of [false, true]) {
  Deno.test(`gemm is right to rounding, ${relaxed ? "fused" : "not fused"}`, () => {
    for (const shape of SHAPES) {
      for (const [alpha, beta] of [[1, 0], [-0.5, 0.25]]) {
        const found = excess(relaxed, shape, alpha, beta);
        assert.ok(found <= 1, `${shape}: ${found} times what rounding may cost`);
      }
    }
  });
}

Deno.test("a product that misses one term in 300 is caught", () => {
  assert.ok(excess(false, [17, 31, 300], 1, 0, 1) > 100);
});

Deno.test("rows of a product are the same alone as together", () => {
  const [m, n, k] = [9, 20, 70];
  const random = testRandom(12);
  for (const relaxed of [false, true]) {
    const dense = openDense({ bytes: 1 << 20, relaxed });
    const a = normals(dense, m * k, random), b = normals(dense, k * n, random);
    const together = dense.float32(m * n), alone = dense.float32(m * n);
    dense.gemm({ m, n, k, a, b, c: together });
    for (let i = 0; i < m; i++) {
      dense.gemm({ m: 1, n, k, a: a.subarray(i * k), b, c: alone.subarray(i * n) });
    }
    assert.deepEqual(alone, together);
  }
});

Deno.test("beta = 0 forgets a NaN", () => {
  const dense = openDense({ bytes: 1024 });
  const a = dense.float32(1).fill(2), c = dense.float32(1).fill(NaN);
  dense.gemm({ m: 1, n: 1, k: 1, a, b: a, c });
  assert.equal(c[0], 4);
});

Deno.test("only the build with fused multiply-adds calls itself relaxed", () => {
  assert.equal(openDense({ bytes: 0 }).numericClass, "wasm");
  assert.equal(openDense({ bytes: 0, relaxed: true }).numericClass, "wasm-relaxed");
});
