/** Nodes with vectors of 256 bits and without give the same bytes; where they cannot be had, nodes go without. */
import assert from "node:assert/strict";
import { Coordinator } from "../../coordinator/coordinator.ts";
import { LocalEngine } from "../../coordinator/engines/local.ts";
import { Store } from "../../coordinator/store/store.ts";
import { WIDE_FLAGS } from "../../numerics/wasm/wide.ts";
import { drawsHash } from "../draws_hash.ts";

const TRAININGS = [
  {
    train: { kind: "real-nvp", couplings: 4, hidden: [40, 64], batchSize: 200, epochs: 10 },
    data: { kind: "rings", count: 600, validation: 100 },
    name: "rings",
    seed: 3,
  },
  {
    train: { kind: "glow", levels: 2, steps: 2, channels: 20, batchSize: 32, epochs: 0.3, relaxed: true },
    data: { kind: "digits", validation: 50 },
    name: "digits",
    seed: 4,
  },
  {
    train: { kind: "rbm", hidden: 33, epochs: 10, batchSize: 10, recordEvery: 40 },
    data: { kind: "bars-and-stripes", size: 4, validation: 10 },
    name: "bars",
    seed: 5,
  },
];

interface Outcome {
  /** SHA-256 of what was learned, and of the draws of the first of them. */
  readonly hashes: readonly string[];
  readonly isWide: boolean;
}

async function bytesOf(wide: readonly string[]): Promise<Outcome> {
  const folder = await Deno.makeTempDir(), engine = new LocalEngine({ workers: 1, wide });
  const coordinator = new Coordinator(Store.open(folder, { durable: false }), engine);
  coordinator.start();
  const ended = async (id: string) => {
    while (["queued", "running"].includes(coordinator.job(id).status)) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.equal(coordinator.job(id).status, "completed", coordinator.job(id).error?.message);
  };
  try {
    const hashes: string[] = [];
    for (const training of TRAININGS) {
      await ended((await coordinator.submitTraining(training)).id);
      hashes.push(coordinator.model(training.name).sha256 ?? "");
    }
    const model = { kind: "trained", name: TRAININGS[0].name };
    const { id } = coordinator.submit({ model, chains: 2, draws: 5000, seed: 6 });
    await ended(id);
    const draws = await coordinator.draws(id);
    hashes.push(drawsHash(draws));
    draws.close();
    return { hashes, isWide: engine.isWide };
  } finally {
    await coordinator.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("trainings and draws are the same bytes with vectors of 256 bits, without, and where V8 does not know them", async () => {
  const narrow = await bytesOf([]);
  assert.deepEqual({ ...narrow, isWide: true }, await bytesOf(WIDE_FLAGS));
  assert.equal(new Set(narrow.hashes).size, TRAININGS.length + 1);
  assert.deepEqual(await bytesOf([...WIDE_FLAGS, "--vectors-of-no-v8"]), narrow);
});
