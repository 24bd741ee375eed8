/** The same job gives the same bytes, whoever computes it and whatever is killed on the way. */
import assert from "node:assert/strict";
import { MODEL_EXAMPLES } from "../../coordinator/routes/examples.ts";
import { LocalEngine } from "../../coordinator/engines/local.ts";
import { Random } from "../../numerics/random/random.ts";
import { expectSameBytes, killsOf, runOn, ShufflingEngine } from "./run_on.ts";
import { Service } from "./service.ts";

const JOB = {
  model: { kind: "eight-schools" },
  sampler: { kind: "nuts" },
  chains: 4,
  warmup: 500,
  draws: 1500,
  seed: 42,
};
const LONG_JOB = {
  model: { kind: "funnel" },
  sampler: { kind: "nuts" },
  chains: 4,
  warmup: 1000,
  draws: 10_000,
  seed: 5,
};
const MODULE_JOB = { model: MODEL_EXAMPLES.module, chains: 2, warmup: 500, draws: 8000, seed: 6 };
const STOPPING_JOB = {
  model: { kind: "banana" },
  sampler: { kind: "random-walk" },
  chains: 4,
  warmup: 500,
  draws: 500,
  seed: 8,
  stopWhen: { essBulk: 800, rhat: 1.05, maxDraws: 50_000 },
};

const N = 12;
/** 40 chains in groups of 5, which are advanced together and keep int8 draws. */
const GROUPED_JOB = {
  model: {
    kind: "boltzmann",
    weights: Array.from(
      { length: N },
      (_, i) => Array.from({ length: N }, (_, j) => i === j ? 0 : Math.cos(i * j) / 4),
    ),
    bias: Array.from({ length: N }, (_, i) => Math.sin(i) / 2),
  },
  chains: 40,
  warmup: 200,
  draws: 1500,
  seed: 9,
};

Deno.test("1, 2 and 4 workers, shuffled results and kills give the same bytes", () =>
  expectSameBytes(JOB, { kind: "own" }));

Deno.test("so they do to chains that are advanced in groups", () => expectSameBytes(GROUPED_JOB, { kind: "own" }));

Deno.test("with stopWhen, 1, 2 and 4 workers stop at the same draw with the same bytes", async () => {
  const alone = await runOn(new LocalEngine({ workers: 1 }), STOPPING_JOB);
  assert.ok(alone.draws > STOPPING_JOB.draws && alone.draws < 50_000, `stopped at ${alone.draws}`);
  assert.deepEqual(await runOn(new LocalEngine({ workers: 2 }), STOPPING_JOB), alone);
  assert.deepEqual(await runOn(new ShufflingEngine(new LocalEngine({ workers: 4 }), 2), STOPPING_JOB), alone);
});

Deno.test("nodes killed with SIGKILL at random moments change no byte", async () => {
  const { hash } = await runOn(new LocalEngine({ workers: 2 }), LONG_JOB);
  const random = new Random(17).at(0, 0);
  const engine = new LocalEngine({ workers: 2 });
  const kills = killsOf(engine, "own", 8, () => 100 + random.integer(300));
  const interrupted = await runOn(engine, LONG_JOB, kills.meanwhile);
  assert.ok(kills.count >= 3, `killed ${kills.count} nodes`);
  assert.equal(interrupted.hash, hash);
});

Deno.test("a coordinator killed and started again five times gives the same bytes", async () => {
  const folder = await Deno.makeTempDir();
  const random = new Random(23).at(0, 0);
  try {
    let service = await Service.start(`${folder}/whole`);
    const hashes: string[] = [];
    const stopping = { ...STOPPING_JOB, stopWhen: { ...STOPPING_JOB.stopWhen, essBulk: 3000 } };
    const specs = [LONG_JOB, stopping, MODULE_JOB];
    for (const spec of specs) {
      const id = await service.post(spec);
      await service.ended(id);
      hashes.push(await service.drawsHash(id));
    }
    await service.end("SIGTERM");

    service = await Service.start(`${folder}/killed`);
    const ids: string[] = [];
    for (const spec of specs) ids.push(await service.post(spec));
    let done = 0;
    for (let kill = 0; kill < 5; kill++) {
      await new Promise((resolve) => setTimeout(resolve, 150 + random.integer(250)));
      await service.end("SIGKILL");
      service = await Service.start(`${folder}/killed`);
      const { progress } = await service.json(`/v1/jobs/${ids[0]}`) as { progress: { done: number } };
      assert.ok(progress.done >= done, "progress never falls");
      done = progress.done;
    }
    await service.underWay(ids[2]); // a module's node takes longer to start: once more, with some of its segments there
    await service.end("SIGKILL");
    service = await Service.start(`${folder}/killed`);
    for (const [i, id] of ids.entries()) {
      assert.equal((await service.ended(id)).status, "completed");
      assert.equal(await service.drawsHash(id), hashes[i]);
    }
    await service.end("SIGTERM");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
