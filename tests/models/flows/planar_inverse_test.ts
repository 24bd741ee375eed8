/** The inverse of planar layers, in double precision. */
import assert from "node:assert/strict";
import { openDouble } from "../../../numerics/arithmetic/double.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import { Planar, slope, solvePlanar, value } from "../../../models/flows/layers/planar.ts";
import { MOST_RESIDUAL, stress } from "./planar_inverse.ts";

const CASES = 200_000;

for (const activation of ["tanh", "leaky-relu"] as const) {
  Deno.test(`${activation}: the equation of the inverse holds to 1e-10 in 200,000 cases of stress`, () => {
    const { failed, most } = stress(solvePlanar, activation, CASES);
    assert.equal(failed, 0, `the largest residual is ${most}`);
  });
}

Deno.test("plain Newton fails in some of them", () => {
  const plain: typeof solvePlanar = (activation, onePlusK, target) => {
    let a = target;
    for (let step = 0; step < 100; step++) {
      const k = onePlusK - 1, excess = a + k * value(activation, a) - target;
      a -= excess / (1 + k * slope(activation, a));
    }
    return a;
  };
  const { failed } = stress(plain, "tanh", CASES);
  assert.ok(failed > CASES / 1000, `${failed} failures`);
});

for (const activation of ["tanh", "leaky-relu"] as const) {
  Deno.test(`${activation}: whole layers of every size take their own inverse back to 1e-10`, () => {
    const random = new Random(80), width = 3, rows = 20;
    let most = 0;
    for (let i = 0; i < CASES / rows; i++) {
      random.at(0, i, Purpose.test);
      const arithmetic = openDouble();
      const layer = new Planar(width, activation, { arithmetic, capacity: rows, contextWidth: 0 }, random);
      const spread = [0.1, 1, 3][random.integer(3)];
      for (const { values } of layer.parameters) values.forEach((_, k) => values[k] = spread * random.normal());
      layer.reload();
      const x = arithmetic.reals(rows * width), logDet = arithmetic.doubles(rows);
      x.forEach((_, k) => x[k] = 5 * random.normal());
      const again = x.slice();
      layer.inverse({ rows, x: again, logDet, context: null });
      const size = activation === "tanh" ? 1 : 1 + Math.max(...again.map(Math.abs)); // which leaky ReLU can make any
      layer.forward({ rows, x: again, logDet, context: null });
      x.forEach((value, k) => most = Math.max(most, Math.abs(again[k] - value) / size));
    }
    assert.ok(most <= MOST_RESIDUAL, `the largest residual is ${most}`);
  });
}

Deno.test("a layer with w = 0 shifts by û h(b), and its gradients are finite", () => {
  const arithmetic = openDouble(), place = { arithmetic, capacity: 1, contextWidth: 0 };
  const layer = new Planar(2, "tanh", place, new Random(1));
  layer.w.values.fill(0);
  layer.u.values.set([1, -2]);
  layer.b.values[0] = 0.5;
  layer.reload();
  const rows = { rows: 1, x: arithmetic.reals(2), logDet: arithmetic.doubles(1), context: null };
  layer.forward(rows, true);
  assert.deepEqual([...rows.x], [Math.tanh(0.5), -2 * Math.tanh(0.5)]);
  assert.equal(rows.logDet[0], 0);
  layer.forwardBack({ rows: 1, dx: Float64Array.of(1, 1), dLogDet: Float64Array.of(1) });
  for (const { gradient } of layer.parameters) assert.ok(gradient.every(Number.isFinite));
  layer.inverse(rows);
  assert.deepEqual([...rows.x], [0, 0]);
});

Deno.test("a stack of layers begins without squeezing space", () => {
  const arithmetic = openDouble(), random = new Random(3).at(0, 0, Purpose.test), rows = 1;
  const place = { arithmetic, capacity: rows, contextWidth: 0 };
  for (let i = 0; i < 32; i++) {
    const layer = new Planar(2, "tanh", place, random);
    const logDet = arithmetic.doubles(rows);
    layer.forward({ rows, x: Float64Array.of(random.normal(), random.normal()), logDet, context: null });
    assert.ok(Math.abs(logDet[0]) < 1e-12);
    assert.ok(layer.constrained.uHat.some((one) => Math.abs(one) > 1e-3), "but bends it");
  }
});
