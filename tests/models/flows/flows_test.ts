/** Every kind of flow as targets and samplers use it: its density, its gradient, its noise. */
import assert from "node:assert/strict";
import { openDouble } from "../../../numerics/arithmetic/double.ts";
import { openSingle } from "../../../numerics/arithmetic/single.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import type { Batch } from "../../../models/flows/flow.ts";
import { NetworkFlow } from "../../../models/flows/network.ts";
import { flowBytes, openTrained, trainedFlow } from "../../../models/flows/trained.ts";
import { CAPACITY, type FlowCase, flowCases, networkOf } from "./cases.ts";
import { close, moved } from "./checks.ts";
import { integral } from "./integral.ts";

const STEP = 1e-5;
const ROWS = 2 * CAPACITY + 1; // three passes

for (const flowCase of flowCases) {
  const { name, shape, flow: config } = flowCase;

  if (shape.dim === 2) {
    Deno.test(`${name}: the density integrates to 1`, () => {
      const flow = open(flowCase), of = contextsOf(flowCase, 1);
      const logDensity = ({ rows, values }: Batch) =>
        flow.logDensity({ rows, values }, of && { rows, values: repeated(of.values, rows) });
      close(integral(logDensity, shape.preprocess), 1, name.includes("leaky") ? 1e-3 : 1e-5, "the integral");
    });
  }

  Deno.test(`${name}: the gradient of the log density is that of central differences`, () => {
    const flow = open(flowCase), x = dataOf(flowCase, flow), context = contextsOf(flowCase, ROWS);
    const gradient = new Float64Array(ROWS * shape.dim);
    const found = flow.logDensityAndGradient(x, gradient, context);
    assert.deepEqual(found, flow.logDensity(x, context));
    for (let k = 0; k < gradient.length; k++) {
      const [up, down] = [STEP, -STEP].map((step) => {
        const values = moved(x.values, k, step);
        return flow.logDensity({ rows: ROWS, values }, context)[Math.floor(k / shape.dim)];
      });
      close(gradient[k], (up - down) / (2 * STEP), 1e-6, `number ${k}`);
    }
  });

  Deno.test(`${name}: the log density of data is that of their noise, less what forward adds`, () => {
    const flow = open(flowCase), context = contextsOf(flowCase, ROWS);
    const z = flow.noise({ seed: 4, chain: 1, from: 0, to: ROWS }, 1, context);
    const { x, logDet } = flow.forward(z, context), base = flow.logBase(z, context);
    flow.logDensity(x, context).forEach((log, r) => close(log, base[r] - logDet[r], 1e-9, `row ${r}`));
  });

  Deno.test(`${name}: what is kept of it gives the same bits again, whatever the chunks`, () => {
    const arithmetic = openDouble(), network = networkOf(flowCase, arithmetic);
    const flow = new NetworkFlow(network, shape.dim, { arithmetic, capacity: CAPACITY, contextWidth: shape.classes });
    const kept = trainedFlow(network, config, shape), again = openTrained(kept, openDouble, 3);
    const x = dataOf(flowCase, flow), context = contextsOf(flowCase, ROWS);
    assert.deepEqual(again.about, { kind: "flow", flow: config, shape });
    assert.deepEqual(again.flow.logDensity(x, context), flow.logDensity(x, context));
    assert.deepEqual(again.flow.inverse(x, context), flow.inverse(x, context));
    const at = { seed: 4, chain: 2, from: 5, to: 9 }, few = contextsOf(flowCase, 4);
    assert.deepEqual(again.flow.noise(at, 1, few), flow.noise(at, 1, few));
  });

  Deno.test(`${name}: in single precision it needs no more bytes than it says, and agrees with double precision`, () => {
    const flow = open(flowCase), x = dataOf(flowCase, flow), context = contextsOf(flowCase, ROWS);
    const kept = trainedFlow(flow.network, config, shape);
    const single = openTrained(kept, (bytes) => openSingle({ bytes }), 64).flow;
    assert.equal(single.numericClass, "wasm");
    const expected = flow.logDensity(x, context);
    single.logDensity(x, context).forEach((log, r) => close(log, expected[r], 1e-4, `row ${r}`));
    const gradients = [flow, single].map((one) => {
      const gradient = new Float64Array(ROWS * shape.dim);
      one.logDensityAndGradient(x, gradient, context);
      return gradient;
    });
    gradients[1].forEach((slope, k) => close(slope, gradients[0][k], 1e-3, `slope ${k}`));
  });
}

Deno.test("what the bytes of a flow are said to be is not twice what it takes", () => {
  for (const { name, flow, shape } of flowCases) {
    const bytes = flowBytes(flow, shape, 4096);
    assert.throws(() => openEmpty({ name, flow, shape }, bytes / 2), RangeError, name);
  }
});

Deno.test("rows of noise are functions of seed, chain and draw alone", () => {
  const flow = open(flowCases[0]);
  const all = flow.noise({ seed: 9, chain: 3, from: 0, to: 10 }).values;
  assert.deepEqual(flow.noise({ seed: 9, chain: 3, from: 4, to: 10 }).values, all.subarray(8));
  assert.notDeepEqual(flow.noise({ seed: 9, chain: 2, from: 0, to: 10 }).values, all);
  assert.notDeepEqual(flow.noise({ seed: 8, chain: 3, from: 0, to: 10 }).values, all);
});

Deno.test("rows of another width, and a context too few, are refused", () => {
  const flow = open(flowCases[1]);
  assert.throws(() => flow.logDensity({ rows: 2, values: new Float64Array(9) }), /2 rows of 5 numbers/);
  assert.throws(() => flow.logDensity({ rows: 2, values: new Float64Array(10) }), /conditional on 3 numbers a row/);
});

function open(flowCase: FlowCase): NetworkFlow {
  const arithmetic = openDouble(), { dim, classes } = flowCase.shape;
  const place = { arithmetic, capacity: CAPACITY, contextWidth: classes };
  return new NetworkFlow(networkOf(flowCase, arithmetic), dim, place);
}

function openEmpty({ flow, shape }: FlowCase, bytes: number): void {
  const kept = trainedFlow(networkOf({ name: "", flow, shape }, openDouble()), flow, shape);
  openTrained(kept, () => openSingle({ bytes }), 4096);
}

/** Rows that the flow makes of noise of a third of its spread; one class after the other. */
function dataOf(flowCase: FlowCase, flow: NetworkFlow): Batch {
  const random = new Random(13).at(0, 0, Purpose.test);
  const inBox = "base" in flowCase.flow && flowCase.flow.base === "uniform";
  const values = Float64Array.from({ length: ROWS * flow.dim }, () => inBox ? random.uniform() : random.normal() / 3);
  return flow.forward({ rows: ROWS, values }, contextsOf(flowCase, ROWS)).x;
}

function contextsOf({ shape: { classes } }: FlowCase, rows: number): Batch | undefined {
  if (classes === 0) return undefined;
  const values = new Float64Array(rows * classes);
  for (let r = 0; r < rows; r++) values[r * classes + r % classes] = 1;
  return { rows, values };
}

function repeated(row: ArrayLike<number>, rows: number): Float64Array {
  return Float64Array.from({ length: rows * row.length }, (_, k) => row[k % row.length]);
}
