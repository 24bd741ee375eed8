/** Segments of independent draws. */
import assert from "node:assert/strict";
import { models } from "../../models/registry.ts";
import { EXAMPLE_ASSETS, MODEL_EXAMPLES } from "../../coordinator/routes/examples.ts";
import { type BatchProcess, isBatched } from "../../workers/process.ts";
import { buildSamplingProcess } from "../../workers/sampling.ts";
import { runBatches, type SegmentResult } from "../../workers/segment.ts";
import { kernels } from "../../workers/kernels/registry.ts";

function build({ warmup = 0, thin = 1 }): BatchProcess {
  const process = buildSamplingProcess({
    model: models.flow.config.parse(MODEL_EXAMPLES.flow),
    sampler: kernels.exact.config.parse({ kind: "exact" }),
    chains: 2,
    seed: 17,
    warmup,
    thin,
  }, EXAMPLE_ASSETS);
  assert.ok(isBatched(process));
  return process;
}

async function run(process: BatchProcess, from: number, to: number): Promise<SegmentResult & { batches: number }> {
  const steps = runBatches(process, { chain: 1, from, to });
  let batches = 0;
  for (let turn = await steps.next();; turn = await steps.next()) {
    if (turn.done) return { ...turn.value, batches };
    batches++;
  }
}

Deno.test("segments of independent draws, one after the other, are what one long segment is", async () => {
  const whole = await run(build({}), 0, 5000);
  assert.equal(whole.batches, 5, "of 1024 draws");
  assert.equal(whole.state, null);
  const parts = [await run(build({}), 0, 1500), await run(build({}), 1500, 5000)];
  for (const v of [0, 1]) {
    const column = ({ block }: SegmentResult) => [...block.values.subarray(v * block.draws, (v + 1) * block.draws)];
    assert.deepEqual(column(whole), parts.flatMap(column));
  }
  const lp = ({ block }: SegmentResult) => [...block.statistics[0]];
  assert.deepEqual(lp(whole), parts.flatMap(lp));
});

Deno.test("warmup and thinning skip independent draws: what is kept has the numbers of its own step", async () => {
  const all = (await run(build({}), 0, 57)).block;
  const thinned = (await run(build({ warmup: 7, thin: 5 }), 0, 57)).block;
  assert.equal(thinned.draws, 10);
  for (let d = 0; d < 10; d++) assert.equal(thinned.values[d], all.values[7 + 5 * (d + 1) - 1]);
});
