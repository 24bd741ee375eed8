/** Retrieval against the majority that its sweeps are plainly counted to have, and as a memory. Seeds are fixed. */
import assert from "node:assert/strict";
import { boltzmann } from "../../../models/energy/boltzmann.ts";
import { trainContrastively } from "../../../models/energy/hopfield/contrastive.ts";
import { letterPatterns } from "../../../models/energy/hopfield_trials.ts";
import { models } from "../../../models/registry.ts";
import type { ModelDefinition } from "../../../models/model.ts";
import type { Target } from "../../../models/target.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import { gibbs } from "../../../workers/kernels/gibbs.ts";
import { retrieval } from "../../../workers/kernels/retrieval.ts";
import { examples } from "../../models/examples.ts";

function registered(kind: keyof typeof models, index = 0): Target {
  const definition: ModelDefinition = models[kind];
  return definition.build(definition.config.parse({ kind, ...examples[kind][index] }));
}

function build(target: Target, options: object, warmup = 0) {
  return retrieval.build(target, retrieval.config.parse({ kind: "retrieval", ...options }), { warmup });
}

const targets: readonly [string, Target, number][] = [
  ["a Boltzmann machine", registered("boltzmann"), -1],
  ["a machine with clamped units", registered("boltzmann", 1), -1],
  ["an RBM", registered("rbm"), 0],
];
for (const [name, target, low] of targets) {
  for (const [last, warmup] of [[1, 0], [4, 0], [5, 3]]) {
    Deno.test(`a draw from ${name} is the majority of the last ${last} states of its run, after a warmup of ${warmup}`, () => {
      const sweeps = 6, kernel = build(target, { sweeps, last }, warmup), random = new Random(3);
      const chain = gibbs.build(target, gibbs.config.parse({ kind: "gibbs" }), { warmup: 0 });
      const start = new Float64Array(target.dim);
      target.start?.(random.at(0, 1, Purpose.start), start);
      const state = kernel.init(start, random), plain = chain.init(start, random);
      const history: Float64Array[] = [];
      for (let step = 1; step <= warmup + 4 * sweeps; step++) {
        kernel.step(state, random.at(0, step));
        chain.step(plain, random.at(0, step));
        history.push(plain.position.slice());
        if ((step - warmup) % sweeps !== 0 || step <= warmup) continue;
        const counted = history.slice(-last);
        state.position.forEach((value, i) => {
          const high = counted.filter((position) => position[i] === 1).length;
          assert.equal(value, 2 * high >= last ? 1 : low, `unit ${i + 1} of ${high} in ${last}`);
        });
        assert.equal(state.logDensity, target.logDensity(state.position));
      }
    });
  }
}

Deno.test("where the last states agree, agreement is 1; where they are as often one as the other, it is 0", () => {
  const held = boltzmann.build(boltzmann.config.parse({ kind: "boltzmann", edges: [], bias: [50, -50] }));
  const kernel = build(held, { sweeps: 4, last: 2 }), random = new Random(1);
  const state = kernel.init(Float64Array.of(-1, 1), random);
  assert.ok(Number.isNaN(kernel.step(state, random.at(0, 1)).agreement));
  for (let step = 2; step <= 4; step++) kernel.step(state, random.at(0, step));
  assert.equal(state.agreement, 1);
  assert.deepEqual([...state.position], [1, -1]);
  const fair = boltzmann.build(boltzmann.config.parse({ kind: "boltzmann", edges: [], units: 1 }));
  const coin = build(fair, { sweeps: 2, last: 2 }), seen = new Set<string>();
  const coins = coin.init(Float64Array.of(-1), random);
  for (let step = 1; step <= 60; step++) {
    coin.step(coins, random.at(0, step));
    if (step % 2 === 0) seen.add(`${coins.agreement} ${coins.position[0]}`);
  }
  assert.deepEqual([...seen].sort(), ["0 1", "1 -1", "1 1"]); // a tie gives +1
});

Deno.test("the upper half of a letter retrieves the lower one", () => {
  const patterns = letterPatterns();
  const { weights } = trainContrastively(patterns, { rate: 0.1, noise: 0.3, sweeps: 1, bias: false, updates: 300 }, 1);
  const rows = Array.from({ length: 120 }, (_, i) => [...weights.subarray(120 * i, 120 * (i + 1))]);
  let right = 0;
  patterns.forEach((letter, p) => {
    const clamp = Array.from(letter, (value, i) => i < 60 ? value : null);
    const target = boltzmann.build(boltzmann.config.parse({ kind: "boltzmann", weights: rows, clamp, temperature: 1 }));
    const kernel = build(target, { sweeps: 60, last: 20, temperature: { from: 8 } }), random = new Random(2);
    const start = new Float64Array(120);
    target.start?.(random.at(p, 1, Purpose.start), start);
    const state = kernel.init(start, random);
    for (let step = 1; step <= 60; step++) kernel.step(state, random.at(p, step));
    assert.ok(clamp.every((value, i) => value === null || state.position[i] === value));
    if (state.position.every((value, i) => value === letter[i])) right++;
  });
  assert.ok(right >= 8, `${right} of 10 letters`);
});

const refusals: readonly [string, Target, object, string][] = [
  ["more states than a run has", registered("boltzmann"), { sweeps: 5, last: 6 }, "last"],
  ["a model without sweeps", registered("gaussian"), {}, "kind"],
  ["a scan that the model has not", registered("boltzmann"), { scan: "blocks" }, "scan"],
];
for (const [what, target, options, path] of refusals) {
  Deno.test(`retrieval with ${what} is refused at ${path}`, () =>
    assert.throws(() => build(target, options), { name: "InputError", path }));
}
