/** Decisions at which chains learn from each other: recorded with what was learned, and learned again where they were not. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { Coordinator } from "../../coordinator/coordinator.ts";
import { LocalEngine } from "../../coordinator/engines/local.ts";
import { ValidationError } from "../../coordinator/schema/errors.ts";
import { Summary } from "../../coordinator/schema/summary.ts";
import { Store } from "../../coordinator/store/store.ts";
import { aFlow } from "../workers/kernels/flow/a_flow.ts";
import { drawsHash } from "../draws_hash.ts";

const FLOW = { kind: "real-nvp", couplings: 4, hidden: [16], epochs: 20, batchSize: 64, learningRate: 5e-3 };
const JOB = {
  model: { kind: "two-moons" },
  sampler: { kind: "flow-metropolis", flow: FLOW, learnings: 2 },
  chains: 4,
  warmup: 200,
  draws: 100,
  seed: 3,
};

/** Opens a store, runs coordinators on it, and removes it. */
async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function running<T>(folder: string, use: (coordinator: Coordinator, store: Store) => Promise<T>): Promise<T> {
  const store = Store.open(folder, { durable: false });
  const coordinator = new Coordinator(store, new LocalEngine({ workers: 2 }));
  coordinator.start();
  try {
    return await use(coordinator, store);
  } finally {
    await coordinator.stop();
  }
}

async function ended(coordinator: Coordinator, id: string): Promise<void> {
  while (["queued", "running"].includes(coordinator.job(id).status)) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.equal(coordinator.job(id).status, "completed", coordinator.job(id).error?.message);
}

async function hashOf(coordinator: Coordinator, id: string): Promise<string> {
  return drawsHash(await coordinator.draws(id));
}

Deno.test("each barrier's decision has the hash of what was learned, which is in the store; the flow is used, and told of", () =>
  withFolder((folder) =>
    running(folder, async (coordinator, store) => {
      const { id } = coordinator.submit(JOB);
      await ended(coordinator, id);
      const decisions = store.jobs.decisions(id);
      assert.equal(decisions.length, 2);
      for (const { shared, stop } of decisions) {
        assert.ok(shared !== undefined && store.assets.get(shared).byteLength > 0);
        assert.equal(stop, false);
      }
      assert.notEqual(decisions[0].shared, decisions[1].shared);
      const { globalMoves, logEvidence } = Summary.parse(await coordinator.summary(id));
      assert.ok(globalMoves?.acceptRate && globalMoves.acceptRate > 0.05, JSON.stringify(globalMoves));
      assert.ok(logEvidence?.value !== undefined);
    })
  ));

Deno.test("a coordinator that is stopped while chains learn learns the same when it goes on", () =>
  withFolder(async (folder) => {
    const whole = await running(join(folder, "whole"), async (coordinator) => {
      const { id } = coordinator.submit(JOB);
      await ended(coordinator, id);
      return await hashOf(coordinator, id);
    });
    // Stopped as soon as all chains have come to the first barrier.
    const id = await running(join(folder, "stopped"), async (coordinator, store) => {
      const { id } = coordinator.submit(JOB);
      while (!store.segments.committed(id, 4).every(({ prefix }) => prefix > 0)) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      return id;
    });
    await running(join(folder, "stopped"), async (coordinator) => {
      await ended(coordinator, id);
      assert.equal(await hashOf(coordinator, id), whole);
    });
  }));

Deno.test("a block of warmup that is lost after the job has ended is computed again with what was learned before it", () =>
  withFolder(async (folder) => {
    const { id, whole } = await running(folder, async (coordinator) => {
      const { id } = coordinator.submit(JOB);
      await ended(coordinator, id);
      return { id, whole: await hashOf(coordinator, id) };
    });
    const path = join(folder, "jobs", `${id}.draws`);
    const { size } = await Deno.stat(path);
    await Deno.truncate(path, Math.floor(size / 4)); // most of warmup and all draws
    await running(folder, async (coordinator) => {
      await ended(coordinator, id);
      assert.equal(await hashOf(coordinator, id), whole);
    });
  }));

Deno.test("a flow in the registry is proposed from by its name, which the job fixes to its SHA-256", () =>
  withFolder((folder) =>
    running(folder, async (coordinator) => {
      const { sha256 } = coordinator.keepModel("mine", aFlow(2, 5, 0.03));
      const sampler = { kind: "importance", proposal: { kind: "flow", name: "mine" } };
      const model = { kind: "gaussian", mean: [0.2, 0], covariance: [[0.7, 0.1], [0.1, 0.6]] };
      const job = coordinator.submit({ model, sampler, draws: 2000, seed: 4 });
      assert.deepEqual(job.spec.sampler, { ...sampler, proposal: { kind: "flow", sha256 }, widen: 1, defensive: 0 });
      coordinator.removeModel("mine");
      await ended(coordinator, job.id);
      const { logEvidence, variables } = Summary.parse(await coordinator.summary(job.id));
      assert.ok(logEvidence?.value && logEvidence.standardError);
      // The Gaussian is normalised: 4.9 standard errors, two-sided 10⁻⁶.
      assert.ok(Math.abs(logEvidence.value) < 4.9 * logEvidence.standardError, JSON.stringify(logEvidence));
      assert.ok(variables.every(({ khat }) => khat !== undefined));
      const refused = (proposal: unknown, path: string) =>
        assert.throws(
          () => coordinator.submit({ model, sampler: { kind: "importance", proposal } }),
          (error) => error instanceof ValidationError && error.faults[0].path === path,
        );
      refused({ kind: "flow", name: "mine" }, "sampler.proposal.name");
      refused({ kind: "flow" }, "sampler.proposal.sha256");
    })
  ));
