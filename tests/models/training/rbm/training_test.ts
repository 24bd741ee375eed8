/** The training of RBMs as a whole, on bars and stripes and on machines that can be enumerated. Seeds are fixed. */
import assert from "node:assert/strict";
import { barsAndStripes } from "../../../../models/data/bars_and_stripes.ts";
import type { Dataset } from "../../../../models/data/dataset.ts";
import { freeEnergy } from "../../../../models/energy/rbm/energy.ts";
import { logPartition } from "../../../../models/energy/rbm/enumeration.ts";
import { fromTrained, rbm as model } from "../../../../models/energy/rbm.ts";
import { encodeTrained } from "../../../../models/training/trained.ts";
import { rbm } from "../../../../models/training/rbm.ts";
import type { Training } from "../../../../models/training/training.ts";
import { Purpose, Random } from "../../../../numerics/random/random.ts";
import { visibleLaw } from "../../energy/rbm/machines.ts";

const bars = barsAndStripes(3); // 14 patterns of 9 bits: no machine can do better than −log 14

function build(options: object, data: Dataset = bars, seed = 7): Training {
  return rbm.build(rbm.config.parse({ kind: "rbm", ...options }), data, seed);
}

/** Runs a training to its end; records by the names of the metrics. */
function run(training: Training, state: unknown = training.init()) {
  const records: Record<string, number>[] = [];
  const out = new Float64Array(training.metrics.length);
  for (let update = 1; update <= training.updates && !training.shouldStop(state); update++) {
    training.update(state, update);
    if (update % training.updatesARecord > 0) continue;
    training.record(state, update, out);
    records.push(Object.fromEntries(training.metrics.map((name, k) => [name, out[k]])));
  }
  return { state, records };
}

function last(records: readonly Record<string, number>[], name: string): number {
  return records[records.length - 1][name];
}

const learning = { hidden: 8, epochs: 6000, batchSize: 14, learningRate: 0.2, recordEvery: 2000, schedule: "linear" };

Deno.test("persistent chains learn bars and stripes nearly as well as can be, and learning downhill forgets them", () => {
  const best = -Math.log(14);
  const { records } = run(build(learning));
  assert.ok(last(records, "train_log_likelihood") > best - 0.25, `${last(records, "train_log_likelihood")}`);
  // With the sign turned the likelihood falls below that of fair bits.
  const training = build({ ...learning, epochs: 100, recordEvery: 100, initialScale: 0.5 });
  const backwards = rbm.build(
    {
      ...rbm.config.parse({ kind: "rbm", ...learning, epochs: 100, recordEvery: 100, initialScale: 0.5 }),
      learningRate: -0.2,
    },
    bars,
    7,
  );
  assert.ok(last(run(training).records, "train_log_likelihood") > -9 * Math.LN2);
  assert.ok(last(run(backwards).records, "train_log_likelihood") < -9 * Math.LN2);
});

Deno.test("contrastive divergence and exact gradients learn them too", () => {
  const cd = run(build({ ...learning, method: "cd", steps: 5 }));
  assert.ok(
    last(cd.records, "train_log_likelihood") > -Math.log(14) - 0.2,
    `${last(cd.records, "train_log_likelihood")}`,
  );
  const exact = run(build({
    ...{ ...learning, method: "exact", epochs: 800, recordEvery: 200, schedule: "constant", momentum: 0.9 },
    initialScale: 0.3,
  }));
  const likelihoods = exact.records.map(({ train_log_likelihood }) => train_log_likelihood);
  for (let k = 1; k < likelihoods.length; k++) assert.ok(likelihoods[k] > likelihoods[k - 1]);
  assert.ok(likelihoods[likelihoods.length - 1] > -Math.log(14) - 0.2, `${likelihoods}`);
});

for (
  const [name, options, data] of [
    ["persistent chains", { hidden: 12, batchSize: 5, recordEvery: 4, epochs: 8 }, bars],
    ["contrastive divergence", { hidden: 12, batchSize: 5, method: "cd", steps: 2, recordEvery: 4, epochs: 8 }, bars],
    ["exact gradients", { hidden: 3, method: "exact", epochs: 12, recordEvery: 4 }, bars],
    ["Gaussian visibles", {
      hidden: 6,
      visible: "gaussian",
      variances: "learned",
      batchSize: 10,
      recordEvery: 3,
      epochs: 3,
    }, normals(30)],
  ] as const
) {
  Deno.test(`a training by ${name} that is cut anywhere and goes on from its checkpoint gives the same bits`, () => {
    const early = { earlyStopping: { monitor: "reconstruction_error", patience: 100 } };
    const whole = run(build({ ...options, ...early }, data));
    const training = build({ ...options, ...early }, data), out = new Float64Array(training.metrics.length);
    let state = training.init();
    const values: number[][] = [];
    for (let update = 1; update <= training.updates; update++) {
      state = structuredClone(state); // as a checkpoint does
      // Another worker may have the next update; another training may come between.
      const worker = update % 3 === 0 ? build({ ...options, ...early }, data) : training;
      training.update(training.init(), 1);
      worker.update(state, update);
      if (update % training.updatesARecord > 0) continue;
      worker.record(state, update, out);
      values.push([...out]);
    }
    assert.deepEqual(values, whole.records.map((record) => Object.values(record)));
    assert.deepEqual(encodeTrained(training.parameters(state)), encodeTrained(training.parameters(whole.state)));
  });
}

/** Rows of correlated normals. */
function normals(rows: number, validationRows = 0): Dataset {
  const random = new Random(3).at(0, 0, Purpose.test);
  const values = new Float32Array(3 * rows);
  for (let r = 0; r < rows; r++) {
    const common = random.normal();
    for (let i = 0; i < 3; i++) values[3 * r + i] = 0.8 * common + 0.6 * random.normal();
  }
  return { name: "normals", rows, columns: 3, values, validationRows };
}

Deno.test("Gaussian visibles with learned variances come to a higher likelihood than their base", () => {
  const options = {
    visible: "gaussian",
    variances: "learned",
    hidden: 6,
    epochs: 120,
    batchSize: 50,
    learningRate: 0.05,
    schedule: "linear",
  };
  const { records } = run(build({ ...options, recordEvery: 240 }, normals(400)));
  // Independent normals of variance 1 have −3/2 log(2πe) = −4.26; the truth has ½ log det less: −3.55.
  assert.ok(last(records, "train_log_likelihood") > -4.05, `${last(records, "train_log_likelihood")}`);
});

Deno.test("the metrics are what they say, on a machine that can be enumerated", () => {
  const random = new Random(5).at(0, 0, Purpose.test);
  const rows = 60, columns = 5;
  const values = Uint8Array.from({ length: rows * columns }, () => Number(random.uniform() < 0.4));
  const data = { name: "bits", rows, columns, values, validationRows: 20 };
  const training = build({ hidden: 4, batchSize: 8, epochs: 4, learningRate: 0.5 }, data);
  assert.equal(training.updates, 20);
  assert.equal(training.updatesARecord, 5);
  const { state, records } = run(training);
  const { parameters } = fromTrained(training.parameters(state));
  const fields = new Float64Array(4);
  const logZ = logPartition(parameters);
  const row = (r: number) => values.subarray(r * columns, (r + 1) * columns);
  const mean = (from: number, to: number, of: (v: Uint8Array) => number) => {
    let sum = 0;
    for (let r = from; r < to; r++) sum += of(row(r));
    return sum / (to - from);
  };
  const energy = (v: Uint8Array) => freeEnergy(parameters, v, fields);
  const law = visibleLaw(parameters);
  const pseudo = (v: Uint8Array) => {
    const number = v.reduce((sum, bit) => 2 * sum + bit, 0);
    let sum = 0;
    v.forEach((_, i) => sum += Math.log(law[number] / (law[number] + law[number ^ (1 << (columns - 1 - i))])));
    return sum;
  };
  const close = (name: string, expected: number, tolerance = 1e-5) =>
    assert.ok(Math.abs(last(records, name) - expected) < tolerance, `${name}: ${last(records, name)} for ${expected}`);
  close("epoch", 4);
  close("log_partition", logZ);
  close("log_partition_error", 0);
  close("train_log_likelihood", -mean(0, 40, energy) - logZ);
  close("validation_log_likelihood", -mean(40, 60, energy) - logZ);
  close("free_energy_gap", mean(0, 40, energy) - mean(40, 60, energy));
  close("pseudo_log_likelihood", mean(40, 60, pseudo));
  // Of one draw of h a row: E[(v − p)²] is at least the conditional variance and at most 1.
  assert.ok(last(records, "reconstruction_error") > 0.1 && last(records, "reconstruction_error") < 0.4);
});

Deno.test("log Z of a machine too large to enumerate is annealed, when it is due and at the end", () => {
  const training = build({ hidden: 13, epochs: 6, batchSize: 7, ais: { every: 4, temperatures: 40, particles: 30 } }, {
    ...barsAndStripes(4),
    validationRows: 5,
  });
  const { state, records } = run(training);
  assert.deepEqual(records.map(({ log_partition }) => Number.isFinite(log_partition)), [
    false,
    false,
    false,
    true,
    false,
    true,
  ]);
  const { parameters } = fromTrained(training.parameters(state));
  assert.ok(
    Math.abs(last(records, "log_partition") - logPartition(parameters)) <
      4 * last(records, "log_partition_error") + 0.02,
  );
  assert.ok(Number.isFinite(last(records, "validation_log_likelihood")));
});

Deno.test("one unit a row estimates the pseudo-likelihood of all", () => {
  // 65 units are more than are all taken: unit 65 is a copy of none and the machine is without edges.
  const random = new Random(6).at(0, 0, Purpose.test);
  const rows = 4000, columns = 65;
  const values = Uint8Array.from({ length: rows * columns }, () => Number(random.uniform() < 0.3));
  const data = { name: "bits", rows, columns, values, validationRows: 0 };
  const options = { hidden: 2, epochs: 1, batchSize: rows, learningRate: 1e-9, initialScale: 0, monitorRows: rows };
  const { records } = run(build(options, data));
  const entropy = -(0.3 * Math.log(0.3) + 0.7 * Math.log(0.7));
  // Sum of 4000 independent terms, each 65 times a log of sd 0.39: standard error 0.4.
  assert.ok(Math.abs(last(records, "pseudo_log_likelihood") + 65 * entropy) < 2.2);
});

Deno.test("early stopping ends after its patience and keeps the parameters of the best record", () => {
  const options = {
    ...{
      hidden: 6,
      batchSize: 2,
      epochs: 400,
      learningRate: 1.5,
      schedule: "constant",
      recordEvery: 5,
      centering: false,
    },
    earlyStopping: { monitor: "validation_log_likelihood", patience: 4 },
  };
  const data = { ...bars, validationRows: 7 };
  const training = build(options, data);
  const { state, records } = run(training);
  const likelihoods = records.map(({ validation_log_likelihood }) => validation_log_likelihood);
  const best = Math.max(...likelihoods);
  assert.ok(records.length < 400 * 4 / 5, "it ends early");
  assert.equal(likelihoods.length - 1 - likelihoods.indexOf(best), 4);
  const { parameters } = fromTrained(training.parameters(state));
  const fields = new Float64Array(6);
  let sum = 0;
  for (let r = 7; r < 14; r++) sum -= freeEnergy(parameters, bars.values.subarray(9 * r, 9 * r + 9), fields) / 7;
  assert.ok(Math.abs(sum - logPartition(parameters) - best) < 1e-5);
});

Deno.test("a training that diverges ends, and says so with metrics that are not finite", () => {
  const training = build({ hidden: 4, epochs: 1000, recordEvery: 10, learningRate: 1e38, batchSize: 14 });
  const { state, records } = run(training);
  assert.ok(records.length < 100);
  assert.ok(training.shouldStop(state));
  assert.ok(!Number.isFinite(last(records, "train_log_likelihood")));
});

Deno.test("what was trained can be sampled, and starts where the chains are", () => {
  const training = build({ hidden: 8, epochs: 5, batchSize: 7, particles: 3 }, { ...bars, image: [3, 3] });
  const { state } = run(training);
  const trained = training.parameters(state);
  assert.deepEqual(trained.config, { kind: "rbm", visible: "bits", image: [3, 3] });
  const bytes = encodeTrained(trained);
  const config = model.config.parse({ kind: "rbm", sha256: "0".repeat(64), clamp: [1, ...new Array(8).fill(null)] });
  const target = model.build(config, { get: () => bytes });
  const x = new Float64Array(9), random = new Random(1).at(0, 0, Purpose.start);
  target.start?.(random, x);
  assert.equal(x[0], 1);
  assert.ok(Number.isFinite(target.logDensity(x)));
  const { parameters } = fromTrained(trained);
  assert.ok(Math.abs(target.logDensity(x) + freeEnergy(parameters, x, new Float64Array(8))) < 1e-12);
});

for (
  const [what, options, data, path, message] of [
    ["grey pixels for bits", {}, { ...bars, values: bars.values.map((x) => 255 * x) }, "data", /add `binarize`/],
    [
      "a missing value",
      { visible: "gaussian" },
      { ...normals(4), values: new Float32Array(12).fill(NaN) },
      "data",
      /finite/,
    ],
    ["no row to learn from", {}, { ...bars, validationRows: 14 }, "data", /no rows to learn from/],
    ["variances of bits", { variances: "learned" }, bars, "variances", /gaussian/],
    [
      "exact gradients of a large machine",
      { method: "exact", hidden: 21 },
      barsAndStripes(5),
      "method",
      /at most 20 units/,
    ],
  ] as const
) {
  Deno.test(`${what}: refused where it is wrong`, () => {
    assert.throws(() => build(options, data), { name: "InputError", path, message });
  });
}
