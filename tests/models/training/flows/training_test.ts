/** Flows as trainings: what their checkpoints hold, what they come to, what they refuse. Seeds are fixed: nothing here alarms by chance. */
import assert from "node:assert/strict";
import type { Dataset } from "../../../../models/data/dataset.ts";
import { toy } from "../../../../models/data/toys.ts";
import { openTrained } from "../../../../models/flows/trained.ts";
import { openDouble } from "../../../../numerics/arithmetic/double.ts";
import { Board } from "../../../../models/training/flows/board.ts";
import { logNormalizer } from "../../../../models/posteriors/potential.ts";
import { trainings } from "../../../../models/training/registry.ts";
import { encodeTrained } from "../../../../models/training/trained.ts";
import type { Training, TrainingDefinition } from "../../../../models/training/training.ts";
import { InputError } from "../../../../numerics/errors.ts";
import { Packr } from "msgpackr/pack";

const packr = new Packr({ moreTypes: true, useRecords: false });

type Options = { readonly kind: "planar" | "nice" | "real-nvp" | "glow"; readonly [key: string]: unknown };

function build(options: Options, data: Dataset | null, seed = 1): Training {
  const definition: TrainingDefinition = trainings[options.kind];
  const config = definition.config.parse(options);
  if (data) return definition.build(config, data, seed);
  assert.ok(definition.buildAlone);
  return definition.buildAlone(config, seed);
}

/** Runs updates (from, to] and records where they are due; returns the last record. */
function run(training: Training, state: unknown, from: number, to: number): Record<string, number> {
  const row = new Float64Array(training.metrics.length);
  for (let update = from + 1; update <= to; update++) {
    training.update(state, update);
    if (update % training.updatesARecord === 0) training.record(state, update, row);
  }
  return Object.fromEntries(training.metrics.map((name, k) => [name, row[k]]));
}

const MOONS: Dataset = { ...toy("two-moons", 600, 1), validationRows: 100 };
const IMAGES: Dataset = {
  name: "images",
  rows: 40,
  columns: 16,
  values: Uint8Array.from({ length: 640 }, (_, k) => (k * 37 + (k >> 4) * 11) % 256),
  image: [4, 4],
  labels: Uint8Array.from({ length: 40 }, (_, r) => r % 2),
  validationRows: 8,
};
const ALONE = {
  objective: { kind: "reverse-kl", model: { kind: "potential", energy: "u1" } },
  epochs: 8,
  batchSize: 30,
  recordEvery: 2,
};
const SHORT = { epochs: 2, batchSize: 10, recordEvery: 2, averaging: 0.9, earlyStopping: { patience: 3 } };

const CASES: { name: string; options: Options; data: Dataset | null }[] = [
  { name: "planar", options: { kind: "planar", length: 4, ...SHORT }, data: IMAGES },
  { name: "NICE", options: { kind: "nice", hidden: [8], ...SHORT }, data: IMAGES },
  {
    name: "Real NVP with a warm-up, decay and clipping",
    options: {
      kind: "real-nvp",
      hidden: [8],
      ...SHORT,
      classConditional: true,
      schedule: "cosine",
      warmup: 3,
      clip: 1,
      optimizer: { kind: "adamw", weightDecay: 0.1 },
    },
    data: IMAGES,
  },
  {
    name: "Glow, whose actnorm the first batch sets",
    options: { kind: "glow", levels: 1, steps: 2, channels: 4, ...SHORT },
    data: IMAGES,
  },
  { name: "planar by reverse divergence", options: { kind: "planar", length: 4, ...ALONE }, data: null },
];

for (const { name, options, data } of CASES) {
  Deno.test(`${name}: a training that is cut anywhere and goes on from its checkpoint gives the same bytes`, () => {
    const bytes = (training: Training, state: unknown) => encodeTrained(training.parameters(state));
    const whole = build(options, data), state = whole.init();
    run(whole, state, 0, whole.updates);
    for (const cut of [0, 1, 3, whole.updates - 1]) {
      const first = build(options, data), half = first.init();
      run(first, half, 0, cut);
      const kept = packr.unpack(packr.pack(half));
      assert.ok(packr.pack(half).length <= first.stateBytes + 2000, "no more than was said");
      const second = build(options, data);
      run(second, kept, cut, second.updates);
      assert.deepEqual(bytes(second, kept), bytes(whole, state), `cut after ${cut}`);
    }
    assert.notDeepEqual(bytes(whole, state), bytes(whole, whole.init()), "something was learned");
  });
}

Deno.test("one learner goes from a state to another and back without mixing them up", () => {
  const training = build(CASES[2].options, IMAGES), a = training.init(), b = training.init();
  run(training, a, 0, 2);
  run(training, b, 0, 3);
  run(training, a, 2, 3);
  assert.deepEqual(packr.pack(a), packr.pack(b));
});

Deno.test("Real NVP learns two moons: the held-out likelihood rises, and is that of the flow that is kept", () => {
  const training = build({
    kind: "real-nvp",
    couplings: 6,
    hidden: [32],
    epochs: 60,
    batchSize: 100,
    learningRate: 3e-3,
  }, MOONS);
  const state = training.init();
  const first = run(training, state, 0, training.updatesARecord);
  const last = run(training, state, training.updatesARecord, training.updates);
  assert.ok(last.validation_log_likelihood > first.validation_log_likelihood + 0.3, JSON.stringify({ first, last }));
  const { flow } = openTrained(training.parameters(state), openDouble, 50);
  const heldOut = flow.logDensity({ rows: 100, values: Float64Array.from(MOONS.values.subarray(1000)) });
  const mean = heldOut.reduce((sum, value) => sum + value, 0) / 100;
  assert.ok(Math.abs(mean - last.validation_log_likelihood) < 1e-4, `${mean} ${last.validation_log_likelihood}`);
});

Deno.test("bits per dimension are those of the log-likelihood: noise in all 256 levels has 8", () => {
  const training = build({
    kind: "nice",
    hidden: [8],
    epochs: 1,
    preprocess: "dequantize",
    base: "uniform",
    learningRate: 1e-12,
  }, IMAGES);
  const { validation_log_likelihood: nats, validation_bits_per_dimension: bits } = run(training, training.init(), 0, 1);
  assert.ok(Math.abs(bits - (16 * Math.log(256) - nats) / (16 * Math.LN2)) < 1e-9, `${nats} ${bits}`);
});

Deno.test("reverse divergence comes to the law of a Gaussian, whose evidence is known", () => {
  const training = build({
    kind: "real-nvp",
    couplings: 4,
    hidden: [16],
    epochs: 600,
    batchSize: 100,
    learningRate: 0.01,
    schedule: "cosine",
    objective: {
      kind: "reverse-kl",
      model: { kind: "gaussian", mean: [1, -2], covariance: [[1, 0.6], [0.6, 0.5]] },
    },
  }, null);
  const { elbo, elbo_error, log_evidence, effective_fraction } = run(training, training.init(), 0, training.updates);
  assert.ok(elbo < 3 * elbo_error && elbo > -0.05, `KL ${-elbo} ± ${elbo_error}`);
  assert.ok(Math.abs(log_evidence) < 0.05, `${log_evidence}`);
  assert.ok(effective_fraction > 0.8, `${effective_fraction}`);
});

Deno.test("planar flows come near the evidence of the first energy", () => {
  const training = build({
    kind: "planar",
    length: 32,
    epochs: 1500,
    batchSize: 100,
    learningRate: 5e-3,
    objective: { ...ALONE.objective, annealing: { updates: 1000 } },
  }, null);
  const { elbo, log_evidence, log_evidence_error } = run(training, training.init(), 0, training.updates);
  const evidence = logNormalizer("u1");
  assert.ok(elbo < evidence && elbo > evidence - 0.4, `${elbo} beside ${evidence}`);
  assert.ok(
    Math.abs(log_evidence - evidence) < 6 * log_evidence_error + 0.05,
    `${log_evidence} ± ${log_evidence_error}`,
  );
});

Deno.test("a helper's part of an update has the bytes of the owner's, whichever parts it takes", () => {
  const options: Options = { kind: "real-nvp", couplings: 4, hidden: [256, 256], batchSize: 512, epochs: 1 };
  const data: Dataset = { ...toy("rings", 1024, 1), validationRows: 0 };
  const owner = build(options, data), sharing = owner.sharing;
  assert.ok(sharing, "the update is large enough for several parts");
  const alone = build(options, data), expected = alone.init();
  for (const update of [1, 2]) alone.update(expected, update);

  const buffer = new SharedArrayBuffer(sharing.bytes);
  const helper = build(options, data).sharing?.join(buffer);
  assert.ok(helper);
  sharing.open(buffer);
  const state = owner.init();
  // The helper works in the owner's pauses between parts: one thread is enough to have both of them at one update.
  let helped = 0;
  const alive = () => {
    if (helper.work(0)) helped++;
  };
  owner.update(state, 1, alive);
  helper.leave();
  owner.update(state, 2, alive);
  assert.ok(helped >= 1, `${helped} parts`);
  assert.deepEqual(packr.pack(state), packr.pack(expected));
});

Deno.test("on a board each part is taken once, helpers from the end, and what a helper cannot do is the owner's again", () => {
  const board = new Board(new SharedArrayBuffer(Board.bytes(4, 3)), 4, 3);
  assert.equal(board.takeLast(0), null, "nothing is posted");
  board.post(7, 4);
  assert.deepEqual(board.takeLast(0), { part: 3, update: 7, version: 1 });
  assert.equal(board.takeFirst(), true); // part 1: the first is its own already
  assert.deepEqual(board.takeLast(0), { part: 2, update: 7, version: 1 });
  assert.equal(board.takeFirst(), false);
  assert.equal(board.takeLast(0), null);
  board.gradient(2).set([1, 2, 3]);
  board.finish(2, 0.5);
  board.finish(3, null);
  assert.equal(board.wait(2), 0.5);
  assert.deepEqual([...board.gradient(2)], [1, 2, 3]);
  assert.equal(board.wait(3), null);
  board.post(8, 2);
  assert.deepEqual(board.takeLast(0), { part: 1, update: 8, version: 2 });
});

Deno.test("helpers that are all faster than the owner leave it the first part, which has no room on the board", () => {
  const board = new Board(new SharedArrayBuffer(Board.bytes(4, 3)), 4, 3);
  for (const update of [1, 2]) {
    board.post(update, 4);
    assert.deepEqual([3, 2, 1].map(() => board.takeLast(0)?.part), [3, 2, 1]);
    assert.equal(board.takeLast(0), null);
    assert.equal(board.takeFirst(), false);
    for (const part of [1, 2, 3]) board.finish(part, part);
  }
});

const REFUSALS: { name: string; options: Options; data: Dataset | null; path: string; message: RegExp }[] = [
  { name: "rows and reverse-kl", options: { kind: "planar", ...ALONE }, data: MOONS, path: "data", message: /leave/ },
  { name: "likelihood without rows", options: { kind: "planar" }, data: null, path: "data", message: /name the data/ },
  {
    name: "a discrete model",
    options: { kind: "planar", objective: { kind: "reverse-kl", model: { kind: "ising", size: 4 } } },
    data: null,
    path: "objective.model",
    message: /gradient/,
  },
  {
    name: "a model that is wrong",
    options: {
      kind: "planar",
      objective: { kind: "reverse-kl", model: { kind: "gaussian", mean: [0], covariance: [[-1]] } },
    },
    data: null,
    path: "objective.model.covariance",
    message: /positive definite/,
  },
  {
    name: "a learned base without data",
    options: { kind: "planar", ...ALONE, base: { kind: "mixture", components: 2 } },
    data: null,
    path: "base",
    message: /learns nothing/,
  },
  {
    name: "early stopping without rows to look at",
    options: { kind: "nice", earlyStopping: { patience: 1 } },
    data: { ...MOONS, validationRows: 0 },
    path: "earlyStopping",
    message: /keep some back/,
  },
  {
    name: "a state that is too large",
    options: { kind: "nice", hidden: [4000, 4000, 4000] },
    data: IMAGES,
    path: "",
    message: /256 MB/,
  },
  {
    name: "an update that would take minutes",
    options: { kind: "real-nvp", couplings: 8, hidden: [1024, 1024], batchSize: 65_536 },
    data: { ...toy("rings", 65_536, 1), validationRows: 0 },
    path: "batchSize",
    message: /at most/,
  },
];

for (const { name, options, data, path, message } of REFUSALS) {
  Deno.test(`${name}: refused where it is wrong`, () => {
    assert.throws(() => build(options, data), (error) => {
      assert.ok(error instanceof InputError, String(error));
      assert.ok(error.path === path || path !== "" && error.path.startsWith(`${path}.`), error.path);
      assert.match(error.message, message);
      return true;
    });
  });
}
