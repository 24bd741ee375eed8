import assert from "node:assert/strict";
import { differentiate } from "../../../numerics/differentiation/ridders.ts";

const cases: [string, (x: number) => number, number, number][] = [
  ["exp at 1", Math.exp, 1, Math.E],
  ["sin at 1000", Math.sin, 1000, Math.cos(1000)],
  ["x⁵ at 0", (x) => x ** 5, 0, 0],
  ["1/x at 0.01", (x) => 1 / x, 0.01, -1e4],
  ["max(x, 0) beside its kink", (x) => Math.max(x, 0), 1e-3, 1],
  ["a narrow bell on a high ground", (x) => 1e6 + Math.exp(-1e4 * x * x), 0.01, -200 * Math.exp(-1)],
];
for (const [name, f, x, expected] of cases) {
  Deno.test(`the derivative of ${name} is within a few times its estimated error, which is small`, () => {
    const { derivative, error } = differentiate(f, x);
    assert.ok(Math.abs(derivative - expected) <= 10 * error + 1e-12, `${derivative} ± ${error}`);
    assert.ok(error < 1e-5 * Math.max(1, Math.abs(expected)), `${error}`);
  });
}

Deno.test("at a jump the estimated error is large, and beyond the support it is infinite", () => {
  assert.ok(differentiate((x) => x > 0 ? 1 : 0, 0).error > 1e-3);
  assert.equal(differentiate(() => NaN, 0).error, Infinity);
});
