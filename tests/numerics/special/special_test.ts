/** Special functions against golden.json, which golden.py computes with 60 digits. */
import assert from "node:assert/strict";
import { erf, erfc } from "../../../numerics/special/error_function.ts";
import { digamma, logGamma } from "../../../numerics/special/gamma_function.ts";
import { incompleteBeta } from "../../../numerics/special/incomplete_beta.ts";
import { incompleteGamma, incompleteGammaComplement } from "../../../numerics/special/incomplete_gamma.ts";
import { expit, log1mExp, logAddExp, logit, logSumExp, softplus } from "../../../numerics/special/logarithms.ts";
import { logNormalCdf, normalCdf, normalQuantile } from "../../../numerics/special/normal_distribution.ts";
import golden from "./golden.json" with { type: "json" };

type Name = keyof typeof golden;

/**
 * Name, function, allowed relative error, and allowed absolute error, for a zero that is not exact. Far in a normal tail
 * the rounding of x/√2 alone moves the value by x² units in its last place.
 */
const cases: [Name, (...x: number[]) => number, number, number][] = [
  ["logGamma", logGamma, 5e-15, 0],
  ["digamma", digamma, 1e-14, 4e-15],
  ["erf", erf, 3e-16, 0],
  ["erfc", erfc, 6e-16, 0],
  ["normalCdf", normalCdf, 2e-13, 0],
  ["logNormalCdf", logNormalCdf, 2e-13, 0],
  ["normalQuantile", normalQuantile, 2e-15, 0],
  ["incompleteGamma", incompleteGamma, 1e-13, 0],
  ["incompleteGammaComplement", incompleteGammaComplement, 1e-13, 0],
  ["incompleteBeta", incompleteBeta, 1e-13, 0],
  ["log1mExp", log1mExp, 1e-15, 0],
  ["softplus", softplus, 1e-15, 0],
  ["expit", expit, 1e-15, 0],
  ["logit", logit, 1e-14, 0],
];

for (const [name, compute, relative, absolute] of cases) {
  Deno.test(`${name} agrees with the reference`, () => {
    for (const row of golden[name]) {
      const expected = row[row.length - 1], found = compute(...row.slice(0, -1));
      assert.ok(
        Math.abs(found - expected) <= relative * Math.abs(expected) + absolute,
        `${name}(${row.slice(0, -1)}) is ${expected}, found ${found}: ${Math.abs(found / expected - 1)}`,
      );
    }
  });
}

Deno.test("functions at the ends of their domains", () => {
  assert.equal(logGamma(0), Infinity);
  assert.ok(Number.isNaN(logGamma(-1)));
  assert.equal(digamma(0), -Infinity);
  assert.equal(erf(Infinity), 1);
  assert.equal(erf(-Infinity), -1);
  assert.equal(erfc(-Infinity), 2);
  assert.equal(erfc(Infinity), 0);
  assert.ok(Number.isNaN(erf(NaN)) && Number.isNaN(erfc(NaN)));
  assert.equal(normalQuantile(0), -Infinity);
  assert.equal(normalQuantile(1), Infinity);
  assert.ok(Number.isNaN(normalQuantile(1.1)) && Number.isNaN(normalQuantile(NaN)));
  assert.equal(incompleteGamma(3, 0), 0);
  assert.equal(incompleteGamma(3, Infinity), 1);
  assert.equal(incompleteBeta(2, 3, 0), 0);
  assert.equal(incompleteBeta(2, 3, 1), 1);
  assert.equal(logit(0), -Infinity);
  assert.equal(logit(1), Infinity);
});

Deno.test("logSumExp neither overflows nor invents numbers", () => {
  assert.equal(logSumExp([]), -Infinity);
  assert.equal(logSumExp([-Infinity, -Infinity]), -Infinity);
  assert.equal(logSumExp([3]), 3);
  assert.ok(Math.abs(logSumExp([1000, 1000]) - 1000 - Math.LN2) < 1e-12);
  assert.ok(Math.abs(logSumExp(Float64Array.of(-1000, -1001, -Infinity)) + 1000 - Math.log1p(Math.exp(-1))) < 1e-12);
  assert.equal(logSumExp([0, Infinity]), Infinity);
  assert.ok(Number.isNaN(logSumExp([0, NaN, 1])) && Number.isNaN(logSumExp([NaN, 1])));
  assert.equal(logAddExp(-Infinity, -Infinity), -Infinity);
  assert.equal(logAddExp(2, -Infinity), 2);
  assert.ok(Math.abs(logAddExp(700, 710) - logSumExp([700, 710])) < 1e-12);
});
