import assert from "node:assert/strict";
import { openDouble } from "../../../numerics/arithmetic/double.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import { NormalBase } from "../../../models/flows/bases/normal.ts";
import { Planar } from "../../../models/flows/layers/planar.ts";
import { NetworkFlow } from "../../../models/flows/network.ts";
import { writeFlow } from "../../../onnx/export/flow.ts";
import { stepsFor } from "../../../onnx/export/layers/planar.ts";
import { withSession } from "../session.ts";

const ROWS = 5_000;

/** wᵀu of each case, from which wᵀû = softplus(wᵀu) − 1: next to −1, around 0, and large. */
for (const along of [-30, -12, -4, -1, 0.5, 3, 40, 900]) {
  Deno.test(`planar of wᵀu = ${along}: forward of what the exported inverse gives is x again`, async () => {
    const arithmetic = openDouble(), place = { arithmetic, capacity: 500, contextWidth: 0 };
    const random = new Random(3).at(0, 0, Purpose.test);
    const layer = new Planar(2, "tanh", place, random);
    layer.w.values.set([0.8, -0.6]);
    layer.u.values.set([0.8 * along + 0.6, -0.6 * along + 0.8]);
    layer.b.values.set([0.25]);
    const network = { layers: [layer], base: new NormalBase(2, arithmetic) };
    const flow = new NetworkFlow(network, 2, place);
    const x = Float32Array.from({ length: 2 * ROWS }, () => random.normal() * 10 ** (4 * random.uniform() - 2));
    const inverse = writeFlow(network, { dim: 2, classes: 0, preprocess: "none" }, "inverse");

    const { z } = await withSession(inverse, ({ run }) => run({ x: { rows: ROWS, values: x } }));

    const again = flow.forward({ rows: ROWS, values: z.values }).x.values;
    const stretch = 1 + Math.abs(layer.constrained.wuHat); // what the map makes of the rounding of x and z
    for (let k = 0; k < x.length; k++) {
      const rows = [x, z.values].flatMap((values) => [...values.subarray(k - k % 2, k - k % 2 + 2)]);
      const scale = stretch * (1 + Math.max(...rows.map(Math.abs)));
      assert.ok(Math.abs(again[k] - x[k]) < 1e-6 * scale, `number ${k}: found ${again[k]}, expected ${x[k]}`);
    }
  });
}

Deno.test("a mild planar layer is inverted in a few steps, one next to folding in a few more", () => {
  assert.ok(stepsFor({ k: 0.5, onePlusK: 1.5 }) <= 5);
  assert.ok(stepsFor({ k: 1e-12 - 1, onePlusK: 1e-12 }) <= 20);
});
