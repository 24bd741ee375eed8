/** Processes that make many steps at once give the bytes that they give step by step. */
import assert from "node:assert/strict";
import { models } from "../../models/registry.ts";
import { isBatched, type Process } from "../../workers/process.ts";
import { buildSamplingProcess, type SamplingSpec } from "../../workers/sampling.ts";
import { runSegment, type SegmentResult } from "../../workers/segment.ts";
import { kernels } from "../../workers/kernels/registry.ts";

const lattice = models.ising.config.parse({ kind: "ising", size: [6, 34], beta: 0.4 });
const machine = models.boltzmann.config.parse({
  kind: "boltzmann",
  weights: [[0, 0.5, -0.3], [0.5, 0, 0.8], [-0.3, 0.8, 0]],
  bias: [0.1, 0, -0.2],
});

/** Warmup of 7 steps, then every fifth is kept. */
function build(model: SamplingSpec["model"], sampler: object): Process {
  const process = buildSamplingProcess({
    model,
    sampler: kernels.gibbs.config.parse({ kind: "gibbs", ...sampler }),
    chains: 3,
    seed: 17,
    warmup: 7,
    thin: 5,
  });
  assert.ok(!isBatched(process));
  return process;
}

/** From the start to step 52, `slice` steps at a time. */
function runAll(process: Process, slice: number): SegmentResult {
  const run = runSegment(process, { chain: 1, lanes: 2, from: 0, to: 52 }, null);
  let turn = run.next(0);
  while (!turn.done) turn = run.next(slice);
  return turn.value;
}

const cases: [string, SamplingSpec["model"], object][] = [
  ["a lattice by blocks", lattice, {}],
  ["a lattice by single sites", lattice, { scan: "random" }],
  ["a dense machine", machine, { scan: "systematic" }],
  ["a lattice that is annealed", lattice, { temperature: { from: 8 } }],
];

for (const [name, model, sampler] of cases) {
  Deno.test(`${name}: many steps at once give the same draws and the same state, however they are cut`, () => {
    const { run: _, ...stepwise } = build(model, sampler);
    const expected = runAll(stepwise, 1);
    assert.equal(expected.block.draws, 9);
    for (const slice of [1, 2, 3, 5, 7, 64]) {
      const process = build(model, sampler);
      assert.ok(process.run);
      assert.deepEqual(runAll(process, slice), expected, `${slice} steps a slice`);
    }
  });
}

Deno.test("steps are made in as few runs as draws and pauses allow", () => {
  const process = build(lattice, {});
  const counts: number[] = [];
  const spy: Process = {
    ...process,
    run(state, chain, step, count) {
      counts.push(count);
      return process.run?.(state, chain, step, count) ?? 0;
    },
  };
  runAll(spy, 64);
  assert.deepEqual(counts, [12, 5, 5, 5, 5, 5, 5, 5, 5]);
});
