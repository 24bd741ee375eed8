/**
 * A process of its own for WebGPU, whose drivers leave much running: every exported flow, and a convolution of three channels, on the adapter
 * that is there and in WebAssembly. Prints a line of JSON a graph: how far the two are apart, relative to 1 + |value|.
 */
import { openDouble } from "../../../numerics/arithmetic/double.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import { trainedFlow } from "../../../models/flows/trained.ts";
import type { GraphValues } from "../../../models/model.ts";
import { exportFlow } from "../../../onnx/export/flow.ts";
import { findAdapter } from "../../../onnx/session/adapter.ts";
import { webGpuClass } from "../../../onnx/session/open.ts";
import { selfTest } from "../../../onnx/session/self_test.ts";
import { openWasm, openWebGpu } from "../../../onnx/session/web.ts";
import { flowCases, networkOf } from "../../models/flows/cases.ts";

const ROWS = 64;

const adapter = await findAdapter();
console.log(JSON.stringify({ adapter }));
if (!adapter) Deno.exit(0);
const numericClass = webGpuClass(adapter);
await selfTest((graph) => openWebGpu(graph, numericClass), openWasm);

async function distance(graph: Uint8Array, feeds: GraphValues): Promise<number> {
  const found: GraphValues[] = [];
  for (const open of [openWasm, (graph: Uint8Array) => openWebGpu(graph, numericClass)]) {
    const session = await open(graph);
    // Two runs at once, which WebGPU itself cannot have: the session's lock is between them.
    const [first, second] = await Promise.all([session.run(feeds), session.run(feeds)]);
    if (!sameNumbers(first, second)) throw new Error("a run that is repeated gives other numbers");
    found.push(first);
    await session.close();
  }
  const [expected, here] = found;
  let worst = 0;
  for (const [name, { values }] of Object.entries(expected)) {
    for (let i = 0; i < values.length; i++) {
      const value = here[name].values[i];
      if (value === values[i]) continue; // −∞, of a row outside the support
      const off = Math.abs(value - values[i]) / (1 + Math.abs(values[i]));
      if (!(off <= worst)) worst = off; // NaN counts
    }
  }
  return worst;
}

function sameNumbers(a: GraphValues, b: GraphValues): boolean {
  return Object.entries(a).every(([name, { values }]) => values.every((value, i) => value === b[name].values[i]));
}

for (const flowCase of flowCases) {
  const { shape } = flowCase;
  const trained = trainedFlow(networkOf(flowCase, openDouble()), flowCase.flow, shape);
  const { forward, inverse, manifest } = exportFlow(trained);
  const random = new Random(1).at(0, 0, Purpose.test);
  const noise = Float32Array.from(
    { length: ROWS * shape.dim },
    () => shape.preprocess === "logit" ? 0.8 * random.uniform() + 0.1 : random.normal(),
  );
  const context = { shape: [ROWS, shape.classes], values: new Float32Array(ROWS * shape.classes) };
  for (let r = 0; r < ROWS; r++) context.values[r * shape.classes + r % Math.max(1, shape.classes)] = 1;
  const given: GraphValues = shape.classes > 0 ? { context } : {};
  const rows = { shape: [ROWS, shape.dim], values: noise };
  const there = await distance(forward, { z: rows, ...given });
  const back = await distance(inverse, { x: rows, ...given });
  console.log(JSON.stringify({ name: flowCase.name, there, back, tolerance: manifest.tolerance }));
}
Deno.exit(0);
