/** Chains that learn a flow from each other have the same bytes, whoever computes them and whatever is killed on the way. */
import assert from "node:assert/strict";
import { Random } from "../../numerics/random/random.ts";
import { expectSameBytes } from "./run_on.ts";
import { Service } from "./service.ts";

const JOB = {
  model: { kind: "two-moons" },
  sampler: {
    kind: "flow-metropolis",
    flow: { kind: "real-nvp", couplings: 4, hidden: [16], epochs: 40, batchSize: 64, learningRate: 5e-3 },
    learnings: 3,
  },
  chains: 4,
  warmup: 600,
  draws: 600,
  seed: 12,
};

Deno.test("chains that learn from each other have the same bytes on 1, 2 and 4 workers and after kills of nodes", () =>
  expectSameBytes(JOB, { kind: "own" }));

Deno.test("a coordinator killed six times, while chains run or learn, gives the same bytes", async () => {
  const folder = await Deno.makeTempDir();
  const random = new Random(29).at(0, 0);
  try {
    let service = await Service.start(`${folder}/whole`);
    const whole = await service.post(JOB);
    await service.ended(whole);
    const hash = await service.drawsHash(whole);
    await service.end("SIGTERM");

    service = await Service.start(`${folder}/killed`);
    const id = await service.post(JOB);
    for (let kill = 0; kill < 6; kill++) {
      await new Promise((resolve) => setTimeout(resolve, 100 + random.integer(500)));
      await service.end("SIGKILL");
      service = await Service.start(`${folder}/killed`);
    }
    assert.equal((await service.ended(id)).status, "completed");
    assert.equal(await service.drawsHash(id), hash);
    await service.end("SIGTERM");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
