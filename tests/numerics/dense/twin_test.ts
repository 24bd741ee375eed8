import assert from "node:assert/strict";
import { type DenseKernels, openDense, twinDense } from "../../../numerics/dense/dense.ts";
import { Purpose } from "../../../numerics/random/random.ts";
import { bits, normals, testRandom } from "./cases.ts";

const BYTES = 1 << 24;

/** What one run of some kernels gave. */
type Results = (Float32Array | Float64Array | Int8Array)[];

/** Runs the same on the Wasm kernels and on the twin, and compares to the bit; any NaN is as good as another. */
function assertSameBits(run: (dense: DenseKernels) => Results): void {
  const [found, expected] = [openDense({ bytes: BYTES }), twinDense({ bytes: BYTES })].map(run);
  assert.equal(found.length, expected.length);
  found.forEach((array, i) => {
    const at = array.findIndex((value, entry) => !Object.is(value, expected[i][entry]));
    assert.equal(at, -1, `result ${i}, entry ${at} of ${array.length}: ${array[at]} for ${expected[i][at]}`);
  });
}

const key = { seed: 20260101 * 2 ** 20 + 7, purpose: Purpose.fantasy, stream: 4294967290, step: 2 ** 33 + 5 };

Deno.test("gemm gives the twin's bits for odd shapes, transposed or not, blended or not", () => {
  const random = testRandom(1);
  assertSameBits((dense) => {
    const results: Results = [];
    const narrow = [[13, 2, 257], [9, 4, 7], [131, 3, 300], [8, 1, 5], [3, 4, 0]];
    for (
      const [m, n, k] of [...narrow, [1, 1, 1], [4, 8, 4], [5, 9, 3], [3, 7, 0], [13, 17, 257], [131, 21, 40], [
        2,
        515,
        513,
      ]]
    ) {
      for (const [transposeA, transposeB] of [[false, false], [true, false], [false, true], [true, true]]) {
        for (const [alpha, beta] of [[1, 0], [-0.3, 0.7]]) {
          random.at(m, n, Purpose.test);
          const a = normals(dense, m * k, random), b = normals(dense, k * n, random), c = normals(dense, m * n, random);
          dense.gemm({ m, n, k, a, transposeA, b, transposeB, c, alpha, beta });
          results.push(c);
        }
      }
    }
    return results;
  });
});

Deno.test("row sums give the twin's bits at every density, shape and orientation", () => {
  const random = testRandom(2);
  assertSameBits((dense) => {
    const results: Results = [];
    for (const [rows, n, m] of [[1, 1, 1], [3, 5, 16], [2, 64, 17], [40, 131, 31], [70, 200, 3], [1, 2100, 20]]) {
      for (const density of [0, 0.02, 0.3, 1]) {
        for (const transposed of [false, true]) {
          random.at(rows, n, Purpose.test);
          const weights = normals(dense, n * m, random), bias = density > 0.1 ? normals(dense, m, random) : null;
          const out = dense.float32(rows * m);
          const sum = dense.rowSum(n, m);
          sum.load(weights, bias, transposed);
          sum.apply(bits(dense, rows * n, random, density), rows, out);
          results.push(out);
        }
      }
    }
    return results;
  });
});

Deno.test("row sums of tiny, huge and broken weights give the twin's bits", () => {
  assertSameBits((dense) => {
    const n = 3, m = 8;
    const weights = dense.float32(n * m), bias = dense.float32(m);
    weights.set([1e-44, 1e-30, 1e-20, 3e38, NaN, Infinity, 0, -0.5, 1e-44, -1e-30, 1, 1e-3, 1, 1, 0, -0.5]);
    const x = dense.int8(2 * n), out = dense.float32(2 * m);
    x.set([1, 1, 0, 0, 1, 1]);
    const sum = dense.rowSum(n, m);
    sum.load(weights, bias);
    sum.apply(x, 2, out);
    return [out];
  });
});

Deno.test("correlations give the twin's bits, blended or not", () => {
  const random = testRandom(3);
  assertSameBits((dense) => {
    const results: Results = [];
    for (const [rows, n, m] of [[1, 1, 1], [7, 19, 33], [100, 70, 18], [65, 3, 16]]) {
      const correlation = dense.correlation(rows, n, m);
      for (const blend of [undefined, { alpha: -0.01, beta: 1 }]) {
        random.at(rows, n, Purpose.test);
        const out = normals(dense, n * m, random);
        correlation.apply(bits(dense, rows * n, random, 0.4), normals(dense, rows * m, random), rows, out, blend);
        results.push(out);
      }
    }
    return results;
  });
});

Deno.test("sampled bits and normals are the twin's, whatever the width, the scale and the place in the stream", () => {
  const random = testRandom(4);
  assertSameBits((dense) => {
    const results: Results = [];
    for (const [rows, m, firstBlock] of [[1, 1, 0], [9, 16, 3], [5, 37, 2 ** 29 - 37], [1030, 3, 1], [3, 50_000, 7]]) {
      random.at(rows, m, Purpose.test);
      const field = normals(dense, rows * m, random, 8), sd = normals(dense, m, random);
      const scale = Float64Array.from({ length: rows }, () => random.uniform());
      const out = dense.int8(rows * m), probabilities = dense.float32(rows * m), real = dense.float32(rows * m);
      dense.sampleBits({ field, rows, m, key, firstBlock, out, probabilities, scale });
      const plain = dense.int8(rows * m);
      dense.sampleBits({ field, rows, m, key, firstBlock, out: plain });
      dense.sampleNormals({ mean: field, rows, m, sd, key, firstBlock, out: real, scale });
      results.push(out, plain, probabilities, real);
    }
    return results;
  });
});

Deno.test("sigmoid, softplus and sampling give the twin's bits at extreme and broken fields", () => {
  assertSameBits((dense) => {
    const values = [0, -0, 1e-40, 1, -1, 20, -20, 86.9, -87.1, 88.8, -104, 3e38, Infinity, -Infinity, NaN];
    const m = values.length;
    const field = dense.float32(m), out = dense.float32(m), sums = dense.float64(m), drawn = dense.int8(m);
    field.set(values);
    dense.sigmoid(field, 1, m, 1, out);
    dense.softplusSums(field, m, 1, 1, sums);
    dense.sampleBits({ field, rows: 1, m, key, firstBlock: 0, out: drawn });
    return [out, sums, drawn];
  });
});

Deno.test("softplus sums, column sums and momentum steps give the twin's bits", () => {
  const random = testRandom(5);
  assertSameBits((dense) => {
    const results: Results = [];
    for (const [rows, m] of [[1, 1], [6, 13], [50, 64]]) {
      const x = normals(dense, rows * m, random.at(rows, m, Purpose.test), 5);
      const sums = dense.float64(rows), probabilities = dense.float32(rows * m);
      dense.softplusSums(x, rows, m, 0.7, sums);
      dense.sigmoid(x, rows, m, Float64Array.from({ length: rows }, () => random.uniform()), probabilities);
      const columns = normals(dense, m, random), counts = normals(dense, m, random);
      dense.columnSums(x, rows, m, columns, { alpha: -0.5, beta: 0.25 });
      dense.columnSums(bits(dense, rows * m, random, 0.5), rows, m, counts, { alpha: 0.01 });
      const velocity = normals(dense, rows * m, random), gradient = normals(dense, rows * m, random);
      dense.momentumStep({ parameters: x, velocity, gradient, momentum: 0.9, rate: 0.01, decay: 1e-3 });
      results.push(sums, probabilities, columns, counts, velocity, x);
    }
    return results;
  });
});
