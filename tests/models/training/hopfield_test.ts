import assert from "node:assert/strict";
import { letters } from "../../../models/data/letters.ts";
import { hopfield as hopfieldModel } from "../../../models/energy/hopfield.ts";
import { trainContrastively } from "../../../models/energy/hopfield/contrastive.ts";
import { hebb } from "../../../models/energy/hopfield/hebb.ts";
import { energyOf } from "../../../models/energy/hopfield/network.ts";
import { letterPatterns } from "../../../models/energy/hopfield_trials.ts";
import { hopfield } from "../../../models/training/hopfield.ts";
import { encodeTrained } from "../../../models/training/trained.ts";

const patterns = letterPatterns();
const build = (options: object, seed = 5) =>
  hopfield.build(hopfield.config.parse({ kind: "hopfield", ...options }), letters(), seed);

/** The records by name, the end's parameters, and the bytes of the last state. */
function run(training: ReturnType<typeof build>, through = (state: unknown) => state) {
  let state = training.init();
  const out = new Float64Array(training.metrics.length), records: Record<string, number>[] = [];
  for (let update = 1; update <= training.updates; update++) {
    training.update(state, update);
    state = through(state);
    if (update % training.updatesARecord !== 0) continue;
    training.record(state, update, out);
    records.push(Object.fromEntries(training.metrics.map((name, k) => [name, out[k]])));
    if (training.shouldStop(state)) break;
  }
  return { records, parameters: training.parameters(state) };
}

Deno.test("contrastive training as a job is the training that a model makes of its patterns", () => {
  const options = { rate: 0.2, noise: 0.25, sweeps: 2, bias: true, updates: 40 };
  const { parameters, records } = run(build(options), structuredClone);
  const { weights, bias } = trainContrastively(patterns, options, 5);
  assert.deepEqual(parameters.arrays.weights.values, weights);
  assert.deepEqual(parameters.arrays.bias.values, bias);
  assert.equal(records.length, 4);
  assert.notDeepEqual(run(build(options, 6)).parameters.arrays.weights.values, weights);
});

Deno.test("records tell how many letters are stable and recalled, and how far the negatives are from them", () => {
  const { records } = run(build({}));
  const first = records[0], last = records[records.length - 1];
  assert.equal(last.stable, 1);
  assert.ok(last.recalled >= 0.8 && last.recalled <= 1);
  assert.ok(last.negative_difference < first.negative_difference / 2);
});

Deno.test("Hebb's rule is one update", () => {
  const training = build({ rule: "hebb" });
  assert.equal(training.updates, 1);
  const { parameters, records } = run(training);
  assert.deepEqual(parameters.arrays.weights.values, hebb(patterns).weights);
  assert.ok(records.length === 1 && records[0].stable < 1);
});

Deno.test("a training whose negatives all come back ends after its patience", () => {
  const { records } = run(build({ noise: 0, updates: 10_000, patience: 3, recordEvery: 20 }));
  assert.ok(records.length < 500, `${records.length} records`);
  assert.deepEqual(records.slice(-3).map((record) => record.negative_difference), [0, 0, 0]);
  assert.ok(records.slice(0, -3).some((record) => record.negative_difference > 0));
});

Deno.test("what was trained is a model by its hash, with its patterns", () => {
  const { parameters } = run(build({ updates: 20 }));
  const bytes = encodeTrained(parameters), sha256 = "b".repeat(64);
  const config = hopfieldModel.config.parse({ kind: "hopfield", sha256, temperature: 3, corruption: 0.1 });
  const target = hopfieldModel.build(config, { get: () => bytes });
  assert.deepEqual(target.variables.map(({ name, shape }) => [name, ...shape]), [["y", 120], ["overlap", 10]]);
  const network = { units: 120, weights: parameters.arrays.weights.values.slice(), bias: new Float64Array(120) };
  assert.ok(network.weights instanceof Float64Array);
  const expected = -energyOf({ ...network, weights: network.weights }, patterns[3]) / 3;
  assert.ok(Math.abs(target.logDensity(patterns[3]) - expected) < 1e-10 * Math.abs(expected));
  const inconsistent = hopfieldModel.config.parse({ kind: "hopfield", sha256, rule: "hebb" });
  assert.throws(() => hopfieldModel.build(inconsistent, { get: () => bytes }), { name: "InputError", path: "rule" });
});

Deno.test("rows that are not of two values are refused", () => {
  const data = { ...letters(), values: letters().values.map((value) => 255 * value) };
  const config = hopfield.config.parse({ kind: "hopfield" });
  assert.throws(() => hopfield.build(config, data, 1), { name: "InputError", path: "data" });
});
