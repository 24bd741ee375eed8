/** What networks of ±1 units refuse, and where; and what they take that looks alike. */
import assert from "node:assert/strict";
import { boltzmann } from "../../../models/energy/boltzmann.ts";
import { hopfield } from "../../../models/energy/hopfield.ts";
import { hopfieldTrials } from "../../../models/energy/hopfield_trials.ts";
import { encodeTrained } from "../../../models/training/trained.ts";

const SHA = "c".repeat(64);
const PAIR = [[0, 1], [1, 0]];
const rbm = encodeTrained({ config: { kind: "rbm" }, arrays: {} });
const hidden = encodeTrained({
  config: { kind: "boltzmann", hidden: 1 },
  arrays: {
    weights: { shape: [2, 2], values: Float64Array.of(0, 1, 1, 0) },
    bias: { shape: [2], values: new Float64Array(2) },
  },
});

const machine = (options: object, assets?: Uint8Array) =>
  boltzmann.build(boltzmann.config.parse({ kind: "boltzmann", ...options }), assets && { get: () => assets });
const memory = (options: object, assets?: Uint8Array) =>
  hopfield.build(hopfield.config.parse({ kind: "hopfield", ...options }), assets && { get: () => assets });
const trials = (options: object) =>
  hopfieldTrials.build(hopfieldTrials.config.parse({ kind: "hopfield-trials", ...options }));

const machines: readonly [object, string][] = [
  [{}, "weights"],
  [{ weights: PAIR, edges: [[1, 2, 1]] }, "weights"],
  [{ weights: [[0, 1], [1]] }, "weights.1"],
  [{ weights: [[0, 1], [2, 0]] }, "weights.0.1"],
  [{ weights: [[1, 1], [1, 0]] }, "weights.0.0"],
  [{ weights: PAIR, bias: [1] }, "bias"],
  [{ weights: PAIR, units: 3 }, "units"],
  [{ edges: [[1, 2, 1]] }, "units"],
  [{ edges: [[1, 3, 1]], units: 2 }, "edges.0"],
  [{ edges: [[1, 2, 1], [2, 1, 3]], units: 2 }, "edges.1"],
  [{ weights: PAIR, hidden: 2 }, "hidden"],
  [{ weights: PAIR, clamp: [1] }, "clamp"],
  [{ weights: PAIR, clamp: [1, -1] }, "clamp"],
  [{ sha256: SHA }, "sha256"],
];
for (const [options, path] of machines) {
  Deno.test(`a Boltzmann machine of ${JSON.stringify(options).slice(0, 60)} is refused at ${path}`, () =>
    assert.throws(() => machine(options), { name: "InputError", path }));
}

const memories: readonly [object, string][] = [
  [{}, "patterns"],
  [{ patterns: [[1, -1], [1, -1, 1]] }, "patterns.1"],
  [{ patterns: [[1, 0]] }, "patterns.0.1"],
  [{ patterns: [[1, -1, 1]], weights: PAIR }, "patterns.0"],
  [{ weights: PAIR, rule: "hebb" }, "rule"],
  [{ weights: PAIR, contrastive: {} }, "contrastive"],
  [{ weights: PAIR, corruption: 0.1 }, "corruption"],
  [{ patterns: [[1, -1]], contrastive: { updates: 3 } }, "contrastive"],
  [{ patterns: [[1, -1]], bias: [1, 2, 3] }, "bias"],
  [{ patterns: new Array(50).fill(new Array(500).fill(1)), rule: "contrastive" }, "contrastive"],
];
for (const [options, path] of memories) {
  Deno.test(`a Hopfield network of ${JSON.stringify(options).slice(0, 60)} is refused at ${path}`, () =>
    assert.throws(() => memory(options), { name: "InputError", path }));
}

const experiments: readonly [object, string][] = [
  [{ patterns: "letters", size: 120 }, "size"],
  [{ patterns: [[1, -1]], load: 0.1 }, "load"],
  [{ patterns: [[1, -1]], patternSeed: 1 }, "patternSeed"],
  [{ size: 2000, load: 0.6 }, "load"],
  [{ rule: "hebb", contrastive: {} }, "contrastive"],
];
for (const [options, path] of experiments) {
  Deno.test(`trials of ${JSON.stringify(options)} are refused at ${path}`, () =>
    assert.throws(() => trials(options), { name: "InputError", path }));
}

Deno.test("parameters of another kind of model, or with hidden units where there are none, are refused", () => {
  assert.throws(() => machine({ sha256: SHA }, rbm), { name: "InputError", path: "sha256", message: /kind rbm/ });
  assert.throws(() => memory({ sha256: SHA }, rbm), { name: "InputError", path: "sha256", message: /kind rbm/ });
  assert.throws(() => memory({ sha256: SHA }, hidden), { name: "InputError", path: "sha256", message: /hidden/ });
  assert.equal(machine({ sha256: SHA }, hidden).dim, 2);
});

Deno.test("a start has -1 and 1, and clamped units as they are clamped", () => {
  const target = machine({ weights: PAIR, clamp: [null, -1] });
  assert.deepEqual([...target.unconstrain([1, -1])], [1, -1]);
  assert.throws(() => target.unconstrain([0, -1]), {
    name: "InputError",
    path: "0",
    message: /y\[1\] must be -1 or 1, found 0/,
  });
  assert.throws(() => target.unconstrain([1, 1]), { name: "InputError", path: "1", message: /clamped to -1/ });
  assert.equal(target.logDensity(Float64Array.of(1, 1)), -Infinity);
  assert.equal(target.logDensity(Float64Array.of(1, -1)), -1);
});

Deno.test("a machine of edges is the one of their matrix, and temperature divides the energy", () => {
  const y = Float64Array.of(1, -1, 1);
  const edges = machine({ edges: [[1, 2, 0.5], [3, 2, -2]], bias: [0.1, 0, 0.3], temperature: 2 });
  const weights = machine({ weights: [[0, 0.5, 0], [0.5, 0, -2], [0, -2, 0]], bias: [0.1, 0, 0.3] });
  assert.ok(Math.abs(weights.logDensity(y) - (-0.5 + 2 + 0.4)) < 1e-15);
  assert.ok(Math.abs(edges.logDensity(y) - weights.logDensity(y) / 2) < 1e-15);
});
