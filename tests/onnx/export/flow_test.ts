/** Every kind of flow, exported and run with onnxruntime, beside our own arithmetic in both precisions. */
import assert from "node:assert/strict";
import { create, toBinary } from "@bufbuild/protobuf";
import { openDouble } from "../../../numerics/arithmetic/double.ts";
import { openSingle } from "../../../numerics/arithmetic/single.ts";
import type { NetworkFlow } from "../../../models/flows/network.ts";
import { openTrained } from "../../../models/flows/trained.ts";
import { exportFlow } from "../../../onnx/export/flow.ts";
import { hashOf } from "../../../onnx/export/manifest.ts";
import { decodeModel } from "../../../onnx/import/decode.ts";
import { type ModelProto, ModelProtoSchema, NodeProtoSchema } from "../../../onnx/proto/onnx_pb.ts";
import { type FlowCase, flowCases } from "../../models/flows/cases.ts";
import { expectClose } from "../close.ts";
import { type Inputs, withSession } from "../session.ts";
import { trainedOf } from "./cases.ts";
import { expectFlowVectors } from "./vectors.ts";

const CAPACITY = 7;

for (const flowCase of flowCases) {
  Deno.test(`${flowCase.name}: what onnxruntime computes is what the flow computes`, () =>
    expectSame(flowCase, exportFlow(trainedOf(flowCase))));

  Deno.test(`${flowCase.name}: the manifest's vectors hold for its files`, async () => {
    const exported = exportFlow(trainedOf(flowCase));
    assert.equal(exported.manifest.forward.sha256, hashOf(exported.forward));
    assert.equal(exported.manifest.inverse.sha256, hashOf(exported.inverse));
    await expectFlowVectors(exported);
  });
}

Deno.test("the same parameters give the same bytes", () => {
  for (const flowCase of flowCases) {
    const [first, second] = [trainedOf(flowCase), trainedOf(flowCase)].map(exportFlow);
    assert.deepEqual(first, second, flowCase.name);
  }
});

const TWINS: readonly [string, string, (model: ModelProto) => void][] = [
  ["the log-determinant with the other sign", "real-nvp", (model) => {
    const { node = [], initializer = [] } = model.graph ?? {};
    const last = node.find(({ output }) => output[0] === "log_det");
    assert.ok(last && initializer.length > 0);
    last.output[0] = "other_sign";
    node.push(create(NodeProtoSchema, { opType: "Neg", input: ["other_sign"], output: ["log_det"] }));
  }],
  ["a shift that is taken away where it is added", "nice", (model) => {
    const nodes = model.graph?.node ?? [];
    for (const node of nodes) {
      if (node.opType === "Add" || node.opType === "Sub") node.opType = node.opType === "Add" ? "Sub" : "Add";
    }
  }],
  ["columns in another order", "real-nvp of classes", (model) => {
    const concat = model.graph?.node.find(({ opType }) => opType === "Concat");
    assert.ok(concat);
    concat.input.reverse();
  }],
  ["images that are turned where they should be NCHW", "glow", (model) => {
    const perms = model.graph?.node.flatMap(({ attribute }) => attribute.filter(({ name }) => name === "perm")) ?? [];
    const toNchw = perms.filter(({ ints }) => ints.join() === "0,3,1,2");
    assert.ok(toNchw.length > 0);
    for (const perm of toNchw) perm.ints = [0n, 3n, 2n, 1n];
  }],
  ["a context that does not count", "real-nvp of classes", (model) => {
    for (const { name, rawData } of model.graph?.initializer ?? []) {
      if (model.graph?.node.some(({ input }) => input[0] === "context" && input[1] === name)) rawData.fill(0);
    }
  }],
];

for (const [what, name, spoil] of TWINS) {
  Deno.test(`a broken twin is caught: ${what}`, async () => {
    const flowCase = flowCases.find((other) => other.name === name);
    assert.ok(flowCase);
    const exported = exportFlow(trainedOf(flowCase));
    const spoiled = (bytes: Uint8Array) => {
      const model = decodeModel(bytes);
      spoil(model);
      return toBinary(ModelProtoSchema, model);
    };
    await assert.rejects(expectSame(flowCase, { ...exported, forward: spoiled(exported.forward) }), /found .*expected/);
    await assert.rejects(expectSame(flowCase, { ...exported, inverse: spoiled(exported.inverse) }), /found .*expected/);
  });
}

Deno.test("an exported graph is decoded within the importer's bounds, and gives its bytes again", () => {
  for (const flowCase of flowCases) {
    const { forward, inverse } = exportFlow(trainedOf(flowCase));
    for (const bytes of [forward, inverse]) {
      assert.deepEqual(new Uint8Array(toBinary(ModelProtoSchema, decodeModel(bytes))), bytes);
    }
  }
});

Deno.test("the vectors of a flow that overflows at some of its noise are of the rest; one that gives no number is refused", () => {
  const [flowCase] = flowCases, trained = trainedOf(flowCase);
  const spoiled = (value: number) => {
    const name = Object.keys(trained.arrays).filter((name) => name.endsWith("bound")).at(-1) ?? "";
    const { shape, values } = trained.arrays[name];
    return { ...trained, arrays: { ...trained.arrays, [name]: { shape, values: values.map(() => value) } } };
  };
  const { vectors } = exportFlow(spoiled(150)).manifest; // exp(150 tanh) is beyond single precision where tanh is above 0.6
  assert.ok(vectors.forward.x.flat().every((value) => Number.isFinite(Math.fround(value))));
  assert.throws(() => exportFlow(spoiled(1e30)), /no finite numbers for 16 draws .* diverged/);
});

/** Runs both graphs on several numbers of rows, the second on what the first gave, beside double and single precision. */
async function expectSame(flowCase: FlowCase, { forward, inverse }: { forward: Uint8Array; inverse: Uint8Array }) {
  const trained = trainedOf(flowCase), { dim, classes } = flowCase.shape;
  const ours = [
    openTrained(trained, () => openDouble(), CAPACITY).flow,
    openTrained(trained, (bytes) => openSingle({ bytes }), CAPACITY).flow,
  ];
  await withSession(forward, async (there) => {
    await withSession(inverse, async (back) => {
      for (const rows of [1, 2, 7, 33]) {
        const { z, context } = inputsOf(ours[0], rows, classes);
        const given: Inputs = context ? { context } : {};
        const over = await there.run({ z, ...given });
        assert.deepEqual(over.x.shape, [rows, dim]);
        assert.deepEqual(over.log_det.shape, [rows]);
        const x = { rows, values: over.x.values };
        const again = await back.run({ x, ...given });
        assert.deepEqual(again.log_prob.shape, [rows]);
        for (const flow of ours) {
          const expected = flow.forward(z, context);
          expectClose(over.x.values, expected.x.values, "x");
          expectClose(over.log_det.values, expected.logDet, "log_det of forward");
          const { z: found, logDet } = flow.inverse(x, context);
          expectClose(again.z.values, found.values, "z");
          expectClose(again.log_det.values, logDet, "log_det of inverse");
          expectClose(again.log_prob.values, flow.logDensity(x, context), "log_prob");
        }
      }
    });
  });
}

function inputsOf(flow: NetworkFlow, rows: number, classes: number) {
  const values = Float32Array.from(
    { length: rows * classes },
    (_, k) => k % classes === (k / classes | 0) % classes ? 1 : 0,
  );
  const context = classes > 0 ? { rows, values } : undefined;
  const z = {
    rows,
    values: Float32Array.from(flow.noise({ seed: 5, chain: 0, from: 0, to: rows }, 1, context).values),
  };
  return { z, context };
}
