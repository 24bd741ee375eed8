import assert from "node:assert/strict";
import { type Columns, type Link, linkSum } from "../../../numerics/wasm/generalized_linear.ts";
import { linkSumTwin } from "../../../numerics/wasm/generalized_linear_twin.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";

const LINKS: Link[] = ["softplus", "exp"];

function randomColumns(rows: number, count: number, random: Random): Columns {
  return { rows, count, values: Float64Array.from({ length: rows * count }, () => random.normal()) };
}

/** The error of value and gradient against the twin, relative to the sizes of the terms that are summed. */
function disagreement(link: Link, columns: Columns, b: Float64Array): number {
  const found = new Float64Array(columns.count), expected = new Float64Array(columns.count);
  const value = linkSum(link, columns)(b, found), plain = linkSumTwin(link, columns)(b, expected);
  const scale = Math.max(plain, 1e-300);
  return Math.max(Math.abs(value - plain) / scale, ...found.map((g, j) => Math.abs(g - expected[j]) / scale));
}

for (const link of LINKS) {
  Deno.test(`${link}: the Wasm loop agrees with its twin, whatever the shape`, () => {
    const random = new Random(41).at(0, 0, Purpose.test);
    for (const rows of [1, 2, 15, 16, 17, 33, 1000]) {
      for (const count of [1, 2, 5, 25]) {
        const b = Float64Array.from({ length: count }, () => 0.4 * random.normal());
        const error = disagreement(link, randomColumns(rows, count, random), b);
        assert.ok(error < 1e-14, `${rows} × ${count}: ${error}`);
      }
    }
  });

  Deno.test(`${link}: single predictors from tiny to huge agree with the twin`, () => {
    for (const z of [0, 1e-300, 1e-9, 0.3, 0.3466, 1, 5, 36, 40, 300, 700]) {
      for (const sign of [-1, 1]) {
        const columns = { rows: 1, count: 1, values: Float64Array.of(1) };
        const gradient = new Float64Array(1), expected = new Float64Array(1);
        const b = Float64Array.of(sign * z);
        const value = linkSum(link, columns)(b, gradient), plain = linkSumTwin(link, columns)(b, expected);
        // The fifteen rows that fill the panel up cost the value as many units in the last place of log 2 or 1.
        assert.ok(
          Math.abs(value - plain) <= 4e-16 * Math.abs(plain) + 1e-14,
          `value at ${sign * z}: ${value} ${plain}`,
        );
        assert.ok(Math.abs(gradient[0] / expected[0] - 1) < 1e-15, `gradient at ${sign * z}`);
      }
    }
  });
}

Deno.test("softplus of many equal rows: the product of its factors is turned into a logarithm in time", () => {
  const rows = 50_000;
  const columns = { rows, count: 1, values: new Float64Array(rows).fill(1) };
  const gradient = new Float64Array(1);
  for (const z of [0, 1e-3, -3]) {
    const value = linkSum("softplus", columns)(Float64Array.of(z), gradient);
    assert.ok(Math.abs(value / (rows * Math.log1p(Math.exp(z))) - 1) < 1e-13);
  }
});

Deno.test("exp beyond the largest double is infinite, NaN stays NaN, and neither is remembered", () => {
  const columns = { rows: 3, count: 1, values: Float64Array.of(1, 2, 3) };
  const gradient = new Float64Array(1);
  for (const link of LINKS) {
    const sum = linkSum(link, columns);
    const before = sum(Float64Array.of(0.5), gradient);
    assert.ok(Number.isNaN(sum(Float64Array.of(NaN), gradient)));
    if (link === "exp") assert.equal(sum(Float64Array.of(400), gradient), Infinity);
    else assert.equal(sum(Float64Array.of(400), gradient), 2400);
    assert.equal(sum(Float64Array.of(0.5), gradient), before);
  }
});

Deno.test("two instances do not share their data", () => {
  const random = new Random(42).at(0, 0, Purpose.test);
  const one = linkSum("softplus", randomColumns(40, 3, random));
  const b = Float64Array.of(0.1, 0.2, 0.3), gradient = new Float64Array(3);
  const value = one(b, gradient);
  linkSum("softplus", randomColumns(40, 3, random))(b, gradient);
  assert.equal(one(b, gradient), value);
});
