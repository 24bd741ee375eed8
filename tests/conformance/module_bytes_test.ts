/** Draws of a user's module are the same bytes whoever makes them, and whatever is killed on the way. */
import assert from "node:assert/strict";
import { LocalEngine } from "../../coordinator/engines/local.ts";
import { MODEL_EXAMPLES } from "../../coordinator/routes/examples.ts";
import { runOn, ShufflingEngine } from "./run_on.ts";

const rest = { chains: 3, warmup: 300, draws: 1500, seed: 11 };
const JOBS = [
  { model: MODEL_EXAMPLES.module, ...rest },
  { model: MODEL_EXAMPLES.module, sampler: { kind: "random-walk" }, ...rest, draws: 20_000 },
];

for (const job of JOBS) {
  const sampler = "sampler" in job ? job.sampler.kind : "nuts";
  Deno.test(`a module by ${sampler}: 1, 2 and 4 workers, shuffled results and kills give the same bytes`, async () => {
    const { hash, draws } = await runOn(new LocalEngine({ workers: 1, first: "modules" }), job);
    assert.equal(draws, job.draws);
    assert.equal((await runOn(new LocalEngine({ workers: 2, first: "modules" }), job)).hash, hash);
    const shuffled = new ShufflingEngine(new LocalEngine({ workers: 4, first: "modules" }), 3);
    assert.equal((await runOn(shuffled, job)).hash, hash);
    const engine = new LocalEngine({ workers: 2, first: "modules" });
    let kills = 0;
    const killed = await runOn(engine, job, async () => {
      await new Promise((resolve) => setTimeout(resolve, 150));
      const pid = engine.pidOf("modules");
      if (pid === undefined || kills >= 2) return;
      try {
        Deno.kill(pid, "SIGKILL");
        kills++;
      } catch (error) { // it was killed just before, and its end was not heard yet
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    });
    assert.ok(kills > 0);
    assert.equal(killed.hash, hash);
    assert.notEqual((await runOn(new LocalEngine({ workers: 2 }), { ...job, seed: 12 })).hash, hash);
  });
}
