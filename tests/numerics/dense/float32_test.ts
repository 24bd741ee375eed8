import assert from "node:assert/strict";
import {
  cosSin,
  exp,
  exponential,
  log,
  log1p,
  logarithm,
  odds,
  sigmoid,
  softplus,
  tanh,
} from "../../../numerics/dense/float32.ts";
import { testRandom } from "./cases.ts";

const COUNT = 50_000;

/** The largest error in units in the last place of the true value. */
function worst(draw: (u: number) => number, found: (x: number) => number, exact: (x: number) => number): number {
  const random = testRandom(41);
  let most = 0;
  for (let i = 0; i < COUNT; i++) {
    const x = Math.fround(draw(random.uniform()));
    const expected = exact(x);
    const unit = Math.max(2 ** (Math.floor(Math.log2(Math.abs(expected))) - 23), 2 ** -149); // the last is a subnormal's
    most = Math.max(most, Math.abs(found(x) - expected) / unit);
  }
  return most;
}

Deno.test("exp, log1p, log, tanh, σ and softplus are within the units in the last place that are promised", () => {
  const wide = (u: number) => 170 * (u - 0.5);
  const cases = [
    { name: "exp", most: 1.5, error: worst((u) => -87 * u * u, exp, Math.exp) },
    { name: "exponential", most: 1.5, error: worst((u) => 192 * u - 104, exponential, Math.exp) },
    { name: "logarithm", most: 3, error: worst((u) => Math.exp(190 * u - 102), logarithm, Math.log) },
    { name: "logarithm near 1", most: 3, error: worst((u) => 0.5 + u, logarithm, Math.log) },
    { name: "tanh", most: 2, error: worst((u) => 20 * (u - 0.5) ** 3, tanh, Math.tanh) },
    { name: "odds", most: 16, error: worst((u) => 20 * u, odds, (x) => Math.exp(-x)) }, // 2⁻²⁰
    { name: "log1p", most: 4, error: worst((u) => u ** 4, log1p, Math.log1p) },
    { name: "sigmoid", most: 4, error: worst(wide, sigmoid, (x) => 1 / (1 + Math.exp(-x))) },
    {
      name: "softplus",
      most: 4,
      error: worst(wide, softplus, (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
    },
  ];
  for (const { name, most, error } of cases) assert.ok(error < most, `${name}: off by ${error} units`);
  assert.ok(worst(wide, (x) => sigmoid(Math.fround(x * 1.00001)), (x) => 1 / (1 + Math.exp(-x))) > 4, "a wrong one");
});

Deno.test("log, sin and cos are right to 3e−7 of their sizes", () => {
  const random = testRandom(42), found = new Float32Array(2);
  for (let i = 0; i < COUNT; i++) {
    const u = Math.fround((Math.floor(random.uniform() * 2 ** 31) + 0.5) / 2 ** 31);
    assert.ok(Math.abs(log(u) / Math.log(u) - 1) < 3e-7 || u === 1, `log ${u}: ${log(u)}`);
    const angle = random.uint32() | 0, turn = 2 * Math.PI * angle / 2 ** 32;
    cosSin(angle, found);
    assert.ok(Math.abs(found[0] - Math.cos(turn)) < 3e-7 && Math.abs(found[1] - Math.sin(turn)) < 3e-7, `${angle}`);
  }
  assert.equal(log(1), 0);
});

Deno.test("what overflows elsewhere has its limit here", () => {
  assert.deepEqual([-Infinity, -110, 100, Infinity].map(exponential), [0, 0, Infinity, Infinity]);
  assert.deepEqual([0, -0, -1, 1, Infinity].map(logarithm), [-Infinity, -Infinity, NaN, 0, Infinity]);
  assert.deepEqual([-Infinity, 0, Infinity].map(tanh), [-1, 0, 1]);
  assert.ok([exponential, logarithm, tanh].every((of) => Number.isNaN(of(NaN))));
  assert.equal(sigmoid(Infinity), 1);
  assert.ok(sigmoid(-Infinity) < 2e-38);
  assert.equal(softplus(Infinity), Infinity);
  assert.ok(softplus(-1000) < 2e-38);
  assert.ok(Number.isNaN(sigmoid(NaN)) && Number.isNaN(softplus(NaN)) && Number.isNaN(exp(NaN)));
});
