import assert from "node:assert/strict";
import { InputError } from "../../numerics/errors.ts";
import { models } from "../../models/registry.ts";
import type { Target } from "../../models/target.ts";
import { decodeTail, encodeBlock, tailOf } from "../../workers/block.ts";
import type { BaseState } from "../../workers/kernels/kernel.ts";
import { kernels } from "../../workers/kernels/registry.ts";
import { buildSampling, type SamplingSpec } from "../../workers/sampling.ts";
import { chainProcess, type Sampling } from "../../workers/chain_process.ts";
import { runSegment, type SegmentResult } from "../../workers/segment.ts";

const SPEC: SamplingSpec = {
  model: models["eight-schools"].config.parse({ kind: "eight-schools" }),
  sampler: kernels.nuts.config.parse({ kind: "nuts" }),
  seed: 9,
  chains: 4,
  warmup: 60,
  thin: 3,
};

function run(
  sampling: Sampling,
  from: number,
  to: number,
  state: BaseState | null,
  slice = 7,
): SegmentResult<BaseState> {
  const segment = runSegment(chainProcess(sampling), { chain: 1, from, to }, state);
  let turn = segment.next(0);
  while (!turn.done) turn = segment.next(slice);
  return turn.value;
}

/** Column 0 of the draws of consecutive segments, each begun from the encoded checkpoint of the one before. */
function drawsOver(boundaries: number[]): number[] {
  let state: BaseState | null = null;
  let from = 0;
  return boundaries.flatMap((to) => {
    const result = run(buildSampling(SPEC), from, to, state, to);
    state = decodeTail(tailOf(encodeBlock(result.block, result.state))).state as BaseState;
    from = to;
    return [...result.block.values.subarray(0, result.block.draws)];
  });
}

Deno.test("where a chain is cut into segments changes no draw", () => {
  const whole = drawsOver([360]);
  assert.equal(whole.length, 100);
  assert.deepEqual(drawsOver([60, 160, 161, 162, 300, 360]), whole);
  assert.deepEqual(drawsOver([10, 200, 360]), whole);
});

Deno.test("how many steps are made at a time changes no byte", () => {
  const encode = ({ block, state }: SegmentResult) => encodeBlock(block, state);
  const sampling = buildSampling(SPEC);
  assert.deepEqual(encode(run(sampling, 0, 200, null, 1)), encode(run(sampling, 0, 200, null, 1000)));
});

Deno.test("a chain's segments do not depend on what the worker ran between them", () => {
  const sampling = buildSampling(SPEC);
  const first = run(sampling, 0, 100, null);
  run(sampling, 0, 50, null);
  const second = run(sampling, 100, 200, structuredClone(first.state));
  assert.deepEqual(
    second.block,
    run(buildSampling(SPEC), 100, 200, structuredClone(run(buildSampling(SPEC), 0, 100, null).state)).block,
  );
});

Deno.test("only the steps after warmup are kept, every thin-th of them", () => {
  const sampling = buildSampling(SPEC);
  assert.equal(run(sampling, 0, 60, null).block.draws, 0);
  assert.equal(run(sampling, 0, 62, null).block.draws, 0);
  assert.equal(run(sampling, 0, 63, null).block.draws, 1);
  assert.equal(run(sampling, 0, 360, null).block.draws, 100);
});

Deno.test("lp is recorded with each draw, and the kernel's statistics after it", () => {
  const sampling = buildSampling(SPEC);
  const { block, state } = run(sampling, 0, 63, null);
  assert.equal(block.statistics.length, 1 + sampling.statistics.length);
  assert.equal(block.statistics[0][0], state.logDensity);
});

Deno.test("the chains of a superchain share their start, other chains do not", () => {
  const still = {
    init: (position: Float64Array) => ({ position: position.slice(), logDensity: 0 }),
    step: () => ({ nonFinite: 0 }),
  };
  const start = (chain: number, superchains?: number) => {
    const sampling = { ...buildSampling({ ...SPEC, superchains }), kernel: still, statistics: [] };
    const segment = runSegment(chainProcess(sampling), { chain, from: 0, to: 1 }, null);
    segment.next(0);
    const end = segment.next(1);
    assert.ok(end.done);
    return [...end.value.state.position];
  };
  assert.deepEqual(start(0, 2), start(1, 2));
  assert.notDeepEqual(start(1, 2), start(2, 2));
  assert.notDeepEqual(start(0), start(1));
});

Deno.test("a density that is finite nowhere fails and says so", () => {
  const target: Target = {
    dim: 1,
    variables: [{ name: "x", shape: [1] }],
    numericClass: "v8",
    logDensity: () => NaN,
    constrain: (x, out) => out.set(x),
    unconstrain: (values) => Float64Array.from(values),
  };
  const kernel = kernels["random-walk"].build(target, kernels["random-walk"].config.parse({ kind: "random-walk" }), {
    warmup: 0,
  });
  const sampling: Sampling = { ...buildSampling(SPEC), target, kernel, statistics: [] };
  assert.throws(
    () => run(sampling, 0, 10, null),
    (error) => error instanceof InputError && /finite at none of 100 starts/.test(error.message),
  );
});
