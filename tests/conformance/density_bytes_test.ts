/** Draws of a density that is an ONNX graph are the same bytes whoever makes them, in each class that a graph can answer at once in. */
import assert from "node:assert/strict";
import { LocalEngine } from "../../coordinator/engines/local.ts";
import { Uploads } from "../../coordinator/uploads/uploads.ts";
import type { Store } from "../../coordinator/store/store.ts";
import { good } from "../onnx/import/hostile.ts";
import { runOn, ShufflingEngine } from "./run_on.ts";

const rest = { chains: 4, warmup: 500, draws: 3000, seed: 7 };
const model = { kind: "onnx", name: "gaussian" };
const JOBS: readonly [string, object][] = [
  ["nuts in Wasm", { model, sampler: { kind: "nuts" }, ...rest }],
  ["slice in Wasm", { model, sampler: { kind: "slice" }, ...rest }],
  ["nuts as native code", { model: { ...model, backend: "native" }, sampler: { kind: "nuts" }, ...rest }],
];

async function fill(store: Store): Promise<void> {
  await new Uploads(store).take("gaussian", new Blob([good("gaussian")]).stream(), { roles: {} });
}

for (const [name, job] of JOBS) {
  Deno.test(`a density by ${name}: 1, 2 and 4 workers, shuffled results and kills give the same bytes`, async () => {
    const { hash, draws } = await runOn(new LocalEngine({ workers: 1 }), job, undefined, fill);
    assert.equal(draws, rest.draws);
    assert.equal((await runOn(new LocalEngine({ workers: 2 }), job, undefined, fill)).hash, hash);
    const shuffled = await runOn(new ShufflingEngine(new LocalEngine({ workers: 4 }), 3), job, undefined, fill);
    assert.equal(shuffled.hash, hash);
    const engine = new LocalEngine({ workers: 2 });
    let kills = 0;
    const killed = await runOn(engine, job, async () => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      const pid = engine.pidOf("graphs");
      if (pid === undefined || kills >= 2) return;
      try {
        Deno.kill(pid, "SIGKILL");
        kills++;
      } catch (error) { // it was killed just before, and its end was not heard yet
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }, fill);
    assert.ok(kills > 0);
    assert.equal(killed.hash, hash);
    assert.notEqual((await runOn(new LocalEngine({ workers: 2 }), { ...job, seed: 8 }, undefined, fill)).hash, hash);
  });
}
