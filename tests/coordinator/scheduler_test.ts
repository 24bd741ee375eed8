import assert from "node:assert/strict";
import { plan } from "../../coordinator/planner.ts";
import {
  canCommit,
  type Command,
  committedPrefix,
  type Event,
  initialState,
  isCommitted,
  type Job,
  type LeaseId,
  progress,
  type Restored,
  type SchedulerState,
  step,
} from "../../coordinator/scheduler.ts";
import type { NodeKind } from "../../workers/node_kind.ts";

type Lease = Extract<Command, { kind: "lease" }>;
type Finish = Extract<Command, { kind: "finish" }>;

interface Options {
  most?: number;
  restored?: Restored;
  nodeKind?: NodeKind;
}

/** A scheduler that remembers its state, and the leases that were given. */
class Run {
  state: SchedulerState = initialState();
  readonly leases: Lease[] = [];

  tell(...events: Event[]): readonly Command[] {
    return events.flatMap((event) => {
      const { state, commands } = step(this.state, event);
      this.state = state;
      this.leases.push(...commands.filter((command) => command.kind === "lease"));
      return commands;
    });
  }

  node(node: string, capacity = 1, nodeKind: NodeKind = "own"): readonly Command[] {
    return this.tell({ kind: "nodeJoined", node, nodeKind, capacity });
  }

  /** Segments of 50 steps: `segments` that must be made, and up to `most` with decisions. */
  submit(job: string, chains: number, segments: number, options: Options = {}) {
    const { most = segments, restored, nodeKind = "own" } = options;
    const maxDraws = most > segments ? { maxDraws: 50 * most } : {};
    const segmentPlan = plan({ warmup: 0, draws: 50 * segments, thin: 1, drawBytes: 8, ...maxDraws });
    return this.tell({
      kind: "submitted",
      job,
      nodeKind,
      plan: segmentPlan,
      chains,
      ...(restored ? { restored } : {}),
    });
  }

  /** The newest lease comes back and is committed. */
  complete(lease: Lease | undefined): readonly Command[] {
    assert.ok(lease, "there is no such lease");
    const { node, lease: id, job, chain, segment } = lease;
    return this.tell({ kind: "arrived", node, lease: id }, { kind: "committed", job, chain, segment });
  }

  job(id: string): Job {
    const job = this.state.jobs.get(id);
    assert.ok(job, `${id} is not there`);
    return job;
  }

  get last(): Lease | undefined {
    return this.leases.at(-1);
  }

  /** Every lease so far, as job/chain/segment. */
  get order(): string[] {
    return this.leases.map(({ job, chain, segment }) => `${job}/${chain}/${segment}`);
  }
}

function finishOf(commands: readonly Command[]): Finish | undefined {
  return commands.find((command) => command.kind === "finish");
}

function kinds(commands: readonly Command[]): string[] {
  return commands.map(({ kind }) => kind);
}

function lost(node: string, cause: "crashed" | "killed"): Event {
  return { kind: "nodeLost", node, cause };
}

function stalled(node: string, ...blamed: LeaseId[]): Event {
  return { kind: "nodeLost", node, cause: "stalled", blamed };
}

Deno.test("a job is leased, committed segment by segment, and completed", () => {
  const run = new Run();
  run.node("n");
  assert.deepEqual(run.submit("a", 1, 2), [
    { kind: "status", job: "a", status: "running" },
    { kind: "lease", node: "n", lease: 1, job: "a", chain: 0, segment: 0 },
  ]);
  assert.deepEqual(kinds(run.complete(run.last)), ["lease"]);
  assert.deepEqual(progress(run.job("a")), { done: 50, total: 100 });
  assert.deepEqual(run.complete(run.last), [
    { kind: "finish", job: "a", status: "completed", error: null, progress: { done: 100, total: 100 } },
    { kind: "closeJob", node: "n", job: "a" },
  ]);
  assert.equal(run.state.jobs.size, 0);
});

Deno.test("a chain's next segment waits until the one before it is committed, its node does not", () => {
  const run = new Run();
  run.node("n");
  run.submit("a", 1, 2);
  assert.deepEqual(run.tell({ kind: "arrived", node: "n", lease: 1 }), []);
  run.submit("b", 1, 1);
  assert.deepEqual(run.order, ["a/0/0", "b/0/0"]);
});

Deno.test("a small job is not stuck behind a huge one", () => {
  const run = new Run();
  run.node("n", 2);
  run.submit("huge", 100, 10);
  run.submit("small", 2, 2);
  run.complete(run.leases[0]);
  run.complete(run.leases[1]);
  run.complete(run.leases[2]);
  run.complete(run.leases[3]);
  assert.deepEqual(run.order, ["huge/0/0", "huge/1/0", "small/0/0", "huge/2/0", "small/1/0", "huge/3/0"]);
});

Deno.test("jobs share the workers evenly, however long their segments take", () => {
  const run = new Run();
  run.submit("a", 10, 3);
  run.submit("b", 10, 3);
  run.submit("c", 1, 3);
  run.node("n", 9);
  const counts = Object.groupBy(run.leases, ({ job }) => job);
  assert.deepEqual(Object.values(counts).map((leases) => leases?.length), [4, 4, 1]);
});

Deno.test("the chain furthest behind goes first", () => {
  const run = new Run();
  run.submit("a", 3, 2);
  run.node("n");
  for (let i = 0; i < 6; i++) run.complete(run.last);
  assert.deepEqual(run.order, ["a/0/0", "a/1/0", "a/2/0", "a/0/1", "a/1/1", "a/2/1"]);
});

Deno.test("the node with the most free places is served first, and none beyond its capacity", () => {
  const run = new Run();
  run.node("small", 1);
  run.node("large", 3);
  run.submit("a", 9, 1);
  assert.deepEqual(run.leases.map(({ node }) => node), ["large", "large", "small", "large"]);
});

Deno.test("a job waits for a node of its kind, whatever others are free", () => {
  const run = new Run();
  run.node("own", 3);
  run.submit("theirs", 2, 1, { nodeKind: "modules" });
  run.submit("ours", 1, 1);
  assert.deepEqual(run.leases.map(({ job, node }) => [job, node]), [["ours", "own"]]);
  run.node("modules", 1, "modules");
  run.complete(run.last);
  assert.deepEqual(run.leases.slice(1).map(({ job, node }) => [job, node]), [["theirs", "modules"], [
    "theirs",
    "modules",
  ]]);
});

Deno.test("a suspect of one kind keeps no node of another from its work", () => {
  const run = new Run();
  run.node("own", 1);
  run.node("m1", 2, "modules");
  run.submit("theirs", 2, 1, { nodeKind: "modules" });
  run.tell(lost("m1", "crashed"));
  run.submit("ours", 1, 1);
  assert.equal(run.last?.node, "own");
  run.node("m2", 2, "modules");
  assert.equal(run.last?.node, "m2");
  assert.equal(run.leases.filter(({ node }) => node === "m2").length, 1, "the other suspect waits for its turn");
});

Deno.test("chains wait at a decision until it is taken; to go on is to go on", () => {
  const run = new Run();
  run.node("n", 2);
  run.submit("a", 2, 1, { most: 3 });
  assert.deepEqual(run.complete(run.leases[0]), []);
  assert.deepEqual(run.complete(run.leases[1]), [{ kind: "decide", job: "a", segments: 1 }]);
  assert.equal(canCommit(run.job("a"), 0, 1), false);
  assert.deepEqual(run.tell({ kind: "decided", job: "a", segments: 2, stop: true }), [], "not what was asked");
  run.tell({ kind: "decided", job: "a", segments: 1, stop: false });
  assert.deepEqual(run.order.slice(2), ["a/0/1", "a/1/1"]);
  assert.deepEqual(run.tell({ kind: "decided", job: "a", segments: 1, stop: true }), [], "it is decided already");
});

Deno.test("a decision to stop completes the job, and its total is what was done", () => {
  const run = new Run();
  run.node("n");
  run.submit("a", 1, 1, { most: 3 });
  run.complete(run.last);
  assert.deepEqual(progress(run.job("a")), { done: 50, total: 150 });
  const finish = finishOf(run.tell({ kind: "decided", job: "a", segments: 1, stop: true }));
  assert.equal(finish?.status, "completed");
  assert.deepEqual(finish?.progress, { done: 50, total: 50 });
});

Deno.test("at the end of maxDraws there is nothing to decide", () => {
  const run = new Run();
  run.node("n");
  run.submit("a", 1, 1, { most: 2 });
  run.complete(run.last);
  run.tell({ kind: "decided", job: "a", segments: 1, stop: false });
  assert.equal(finishOf(run.complete(run.last))?.status, "completed");
});

Deno.test("a block lost while a decision is made takes it back, and it is asked again", () => {
  const run = new Run();
  run.node("n");
  run.submit("a", 1, 1, { most: 2 });
  run.complete(run.last);
  assert.equal(run.job("a").deciding, true);
  run.tell({ kind: "blockLost", job: "a", chain: 0, segment: 0 });
  assert.equal(run.job("a").deciding, false);
  assert.deepEqual(run.complete(run.last), [{ kind: "decide", job: "a", segments: 1 }]);
});

Deno.test("the third time that a segment stalls its node its job fails, and says where and what to do", () => {
  const run = new Run();
  run.submit("a", 1, 2);
  for (const node of ["n1", "n2"]) {
    run.node(node);
    assert.equal(finishOf(run.tell(stalled(node, run.last?.lease ?? 0))), undefined);
  }
  run.node("n3");
  const finish = finishOf(run.tell(stalled("n3", run.last?.lease ?? 0)));
  assert.equal(finish?.status, "failed");
  assert.equal(finish?.error?.code, "stalled");
  assert.match(finish?.error?.message ?? "", /^Chain 0, segment 0 \(steps 1 to 50\) .* Look for an endless loop/);
});

Deno.test("deaths are forgotten when the segment commits", () => {
  const run = new Run();
  run.submit("a", 1, 3);
  for (let segment = 0; segment < 3; segment++) {
    for (let death = 0; death < 2; death++) {
      run.node(`n${segment}${death}`);
      assert.equal(finishOf(run.tell(stalled(`n${segment}${death}`, run.last?.lease ?? 0))), undefined);
    }
    run.node(`n${segment}`);
    run.complete(run.last);
    if (segment < 2) run.tell(lost(`n${segment}`, "killed"));
  }
  assert.equal(run.state.jobs.size, 0);
});

Deno.test("who shared a node with a segment that stalled is not to blame", () => {
  const run = new Run();
  run.submit("bad", 1, 1);
  run.submit("good", 1, 1);
  let finish: Finish | undefined;
  for (let i = 0; i < 3; i++) {
    run.node(`n${i}`, 2);
    const bad = run.leases.findLast(({ job }) => job === "bad");
    finish = finishOf(run.tell(stalled(`n${i}`, bad?.lease ?? 0)));
  }
  assert.equal(finish?.job, "bad");
  assert.equal(run.job("good").chains[0].troubles?.deaths, 0);
});

Deno.test("after a crash each suspect runs alone, one at a time, while other nodes go on with other work", () => {
  const run = new Run();
  run.node("n1", 2);
  run.submit("bad", 1, 2);
  run.submit("good", 1, 2);
  run.node("n2", 1);
  run.submit("other", 3, 1);
  run.tell(lost("n1", "crashed"));
  assert.deepEqual(run.order, ["bad/0/0", "good/0/0", "other/0/0"], "n2 is not idle: nothing is tried there yet");
  run.node("n3", 4);
  assert.deepEqual(run.order.slice(3), ["bad/0/0"], "alone on a node of four");
  run.complete(run.leases[2]);
  assert.deepEqual(run.order.slice(4), ["other/1/0"]);
  // Its next segment is no suspect; the other suspect's turn comes first.
  run.complete(run.leases[3]);
  assert.deepEqual(run.order.slice(5), ["good/0/0"]);
  run.complete(run.last);
  assert.deepEqual(run.order.slice(6), ["bad/0/1", "other/2/0", "good/0/1"]);
});

Deno.test("a job that crashes every node fails at its third crash alone, and those beside it complete", () => {
  const run = new Run();
  run.submit("bad", 2, 1);
  run.submit("good", 2, 3);
  let nodes = 0;
  const finished: Finish[] = [];
  let crashes = 0;
  for (let i = 0; i < 100 && run.state.jobs.size > 0; i++) {
    if (run.state.nodes.size === 0) run.node(`n${++nodes}`, 3);
    const [node] = run.state.nodes.values();
    const leases = [...node.leases.values()];
    const isBad = leases.some(({ job, chain }) => job === "bad" && chain === 1);
    if (isBad) crashes++;
    const lease = run.leases.find(({ lease }) => lease === leases[0].id);
    const finish = finishOf(isBad ? run.tell(lost(node.id, "crashed")) : run.complete(lease));
    if (finish) finished.push(finish);
  }
  assert.deepEqual(finished.map(({ job, status }) => [job, status]), [["bad", "failed"], ["good", "completed"]]);
  assert.match(finished[0].error?.message ?? "", /^Chain 1, segment 0 .*using up its memory/);
  assert.equal(crashes, 4, "one beside others, three alone");
});

Deno.test("a suspect gets a node to itself though other jobs never run out of work", () => {
  const run = new Run();
  run.node("n1", 2);
  run.submit("endless", 4, 1000);
  run.submit("suspect", 1, 1);
  run.complete(run.leases[0]);
  assert.ok(run.order.includes("suspect/0/0"));
  run.node("n2", 2);
  run.tell(lost("n1", "crashed"));
  const isUnderWay = (lease: Lease) => run.state.nodes.get(lease.node)?.leases.has(lease.lease) ?? false;
  for (let i = 0; i < 20 && run.state.jobs.has("suspect"); i++) run.complete(run.leases.find(isUnderWay));
  assert.ok(!run.state.jobs.has("suspect"));
});

Deno.test("a segment may be killed from outside many times, but not for ever", () => {
  const run = new Run();
  run.submit("a", 1, 1);
  for (let i = 1; i < 50; i++) {
    run.node(`n${i}`);
    assert.equal(finishOf(run.tell(lost(`n${i}`, "killed"))), undefined, `at the ${i}th kill`);
  }
  run.node("n50");
  assert.equal(finishOf(run.tell(lost("n50", "killed")))?.error?.code, "lost");
});

Deno.test("a cancel revokes what is under way, which holds its place until it lets go", () => {
  const run = new Run();
  run.node("n", 2);
  run.submit("a", 2, 3);
  run.submit("b", 2, 1);
  assert.deepEqual(run.tell({ kind: "cancel", job: "a" }), [
    { kind: "revoke", node: "n", lease: 1 },
    { kind: "revoke", node: "n", lease: 2 },
    { kind: "finish", job: "a", status: "cancelled", error: null, progress: { done: 0, total: 300 } },
    { kind: "closeJob", node: "n", job: "a" },
  ]);
  assert.deepEqual(kinds(run.tell({ kind: "released", node: "n", lease: 1 })), ["status", "lease"]);
  assert.deepEqual(kinds(run.tell({ kind: "arrived", node: "n", lease: 2 })), ["lease"], "a late result frees it too");
  assert.deepEqual(run.tell({ kind: "committed", job: "a", chain: 1, segment: 0 }), []);
  assert.deepEqual(run.tell({ kind: "cancel", job: "a" }), []);
});

Deno.test("a pause lets what is under way end, and begins nothing until the job is resumed", () => {
  const run = new Run();
  run.node("n");
  run.submit("a", 1, 2);
  assert.deepEqual(run.tell({ kind: "pause", job: "a" }), [{ kind: "status", job: "a", status: "paused" }]);
  assert.deepEqual(run.complete(run.last), []);
  assert.equal(progress(run.job("a")).done, 50);
  assert.deepEqual(run.tell({ kind: "resume", job: "a" }), [
    { kind: "status", job: "a", status: "running" },
    { kind: "lease", node: "n", lease: 2, job: "a", chain: 0, segment: 1 },
  ]);
});

Deno.test("a job that was never begun is queued again when it is resumed", () => {
  const run = new Run();
  run.submit("a", 1, 1);
  run.tell({ kind: "pause", job: "a" });
  assert.deepEqual(run.tell({ kind: "resume", job: "a" }), [{ kind: "status", job: "a", status: "queued" }]);
});

Deno.test("a paused job whose last segments end is completed", () => {
  const run = new Run();
  run.node("n");
  run.submit("a", 1, 1);
  run.tell({ kind: "pause", job: "a" });
  assert.equal(finishOf(run.complete(run.last))?.status, "completed");
});

Deno.test("a segment's error fails its job with that error, unless nobody waits for it any more", () => {
  const run = new Run();
  run.node("n", 2);
  run.submit("a", 2, 1);
  run.submit("b", 1, 1);
  const error = { code: "model", message: "the density is finite at none of 100 starts" };
  const commands = run.tell({ kind: "segmentFailed", node: "n", lease: 1, error });
  assert.deepEqual(finishOf(commands)?.error, error);
  assert.deepEqual(run.order.at(-1), "b/0/0");
  assert.equal(finishOf(run.tell({ kind: "segmentFailed", node: "n", lease: 2, error })), undefined);
  assert.equal(run.state.nodes.get("n")?.leases.size, 1, "the revoked lease has gone");
});

Deno.test("a result of an earlier lease that comes late is committed, and the later lease revoked", () => {
  const run = new Run();
  run.node("n1");
  run.submit("a", 1, 2);
  run.tell(stalled("n1", 1));
  run.node("n2", 2);
  assert.equal(canCommit(run.job("a"), 0, 0), true);
  const commands = run.tell({ kind: "committed", job: "a", chain: 0, segment: 0 });
  assert.deepEqual(commands, [
    { kind: "revoke", node: "n2", lease: 2 },
    { kind: "lease", node: "n2", lease: 3, job: "a", chain: 0, segment: 1 },
  ]);
  assert.equal(isCommitted(run.job("a"), 0, 0), true);
});

Deno.test("a result that was rejected is computed again", () => {
  const run = new Run();
  run.node("n");
  run.submit("a", 1, 1);
  const rejected: Event = { kind: "rejected", job: "a", chain: 0, segment: 0 };
  assert.deepEqual(run.tell(rejected), [], "nothing has arrived");
  run.tell({ kind: "arrived", node: "n", lease: 1 });
  assert.deepEqual(kinds(run.tell(rejected)), ["lease"]);
});

Deno.test("a lost block is computed again, from the first that is lost on, and progress does not fall", () => {
  const run = new Run();
  run.node("n");
  run.submit("a", 1, 5);
  for (let i = 0; i < 4; i++) run.complete(run.last);
  run.tell({ kind: "blockLost", job: "a", chain: 0, segment: 3 }, {
    kind: "blockLost",
    job: "a",
    chain: 0,
    segment: 1,
  });
  assert.equal(committedPrefix(run.job("a")), 1);
  assert.deepEqual(progress(run.job("a")), { done: 200, total: 250 });
  for (let i = 0; i < 3; i++) run.complete(run.last);
  assert.deepEqual(run.order.slice(4), ["a/0/4", "a/0/1", "a/0/3"]);
  assert.equal(run.state.jobs.size, 0);
});

Deno.test("deaths of one segment are not held against a lost one before it", () => {
  const run = new Run();
  run.node("n");
  run.submit("a", 1, 3);
  run.complete(run.last);
  for (let i = 0; i < 2; i++) {
    run.tell(stalled(i === 0 ? "n" : `n${i}`, run.last?.lease ?? 0));
    if (i === 1) run.tell({ kind: "blockLost", job: "a", chain: 0, segment: 0 });
    run.node(`n${i + 1}`);
  }
  assert.equal(run.order.at(-1), "a/0/0");
  assert.equal(finishOf(run.tell(stalled("n2", run.last?.lease ?? 0))), undefined);
});

Deno.test("a restored job goes on from what is committed, its holes first", () => {
  const run = new Run();
  run.node("n");
  const chains = [{ frontier: 3, holes: [1] }, { frontier: 2, holes: [] }];
  run.submit("a", 2, 4, { restored: { status: "running", chains, decided: 0, stopAt: null } });
  for (let i = 0; i < 3; i++) run.complete(run.last);
  assert.deepEqual(run.order, ["a/0/1", "a/1/2", "a/0/3", "a/1/3"]);
});

Deno.test("a restored job asks again for the decision at which it stood, and for none that was taken", () => {
  const chains = [{ frontier: 1, holes: [] }];
  const standing = new Run();
  const at = (decided: number, stopAt: number | null): Restored => ({ status: "running", chains, decided, stopAt });
  assert.deepEqual(standing.submit("a", 1, 1, { most: 3, restored: at(0, null) }), [
    { kind: "decide", job: "a", segments: 1 },
  ]);
  const decided = new Run();
  decided.node("n");
  assert.deepEqual(kinds(decided.submit("a", 1, 1, { most: 3, restored: at(1, null) })), ["lease"]);
  const stopped = new Run();
  assert.equal(finishOf(stopped.submit("a", 1, 1, { most: 3, restored: at(0, 1) }))?.status, "completed");
});

Deno.test("a completed job that lost a block is running until it is whole; a whole one stays completed", () => {
  const run = new Run();
  run.node("n");
  const at = (holes: number[]): Restored => ({
    status: "completed",
    chains: [{ frontier: 2, holes }],
    decided: 0,
    stopAt: null,
  });
  assert.deepEqual(run.submit("whole", 1, 2, { restored: at([]) }), []);
  assert.deepEqual(run.submit("a", 1, 2, { restored: at([0, 1]) }), [
    { kind: "status", job: "a", status: "running" },
    { kind: "lease", node: "n", lease: 1, job: "a", chain: 0, segment: 0 },
  ]);
  run.complete(run.last);
  assert.equal(finishOf(run.complete(run.last))?.status, "completed");
});

Deno.test("a paused job that is restored stays paused", () => {
  const run = new Run();
  run.node("n");
  const restored: Restored = { status: "paused", chains: [{ frontier: 0, holes: [] }], decided: 0, stopAt: null };
  assert.deepEqual(run.submit("a", 1, 1, { restored }), []);
});

Deno.test("a lease that could not begin is given again, after the block that it lacked", () => {
  const run = new Run();
  run.node("n");
  run.submit("a", 1, 2);
  run.complete(run.last);
  run.tell({ kind: "blockLost", job: "a", chain: 0, segment: 0 }, { kind: "released", node: "n", lease: 2 });
  assert.deepEqual(run.order, ["a/0/0", "a/0/1", "a/0/0"]);
});

Deno.test("after a shutdown nothing begins; what is under way is still committed", () => {
  const run = new Run();
  run.node("n");
  run.submit("a", 1, 2);
  run.tell({ kind: "shutdown" });
  assert.deepEqual(run.complete(run.last), []);
  assert.equal(committedPrefix(run.job("a")), 1);
  assert.deepEqual(run.submit("b", 1, 1), []);
});

Deno.test("an event about something that is gone, or that comes twice, changes nothing", () => {
  const run = new Run();
  run.node("n");
  run.submit("a", 2, 2);
  run.complete(run.last);
  const events: Event[] = [
    { kind: "nodeJoined", node: "n", nodeKind: "own", capacity: 5 },
    { kind: "arrived", node: "n", lease: 1 },
    { kind: "arrived", node: "gone", lease: 2 },
    { kind: "committed", job: "a", chain: 0, segment: 0 },
    { kind: "committed", job: "a", chain: 0, segment: 2 },
    { kind: "committed", job: "a", chain: 7, segment: 0 },
    { kind: "committed", job: "gone", chain: 0, segment: 0 },
    { kind: "rejected", job: "a", chain: 1, segment: 0 },
    { kind: "released", node: "n", lease: 1 },
    { kind: "segmentFailed", node: "n", lease: 1, error: { code: "model", message: "" } },
    { kind: "jobFailed", job: "gone", error: { code: "model", message: "" } },
    { kind: "decided", job: "a", segments: 1, stop: true },
    { kind: "blockLost", job: "a", chain: 0, segment: 1 },
    { kind: "blockLost", job: "gone", chain: 0, segment: 1 },
    { kind: "resume", job: "a" },
    { kind: "cancel", job: "gone" },
    lost("gone", "crashed"),
  ];
  for (const event of events) {
    const { state, commands } = step(run.state, event);
    assert.deepEqual([state === run.state, commands], [true, []], JSON.stringify(event));
  }
});

Deno.test("a step shares what it does not touch, and takes no longer for a job of a billion segments", () => {
  const run = new Run();
  run.submit("b", 1, 1);
  const untouched = run.job("b");
  const calls = { range: 0, isDecision: 0 };
  const real = plan({ warmup: 0, draws: 50, thin: 1, drawBytes: 8, maxDraws: 50_000_000_000 });
  assert.equal(real.count, 1_000_000_000);
  const counted = {
    ...real,
    range: (segment: number) => (calls.range++, real.range(segment)),
    isDecision: (segments: number) => (calls.isDecision++, real.isDecision(segments)),
  };
  const frontier = 500_000_000;
  run.tell({
    kind: "submitted",
    nodeKind: "own",
    job: "a",
    plan: counted,
    chains: 2,
    restored: {
      status: "running",
      chains: [{ frontier, holes: [] }, { frontier, holes: [] }],
      decided: frontier - 1,
      stopAt: null,
    },
  });
  run.tell({ kind: "pause", job: "b" }, { kind: "pause", job: "b" });
  const paused = run.job("b");
  assert.notEqual(paused, untouched);
  run.node("n", 2);
  for (let i = 0; i < 100; i++) run.complete(run.leases[i]);
  assert.equal(run.job("b"), paused);
  assert.ok(calls.isDecision <= 101 && calls.range === 0, JSON.stringify(calls));
});
