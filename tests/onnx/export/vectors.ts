/** Manifests' vectors, held against what a backend computes. */
import type { ExportedEnergy } from "../../../onnx/export/energy.ts";
import { EnergyManifest, FlowManifest } from "../../../onnx/export/manifest.ts";
import type { ExportedFlow } from "../../../onnx/export/flow.ts";
import type { Session } from "../../../onnx/session/session.ts";
import { expectClose } from "../close.ts";
import { type Inputs, withSession } from "../session.ts";

type Open = (graph: Uint8Array) => Promise<Session>;

/** Throws where a number is off by more than the manifest, as it is after a way through JSON, allows. */
export async function expectFlowVectors({ forward, inverse, manifest }: ExportedFlow, open?: Open): Promise<void> {
  const { vectors, tolerance } = FlowManifest.parse(JSON.parse(JSON.stringify(manifest)));
  const given: Inputs = vectors.context ? { context: batch(vectors.context) } : {};
  const over = await withSession(forward, ({ run }) => run({ z: batch(vectors.forward.z), ...given }), open);
  const back = await withSession(inverse, ({ run }) => run({ x: batch(vectors.inverse.x), ...given }), open);
  expectClose(over.x.values, vectors.forward.x.flat(), "x", tolerance);
  expectClose(over.log_det.values, vectors.forward.logDet, "log_det of forward", tolerance);
  expectClose(back.z.values, vectors.inverse.z.flat(), "z", tolerance);
  expectClose(back.log_det.values, vectors.inverse.logDet, "log_det of inverse", tolerance);
  expectClose(back.log_prob.values, vectors.inverse.logProb, "log_prob", tolerance);
}

export async function expectEnergyVectors({ graphs, manifest }: ExportedEnergy, open?: Open): Promise<void> {
  const read = EnergyManifest.parse(JSON.parse(JSON.stringify(manifest)));
  for (const [name, { inputs, outputs, vectors }] of Object.entries(read.graphs)) {
    const given = inputs.map(({ name }) => [name, { rows: vectors[name].length, values: vectors[name].flat() }]);
    const found = await withSession(graphs[name], ({ run }) => run(Object.fromEntries(given)), open);
    for (const { name: output } of outputs) {
      expectClose(found[output].values, vectors[output].flat(), `${name} ${output}`, read.tolerance);
    }
  }
}

function batch(rows: readonly (readonly number[])[]) {
  return { rows: rows.length, values: rows.flat() };
}
