/** Trainings as jobs: taken, run, stopped early, kept, sampled, and the same to the last bit whatever happens on the way. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { Coordinator } from "../../coordinator/coordinator.ts";
import type { Engine } from "../../coordinator/engines/engine.ts";
import { LocalEngine } from "../../coordinator/engines/local.ts";
import { NotFoundError, QueueFullError, ValidationError } from "../../coordinator/schema/errors.ts";
import { Store } from "../../coordinator/store/store.ts";
import { planTraining } from "../../coordinator/plan_training.ts";

const SPEC = {
  train: { kind: "rbm", hidden: 12, epochs: 40, batchSize: 10, recordEvery: 4, monitorRows: 20 },
  data: { kind: "bars-and-stripes", size: 4, validation: 10 },
  name: "bars",
  seed: 5,
};

async function withCoordinator<T>(engine: Engine, use: (coordinator: Coordinator) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir();
  const coordinator = new Coordinator(Store.open(folder, { durable: false }), engine);
  coordinator.start();
  try {
    return await use(coordinator);
  } finally {
    await coordinator.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

async function ended(coordinator: Coordinator, id: string, meanwhile: () => void = () => {}): Promise<void> {
  while (["queued", "running"].includes(coordinator.job(id).status)) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    meanwhile();
  }
  assert.equal(coordinator.job(id).status, "completed", coordinator.job(id).error?.message);
}

const two = () => new LocalEngine({ workers: 2 });

Deno.test("a training is a job with a row of metrics for each record, and what it learns is in the registry and can be sampled", () =>
  withCoordinator(two(), async (coordinator) => {
    assert.throws(() => coordinator.model("bars"), NotFoundError);
    const { id, spec } = await coordinator.submitTraining(SPEC);
    assert.equal(spec.dataset?.rows, 30);
    assert.equal(spec.dataset?.validationRows, 10);
    await ended(coordinator, id);

    const summary = await coordinator.summary(id);
    assert.ok("metrics" in summary);
    assert.equal(summary.complete, true);
    assert.equal(summary.model, "bars");
    assert.equal(summary.records, 20, "40 epochs of 2 updates, a record every 4");
    assert.equal(summary.metrics.find(({ name }) => name === "epoch")?.last, 40);
    const draws = await coordinator.draws(id);
    assert.equal(draws.draws, 20);
    draws.close();

    const model = coordinator.model("bars");
    assert.equal(model.kind, "rbm");
    assert.equal(model.job, id);
    assert.deepEqual(model.arrays?.find(({ name }) => name === "weights")?.shape, [16, 12]);
    assert.deepEqual(coordinator.models(), [model]);

    const { draws: sampled, updates, models } = coordinator.gauges();
    assert.deepEqual([sampled, updates, models], [0, 80, 1], "records are no draws");

    const job = coordinator.submit({
      model: { kind: "trained", name: "bars" },
      chains: 20,
      warmup: 10,
      draws: 5,
      seed: 1,
    });
    assert.equal(
      "sha256" in job.spec.model && job.spec.model.sha256,
      model.sha256,
      "the job holds the parameters, not the name",
    );
    coordinator.removeModel("bars");
    await ended(coordinator, job.id);
    assert.throws(() => coordinator.submit({ model: { kind: "trained", name: "bars" } }), ValidationError);
  }));

Deno.test("a training gives the same model on 1 and 2 workers and after kills", async () => {
  const train = (engine: Engine, meanwhile?: () => void) =>
    withCoordinator(engine, async (coordinator) => {
      const { id } = await coordinator.submitTraining({
        ...SPEC,
        train: { ...SPEC.train, epochs: 800, recordEvery: 20 },
      });
      await ended(coordinator, id, meanwhile);
      return coordinator.model("bars").sha256;
    });
  const sha256 = await train(new LocalEngine({ workers: 1 }));
  assert.equal(await train(two()), sha256);
  const engine = new LocalEngine({ workers: 2 });
  let kills = 0;
  let due = performance.now() + 300;
  const killed = await train(engine, () => {
    const pid = engine.pidOf("own");
    if (pid === undefined || kills >= 3 || performance.now() < due) return;
    Deno.kill(pid, "SIGKILL");
    kills++;
    due = performance.now() + 300;
  });
  assert.ok(kills > 0);
  assert.equal(killed, sha256);
});

Deno.test("a flow has the same bytes from 1, 2 and 4 workers that share its updates, and after kills", async () => {
  const spec = {
    train: { kind: "real-nvp", couplings: 4, hidden: [256, 256], batchSize: 512, epochs: 12, recordEvery: 6 },
    data: { kind: "rings", count: 1200, validation: 100 },
    name: "flow",
    seed: 3,
  };
  // Six parts an update.
  const train = (workers: number, kills: number) => {
    const engine = new LocalEngine({ workers });
    let due = performance.now() + 400;
    return withCoordinator(engine, async (coordinator) => {
      const { id } = await coordinator.submitTraining(spec);
      await ended(coordinator, id, () => {
        const pid = engine.pidOf("own");
        if (pid === undefined || kills === 0 || performance.now() < due) return;
        Deno.kill(pid, "SIGKILL");
        kills--;
        due = performance.now() + 400;
      });
      return coordinator.model("flow").sha256;
    });
  };
  const sha256 = await train(1, 0);
  assert.equal(await train(2, 0), sha256);
  assert.equal(await train(4, 0), sha256);
  assert.equal(await train(2, 2), sha256);
});

Deno.test("a flow is fitted to a model without data; what needs data says so, and what has none to read refuses it", () =>
  withCoordinator(two(), async (coordinator) => {
    const train = {
      kind: "planar",
      length: 4,
      epochs: 50,
      objective: { kind: "reverse-kl", model: { kind: "potential", energy: "u2" } },
    };
    const { id, spec } = await coordinator.submitTraining({ train, name: "wave", seed: 1 });
    assert.deepEqual([spec.data, spec.dataset], [undefined, undefined]);
    await ended(coordinator, id);
    const summary = await coordinator.summary(id);
    assert.ok("metrics" in summary);
    assert.equal(summary.records, 50);
    assert.ok(summary.metrics.find(({ name }) => name === "elbo")?.last);
    assert.equal(coordinator.model("wave").kind, "flow");
    const refused = (path: string) => (error: unknown) =>
      error instanceof ValidationError && error.faults.some((fault) => fault.path === path);
    await assert.rejects(coordinator.submitTraining({ train, data: { kind: "rings" } }), refused("data"));
    await assert.rejects(coordinator.submitTraining({ train: { kind: "planar" } }), refused("data"));
    await assert.rejects(coordinator.submitTraining({ train: SPEC.train }), refused("data"));
  }));

Deno.test("a coordinator that is started again goes on with a training", async () => {
  const folder = await Deno.makeTempDir();
  const start = () => {
    const coordinator = new Coordinator(Store.open(folder, { durable: false }), two());
    coordinator.start();
    return coordinator;
  };
  try {
    const long = { ...SPEC, train: { ...SPEC.train, epochs: 1500, recordEvery: 20 } };
    let coordinator = start();
    const { id } = await coordinator.submitTraining(long);
    while (coordinator.job(id).progress.done < 1000) await new Promise((resolve) => setTimeout(resolve, 5));
    await coordinator.stop();
    coordinator = start();
    await ended(coordinator, id);
    const { sha256 } = coordinator.model("bars");
    const again = await coordinator.submitTraining({ ...long, name: "again" });
    await ended(coordinator, again.id);
    assert.equal(coordinator.model("again").sha256, sha256);
    await coordinator.stop();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("early stopping ends a training at a record, and the total is then what was done", () =>
  withCoordinator(two(), async (coordinator) => {
    const { id } = await coordinator.submitTraining({
      ...SPEC,
      train: {
        ...SPEC.train,
        epochs: 100_000,
        recordEvery: 200,
        earlyStopping: { monitor: "reconstruction_error", patience: 2 },
      },
    });
    await ended(coordinator, id);
    const { done, total } = coordinator.job(id).progress;
    assert.equal(done, total);
    assert.ok(total < 200_000, `${total}`);
    assert.equal(coordinator.model("bars").job, id);
  }));

Deno.test("a wrong training is refused with the path of what is wrong", () =>
  withCoordinator(two(), async (coordinator) => {
    const refused = async (spec: unknown, path: string) => {
      const error = await coordinator.submitTraining(spec).then(() => null, (error) => error);
      assert.ok(error instanceof ValidationError, `${JSON.stringify(spec)}: ${error}`);
      assert.ok(error.faults.some((fault) => fault.path === path), JSON.stringify(error.faults));
    };
    await refused({ ...SPEC, train: { kind: "rbm", hidden: 0 } }, "train.hidden");
    await refused({ ...SPEC, train: { kind: "perceptron" } }, "train.kind");
    await refused({ ...SPEC, data: { kind: "inline", rows: [[0, 1], [1]] } }, "data.rows.1");
    await refused({ ...SPEC, data: { kind: "bars-and-stripes", size: 1 } }, "data.size");
    await refused({ ...SPEC, name: "no spaces" }, "name");
    await refused({ ...SPEC, epochs: 3 }, "epochs");
    await refused({ ...SPEC, data: { kind: "inline", rows: [[0.5, 0.2], [0.1, 0.9]] } }, "data");
    await refused([], "");
  }));

Deno.test("a training whose data are gone from the store fails and says so", async () => {
  const folder = await Deno.makeTempDir();
  const open = () => new Coordinator(Store.open(folder, { durable: false }), two());
  try {
    let coordinator = open(); // not started: nothing is run
    const { id, spec } = await coordinator.submitTraining(SPEC);
    await coordinator.stop();
    await Deno.remove(join(folder, "assets", spec.dataset?.sha256 ?? ""));
    coordinator = open();
    coordinator.start();
    for await (const _ of coordinator.events(id, 0, new AbortController().signal)) { /* until its last event */ }
    const { status, error } = coordinator.job(id);
    assert.equal(status, "failed");
    assert.match(error?.message ?? "", /there is nothing of the SHA-256 .* in this store/);
    await coordinator.stop();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("rows that were sent along are kept once, by their hash, and the job tells no more than their preparation", () =>
  withCoordinator(two(), async (coordinator) => {
    const rows = Array.from({ length: 30 }, (_, r) => Array.from({ length: 9 }, (_, c) => (r >> c % 5) & 1));
    const { id, spec } = await coordinator.submitTraining({
      train: { ...SPEC.train, epochs: 2 },
      data: { kind: "inline", rows, image: [3, 3], validation: 5 },
    });
    assert.ok(spec.data && spec.dataset);
    assert.equal("rows" in spec.data, false);
    assert.deepEqual([spec.data.kind, spec.dataset.rows, spec.dataset.validationRows], ["inline", 30, 5]);
    await ended(coordinator, id);
    assert.deepEqual(coordinator.job(id).spec, spec);
  }));

Deno.test("specs of unfinished jobs have a limit together", async () => {
  const folder = await Deno.makeTempDir();
  const coordinator = new Coordinator(Store.open(folder, { durable: false }), two()); // not started: nothing ends
  try {
    const large = { kind: "discrete", probabilities: Array.from({ length: 1_000_000 }, (_, k) => 1 + k / 1e6 + 1e-14) };
    coordinator.submit({ model: large, draws: 10 });
    assert.throws(() => coordinator.submit({ model: { kind: "banana" } }), (error) => {
      assert.ok(error instanceof QueueFullError);
      assert.match(error.message, /take 1\d MiB; from 16 on no more are taken/);
      return true;
    });
  } finally {
    await coordinator.stop();
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("large checkpoints make long segments: all of a job's together stay below some gigabytes", () => {
  const course = { updates: 46_900, updatesARecord: 469, stateBytes: 250 * 2 ** 20 };
  assert.ok(planTraining(course).count * course.stateBytes <= 4.5 * 2 ** 30);
  assert.ok(planTraining(course).count > 8);
  assert.equal(planTraining({ ...course, stateBytes: 1000 }).range(0).to, 469 / 3 + 2 / 3);
});

Deno.test("the segments of a training join, and those that end a record are where it may stop", () => {
  for (const [updates, updatesARecord] of [[80, 4], [600, 600], [12_000, 600], [7, 7], [1000, 1], [30_000, 10_000]]) {
    const plan = planTraining({ updates, updatesARecord, stateBytes: 0 });
    let at = 0;
    for (let segment = 0; segment < plan.count; segment++) {
      const { from, to } = plan.range(segment);
      assert.equal(from, at);
      assert.ok(to > from && to - from <= 200, `${from} to ${to}`);
      assert.equal(plan.isDecision(segment + 1), to % updatesARecord === 0);
      assert.equal(plan.drawsAfter(segment + 1), Math.floor(to / updatesARecord));
      at = to;
    }
    assert.equal(at, updates);
    assert.equal(plan.steps, updates);
  }
});
