import assert from "node:assert/strict";
import { decodeTrained, encodeTrained } from "../../../models/training/trained.ts";
import type { TrainedParameters } from "../../../models/training/training.ts";

const parameters: TrainedParameters = {
  config: { kind: "rbm", visible: "bits" },
  arrays: {
    weights: { shape: [2, 3], values: Float32Array.of(0.1, -0, 3, 1e-40, -5, Infinity) },
    bias: { shape: [2], values: Float64Array.of(Math.PI, -1e300) },
  },
};

Deno.test("trained parameters come back as they were, to the bit", () => {
  assert.deepEqual(decodeTrained(encodeTrained(parameters)), parameters);
});

Deno.test("the same parameters give the same bytes, whatever was encoded before, and wherever they lie in memory", () => {
  const first = encodeTrained(parameters);
  encodeTrained({ config: { kind: "other", more: [1, { a: 2 }] }, arrays: {} });
  const memory = Float32Array.of(9, 9, ...parameters.arrays.weights.values);
  const elsewhere = { shape: [2, 3], values: memory.subarray(2) };
  assert.deepEqual(encodeTrained({ ...parameters, arrays: { ...parameters.arrays, weights: elsewhere } }), first);
});

Deno.test("bytes that are something else are refused with a sentence", () => {
  const cases: [Uint8Array, RegExp][] = [
    [new Uint8Array(0), /cannot be unpacked/],
    [encodeTrained(parameters).subarray(0, 60), /cannot be unpacked/],
    [Uint8Array.of(0x01), /not trained parameters/],
    [encodeTrained({ ...parameters, arrays: { weights: { shape: [2], values: new Float32Array(3) } } }), /shape/],
  ];
  for (const [bytes, message] of cases) assert.throws(() => decodeTrained(bytes), { name: "Error", message });
});
