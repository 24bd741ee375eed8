/** RBMs and Hopfield networks, exported and run with onnxruntime, beside what the manifest's vectors and our own steps say. */
import assert from "node:assert/strict";
import { toBinary } from "@bufbuild/protobuf";
import { landscapeOf, Recaller } from "../../../models/energy/hopfield/recall.ts";
import { freeEnergy } from "../../../models/energy/rbm/energy.ts";
import { fromTrained } from "../../../models/energy/rbm.ts";
import { exportEnergy } from "../../../onnx/export/energy.ts";
import { decodeModel } from "../../../onnx/import/decode.ts";
import { ModelProtoSchema } from "../../../onnx/proto/onnx_pb.ts";
import { expectClose } from "../close.ts";
import { withSession } from "../session.ts";
import { energyCases, hopfield, normals, rbm } from "./cases.ts";
import { expectEnergyVectors } from "./vectors.ts";

for (const [name, trained] of energyCases) {
  Deno.test(`${name}: the vectors of its manifest hold for its graphs`, () =>
    expectEnergyVectors(exportEnergy(trained)));

  Deno.test(`${name}: the same parameters give the same bytes, which the importer decodes`, () => {
    const [first, second] = [exportEnergy(trained), exportEnergy(trained)];
    assert.deepEqual(first, second);
    for (const bytes of Object.values(first.graphs)) {
      assert.deepEqual(new Uint8Array(toBinary(ModelProtoSchema, decodeModel(bytes))), bytes);
    }
  });
}

Deno.test("a broken twin is caught: an energy with the other sign", async () => {
  for (const [, trained] of energyCases) {
    const exported = exportEnergy(trained);
    const name = "energy" in exported.graphs ? "energy" : "free_energy";
    const model = decodeModel(exported.graphs[name]);
    const last = model.graph?.node.at(-1);
    assert.ok(last);
    if (last.opType === "Neg") last.opType = "Identity";
    else last.input.reverse();
    const graphs = { ...exported.graphs, [name]: new Uint8Array(toBinary(ModelProtoSchema, model)) };
    await assert.rejects(expectEnergyVectors({ ...exported, graphs }), /energy .*found/);
  }
});

Deno.test("free energies of a hundred rows are ours", async () => {
  for (const gaussian of [false, true]) {
    const { parameters } = fromTrained(rbm(gaussian));
    const x = gaussian ? normals(700, 9) : normals(700, 9).map((value) => value > 0 ? 1 : 0);
    const { graphs } = exportEnergy(rbm(gaussian));
    const { energy } = await withSession(graphs.free_energy, ({ run }) => run({ x: { rows: 100, values: x } }));
    const expected = Array.from({ length: 100 }, (_, r) => {
      return freeEnergy(parameters, x.subarray(7 * r, 7 * r + 7), new Float64Array(5));
    });
    expectClose(energy.values, expected, "energy");
  }
});

Deno.test("a step of every state of a Hopfield network is that of synchronous recall, fields of 0 included", async () => {
  const { arrays: { weights, bias } } = hopfield();
  const recaller = new Recaller(
    landscapeOf({ units: 9, weights: Float64Array.from(weights.values), bias: Float64Array.from(bias.values) }),
  );
  const x = Float32Array.from({ length: 512 * 9 }, (_, k) => (Math.floor(k / 9) >> k % 9) % 2 === 0 ? -1 : 1);
  const { graphs } = exportEnergy(hopfield());
  const { next } = await withSession(graphs.step, ({ run }) => run({ x: { rows: 512, values: x } }));
  for (let r = 0; r < 512; r++) {
    const y = Float64Array.from(x.subarray(9 * r, 9 * r + 9));
    recaller.synchronous(y);
    assert.deepEqual([...next.values.subarray(9 * r, 9 * r + 9)], [...y]);
  }
});
