/** Every layer and every base by itself, exported and run with onnxruntime beside double precision. */
import { openDouble } from "../../../numerics/arithmetic/double.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import { NormalBase } from "../../../models/flows/bases/normal.ts";
import type { Network } from "../../../models/flows/definition.ts";
import { NetworkFlow, parametersOf } from "../../../models/flows/network.ts";
import { writeFlow } from "../../../onnx/export/flow.ts";
import { baseCases, CAPACITY, disturb, layerCases } from "../../models/flows/cases.ts";
import { expectClose } from "../close.ts";
import { type Inputs, withSession } from "../session.ts";

const ROWS = 6;

for (const layerCase of layerCases) {
  Deno.test(`${layerCase.name}: exported both ways, it does what the layer does`, async () => {
    const place = { arithmetic: openDouble(), capacity: CAPACITY, contextWidth: layerCase.contextWidth ?? 0 };
    const layer = layerCase.build(place);
    const network = { layers: [layer], base: new NormalBase(layer.width, place.arithmetic) };
    disturb(parametersOf(network), layerCase.spread);
    const flow = new NetworkFlow(network, layer.width, place);
    const isUnit = layerCase.data === "unit";
    for (const direction of ["forward", "inverse"] as const) {
      const x = batch(layer.width, 1, isUnit && direction === "inverse");
      const { context, found } = await run(network, layer.width, place.contextWidth, direction, x);
      if (direction === "forward") {
        const expected = flow.forward(x, context);
        expectClose(found.x.values, expected.x.values, "x");
        expectClose(found.log_det.values, expected.logDet, "log_det of forward");
      } else {
        const expected = flow.inverse(x, context);
        expectClose(found.z.values, expected.z.values, "z");
        expectClose(found.log_det.values, expected.logDet, "log_det of inverse");
        expectClose(found.log_prob.values, flow.logDensity(x, context), "log_prob");
      }
    }
  });
}

for (const baseCase of baseCases) {
  Deno.test(`a base, ${baseCase.name}: its log density is that of a graph without layers`, async () => {
    const width = 3, place = { arithmetic: openDouble(), capacity: CAPACITY, contextWidth: baseCase.contextWidth ?? 0 };
    const network = { layers: [], base: baseCase.build(width, place) };
    disturb(network.base.parameters);
    const flow = new NetworkFlow(network, width, place);
    for (const isUnit of baseCase.noise === "unit" ? [true, false] : [false]) {
      const z = batch(width, 2, isUnit);
      const { context, found } = await run(network, width, place.contextWidth, "inverse", z);
      expectClose(found.z.values, z.values, "z");
      expectClose(found.log_det.values, new Float64Array(ROWS), "log_det");
      expectClose(found.log_prob.values, flow.logBase(z, context), "log_prob");
    }
  });
}

/** Normals, or numbers in (0, 1), that single precision holds. */
function batch(width: number, stream: number, isUnit: boolean) {
  const random = new Random(4).at(stream, 0, Purpose.test);
  const values = Float32Array.from({ length: ROWS * width }, () => isUnit ? random.uniform() : random.normal());
  return { rows: ROWS, values };
}

async function run(
  network: Network,
  dim: number,
  classes: number,
  direction: "forward" | "inverse",
  x: ReturnType<typeof batch>,
) {
  const context = classes > 0 ? batch(classes, 9, false) : undefined;
  const bytes = writeFlow(network, { dim, classes, preprocess: "none" }, direction);
  const inputs: Inputs = { [direction === "forward" ? "z" : "x"]: x, ...(context ? { context } : {}) };
  return { context, found: await withSession(bytes, ({ run }) => run(inputs)) };
}
