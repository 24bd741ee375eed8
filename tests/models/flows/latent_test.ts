/** Noise behind data, and ways through it. */
import assert from "node:assert/strict";
import { openDouble } from "../../../numerics/arithmetic/double.ts";
import type { Flow } from "../../../models/flows/flow.ts";
import { encode, interpolate, reconstruct } from "../../../models/flows/latent.ts";
import { Rescaling } from "../../../models/flows/layers/rescaling.ts";
import { NetworkFlow } from "../../../models/flows/network.ts";
import { CAPACITY, flowCases, networkOf } from "./cases.ts";
import { close } from "./checks.ts";

/** Data are their noise. */
const identity: Flow = {
  dim: 2,
  forward: (z) => ({ x: z, logDet: new Float64Array(z.rows) }),
  inverse: (x) => ({ z: x, logDet: new Float64Array(x.rows) }),
};
const row = (...values: number[]) => ({ rows: 1, values: Float64Array.from(values) });

for (const flowCase of flowCases) {
  Deno.test(`${flowCase.name}: data come back from their noise, and a path begins and ends at its ends`, () => {
    const { dim, classes } = flowCase.shape, arithmetic = openDouble();
    const flow = new NetworkFlow(networkOf(flowCase, arithmetic), dim, {
      arithmetic,
      capacity: CAPACITY,
      contextWidth: classes,
    });
    const at = { seed: 2, chain: 0, from: 0, to: 2 }, context = oneHot(2, classes);
    const { x } = flow.forward(flow.noise(at, 1, context), context);
    const { error } = reconstruct(flow, x, context);
    assert.ok(error.every((one) => one < 1e-9));
    assert.deepEqual(encode(flow, x, context), flow.inverse(x, context));
    const [from, to] = [0, 1].map((r) => ({ rows: 1, values: x.values.slice(r * dim, (r + 1) * dim) }));
    const contexts = context && {
      from: { rows: 1, values: context.values.slice(0, classes) },
      to: { rows: 1, values: context.values.slice(classes) },
    };
    for (const path of ["straight", "arc"] as const) {
      const { rows, values } = interpolate(flow, { from, to, rows: 5, path, context: contexts });
      assert.equal(rows, 5);
      from.values.forEach((value, j) => close(values[j], value, 1e-9, `the first row, ${j}`));
      to.values.forEach((value, j) => close(values[4 * dim + j], value, 1e-9, `the last row, ${j}`));
    }
  });
}

Deno.test("a straight path is even in its noise, an arc even in angle and length", () => {
  const from = row(1, 0), to = row(0, 3);
  assert.deepEqual([...interpolate(identity, { from, to, rows: 3 }).values], [1, 0, 0.5, 1.5, 0, 3]);
  const arc = interpolate(identity, { from, to, rows: 4, path: "arc" }).values;
  for (let i = 0; i < 4; i++) {
    close(Math.hypot(arc[2 * i], arc[2 * i + 1]), 1 + 2 * i / 3, 1e-12, `length ${i}`);
    close(Math.atan2(arc[2 * i + 1], arc[2 * i]), i / 3 * Math.PI / 2, 1e-12, `angle ${i}`);
  }
});

Deno.test("an arc between rows that tell no circle is a straight path", () => {
  for (const to of [row(2, 4), row(-1, -2), row(0, 0)]) {
    const ways = (["arc", "straight"] as const).map((path) =>
      interpolate(identity, { from: row(1, 2), to, rows: 4, path })
    );
    assert.deepEqual(ways[0], ways[1]);
  }
  assert.throws(() => interpolate(identity, { from: row(1, 2), to: row(1, 2), rows: 1 }), /two rows or more/);
});

Deno.test("the spectrum of a rescaling is exp(−s), falling", () => {
  const layer = new Rescaling(3, { arithmetic: openDouble(), capacity: 1, contextWidth: 0 });
  layer.logScale.values.set([0, -1, 2]);
  layer.reload();
  assert.deepEqual([...layer.spectrum], [Math.exp(1), 1, Math.exp(-2)]);
});

function oneHot(rows: number, classes: number) {
  if (classes === 0) return undefined;
  return { rows, values: Float64Array.from({ length: rows * classes }, (_, k) => k % (classes + 1) === 0 ? 1 : 0) };
}
