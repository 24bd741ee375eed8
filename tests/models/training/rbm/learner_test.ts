/**
 * The gradients that chains give against enumeration: over 40 seeds their mean differs from the expected one by less than 7.5 standard
 * errors in every parameter, which alarms falsely once in 10⁶ (Student's t of 39 degrees of freedom, some 30 parameters).
 */
import assert from "node:assert/strict";
import { forEachState, logPartition } from "../../../../models/energy/rbm/enumeration.ts";
import {
  dataMoments,
  type Gradient,
  likelihoodGradient,
  modelMoments,
  type Moments,
} from "../../../../models/energy/rbm/moments.ts";
import type { RbmParameters } from "../../../../models/energy/rbm/parameters.ts";
import { shapeOf } from "../../../../models/energy/rbm/layers.ts";
import { prepareData } from "../../../../models/training/rbm/data.ts";
import { Learner, learnerBytes, type LearnerOptions } from "../../../../models/training/rbm/learner.ts";
import { GROUPS, type ParameterArrays, type RbmState } from "../../../../models/training/rbm/state.ts";
import { openDense } from "../../../../numerics/dense/dense.ts";
import { Purpose, Random } from "../../../../numerics/random/random.ts";
import { allStates, bitsOf, randomMachine } from "../../energy/rbm/machines.ts";

const SEEDS = 40;
const LIMIT = 7.5;
const ROWS = 400;
const CHAINS = 400;

const plain: LearnerOptions = {
  method: "pcd",
  steps: 1,
  particles: CHAINS,
  batchSize: ROWS,
  variances: "unit",
  weightDecay: 0,
  sparseDecay: 0,
  centering: false,
};

/** Rows unlike what the machine itself would give. */
function rowsFor({ visibleUnits, variances }: RbmParameters) {
  const random = new Random(21).at(0, 0, Purpose.test);
  const values = Float32Array.from(
    { length: ROWS * visibleUnits },
    (_, k) => variances ? random.normal() + (k % 2) : Number(random.uniform() < (k % visibleUnits === 0 ? 0.9 : 0.3)),
  );
  return prepareData(
    { name: "test", rows: ROWS, columns: visibleUnits, values, validationRows: 0 },
    variances !== null,
  );
}

function stateOf(machine: RbmParameters, particles: Int8Array, learned: boolean): RbmState {
  const { visibleUnits, hiddenUnits, weights, visibleBias, hiddenBias, variances } = machine;
  const logs = learned && variances ? Float32Array.from(variances, Math.log) : new Float32Array(0);
  return {
    parameters: {
      weights: Float32Array.from(weights),
      visibleBias: Float32Array.from(visibleBias),
      hiddenBias: Float32Array.from(hiddenBias),
      logVariances: logs,
    },
    average: null,
    velocity: {
      weights: new Float32Array(visibleUnits * hiddenUnits),
      visibleBias: new Float32Array(visibleUnits),
      hiddenBias: new Float32Array(hiddenUnits),
      logVariances: new Float32Array(logs.length),
    },
    particles,
    hiddenMeans: new Float32Array(hiddenUnits).fill(0.5),
    best: null,
    waited: 0,
    diverged: false,
  };
}

/** Exact draws of the hidden units, [CHAINS × hidden]. */
function exactHidden(machine: RbmParameters, seed: number): Int8Array {
  const { hiddenUnits } = machine;
  const random = new Random(seed).at(0, 0, Purpose.start);
  const states: Uint8Array[] = [], cumulative: number[] = [];
  const logZ = logPartition(machine);
  let total = 0;
  forEachState(machine, (state, logWeight) => {
    states.push(state.slice());
    cumulative.push(total += Math.exp(logWeight - logZ));
  });
  const hidden = new Int8Array(CHAINS * hiddenUnits);
  for (let chain = 0; chain < CHAINS; chain++) {
    const u = random.uniform() * total;
    hidden.set(states[cumulative.findIndex((sum) => sum > u)], chain * hiddenUnits);
  }
  return hidden;
}

/** What one update at rate 1 adds to the parameters, which is the gradient. */
function updateOf(
  machine: RbmParameters,
  options: LearnerOptions,
  seed: number,
  particles = exactHidden(machine, seed),
): { change: ParameterArrays; state: RbmState } {
  const data = rowsFor(machine), shape = shapeOf(machine);
  const learner = new Learner(openDense({ bytes: learnerBytes(shape, options) }), shape, options, data);
  const state = stateOf(machine, particles, options.variances === "learned");
  const rows = Array.from({ length: ROWS }, (_, r) => r);
  learner.update(state, {
    rows,
    rate: 1,
    momentum: 0,
    averagingWeight: 1,
    key: { seed, purpose: Purpose.step, stream: 0, step: options.steps + 1 },
  });
  return { change: state.velocity, state };
}

/** The largest |t| of the mean update over seeds against what is expected. */
function worst(machine: RbmParameters, options: LearnerOptions, expected: Gradient): number {
  const sums = new Map<string, { sum: number; squares: number }>();
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { change } = updateOf(machine, options, seed);
    for (const group of GROUPS) {
      change[group].forEach((value, k) => {
        const error = value - (expected[group]?.[k] ?? NaN);
        const entry = sums.get(`${group} ${k}`) ?? { sum: 0, squares: 0 };
        sums.set(`${group} ${k}`, { sum: entry.sum + error, squares: entry.squares + error * error });
      });
    }
  }
  let most = 0;
  for (const { sum, squares } of sums.values()) {
    const mean = sum / SEEDS, variance = (squares / SEEDS - mean * mean) / (SEEDS - 1);
    // Single precision: an entry that hardly varies is still off by some 1e-6.
    most = Math.max(most, Math.max(0, Math.abs(mean) - 1e-5) / Math.sqrt(Math.max(variance, 1e-12)));
  }
  return most;
}

Deno.test("persistent chains at the model's law give the exact gradient, and chains of another machine do not", () => {
  const machine = randomMachine(41, 4, 3);
  const data = rowsFor(machine);
  const exact = likelihoodGradient(machine, dataMoments(machine, data.values, ROWS), modelMoments(machine));
  assert.ok(worst(machine, plain, exact) < LIMIT);
  const wrongSign = {
    ...exact,
    weights: exact.weights.map((g) => -g),
    visibleBias: exact.visibleBias.map((g) => -g),
    hiddenBias: exact.hiddenBias.map((g) => -g),
  };
  assert.ok(worst(machine, plain, wrongSign) > 20);
  const withoutBias = { ...machine, hiddenBias: new Float64Array(3) };
  const other = likelihoodGradient(machine, dataMoments(machine, data.values, ROWS), modelMoments(withoutBias));
  assert.ok(worst(machine, plain, other) > 20);
});

Deno.test("with Gaussian visibles too, their learned variances included", () => {
  const machine = randomMachine(42, 3, 3, { gaussian: true, scale: 0.5 });
  const data = rowsFor(machine);
  const exact = likelihoodGradient(machine, dataMoments(machine, data.values, ROWS), modelMoments(machine));
  assert.ok(worst(machine, { ...plain, variances: "learned" }, exact) < LIMIT);
  const unit = { ...machine, variances: new Float64Array(3).fill(1) };
  const other = likelihoodGradient(unit, dataMoments(unit, data.values, ROWS), modelMoments(unit));
  assert.ok(worst(machine, { ...plain, variances: "learned" }, other) > 20);
});

/** The expected moments after k sweeps from the data, by the transition probabilities of every state. */
function momentsAfter(machine: RbmParameters, values: ArrayLike<number>, sweeps: number): Moments {
  const { visibleUnits, hiddenUnits } = machine;
  const count = 2 ** visibleUnits;
  let law = new Float64Array(count);
  for (let r = 0; r < ROWS; r++) {
    let number = 0;
    for (let i = 0; i < visibleUnits; i++) number = 2 * number + values[r * visibleUnits + i];
    law[number] += 1 / ROWS;
  }
  // p(h | v) and p(v | h) from the joint law.
  const joint = Float64Array.from(allStates(machine).states, ({ probability }) => probability);
  const hidden = 2 ** hiddenUnits;
  const at = (v: number, h: number) => joint[v * hidden + h];
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const lawOfH = new Float64Array(hidden), next = new Float64Array(count);
    for (let v = 0; v < count; v++) {
      let total = 0;
      for (let h = 0; h < hidden; h++) total += at(v, h);
      for (let h = 0; h < hidden; h++) lawOfH[h] += law[v] * at(v, h) / total;
    }
    for (let h = 0; h < hidden; h++) {
      let total = 0;
      for (let v = 0; v < count; v++) total += at(v, h);
      for (let v = 0; v < count; v++) next[v] += lawOfH[h] * at(v, h) / total;
    }
    law = next;
  }
  const sum = dataMoments(machine, new Float64Array(visibleUnits), 0);
  law.forEach((p, number) => {
    const one = dataMoments(machine, bitsOf(number, visibleUnits), 1);
    for (const name of ["visible", "hidden", "products", "squares"] as const) {
      one[name].forEach((x, k) => sum[name][k] += p * x);
    }
  });
  return sum;
}

Deno.test("chains of k sweeps from the data give the gradient of CD-k, and not of another k", () => {
  const machine = randomMachine(43, 4, 3, { scale: 1.5 });
  const { values } = rowsFor(machine);
  const expected = (k: number) =>
    likelihoodGradient(machine, dataMoments(machine, values, ROWS), momentsAfter(machine, values, k));
  for (const steps of [1, 3]) {
    assert.ok(worst(machine, { ...plain, method: "cd", steps }, expected(steps)) < LIMIT, `CD-${steps}`);
  }
  assert.ok(worst(machine, { ...plain, method: "cd", steps: 1 }, expected(3)) > LIMIT);
});

Deno.test("the centred gradient is the plain one of the same chains, moved by the means", () => {
  for (const gaussian of [false, true]) {
    const machine = randomMachine(44, 4, 3, { gaussian });
    const unit = { ...machine, variances: gaussian ? new Float64Array(4).fill(1) : null };
    const particles = exactHidden(unit, 3);
    const { change } = updateOf(unit, plain, 3, particles.slice());
    const { change: centred, state } = updateOf(unit, { ...plain, centering: true }, 3, particles.slice());
    const { means } = rowsFor(unit);
    const lambda = state.hiddenMeans;
    const close = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-5, `${a} for ${b}`);
    const w = change.weights.map((g, k) => {
      const i = Math.floor(k / 3), j = k % 3;
      return g - means[i] * change.hiddenBias[j] - change.visibleBias[i] * lambda[j];
    });
    w.forEach((value, k) => close(centred.weights[k], value));
    for (let i = 0; i < 4; i++) {
      let expected = change.visibleBias[i];
      for (let j = 0; j < 3; j++) expected -= w[3 * i + j] * lambda[j];
      close(centred.visibleBias[i], expected);
    }
    for (let j = 0; j < 3; j++) {
      let expected = change.hiddenBias[j];
      for (let i = 0; i < 4; i++) expected -= w[3 * i + j] * means[i];
      close(centred.hiddenBias[j], expected);
    }
  }
});

Deno.test("the moving means follow how often hidden units are on for the data", () => {
  const machine = randomMachine(45, 4, 3);
  const { state } = updateOf(machine, plain, 1);
  const { hidden } = dataMoments(machine, rowsFor(machine).values, ROWS);
  state.hiddenMeans.forEach((mean, j) => assert.ok(Math.abs(mean - (0.95 * 0.5 + 0.05 * hidden[j])) < 1e-6));
});

Deno.test("decay takes the weights towards zero, and sparsity the hidden biases towards their target", () => {
  const machine = randomMachine(46, 4, 3);
  const particles = exactHidden(machine, 1);
  const { change } = updateOf(machine, plain, 1, particles.slice());
  const options = { ...plain, weightDecay: 0.1, sparseDecay: 0.02, sparsity: { target: 0.2, cost: 0.5 } };
  const { change: decayed } = updateOf(machine, options, 1, particles.slice());
  const { hidden } = dataMoments(machine, rowsFor(machine).values, ROWS);
  decayed.weights.forEach((value, k) => {
    const w = machine.weights[k];
    assert.ok(Math.abs(value - (change.weights[k] - 0.1 * w - 0.02 * Math.sign(w))) < 1e-5);
  });
  decayed.hiddenBias.forEach((value, j) => {
    assert.ok(Math.abs(value - (change.hiddenBias[j] + 0.5 * (0.2 - hidden[j]))) < 1e-5);
  });
  assert.deepEqual(decayed.visibleBias, change.visibleBias);
});

Deno.test("momentum carries the last step on, and chains go on from where they were", () => {
  const machine = randomMachine(47, 4, 3);
  const shape = shapeOf(machine), data = rowsFor(machine);
  const learner = new Learner(openDense({ bytes: learnerBytes(shape, plain) }), shape, plain, data);
  const particles = exactHidden(machine, 1);
  const state = stateOf(machine, particles.slice(), false);
  const rows = Array.from({ length: ROWS }, (_, r) => r);
  const key = (step: number) => ({ seed: 1, purpose: Purpose.step, stream: 0, step });
  learner.update(state, { rows, rate: 0, momentum: 0, averagingWeight: 1, key: key(2) });
  assert.notDeepEqual(state.particles, particles);
  assert.ok(state.velocity.weights.every((v) => v === 0));
  state.velocity.hiddenBias.fill(2); // the velocity that an earlier step left
  const before = state.parameters.hiddenBias.slice();
  learner.update(state, { rows, rate: 0, momentum: 0.5, averagingWeight: 1, key: key(4) });
  state.parameters.hiddenBias.forEach((value, j) => assert.equal(value, Math.fround(before[j] + 1)));
});

Deno.test("the average follows the parameters by its weight", () => {
  const machine = randomMachine(48, 4, 3);
  const shape = shapeOf(machine), data = rowsFor(machine);
  const learner = new Learner(openDense({ bytes: learnerBytes(shape, plain) }), shape, plain, data);
  const bare = stateOf(machine, exactHidden(machine, 1), false);
  const state = { ...bare, average: structuredClone(bare.parameters) };
  const rows = Array.from({ length: ROWS }, (_, r) => r);
  const expected = structuredClone(state.average);
  for (const [step, averagingWeight] of [[2, 1], [4, 0.5], [6, 0.25]]) {
    const key = { seed: 1, purpose: Purpose.step, stream: 0, step };
    learner.update(state, { rows, rate: 0.3, momentum: 0.2, averagingWeight, key });
    for (const group of GROUPS) {
      state.parameters[group].forEach((value, k) =>
        expected[group][k] += averagingWeight * (value - expected[group][k])
      );
      state.average[group].forEach((value, k) => assert.ok(Math.abs(value - expected[group][k]) < 1e-6));
    }
  }
  assert.notDeepEqual(state.average.weights, state.parameters.weights);
});
