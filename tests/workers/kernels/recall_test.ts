/** The recall kernel is the recall of models/energy/hopfield/, a sweep a step. */
import assert from "node:assert/strict";
import { hopfield } from "../../../models/energy/hopfield.ts";
import { corrupt } from "../../../models/energy/hopfield/contrastive.ts";
import { hebb } from "../../../models/energy/hopfield/hebb.ts";
import { overlapOf } from "../../../models/energy/hopfield/network.ts";
import { landscapeOf, recall as runRecall } from "../../../models/energy/hopfield/recall.ts";
import { randomPatterns } from "../../../models/energy/hopfield_trials.ts";
import { boltzmann } from "../../../models/energy/boltzmann.ts";
import { gaussian } from "../../../models/posteriors/gaussian.ts";
import type { Target } from "../../../models/target.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import { recall } from "../../../workers/kernels/recall.ts";

const UNITS = 40;
const patterns = randomPatterns(5, UNITS, 21);
const rows = patterns.map((pattern) => [...pattern]);
const memory = (options: object = {}) =>
  hopfield.build(hopfield.config.parse({ kind: "hopfield", patterns: rows, ...options }));

function statistics(info: Parameters<typeof recall.statistics[number]["read"]>[0]): Record<string, number> {
  return Object.fromEntries(recall.statistics.map(({ name, read }) => [name, read(info)]));
}

function build(target: Target, options: object = {}) {
  return recall.build(target, recall.config.parse({ kind: "recall", ...options }), { warmup: 0 });
}

for (const mode of ["asynchronous", "synchronous"] as const) {
  Deno.test(`a chain of ${mode} recall is one recall, and stays where it has ended`, () => {
    const target = memory({ temperature: 2 }), kernel = build(target, { mode });
    const random = new Random(1), scratch = new Int32Array(UNITS);
    const cycles = new Set<number>();
    for (let chain = 0; chain < 30; chain++) {
      const start = patterns[chain % 5].slice();
      corrupt(start, chain / 60, random.at(chain, 0, Purpose.test), scratch);
      const expected = runRecall(landscapeOf(hebb(patterns)), start, random, { mode });
      const state = kernel.init(start, random.at(chain, 0));
      const energies = [-state.logDensity];
      let last: Record<string, number> = {};
      for (let step = 1; step < expected.energies.length; step++) {
        last = statistics(kernel.step(state, random.at(chain, step)));
        energies.push(last.energy);
      }
      assert.deepEqual([...state.position], [...expected.state]);
      energies.forEach((energy, k) => assert.ok(Math.abs(energy - expected.energies[k] / 2) < 1e-12)); // T = 2
      assert.deepEqual([last.flips, last.converged, last.cycle], [
        expected.flips,
        expected.converged ? 1 : 0,
        expected.cycle,
      ]);
      cycles.add(last.cycle);
      const ended = state.position.slice();
      const after = statistics(kernel.step(state, random.at(chain, 99)));
      if (after.cycle === 1) assert.deepEqual([...state.position, after.flips], [...ended, last.flips]);
    }
    assert.ok(cycles.has(1));
  });
}

Deno.test("a recall in random order ends in a fixed point too, by a way of its own", () => {
  const target = memory(), random = new Random(2), kernel = build(target, { order: "random" });
  const ways = [1, 2, 3, 4, 5, 6, 7, 8].map((chain) => {
    const start = Float64Array.from({ length: UNITS }, (_, i) => i % 3 === 0 ? 1 : -1);
    const state = kernel.init(start, random.at(chain, 0));
    kernel.step(state, random.at(chain, 1));
    const way = state.position.join();
    for (let step = 2; step <= 50; step++) kernel.step(state, random.at(chain, step));
    assert.equal(state.cycle, 1);
    return way;
  });
  assert.ok(new Set(ways).size > 1);
});

Deno.test("chains start at stored patterns with exactly the stated corruption, and overlaps are reported", () => {
  const target = memory({ corruption: 0.25 }), random = new Random(3);
  assert.deepEqual(target.variables.map(({ name, shape }) => [name, ...shape]), [["y", UNITS], ["overlap", 5]]);
  const chosen = new Set<number>();
  for (let chain = 0; chain < 40; chain++) {
    const position = new Float64Array(UNITS), reported = new Float64Array(UNITS + 5);
    target.start?.(random.at(chain, 1, Purpose.start), position);
    target.constrain(position, reported);
    const overlaps = reported.slice(UNITS);
    overlaps.forEach((overlap, p) => assert.equal(overlap, overlapOf(patterns[p], position)));
    const from = overlaps.indexOf(0.5); // 10 of 40 spins: (30 − 10) / 40
    assert.ok(from >= 0);
    chosen.add(from);
  }
  assert.equal(chosen.size, 5);
});

Deno.test("clamped units of a machine stay in recall", () => {
  const weights = [[0, 1, -1], [1, 0, 1], [-1, 1, 0]];
  const target = boltzmann.build(boltzmann.config.parse({ kind: "boltzmann", weights, clamp: [-1, null, null] }));
  const state = build(target).init(Float64Array.of(-1, 1, 1), new Random(1));
  const kernel = build(target);
  for (let step = 1; step <= 5; step++) kernel.step(state, new Random(1).at(0, step));
  assert.equal(state.position[0], -1);
  assert.equal(state.cycle, 1);
});

Deno.test("recall of a model whose coordinates are real numbers is refused", () => {
  const target = gaussian.build(gaussian.config.parse({ kind: "gaussian", mean: [0], covariance: [[1]] }));
  assert.throws(() => build(target), { name: "InputError", path: "kind" });
});
