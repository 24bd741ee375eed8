/** Products with a fixed matrix, and sums of softplus, against the textbook. */
import assert from "node:assert/strict";
import { Random } from "../../../numerics/random/random.ts";
import { expit, softplus } from "../../../numerics/special/logarithms.ts";
import { addSoftplusSlopes, softplusSum } from "../../../numerics/wasm/logistic.ts";
import { fixedMatrix } from "../../../numerics/wasm/matrix_vector.ts";

const random = new Random(7);

function normals(count: number, stream: number): Float64Array {
  const at = random.at(stream, 0);
  return Float64Array.from({ length: count }, () => at.normal());
}

function close(found: number, expected: number, size: number): void {
  assert.ok(Math.abs(found - expected) <= 1e-14 * size, `${found}, not ${expected}`);
}

for (const [rows, columns] of [[1, 1], [16, 3], [17, 2], [100, 25], [3, 64], [33, 7]]) {
  Deno.test(`a fixed matrix of ${rows} by ${columns} multiplies both ways as the textbook does`, () => {
    const values = normals(rows * columns, rows), b = normals(columns + 2, 1000 + rows), r = normals(rows, 2000 + rows);
    const matrix = fixedMatrix(values, rows, columns);
    const product = new Float64Array(rows), adjoint = new Float64Array(columns + 1).fill(3);
    matrix.product(b, 2, product);
    matrix.addAdjoint(r, adjoint, 1);
    for (let i = 0; i < rows; i++) {
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += values[i * columns + j] * b[2 + j];
      close(product[i], sum, columns + 1);
    }
    assert.equal(adjoint[0], 3);
    for (let j = 0; j < columns; j++) {
      let sum = 3;
      for (let i = 0; i < rows; i++) sum += values[i * columns + j] * r[i];
      close(adjoint[1 + j], sum, rows + 3);
    }
  });
}

for (const count of [1, 2, 3, 4, 5, 1000, 5001]) {
  Deno.test(`the sum of softplus of ${count} numbers and its slopes are those of the plain functions`, () => {
    const z = normals(count + 1, 3000 + count).map((one) => 8 * one),
      signs = z.subarray(1).map((_, i) => i % 3 === 0 ? 1 : -1);
    let sum = 0;
    for (let i = 0; i < count; i++) sum += softplus(signs[i] * z[1 + i]);
    close(softplusSum(signs, z, 1), sum, sum + count);
    const out = new Float64Array(count + 1).fill(2);
    addSoftplusSlopes(signs, z, 1, 0.5, out);
    assert.equal(out[0], 2);
    for (let i = 0; i < count; i++) close(out[1 + i], 2 + 0.5 * signs[i] * expit(signs[i] * z[1 + i]), 3);
  });
}

Deno.test("the sum of softplus goes to the ends of the numbers, and is NaN where one is not finite", () => {
  const one = Float64Array.of(1, 1, 1);
  assert.equal(softplusSum(one, Float64Array.of(1e300, -1e300, 0), 0), 1e300);
  assert.ok(Number.isNaN(softplusSum(one, Float64Array.of(0, NaN, 0), 0)));
  assert.ok(Number.isNaN(softplusSum(one, Float64Array.of(0, Infinity, 0), 0)));
  assert.ok(Number.isNaN(softplusSum(one, Float64Array.of(0, -Infinity, 0), 0)));
  const slopes = new Float64Array(3);
  addSoftplusSlopes(one, Float64Array.of(1e300, -1e300, 0), 0, 1, slopes);
  assert.ok(slopes[0] === 1 && slopes[1] < 1e-300 && slopes[2] === 0.5);
});
