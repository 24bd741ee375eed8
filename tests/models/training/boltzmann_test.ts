/** Seeds are fixed; a statistical check alarms falsely once in 10⁶. */
import assert from "node:assert/strict";
import { barsAndStripes } from "../../../models/data/bars_and_stripes.ts";
import type { Dataset } from "../../../models/data/dataset.ts";
import { boltzmann as boltzmannModel } from "../../../models/energy/boltzmann.ts";
import { energyOf } from "../../../models/energy/boltzmann/couplings.ts";
import { enumerate, exactSampler } from "../../../models/energy/boltzmann/enumeration.ts";
import { boltzmann } from "../../../models/training/boltzmann.ts";
import {
  couplingsOf,
  difference,
  distinctRows,
  exactGradient,
  modelMoments,
  stateMoments,
  type Weights,
} from "../../../models/training/boltzmann/gradient.ts";
import { logMarginal, pseudoLogLikelihood } from "../../../models/training/boltzmann/monitor.ts";
import { ascend, type BoltzmannState } from "../../../models/training/boltzmann/state.ts";
import { spinData } from "../../../models/training/spin_data.ts";
import { encodeTrained } from "../../../models/training/trained.ts";
import type { Training } from "../../../models/training/training.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import { denseMachine } from "../energy/boltzmann/machines.ts";
import { toMatrix } from "../../../models/energy/boltzmann/couplings.ts";

function machineOf(units: number, scale: number, seed: number): Weights {
  const couplings = denseMachine(units, scale, seed);
  return { weights: toMatrix(couplings), bias: couplings.bias };
}

/** Exact draws of a machine, as a data set. */
function drawsOf(machine: Weights, rows: number, columns = machine.bias.length, validationRows = 0): Dataset {
  const units = machine.bias.length, random = new Random(9).at(0, 0, Purpose.test);
  const draw = exactSampler(enumerate(couplingsOf(machine), 1, [...machine.bias.keys()], new Int8Array(units)));
  const y = new Float64Array(units), values = new Float32Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    draw(random, y);
    values.set(y.subarray(0, columns), r * columns);
  }
  return { name: "draws", rows, columns, values, validationRows };
}

/** log Z, and the mean log-likelihood of rows with the last units summed out: plain loops over all states. */
function plainLikelihood({ weights, bias }: Weights, rows: readonly Int8Array[]): number {
  const units = bias.length;
  const states = Array.from(
    { length: 2 ** units },
    (_, s) => Int8Array.from({ length: units }, (_, i) => (s >> i) & 1 ? 1 : -1),
  );
  const weightOf = states.map((y) => {
    let energy = 0;
    for (let i = 0; i < units; i++) {
      energy -= bias[i] * y[i];
      for (let j = 0; j < i; j++) energy -= weights[i * units + j] * y[i] * y[j];
    }
    return Math.exp(-energy);
  });
  const total = weightOf.reduce((a, b) => a + b, 0);
  return rows.reduce((sum, row) => {
    const matching = weightOf.filter((_, s) => row.every((value, i) => states[s][i] === value));
    return sum + Math.log(matching.reduce((a, b) => a + b, 0) / total);
  }, 0) / rows.length;
}

/** The gradient by plain loops over all states, hidden units given each row included. */
function plainGradient({ weights, bias }: Weights, rows: readonly Int8Array[]): Weights {
  const units = bias.length;
  const states = Array.from(
    { length: 2 ** units },
    (_, s) => Int8Array.from({ length: units }, (_, i) => (s >> i) & 1 ? 1 : -1),
  );
  const couplings = couplingsOf({ weights, bias });
  const masses = states.map((y) => Math.exp(-energyOf(couplings, y)));
  const result = { weights: new Float64Array(units * units), bias: new Float64Array(units) };
  const add = (sign: number, matches: (y: Int8Array) => boolean) => {
    const total = masses.reduce((sum, mass, s) => matches(states[s]) ? sum + mass : sum, 0);
    states.forEach((y, s) => {
      if (!matches(y)) return;
      for (let i = 0; i < units; i++) {
        result.bias[i] += sign * masses[s] / total * y[i];
        for (let j = 0; j < units; j++) {
          if (i !== j) result.weights[i * units + j] += sign * masses[s] / total * y[i] * y[j];
        }
      }
    });
  };
  for (const row of rows) add(1 / rows.length, (y) => row.every((value, i) => y[i] === value));
  add(-1, () => true);
  return result;
}

function worst(a: Float64Array, b: Float64Array): number {
  return a.reduce((most, value, k) => Math.max(most, Math.abs(value - b[k])), 0);
}

const cases: readonly [string, number, Weights][] = [
  ["all units visible", 6, machineOf(6, 0.7, 61)],
  ["three of seven units hidden", 4, machineOf(7, 0.7, 62)],
];
for (const [name, columns, machine] of cases) {
  const data = spinData(drawsOf(machineOf(machine.bias.length, 0.5, 63), 40, columns));
  const distinct = distinctRows(data, 0, data.trainRows);
  const rows = Array.from({ length: data.trainRows }, (_, r) => data.values.slice(r * columns, (r + 1) * columns));

  Deno.test(`the exact gradient is that of plain sums over all states to 1e-12, ${name}`, () => {
    const found = exactGradient(machine, distinct), expected = plainGradient(machine, rows);
    assert.ok(worst(found.weights, expected.weights) < 1e-12);
    assert.ok(worst(found.bias, expected.bias) < 1e-12);
    machine.bias.forEach((_, i) => assert.equal(found.weights[i * machine.bias.length + i], 0));
  });

  Deno.test(`the exact gradient is the slope of the mean log-likelihood, ${name}`, () => {
    const units = machine.bias.length, h = 1e-4, gradient = exactGradient(machine, distinct);
    const at = (change: (moved: { weights: Float64Array; bias: Float64Array }, by: number) => void) => {
      const value = (by: number) => {
        const moved = { weights: machine.weights.slice(), bias: machine.bias.slice() };
        change(moved, by);
        return plainLikelihood(moved, rows);
      };
      return (value(h) - value(-h)) / (2 * h);
    };
    for (let i = 0; i < units; i++) {
      assert.ok(Math.abs(at(({ bias }, by) => bias[i] += by) - gradient.bias[i]) < 1e-6);
      const j = (i + 1) % units;
      const slope = at(({ weights }, by) => {
        weights[i * units + j] += by;
        weights[j * units + i] += by;
      });
      assert.ok(Math.abs(slope - gradient.weights[i * units + j]) < 1e-6);
    }
  });

  Deno.test(`log-likelihood and pseudo-log-likelihood of a row are those of plain sums, ${name}`, () => {
    const couplings = couplingsOf(machine);
    const logZ = enumerate(couplings, 1, [...machine.bias.keys()], new Int8Array(machine.bias.length)).logZ;
    for (const row of rows.slice(0, 5)) {
      const likelihood = plainLikelihood(machine, [row]);
      assert.ok(Math.abs(logMarginal(couplings, row) - logZ - likelihood) < 1e-12);
      const pseudo = row.reduce((sum, value, i) => {
        const flipped = plainLikelihood(machine, [row.with(i, -value)]);
        return sum - Math.log(1 + Math.exp(flipped - likelihood));
      }, 0);
      assert.ok(Math.abs(pseudoLogLikelihood(couplings, row) - pseudo) < 1e-11);
    }
  });
}

Deno.test("means over drawn states are those of plain sums", () => {
  const random = new Random(4).at(0, 0, Purpose.test), rows = 30, units = 5;
  const states = Int8Array.from({ length: rows * units }, () => random.integer(2) * 2 - 1);
  const { first, second } = stateMoments(states, rows, units);
  for (let i = 0; i < units; i++) {
    for (let j = 0; j < units; j++) {
      let sum = 0, single = 0;
      for (let r = 0; r < rows; r++) {
        sum += states[r * units + i] * states[r * units + j];
        single += states[r * units + i];
      }
      assert.ok(Math.abs(second[i * units + j] - sum / rows) < 1e-15);
      assert.ok(Math.abs(first[i] - single / rows) < 1e-15);
    }
  }
});

Deno.test("equal rows are put together with their weights", () => {
  const data = spinData({
    name: "x",
    rows: 4,
    columns: 2,
    values: Uint8Array.of(0, 1, 1, 1, 0, 1, 0, 0),
    validationRows: 0,
  });
  assert.deepEqual(distinctRows(data, 0, 4), [
    { row: Int8Array.of(-1, 1), weight: 0.5 },
    { row: Int8Array.of(1, 1), weight: 0.25 },
    { row: Int8Array.of(-1, -1), weight: 0.25 },
  ]);
  assert.deepEqual(distinctRows(data, 1, 2).map(({ weight }) => weight), [0.5, 0.5]);
});

const build = (options: object, data: Dataset, seed = 1): Training<BoltzmannState> => {
  const training = boltzmann.build(boltzmann.config.parse({ kind: "boltzmann", ...options }), data, seed);
  return training as Training<BoltzmannState>; // what this kind's trainings are
};

/** Runs to the end or until it stops; the metrics of every record by name, and the state. */
function run(training: Training<BoltzmannState>) {
  const state = training.init(),
    out = new Float64Array(training.metrics.length),
    records: Record<string, number>[] = [];
  for (let update = 1; update <= training.updates; update++) {
    training.update(state, update);
    if (update % training.updatesARecord !== 0) continue;
    training.record(state, update, out);
    records.push(Object.fromEntries(training.metrics.map((name, k) => [name, out[k]])));
    if (training.shouldStop(state)) break;
  }
  return { state, records };
}

Deno.test("persistent chains give the exact gradient on average, and with the wrong sign they are caught", () => {
  // 20,000 chains at equilibrium: every entry is a mean of as many products, so its z-value is known.
  const machine = machineOf(5, 0.6, 64), data = drawsOf(machineOf(5, 0.4, 65), 200);
  const training = build({ particles: 20_000, steps: 40, batchSize: 200, learningRate: 1, schedule: "constant" }, data);
  const state: BoltzmannState = { ...training.init(), weights: machine.weights.slice(), bias: machine.bias.slice() };
  const exact = exactGradient(machine, distinctRows(spinData(data), 0, 200));
  const { first, second } = modelMoments(machine);
  training.update(state, 1);
  const largestZ = (sign: number) => {
    let most = 0;
    for (let i = 0; i < 5; i++) {
      const zBias = sign * (state.bias[i] - machine.bias[i]) - exact.bias[i];
      most = Math.max(most, Math.abs(zBias) / Math.sqrt((1 - first[i] ** 2) / 20_000));
      for (let j = 0; j < i; j++) {
        const k = 5 * i + j;
        const error = sign * (state.weights[k] - machine.weights[k]) - exact.weights[k];
        most = Math.max(most, Math.abs(error) / Math.sqrt((1 - second[k] ** 2) / 20_000));
      }
    }
    return most;
  };
  assert.ok(largestZ(1) < 5.3, `z = ${largestZ(1)}`); // 15 of them: 1e-6 in all
  assert.ok(largestZ(-1) > 20, "the test does not see a gradient with the wrong sign");
});

Deno.test("hidden units with the visible ones clamped are drawn from their conditional law", () => {
  const machine = machineOf(5, 0.7, 66), data = drawsOf(machine, 4000, 3);
  const training = build({
    hidden: 2,
    particles: 20_000,
    steps: 40,
    clampedSteps: 20,
    batchSize: 4000,
    learningRate: 1,
    schedule: "constant",
  }, data);
  const state: BoltzmannState = { ...training.init(), weights: machine.weights.slice(), bias: machine.bias.slice() };
  const exact = exactGradient(machine, distinctRows(spinData(data), 0, 4000));
  training.update(state, 1);
  // Given the rows, an entry's variance is at most 1/4000 of the data's term and 1/20,000 of the model's.
  const bound = 5.3 * Math.sqrt(1 / 4000 + 1 / 20_000);
  const error = machine.weights.map((weight, k) => state.weights[k] - weight - exact.weights[k]);
  assert.ok(error.every((value) => Math.abs(value) < bound), `${error}`);
  assert.ok(exact.weights.every((value, k) => machine.weights[k] === 0 || value !== 0));
});

Deno.test("the exact method recovers the machine that the data come from, as well as they tell", () => {
  const source = machineOf(4, 0.5, 67), count = 2000;
  const data = drawsOf(source, count), { values } = spinData(data);
  const rows = Array.from({ length: count }, (_, r) => values.slice(4 * r, 4 * r + 4));
  const options = { method: "exact", monitorRows: count, epochs: 1200, learningRate: 0.5, schedule: "constant" };
  const { state, records } = run(build({ ...options, recordEvery: 100 }, data));
  const likelihoods = records.map(({ train_log_likelihood: value }) => value);
  likelihoods.forEach((value, k) => assert.ok(k === 0 || value >= likelihoods[k - 1] - 1e-12, "it went down"));
  const rest = exactGradient(state, distinctRows(spinData(data), 0, count));
  assert.ok(worst(rest.weights, new Float64Array(16)) < 1e-6);
  assert.ok(worst(state.weights, source.weights) < 0.2);
  assert.ok(likelihoods[likelihoods.length - 1] >= plainLikelihood(source, rows));
  assert.ok(Math.abs(likelihoods[likelihoods.length - 1] - plainLikelihood(state, rows)) < 1e-10);
});

Deno.test("persistent chains with hidden units learn parity, of which pairs of units know nothing", () => {
  // Even parity of 3 bits: all means and all products of two are zero. The best is −log 4 = −1.39, independent fair bits have −log 8 = −2.08.
  const data: Dataset = {
    name: "parity",
    rows: 4,
    columns: 3,
    values: Uint8Array.of(0, 0, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0),
    validationRows: 0,
  };
  const rate = { epochs: 1500, batchSize: 4, recordEvery: 1500, initialScale: 0.3 };
  const pairs = run(build({ ...rate, method: "exact", learningRate: 0.3 }, data)).records.at(-1);
  const hidden = run(build({ ...rate, hidden: 4, particles: 200, clampedSteps: 5, learningRate: 0.1 }, data)).records
    .at(-1);
  assert.ok(pairs && hidden);
  assert.ok(Math.abs(pairs.train_log_likelihood + Math.log(8)) < 1e-3, `pairs reach ${pairs.train_log_likelihood}`);
  assert.ok(hidden.train_log_likelihood > -1.6, `hidden units reach ${hidden.train_log_likelihood}`);
  assert.ok(hidden.train_log_likelihood < -Math.log(4));
});

Deno.test("momentum and decay do what their recurrence says, and the weights stay symmetric", () => {
  const training = build({ method: "exact" }, barsAndStripes(2));
  const state = training.init(), before = structuredClone(state);
  const gradient = { weights: new Float64Array(16).fill(0.5), bias: new Float64Array(4).fill(-1) };
  const options = { rate: 0.1, momentum: 0.5, weightDecay: 0.2 };
  ascend(state, gradient, options);
  const once = 0.1 * (0.5 - 0.2 * before.weights[4]);
  assert.ok(Math.abs(state.weights[4] - before.weights[4] - once) < 1e-15);
  const middle = state.weights[4];
  ascend(state, gradient, options);
  assert.ok(Math.abs(state.weights[4] - middle - 0.5 * once - 0.1 * (0.5 - 0.2 * middle)) < 1e-15);
  assert.ok(Math.abs(state.bias[0] - before.bias[0] + 0.25) < 1e-15); // −0.1, then −0.15
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j < 4; j++) assert.equal(state.weights[4 * i + j], i === j ? 0 : state.weights[4 * j + i]);
  }
});

Deno.test("a training goes on from its checkpoint to the last bit, and another seed gives another machine", () => {
  const data = barsAndStripes(3);
  const options = { hidden: 3, epochs: 6, batchSize: 5, momentum: 0.5, particles: 10 };
  const straight = run(build(options, data)).state;
  let training = build(options, data);
  let state = training.init();
  const out = new Float64Array(training.metrics.length);
  for (let update = 1; update <= training.updates; update++) {
    if (update % 4 === 0) {
      training = build(options, data);
      state = structuredClone(state);
    }
    training.update(state, update);
    if (update % training.updatesARecord === 0) training.record(state, update, out);
  }
  assert.deepEqual(state, straight);
  assert.notDeepEqual(run(build(options, data, 2)).state.weights, straight.weights);
});

Deno.test("early stopping ends after its patience and keeps the best parameters", () => {
  const data = drawsOf(machineOf(8, 0.3, 68), 80, 8, 50); // thirty rows to learn 36 parameters from: it overfits
  const training = build({
    method: "exact",
    epochs: 2000,
    learningRate: 1,
    schedule: "constant",
    earlyStopping: { monitor: "validation_log_likelihood", patience: 5 },
  }, data);
  const { state, records } = run(training);
  const values = records.map(({ validation_log_likelihood: value }) => value);
  const best = values.indexOf(Math.max(...values));
  assert.ok(records.length < 2000 && best === records.length - 6, `best at ${best} of ${records.length}`);
  assert.notDeepEqual(training.parameters(state).arrays.weights.values, state.weights);
  assert.deepEqual(training.parameters(state).arrays.weights.values, state.best?.weights);
});

Deno.test("a training that leaves all bounds ends at its next record and says so with NaN", () => {
  const { state, records } = run(build({ learningRate: 1e12, epochs: 50, recordEvery: 4 }, barsAndStripes(2)));
  assert.ok(state.diverged && records.length === 1);
  assert.ok(Object.values(records[0]).every(Number.isNaN));
});

Deno.test("what was trained is a model by its hash", () => {
  const training = build({ hidden: 2, epochs: 3 }, barsAndStripes(2));
  const { state } = run(training);
  const bytes = encodeTrained(training.parameters(state)), sha256 = "a".repeat(64);
  const target = boltzmannModel.build(boltzmannModel.config.parse({ kind: "boltzmann", sha256, temperature: 2 }), {
    get: () => bytes,
  });
  assert.deepEqual(target.variables.map(({ name, shape }) => [name, ...shape]), [["y", 4], ["h", 2]]);
  const y = Float64Array.of(1, -1, 1, -1, 1, 1);
  assert.ok(Math.abs(target.logDensity(y) + energyOf(couplingsOf(state), y) / 2) < 1e-12);
  const refused: readonly [object, string][] = [[{ sha256, bias: [0] }, "bias"], [{ sha256, hidden: 1 }, "hidden"]];
  for (const [options, path] of refused) {
    const config = boltzmannModel.config.parse({ kind: "boltzmann", ...options });
    assert.throws(() => boltzmannModel.build(config, { get: () => bytes }), { name: "InputError", path });
  }
});

Deno.test("a gradient of two equal laws is zero, and its diagonal always is", () => {
  const machine = machineOf(5, 0.5, 69), moments = modelMoments(machine);
  assert.ok(difference(moments, moments).weights.every((value) => value === 0));
});

const grey: Dataset = { name: "grey", rows: 2, columns: 2, values: Uint8Array.of(0, 1, 255, 0), validationRows: 0 };
const refusals: readonly [string, () => unknown, string][] = [
  ["data of grey values", () => build({}, grey), "data"],
  ["data of -1, 0 and 1", () => build({}, { ...grey, values: Float32Array.of(0, 1, -1, 1) }), "data"],
  ["no rows to learn from", () => build({}, { ...barsAndStripes(2), validationRows: 6 }), "data"],
  ["exact gradients of too many units", () => build({ method: "exact", hidden: 8 }, barsAndStripes(3)), "method"],
];
for (const [what, attempt, path] of refusals) {
  Deno.test(`${what} is refused at ${path}`, () => assert.throws(attempt, { name: "InputError", path }));
}
