/** What is kept of a flow is taken back as it was, or refused with the reason. */
import assert from "node:assert/strict";
import { openDouble } from "../../../numerics/arithmetic/double.ts";
import { openSingle } from "../../../numerics/arithmetic/single.ts";
import { InputError } from "../../../numerics/errors.ts";
import { flows } from "../../../models/flows/registry.ts";
import { buildNetwork, flowBytes, openTrained, TrainedFlow, trainedFlow } from "../../../models/flows/trained.ts";
import { decodeTrained, encodeTrained } from "../../../models/training/trained.ts";
import type { TrainedParameters } from "../../../models/training/training.ts";
import { type FlowCase, flowCases, networkOf } from "./cases.ts";

const onTables = caseOf("real-nvp on tables");
const kept = trainedFlow(networkOf(onTables, openDouble()), onTables.flow, onTables.shape);

Deno.test("a flow survives being written and read", () => {
  const again = decodeTrained(encodeTrained(kept));
  const x = { rows: 1, values: Float64Array.of(0.1, -0.4, 1) };
  const [before, after] = [kept, again].map((trained) => openTrained(trained, openDouble, 1).flow.logDensity(x));
  assert.deepEqual(after, before);
});

Deno.test("what is kept are copies", () => {
  const network = networkOf(onTables, openDouble()), copy = trainedFlow(network, onTables.flow, onTables.shape);
  network.layers[0].parameters[0].values.fill(7);
  assert.deepEqual(copy, kept);
});

const { "layers[0].bound": bound, ...withoutBound } = kept.arrays;
const scale = kept.arrays["layers[5].scale"], order = kept.arrays["layers[1].order"];
const refusals: readonly [string, TrainedParameters, RegExp][] = [
  ["of another kind of model", { ...kept, config: { kind: "rbm" } }, /model of kind rbm, not of a flow/],
  ["of an unknown flow", withConfig({ flow: { kind: "spline" } }), /not one that this version knows/],
  ["of an unknown option", withConfig({ flow: { ...onTables.flow, knots: 8 } }), /knots/],
  ["of an image of another size", withConfig({ shape: { ...onTables.shape, image: [2, 2, 1] } }), /size of the image/],
  ["without one of its arrays", { ...kept, arrays: withoutBound }, /has no layers\[0\]\.bound/],
  ["with an array too many", withArrays({ "layers[9].bound": bound }), /an array layers\[9\]\.bound that its/],
  ["of another shape", withArrays({ "layers[0].bound": { ...bound, shape: [1, 1] } }), /has shape \[1,1\], not \[1\]/],
  ["that is not finite", withArrays({ "layers[0].bound": filled(bound, NaN) }), /has NaN at 0/],
  [
    "with an order that is none",
    withArrays({ "layers[1].order": filled(order, 1) }),
    /each of 3 columns once, found 1/,
  ],
  [
    "with a scale that is not positive",
    withArrays({ "layers[5].scale": filled(scale, 0) }),
    /expected a positive scale/,
  ],
];
for (const [name, trained, says] of refusals) {
  Deno.test(`kept parameters ${name} are refused`, () => {
    assert.throws(
      () => openTrained(trained, openDouble, 1),
      (error) => error instanceof InputError && error.path === "sha256" && says.test(error.message),
    );
  });
}

Deno.test("every kind of flow is complete with its kind alone, and needs no more bytes than it says", () => {
  const complete = Object.entries(flows).map(([kind, { config }]) => config.parse({ kind }));
  for (const config of [...complete, flows["real-nvp"].config.parse({ kind: "real-nvp", images: {} })]) {
    const shape = config.kind === "glow" || "images" in config
      ? { dim: 64, image: [8, 8, 1] as const, classes: 0, preprocess: "logit" as const }
      : { dim: 5, classes: 2, preprocess: "standardize" as const };
    const { flow } = TrainedFlow.parse({ kind: "flow", flow: config, shape });
    const arithmetic = openSingle({ bytes: flowBytes(flow, shape, 32) });
    const network = buildNetwork(flow, shape, { arithmetic, capacity: 32 }, 1);
    const begins = trainedFlow(network, flow, shape);
    openTrained(begins, (bytes) => openSingle({ bytes }), 32);
    const other = buildNetwork(flow, shape, { arithmetic: openSingle({ bytes: 1 << 26 }), capacity: 1 }, 1);
    assert.deepEqual(trainedFlow(other, flow, shape), begins, "parameters begin as functions of the seed");
  }
});

function withConfig(change: object): TrainedParameters {
  return { ...kept, config: { ...kept.config, ...change } };
}

function withArrays(change: TrainedParameters["arrays"]): TrainedParameters {
  return { ...kept, arrays: { ...kept.arrays, ...change } };
}

function filled({ shape, values }: TrainedParameters["arrays"][string], value: number) {
  return { shape, values: values.slice().fill(value) };
}

function caseOf(name: string): FlowCase {
  const found = flowCases.find((flowCase) => flowCase.name === name);
  if (!found) throw new Error(`no case ${name}`);
  return found;
}
