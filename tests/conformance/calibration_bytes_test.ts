/** A calibration, of a registered model and of a user's module, has the same bytes on any number of workers, in any order, after kills. */
import assert from "node:assert/strict";
import { LocalEngine } from "../../coordinator/engines/local.ts";
import { killsOf, runOn, ShufflingEngine } from "./run_on.ts";

const SCHOOLS = {
  model: { kind: "eight-schools" },
  sampler: { kind: "calibration" },
  chains: 24,
  warmup: 120,
  draws: 60,
  seed: 11,
};
const MODULE = {
  ...SCHOOLS,
  model: {
    kind: "module",
    source: `
import { normal } from "ergodic";
export const variables = { mu: [] };
export function logDensity({ mu }, { y }) { return normal(mu, 0, 1) + normal(y, mu, 2); }
export function prior(random) { return { mu: random.normal() }; }
export function simulate({ mu }, random, { y }) { return { y: y.map(() => random.normal(mu, 2)) }; }`,
    data: { y: [1, 2, 3] },
  },
};

for (const [name, job] of [["a registered model", SCHOOLS], ["a module", MODULE]] as const) {
  Deno.test(`a calibration of ${name} has the same bytes on 1 and 3 workers, in shuffled order, and with another seed others`, async () => {
    const { hash, draws } = await runOn(new LocalEngine({ workers: 1 }), job);
    assert.equal(draws, job.draws);
    assert.equal((await runOn(new ShufflingEngine(new LocalEngine({ workers: 3 }), 1), job)).hash, hash);
    assert.notEqual((await runOn(new LocalEngine({ workers: 2 }), { ...job, seed: 12 })).hash, hash);
  });
}

Deno.test("a calibration whose node is killed has the same bytes", async () => {
  const job = { ...SCHOOLS, chains: 200 }; // some seconds
  const { hash } = await runOn(new LocalEngine({ workers: 2 }), job);
  const engine = new LocalEngine({ workers: 2 });
  const kills = killsOf(engine, "own", 2, () => 800);
  const killing = await runOn(engine, job, kills.meanwhile);
  assert.ok(kills.count > 0);
  assert.equal(killing.hash, hash);
});
