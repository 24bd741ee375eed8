/** The workers of a node of modules: one examines a module and then runs a job of it, and none stays behind. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ExaminationResult } from "../../workers/examination.ts";
import { nuts } from "../../workers/kernels/nuts.ts";
import { Pool } from "../../workers/pool.ts";
import type { Lease } from "../../workers/protocol.ts";
import type { SamplingSpec } from "../../workers/sampling.ts";

const DEADLINE_MS = 10_000;
const LEASE: Lease = { lease: 1, job: "a", chain: 0, lanes: 1, segment: 0, from: 0, to: 20, shared: null, left: 20 };

function normal(mean: number): string {
  return `export const dim = 1;\nexport function logDensity(x: number[]): number { return -((x[0] - ${mean}) ** 2) / 2; }`;
}

/** A pool of modules, with the workers that it has at the moment. */
function openPool(): { pool: Pool; workers: Set<Worker>; close(): void } {
  const workers = new Set<Worker>();
  const { Worker: Real } = globalThis;
  globalThis.Worker = class extends Real {
    constructor(...given: ConstructorParameters<typeof Worker>) {
      super(...given);
      workers.add(this);
    }

    override terminate() {
      super.terminate();
      workers.delete(this);
    }
  };
  const died = (message: string) => assert.fail(message);
  const pool = new Pool("modules", 2, { aloneMs: 60_000 }, () => {}, died);
  return {
    pool,
    workers,
    close() {
      globalThis.Worker = Real;
      for (const worker of [...workers]) worker.terminate();
    },
  };
}

/** A job of a module as it was examined. */
function specOf(source: string, result: ExaminationResult): { spec: SamplingSpec; sha256: string; bytes: Uint8Array } {
  assert.ok(result.ok, "the module was refused");
  const { compiled, ...found } = result.examined;
  const sha256 = "0".repeat(64);
  const model = { kind: "module" as const, source, examined: { sha256, ...found } };
  const sampler = nuts.config.parse({ kind: "nuts" });
  return {
    spec: { model, sampler, seed: 1, chains: 1, warmup: 10, thin: 1 },
    sha256,
    bytes: new TextEncoder().encode(JSON.stringify(compiled)),
  };
}

test("the worker that examined a module runs its job", async () => {
  const { pool, workers, close } = openPool();
  try {
    const [first] = workers;
    const { spec, sha256, bytes } = specOf(normal(0), await pool.examine({ source: normal(0) }, DEADLINE_MS));
    pool.keep(sha256, bytes);
    pool.open("a", spec);
    const result = await pool.run(LEASE, null);
    assert.equal(result.ok, true);
    assert.deepEqual([...workers], [first]);
    pool.close("a");
    assert.ok(!workers.has(first), "the worker outlived its job");
  } finally {
    close();
  }
});

test("a job of another module has a worker of its own, and the one that examined is gone", async () => {
  const { pool, workers, close } = openPool();
  try {
    const [first] = workers;
    const { spec, sha256, bytes } = specOf(normal(1), await pool.examine({ source: normal(1) }, DEADLINE_MS));
    await pool.examine({ source: normal(2) }, DEADLINE_MS);
    assert.ok(!workers.has(first), "an examination met a worker in which there was another");
    const [second] = workers;
    pool.keep(sha256, bytes);
    pool.open("a", spec);
    assert.equal((await pool.run(LEASE, null)).ok, true);
    assert.ok(!workers.has(second), "a job ran where another module was examined, or left its worker behind");
    assert.equal(workers.size, 1);
  } finally {
    close();
  }
});

test("a worker in which a module was refused, or checked, runs nothing any more", async () => {
  const { pool, workers, close } = openPool();
  try {
    const { ok } = await pool.examine({ source: "export const dim = 1;" }, DEADLINE_MS);
    assert.deepEqual([ok, workers.size], [false, 0]);
    const checked = await pool.examine({ source: normal(0), check: { seed: 1 } }, DEADLINE_MS);
    assert.deepEqual([checked.ok, workers.size], [true, 0]);
  } finally {
    close();
  }
});
