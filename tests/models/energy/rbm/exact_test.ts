/** Closed forms and sums over one layer against the definition: every state of both layers, E written out. */
import assert from "node:assert/strict";
import { energy, freeEnergy, freeEnergyGradient, sumSoftplus } from "../../../../models/energy/rbm/energy.ts";
import { enumeratedLayer, logPartition } from "../../../../models/energy/rbm/enumeration.ts";
import { dataMoments, likelihoodGradient, modelMoments } from "../../../../models/energy/rbm/moments.ts";
import { hiddenFields, type RbmParameters, visibleFields } from "../../../../models/energy/rbm/parameters.ts";
import { fromSpins, toSpins } from "../../../../models/energy/rbm/spins.ts";
import { Purpose, Random } from "../../../../numerics/random/random.ts";
import { expit, logSumExp, softplus } from "../../../../numerics/special/logarithms.ts";
import { allStates, bitsOf, plainEnergy, randomMachine, visibleLaw } from "./machines.ts";

const SIZES: readonly [number, number][] = [[1, 1], [3, 5], [6, 2], [4, 4], [7, 6]];

function closeTo(actual: number, expected: number, tolerance: number, what: string) {
  const error = Math.abs(actual - expected) / Math.max(1, Math.abs(expected));
  assert.ok(error <= tolerance, `${what}: ${actual} for ${expected}`);
}

Deno.test("the free energy is minus the log of the joint weights summed over the hidden units", () => {
  for (const [visible, hidden] of SIZES) {
    for (const gaussian of [false, true]) {
      const machine = randomMachine(1, visible, hidden, { gaussian });
      const v = randomMachine(2, 1, visible, { scale: 2 }).weights;
      const terms = Array.from(
        { length: 2 ** hidden },
        (_, number) => -plainEnergy(machine, v, bitsOf(number, hidden)),
      );
      closeTo(freeEnergy(machine, v, new Float64Array(hidden)), -logSumExp(terms), 1e-13, "F");
      closeTo(energy(machine, v, bitsOf(1, hidden)), -terms[1], 1e-13, "E");
    }
  }
});

Deno.test("log Z by summing out the larger layer is the sum over all states, and one without the hidden bias is not", () => {
  for (const [visible, hidden] of SIZES) {
    const machine = randomMachine(3, visible, hidden);
    const { logZ } = allStates(machine);
    closeTo(logPartition(machine), logZ, 1e-13, "log Z");
    const broken = { ...machine, hiddenBias: new Float64Array(hidden) };
    assert.ok(Math.abs(logPartition(broken) - logZ) > 1e-3);
  }
});

Deno.test("log Z of Gaussian visibles is the integral of exp(−F)", () => {
  const machine = randomMachine(4, 1, 4, { gaussian: true });
  const fields = new Float64Array(4);
  // The integrand is analytic and decays as a normal density, so that the trapezoidal sum is exact to rounding.
  const step = 0.01, terms = [];
  for (let x = -30; x <= 30; x += step) terms.push(-freeEnergy(machine, [x], fields));
  closeTo(logPartition(machine), logSumExp(terms) + Math.log(step), 1e-12, "log Z");
});

Deno.test("a layer of more than 20 units is refused with its size", () => {
  assert.throws(() => logPartition(randomMachine(5, 21, 22)), {
    name: "InputError",
    message: /at most 20 units; found 21/,
  });
});

Deno.test("conditional probabilities are those of the joint law", () => {
  const machine = randomMachine(6, 4, 3);
  const { states } = allStates(machine);
  const fields = new Float64Array(3), back = new Float64Array(4);
  for (const number of [0, 5, 15]) {
    const v = bitsOf(number, 4);
    hiddenFields(machine, v, fields);
    const given = states.filter((state) => state.v.every((bit, i) => bit === v[i]));
    const total = given.reduce((sum, { probability }) => sum + probability, 0);
    fields.forEach((field, j) => {
      const on = given.reduce((sum, { h, probability }) => sum + h[j] * probability, 0);
      closeTo(expit(field), on / total, 1e-13, `p(h_${j} = 1 | v)`);
    });
  }
  const h = bitsOf(5, 3);
  visibleFields(machine, h, back);
  const given = states.filter((state) => state.h.every((bit, j) => bit === h[j]));
  const total = given.reduce((sum, { probability }) => sum + probability, 0);
  back.forEach((field, i) => {
    const on = given.reduce((sum, { v, probability }) => sum + v[i] * probability, 0);
    closeTo(expit(field), on / total, 1e-13, `p(v_${i} = 1 | h)`);
  });
});

Deno.test("moments by enumeration of one layer are those over all states, whichever layer is the smaller", () => {
  for (const [visible, hidden] of SIZES) {
    const machine = randomMachine(7, visible, hidden);
    const moments = modelMoments(machine);
    const { states } = allStates(machine);
    const mean = (of: (state: typeof states[number]) => number) =>
      states.reduce((sum, state) => sum + state.probability * of(state), 0);
    for (let i = 0; i < visible; i++) {
      closeTo(moments.visible[i], mean(({ v }) => v[i]), 1e-13, `⟨v_${i}⟩, ${enumeratedLayer(machine)}`);
      closeTo(moments.squares[i], mean(({ v }) => v[i]), 1e-13, `⟨v_${i}²⟩`);
      for (let j = 0; j < hidden; j++) {
        closeTo(moments.products[i * hidden + j], mean(({ v, h }) => v[i] * h[j]), 1e-13, `⟨v_${i} h_${j}⟩`);
      }
    }
    for (let j = 0; j < hidden; j++) closeTo(moments.hidden[j], mean(({ h }) => h[j]), 1e-13, `⟨h_${j}⟩`);
  }
});

/** Mean log-likelihood of the rows. */
function logLikelihood(machine: RbmParameters, data: Float64Array, rows: number): number {
  const fields = new Float64Array(machine.hiddenUnits);
  let sum = 0;
  for (let r = 0; r < rows; r++) {
    sum -= freeEnergy(machine, data.subarray(r * machine.visibleUnits, (r + 1) * machine.visibleUnits), fields);
  }
  return sum / rows - logPartition(machine);
}

/** The largest difference between a gradient and the fourth-order difference quotient of the log-likelihood. */
function gradientError(machine: RbmParameters, data: Float64Array, rows: number, sign = 1): number {
  const gradient = likelihoodGradient(machine, dataMoments(machine, data, rows), modelMoments(machine));
  let worst = 0;
  const check = (values: ArrayLike<number>, of: (k: number, offset: number) => RbmParameters) => {
    for (let k = 0; k < values.length; k++) {
      const at = (offset: number) => logLikelihood(of(k, offset), data, rows);
      const h = 1e-3;
      const difference = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
      worst = Math.max(worst, Math.abs(difference - sign * values[k]));
    }
  };
  const moved = (values: ArrayLike<number>, k: number, offset: number) =>
    Float64Array.from(values, (value, index) => index === k ? value + offset : value);
  check(gradient.weights, (k, offset) => ({ ...machine, weights: moved(machine.weights, k, offset) }));
  check(gradient.visibleBias, (k, offset) => ({ ...machine, visibleBias: moved(machine.visibleBias, k, offset) }));
  check(gradient.hiddenBias, (k, offset) => ({ ...machine, hiddenBias: moved(machine.hiddenBias, k, offset) }));
  const { variances } = machine;
  if (variances && gradient.logVariances) {
    check(gradient.logVariances, (k, offset) => ({
      ...machine,
      variances: Float64Array.from(variances, (value, index) => index === k ? value * Math.exp(offset) : value),
    }));
  }
  return worst;
}

Deno.test("the exact gradient is the derivative of the log-likelihood, and with the wrong sign it is not", () => {
  const random = new Random(8).at(0, 0, Purpose.test);
  for (const [visible, hidden] of [[4, 3], [3, 4]]) {
    for (const gaussian of [false, true]) {
      const machine = randomMachine(9, visible, hidden, { gaussian });
      const rows = 5;
      const data = Float64Array.from(
        { length: rows * visible },
        () => gaussian ? 1.5 * random.normal() : Number(random.uniform() < 0.4),
      );
      const error = gradientError(machine, data, rows);
      assert.ok(error < 1e-9, `wrong by ${error}, gaussian: ${gaussian}`);
      assert.ok(gradientError(machine, data, rows, -1) > 1e-2);
    }
  }
});

Deno.test("the gradient vanishes at the model's own law, to 1e-12", () => {
  // A data set with p(v) as its law: weigh the moments of each v by its probability.
  const machine = randomMachine(10, 5, 4);
  const law = visibleLaw(machine);
  const model = modelMoments(machine);
  const sum = { visible: new Float64Array(5), hidden: new Float64Array(4), products: new Float64Array(20) };
  law.forEach((p, number) => {
    const one = dataMoments(machine, bitsOf(number, 5), 1);
    for (const name of ["visible", "hidden", "products"] as const) one[name].forEach((x, k) => sum[name][k] += p * x);
  });
  for (const name of ["visible", "hidden", "products"] as const) {
    sum[name].forEach((x, k) => assert.ok(Math.abs(x - model[name][k]) < 1e-12));
  }
});

Deno.test("a machine of spins and its conversion to bits have the same law and energies a constant apart", () => {
  const { weights, visibleBias, hiddenBias } = randomMachine(11, 4, 3);
  const double = (values: ArrayLike<number>) => Float64Array.from(values);
  const spins = {
    visibleUnits: 4,
    hiddenUnits: 3,
    weights: double(weights),
    visibleBias: double(visibleBias),
    hiddenBias: double(hiddenBias),
  };
  const { parameters, constant } = fromSpins(spins);
  const spinEnergy = (v: Uint8Array, h: Uint8Array) => {
    const y = Array.from(v, (bit) => 2 * bit - 1), s = Array.from(h, (bit) => 2 * bit - 1);
    let sum = 0;
    y.forEach((yi, i) => {
      sum -= visibleBias[i] * yi;
      s.forEach((sj, j) => sum -= weights[i * 3 + j] * yi * sj);
    });
    s.forEach((sj, j) => sum -= hiddenBias[j] * sj);
    return sum;
  };
  for (let number = 0; number < 2 ** 7; number++) {
    const bits = bitsOf(number, 7), v = bits.subarray(0, 4), h = bits.subarray(4);
    closeTo(plainEnergy(parameters, v, h), spinEnergy(v, h) + constant, 1e-13, "energy");
  }
  const back = toSpins(parameters);
  assert.ok(Math.abs(back.constant - constant) < 1e-13);
  for (const name of ["weights", "visibleBias", "hiddenBias"] as const) {
    back.spins[name].forEach((value, k) => closeTo(value, spins[name][k], 1e-14, name));
  }
  // The plain doubling 2w, a common mistake, is another machine.
  const broken = { ...parameters, weights: parameters.weights.map((w) => w / 2) };
  assert.ok(
    Math.abs(plainEnergy(broken, [1, 1, 1, 1], [1, 1, 1]) - plainEnergy(parameters, [1, 1, 1, 1], [1, 1, 1])) > 0.1,
  );
});

Deno.test("the free energy's gradient is its derivative, with Gaussian visibles", () => {
  const machine = randomMachine(12, 3, 4, { gaussian: true });
  const fields = new Float64Array(4), gradient = new Float64Array(3);
  const v = Float64Array.of(0.3, -1.2, 2);
  const value = freeEnergyGradient(machine, v, fields, gradient);
  assert.equal(value, freeEnergy(machine, v, fields));
  for (let i = 0; i < 3; i++) {
    const at = (offset: number) => freeEnergy(machine, v.map((x, k) => k === i ? x + offset : x), fields);
    const h = 1e-3;
    closeTo((8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h), gradient[i], 1e-10, `∂F/∂v_${i}`);
  }
});

Deno.test("a sum of softplus with one logarithm for many terms loses nothing, at large terms and many", () => {
  const random = new Random(13).at(0, 0, Purpose.test);
  for (const count of [0, 1, 511, 512, 513, 5000]) {
    const fields = Float64Array.from({ length: count }, () => 20 * random.normal());
    const plain = fields.reduce((sum, x) => sum + softplus(0.7 * x), 0);
    closeTo(sumSoftplus(fields, 0.7), plain, 1e-12, `${count} terms`);
  }
  assert.equal(sumSoftplus(Float64Array.of(1e9, -1e9)), 1e9);
});
