import assert from "node:assert/strict";
import { Store } from "../../../coordinator/store/store.ts";
import { job, withFolder } from "./example.ts";

const open = (folder: string) => Store.open(folder, { durable: false });

Deno.test("a job comes back as it was inserted and changed, over a restart too", () =>
  withFolder((folder) => {
    let store = open(folder);
    const spec = { model: { kind: "gaussian", mean: [0, -0.5] }, seed: 2 ** 53 - 1, note: "ψ\u0000" };
    store.jobs.insert(job("a", { spec, total: 1e16 }));
    store.jobs.update("a", { status: "running", done: 50 });
    store.jobs.update("a", { stopSegments: 7 });
    store.jobs.update("a", { status: "failed", error: { code: "node-died", message: "…" } });
    store.close();
    store = open(folder);
    assert.deepEqual(store.jobs.get("a"), {
      id: "a",
      spec,
      status: "failed",
      done: 50,
      total: 1e16,
      createdAt: "2026-01-01T00:00:00.000Z",
      stopSegments: 7,
      error: { code: "node-died", message: "…" },
    });
    assert.equal(store.jobs.get("b"), undefined);
    store.close();
  }));

Deno.test("an id that is no file name is refused", () =>
  withFolder((folder) => {
    const store = open(folder);
    for (const id of ["../a", "a/b", "", "a.b"]) assert.throws(() => store.jobs.insert(job(id)), TypeError);
    store.close();
  }));

Deno.test("pages are newest first and a cursor stays put while jobs arrive", () =>
  withFolder((folder) => {
    const store = open(folder);
    for (let i = 0; i < 10; i++) store.jobs.insert(job(`job-${i}`));
    const seen: string[] = [];
    let before: string | undefined;
    for (let page; (page = store.jobs.list({ before, limit: 3 })) && page.length > 0;) {
      seen.push(...page.map(({ id }) => id));
      before = page.at(-1)?.id;
      store.jobs.insert(job(`late-${seen.length}`));
    }
    assert.deepEqual(seen, Array.from({ length: 10 }, (_, i) => `job-${9 - i}`));
    assert.equal(store.jobs.list({ before: "never", limit: 3 }), undefined);
    store.close();
  }));

Deno.test("an idempotency key finds its first job after a restart, and cannot be used twice", () =>
  withFolder((folder) => {
    let store = open(folder);
    store.jobs.insert(job("a", { idempotencyKey: "k", bodyHash: "h" }));
    assert.throws(() => store.jobs.insert(job("b", { idempotencyKey: "k", bodyHash: "h" })));
    assert.equal(store.jobs.get("b"), undefined);
    store.close();
    store = open(folder);
    assert.equal(store.jobs.findByIdempotencyKey("k")?.id, "a");
    assert.equal(store.jobs.findByIdempotencyKey("k")?.bodyHash, "h");
    assert.equal(store.jobs.findByIdempotencyKey("l"), undefined);
    store.close();
  }));

Deno.test("unfinished jobs are those queued, running and paused, oldest first", () =>
  withFolder((folder) => {
    const store = open(folder);
    for (const status of ["completed", "queued", "failed", "paused", "cancelled", "running"] as const) {
      store.jobs.insert(job(status, { status }));
    }
    assert.deepEqual(store.jobs.unfinished().map(({ id }) => id), ["queued", "paused", "running"]);
    assert.equal(store.jobs.countUnfinished(), 3);
    store.jobs.insert(job("another", { status: "paused", training: true }));
    store.jobs.update("another", { done: 7 });
    const paused = store.jobs.count().filter(({ status }) => status === "paused");
    assert.deepEqual(paused.map(({ training, jobs, done }) => [training, jobs, done]), [[false, 1, 0], [true, 1, 7]]);
    assert.ok(store.jobs.countSpecBytes() >= 4 * JSON.stringify(job("queued").spec).length);
    store.close();
  }));

Deno.test("event ids rise within a job, over restarts too", () =>
  withFolder((folder) => {
    let store = open(folder);
    store.jobs.insert(job("a"));
    store.jobs.insert(job("b"));
    assert.equal(store.events.append("a", "status", { status: "running" }), 1);
    assert.equal(store.events.append("b", "status", { status: "queued" }), 1);
    assert.equal(store.events.append("a", "progress", { done: 1, total: 2 }), 2);
    store.close();
    store = open(folder);
    assert.equal(store.events.append("a", "progress", { done: 2, total: 2 }), 3);
    assert.deepEqual(store.events.after("a", 1, 1), [{ id: 2, type: "progress", data: { done: 1, total: 2 } }]);
    assert.deepEqual(store.events.after("a", 0, 100).map(({ id }) => id), [1, 2, 3]);
    assert.equal(store.events.last("a")?.id, 3);
    assert.equal(store.events.last("c"), undefined);
    assert.throws(() => store.events.append("c", "status", {}));
    store.close();
  }));

Deno.test("a decision stays as it was first taken; a summary is the one saved last", () =>
  withFolder((folder) => {
    const store = open(folder);
    store.jobs.insert(job("a"));
    store.jobs.recordDecision("a", { segments: 20, stop: true });
    store.jobs.recordDecision("a", { segments: 10, stop: false });
    store.jobs.recordDecision("a", { segments: 10, stop: true });
    store.jobs.recordDecision("a", { segments: 5, stop: false, shared: "c0ffee" });
    assert.deepEqual(store.jobs.decisions("a"), [
      { segments: 5, stop: false, shared: "c0ffee" },
      { segments: 10, stop: false },
      { segments: 20, stop: true },
    ]);
    assert.equal(store.jobs.summary("a"), undefined);
    store.jobs.saveSummary("a", { draws: 1 });
    store.jobs.saveSummary("a", { draws: 2 });
    assert.deepEqual(store.jobs.summary("a"), { draws: 2 });
    store.close();
  }));

Deno.test("what a transaction throws undoes all of it", () =>
  withFolder((folder) => {
    const store = open(folder);
    assert.throws(() =>
      store.transaction(() => {
        store.jobs.insert(job("a"));
        store.events.append("a", "status", {});
        throw new Error("no");
      }), /no/);
    assert.equal(store.jobs.get("a"), undefined);
    store.jobs.insert(job("a"));
    assert.equal(store.events.append("a", "status", {}), 1);
    store.close();
  }));
