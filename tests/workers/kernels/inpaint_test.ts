/** What is hidden of a flow's row: its law as a target, and the ascent that fills it in. */
import assert from "node:assert/strict";
import { NetworkFlow } from "../../../models/flows/network.ts";
import { clampedTarget } from "../../../models/flows/inpainting/clamped.ts";
import { openDouble } from "../../../numerics/arithmetic/double.ts";
import { InputError } from "../../../numerics/errors.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import { inpaint } from "../../../workers/kernels/inpaint.ts";
import { CAPACITY, flowCases, networkOf } from "../../models/flows/cases.ts";

function targetOf(name: string, clamp: (number | null)[], interval: { low: number; high: number } | null) {
  const flowCase = flowCases.find((one) => one.name === name);
  assert.ok(flowCase);
  const arithmetic = openDouble();
  const place = { arithmetic, capacity: CAPACITY, contextWidth: flowCase.shape.classes };
  const flow = new NetworkFlow(networkOf(flowCase, arithmetic), flowCase.shape.dim, place);
  const variables = [{ name: "x", shape: [flowCase.shape.dim] }];
  const sample = (random: Random, out: Float64Array) => out.forEach((_, k) => out[k] = random.normal());
  return { flow, target: clampedTarget({ flow, variables, clamp, interval, sample }) };
}

const PIXELS: (number | null)[] = [0.3, null, 0.8, null];
const UNIT = { low: 0, high: 1 };

for (
  const [name, clamp, interval] of [["real-nvp", [0.4, null], null], ["real-nvp on pixels", PIXELS, UNIT]] as const
) {
  Deno.test(`${name}: the gradient of what is hidden is that of central differences, the Jacobian's included`, () => {
    const { target } = targetOf(name, [...clamp], interval);
    const random = new Random(3).at(0, 0, Purpose.test);
    const u = Float64Array.from({ length: target.dim }, () => random.normal());
    const gradient = new Float64Array(target.dim), step = 1e-5;
    const log = target.logDensityAndGradient?.(u, gradient);
    assert.equal(log, target.logDensity(u));
    u.forEach((value, k) => {
      const [up, down] = [step, -step].map((move) => target.logDensity(u.with(k, value + move)));
      assert.ok(Math.abs(gradient[k] - (up - down) / (2 * step)) < 1e-6 * (1 + Math.abs(gradient[k])));
    });
  });

  Deno.test(`${name}: its density is the flow's at the whole row, with the Jacobian of the hidden part`, () => {
    const { flow, target } = targetOf(name, [...clamp], interval);
    const u = Float64Array.from({ length: target.dim }, (_, k) => 0.5 - k), row = new Float64Array(clamp.length);
    target.constrain(u, row);
    clamp.forEach((value, k) => value === null || assert.equal(row[k], value));
    const jacobian = interval ? u.reduce((sum, one) => sum - Math.log(2 + Math.exp(one) + Math.exp(-one)), 0) : 0;
    const expected = flow.logDensity({ rows: 1, values: row })[0] + jacobian;
    assert.ok(Math.abs(target.logDensity(u) - expected) < 1e-9);
    const hidden = [...row].filter((_, k) => clamp[k] === null);
    target.unconstrain(hidden).forEach((one, k) => assert.ok(Math.abs(one - u[k]) < 1e-9));
  });
}

Deno.test("the ascent is NICE's: the step of i moves by 10 / (100 + i) of gradient and noise, clipped to the interval", () => {
  const { target } = targetOf("real-nvp on pixels", PIXELS, UNIT);
  const { hidden } = target;
  assert.ok(hidden);
  const kernel = inpaint.build(target, inpaint.config.parse({ kind: "inpaint", steps: 3 }), { warmup: 0 });
  const random = new Random(1);
  const state = kernel.init(Float64Array.of(0.2, -0.1), random.at(0, 0, Purpose.start));
  for (let step = 1; step <= 3; step++) {
    const before = state.x.slice(), gradient = new Float64Array(2);
    hidden.logDensityAndGradient(before, gradient);
    const noise = random.at(0, step), e = [noise.normal(), noise.normal()];
    kernel.step(state, random.at(0, step));
    before.forEach((x, k) => {
      const moved = x + 10 / (100 + step - 1) * (gradient[k] + e[k]);
      assert.equal(state.x[k], Math.min(1, Math.max(0, moved)));
    });
  }
  const end = state.x.slice();
  kernel.step(state, random.at(0, 4));
  assert.notDeepEqual(state.x, end);
  assert.equal(state.step, 1, "the next run has begun");
});

Deno.test("a clamp that does not fit is refused with its place", () => {
  const refused = (clamp: (number | null)[], path: string) =>
    assert.throws(
      () => targetOf("real-nvp on pixels", clamp, UNIT),
      (error) => error instanceof InputError && error.path === path,
    );
  refused([0.1, null], "clamp");
  refused([0.1, 0.2, 0.3, 0.4], "clamp");
  refused([0.1, null, 1.5, null], "clamp.2");
});
