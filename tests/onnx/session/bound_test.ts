/** Graphs that answer at once: the numbers of the runtime's own interface, without a promise. */
import assert from "node:assert/strict";
import { InputError } from "../../../numerics/errors.ts";
import { bindGraph, prepareBound } from "../../../onnx/session/bound.ts";
import { BOUND_BACKENDS } from "../../../onnx/session/session.ts";
import { openSession } from "../../../onnx/session/open.ts";
import { wasmRuntime } from "../../../onnx/session/runtime.ts";
import { good } from "../import/hostile.ts";

const TOLERANCE = 1e-6; // relative to 1 + |value|: two builds of one runtime, or of two compilers

// A runtime keeps what it opens when it is loaded, which a test would have to close.
for (const backend of BOUND_BACKENDS) {
  await prepareBound(backend, backend === "wasm" ? wasmRuntime() : null);
  await (await openSession(good("gaussian"), backend)).close();
}

for (const backend of BOUND_BACKENDS) {
  const x = { name: "x", type: "float32", shape: [1, 3] } as const;
  const outputs = [
    { name: "gradient", type: "float32", shape: [1, 3] },
    { name: "log_prob", type: "float32", shape: [1] },
  ] as const;

  Deno.test(`a graph bound to ${backend} gives what its session gives, in the order in which outputs were asked for`, async () => {
    const session = await openSession(good("gaussian"), backend);
    const bound = bindGraph(good("gaussian"), backend, [x], outputs);
    for (let i = 0; i < 50; i++) {
      const values = Float32Array.of(Math.sin(i), i / 10, -i);
      bound.inputs[0].set(values);
      bound.run();
      const expected = await session.run({ x: { shape: [1, 3], values } });
      outputs.forEach(({ name }, o) =>
        expected[name].values.forEach((value, j) =>
          assert.ok(Math.abs(bound.outputs[o][j] - value) <= TOLERANCE * (1 + Math.abs(value)), `${name} at ${i}`)
        )
      );
    }
    bound.close();
    await session.close();
  });

  Deno.test(`graphs bound to ${backend} do not touch each other's arrays, and are opened and closed any number of times`, () => {
    const one = bindGraph(good("gaussian"), backend, [x], outputs);
    one.inputs[0].fill(1);
    one.run();
    const before = one.outputs.map((values) => [...values]);
    const place = { name: "theta", type: "float32", shape: [1, 2] } as const;
    for (let i = 0; i < 100; i++) {
      const other = bindGraph(good("banana"), backend, [place], [{ name: "lp", type: "float32", shape: [1] }]);
      other.inputs[0].set([i, 0]);
      other.run();
      assert.ok(Math.abs(other.outputs[0][0] + 0.5 * (i * i + (0.5 * (i * i - 1)) ** 2)) <= 1e-6 * i ** 4 + 1e-6);
      other.close();
    }
    one.run();
    assert.deepEqual(one.outputs.map((values) => [...values]), before);
    one.close();
  });

  Deno.test(`what ${backend} does not take is refused in a sentence, and the next graph is taken`, () => {
    const refused = (work: () => void, message: RegExp) =>
      assert.throws(work, (error) => error instanceof InputError && message.test(error.message));
    refused(() => bindGraph(new Uint8Array(100), backend, [x], outputs), /^onnxruntime cannot load the graph: ./);
    const wide = { ...x, shape: [1, 4] };
    const wrong = bindGraph(good("gaussian"), backend, [wide], outputs);
    refused(() => wrong.run(), /^onnxruntime cannot run the graph: ./);
    wrong.close();
    const unknown = bindGraph(good("gaussian"), backend, [{ ...x, name: "y" }], outputs);
    refused(() => unknown.run(), /^onnxruntime cannot run the graph: ./);
    unknown.close();
    const right = bindGraph(good("gaussian"), backend, [x], outputs);
    right.run();
    right.close();
  });
}

Deno.test("no graph is bound to a graphics processor", () => {
  assert.throws(() => bindGraph(good("gaussian"), "webgpu:any", [], []), InputError);
});
