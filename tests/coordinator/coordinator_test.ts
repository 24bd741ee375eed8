import assert from "node:assert/strict";
import { Coordinator } from "../../coordinator/coordinator.ts";
import { LocalEngine } from "../../coordinator/engines/local.ts";
import type { JobEvent } from "../../coordinator/jobs.ts";
import { NotFoundError, QueueFullError, StateConflictError, ValidationError } from "../../coordinator/schema/errors.ts";
import { Summary } from "../../coordinator/schema/summary.ts";
import { Store } from "../../coordinator/store/store.ts";
import { drawsHash } from "../draws_hash.ts";

const QUICK = {
  model: { kind: "gaussian", mean: [1, 2], covariance: [[1, 0], [0, 1]] },
  chains: 2,
  warmup: 100,
  draws: 300,
  seed: 4,
};
/** Minutes of work, in segments of some 50 ms. */
const LONG = { model: { kind: "funnel" }, chains: 2, warmup: 1000, draws: 5_000_000, seed: 1 };

/** A coordinator on a folder that goes away with it, or on one that is given. */
async function withCoordinator(
  use: (coordinator: Coordinator, folder: string) => Promise<void>,
  given?: string,
): Promise<void> {
  const folder = given ?? await Deno.makeTempDir();
  const coordinator = new Coordinator(Store.open(folder, { durable: false }), new LocalEngine({ workers: 2 }));
  coordinator.start();
  try {
    await use(coordinator, folder);
  } finally {
    await coordinator.stop();
    if (given === undefined) await Deno.remove(folder, { recursive: true });
  }
}

async function until(condition: () => boolean, withinMs = 20_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!condition()) {
    assert.ok(performance.now() < deadline, "it did not come about in time");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function eventsOf(coordinator: Coordinator, id: string, after = 0): Promise<JobEvent[]> {
  return await Array.fromAsync(coordinator.events(id, after, new AbortController().signal));
}

async function hashOf(coordinator: Coordinator, id: string): Promise<string> {
  return drawsHash(await coordinator.draws(id));
}

Deno.test("a job runs to its end: events in order, whole progress, a summary", () =>
  withCoordinator(async (coordinator) => {
    const { id, status, spec } = coordinator.submit(QUICK);
    assert.ok(["queued", "running"].includes(status));
    assert.equal(spec.sampler.kind, "nuts", "the default is filled in");
    const events = await eventsOf(coordinator, id);
    assert.deepEqual(events.map(({ id }) => id), events.map((_, i) => i + 1));
    assert.deepEqual(events[0].data, { status: "queued" });
    assert.deepEqual(events.at(-1)?.data, { status: "completed" });
    assert.ok(events.some(({ type }) => type === "summary"));
    const job = coordinator.job(id);
    assert.deepEqual(job.progress, { done: 2 * 400, total: 2 * 400 });
    const summary = Summary.parse(await coordinator.summary(id));
    assert.equal(summary.complete, true);
    assert.equal(summary.draws, 300);
    assert.ok(Math.abs(summary.variables[1].mean! - 2) < 0.5);
    assert.ok(coordinator.isOver(id, events.length));
    assert.ok(!coordinator.isOver(id, events.length - 1));
    assert.equal((await eventsOf(coordinator, id, 999)).length, events.length, "an id never issued: from the first");
    assert.equal((await eventsOf(coordinator, id, 3))[0].id, 4);
  }));

Deno.test("pause stops at the next segment, resume goes on, cancel ends; what is committed stays", () =>
  withCoordinator(async (coordinator) => {
    const { id } = coordinator.submit(LONG);
    await until(() => coordinator.job(id).progress.done > 20_000);
    assert.equal(coordinator.pause(id).status, "paused");
    assert.equal(coordinator.pause(id).status, "paused", "pausing again changes nothing");
    await until(() => coordinator.gauges().leases === 0);
    const { done } = coordinator.job(id).progress;
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(coordinator.job(id).progress.done, done);
    assert.equal(coordinator.resume(id).status, "running");
    assert.equal(coordinator.resume(id).status, "running", "resuming again changes nothing");
    await until(() => coordinator.job(id).progress.done > done);
    assert.equal(coordinator.cancel(id).status, "cancelled");
    await until(() => coordinator.gauges().leases === 0, 10_000);
    const summary = Summary.parse(await coordinator.summary(id));
    assert.equal(summary.complete, false);
    assert.ok(summary.draws > 0 && summary.draws < LONG.draws);
    for (const steer of ["pause", "resume", "cancel"] as const) {
      assert.throws(() => coordinator[steer](id), StateConflictError);
    }
    assert.deepEqual((await eventsOf(coordinator, id)).at(-1)?.data, { status: "cancelled" });
  }));

Deno.test("a paused job is paused after a restart, and its progress does not fall", async () => {
  const folder = await Deno.makeTempDir();
  let id = "", done = 0;
  await withCoordinator(async (coordinator) => {
    ({ id } = coordinator.submit(LONG));
    await until(() => coordinator.job(id).progress.done > 10_000);
    coordinator.pause(id);
    await until(() => coordinator.gauges().leases === 0);
    ({ done } = coordinator.job(id).progress);
  }, folder);
  await withCoordinator(async (coordinator) => {
    assert.equal(coordinator.job(id).status, "paused");
    assert.equal(coordinator.job(id).progress.done, done);
    coordinator.resume(id);
    await until(() => coordinator.job(id).progress.done > done);
  }, folder);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("the same key and the same JSON value give the first job, after a restart too; another value is refused", async () => {
  const folder = await Deno.makeTempDir();
  let first = "";
  await withCoordinator((coordinator) => {
    assert.throws(() => coordinator.submit({ ...QUICK, chains: 0 }, "k"), ValidationError);
    first = coordinator.submit(QUICK, "k").id; // the refused body has not used the key up
    return Promise.resolve();
  }, folder);
  await withCoordinator((coordinator) => {
    const reordered = Object.fromEntries(Object.entries(QUICK).reverse());
    assert.equal(coordinator.submit(reordered, "k").id, first);
    assert.throws(() => coordinator.submit({ ...QUICK, seed: 5 }, "k"), /Idempotency-Key.*another body/);
    assert.notEqual(coordinator.submit(QUICK, "other").id, first);
    assert.notEqual(coordinator.submit(QUICK).id, first);
    return Promise.resolve();
  }, folder);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("the hundred and first unfinished job is refused until one has ended", () =>
  withCoordinator((coordinator) => {
    const ids = Array.from({ length: 100 }, () => coordinator.submit(LONG).id);
    assert.throws(() => coordinator.submit(QUICK), QueueFullError);
    coordinator.cancel(ids[50]);
    coordinator.submit(QUICK);
    const page = coordinator.list({ limit: 60 });
    assert.equal(page.jobs.length, 60);
    const rest = coordinator.list({ limit: 60, cursor: page.nextCursor });
    assert.equal(rest.jobs.length, 41);
    assert.equal(rest.nextCursor, undefined);
    assert.throws(() => coordinator.list({ limit: 1, cursor: "never" }), ValidationError);
    return Promise.resolve();
  }));

Deno.test("a small job is not held up by a large one", () =>
  withCoordinator(async (coordinator) => {
    coordinator.submit(LONG);
    const { id } = coordinator.submit(QUICK);
    await until(() => coordinator.job(id).status === "completed", 10_000);
  }));

for (
  const [damage, change] of [
    ["a garbled byte", (bytes: Uint8Array) => {
      bytes[bytes.length >> 1] ^= 1;
      return bytes;
    }],
    ["a cut end", (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 1000)],
    ["a missing file", () => null],
  ] as const
) {
  Deno.test(`${damage} of a completed job is found, is never served, and is made again`, async () => {
    const folder = await Deno.makeTempDir();
    let id = "", hash = "";
    await withCoordinator(async (coordinator) => {
      ({ id } = coordinator.submit(QUICK));
      await eventsOf(coordinator, id);
      hash = await hashOf(coordinator, id);
    }, folder);
    const path = `${folder}/jobs/${id}.draws`;
    const damaged = change(Deno.readFileSync(path));
    if (damaged) Deno.writeFileSync(path, damaged);
    else Deno.removeSync(path);
    await withCoordinator(async (coordinator) => {
      try {
        (await coordinator.draws(id)).close();
      } catch (error) {
        assert.ok(error instanceof StateConflictError, String(error));
      }
      await until(() => coordinator.job(id).status === "completed");
      assert.equal(await hashOf(coordinator, id), hash);
      const statuses = (await eventsOf(coordinator, id)).filter(({ type }) => type === "status");
      assert.deepEqual(statuses.slice(-2).map(({ data }) => data), [{ status: "running" }, { status: "completed" }]);
    }, folder);
    await Deno.remove(folder, { recursive: true });
  });
}

Deno.test("draws and summary are a conflict while there are none, and of a job that is not there", () =>
  withCoordinator(async (coordinator) => {
    const { id } = coordinator.submit({ ...LONG, warmup: 10_000_000 });
    await assert.rejects(coordinator.draws(id), StateConflictError);
    await assert.rejects(coordinator.summary(id), StateConflictError);
    await assert.rejects(coordinator.summary("none"), NotFoundError);
    assert.throws(() => coordinator.job("none"), NotFoundError);
    assert.throws(() => coordinator.cancel("none"), NotFoundError);
  }));

Deno.test("a job whose starts have no density fails with a sentence for its owner", () =>
  withCoordinator(async (coordinator) => {
    const init = [[-4000, 1e200], [0, 1]];
    const { id } = coordinator.submit({ ...QUICK, model: { kind: "funnel", dim: 2 }, init });
    const events = await eventsOf(coordinator, id);
    const job = coordinator.job(id);
    assert.equal(job.status, "failed");
    assert.equal(job.error?.code, "model");
    assert.match(job.error!.message, /log density is not finite there/);
    assert.deepEqual(events.at(-1)?.data, { status: "failed", error: job.error });
  }));
