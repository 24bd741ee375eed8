/**
 * Block Gibbs against the enumerated law, at several temperatures, with clamped units and with Gaussian visibles. Each chi-square and
 * z test alarms falsely once in 10⁶; seeds are fixed.
 */
import assert from "node:assert/strict";
import { blockGibbs, ROWS_AT_ONCE } from "../../../../models/energy/rbm/block_gibbs.ts";
import { type Clamp, freeMachine, parseClamp } from "../../../../models/energy/rbm/clamp.ts";
import { exactSampler } from "../../../../models/energy/rbm/exact_sampler.ts";
import { modelMoments } from "../../../../models/energy/rbm/moments.ts";
import type { RbmParameters } from "../../../../models/energy/rbm/parameters.ts";
import type { Sweeps } from "../../../../models/energy/sweeps.ts";
import { Purpose, Random } from "../../../../numerics/random/random.ts";
import { chiSquarePValue } from "../boltzmann/machines.ts";
import { allStates, plainEnergy, randomMachine } from "./machines.ts";

const FALSE_ALARM = 1e-6;
const FREE: Clamp = { values: new Float64Array(3).fill(NaN), held: [], free: [0, 1, 2] };
const key = (step: number) => ({ seed: 5, purpose: Purpose.step, stream: 0, step });

/** The p-value of joint states after `steps` sweeps from fair bits, against the law of `of` at inverse temperature beta. */
function lawAfter(sweeps: Sweeps, of: RbmParameters, beta: number, steps: number, rows = 4000): number {
  const states = sweeps.createStates(rows), betas = new Float64Array(rows).fill(beta);
  const { visibleUnits } = of, { units } = sweeps;
  const random = new Random(6).at(0, 0, Purpose.start);
  for (let row = 0; row < rows; row++) {
    sweeps.fromPosition(Float64Array.from({ length: visibleUnits }, () => random.uint32() >>> 31), states, row);
  }
  for (let step = 1; step <= steps; step++) sweeps.sweep(states, rows, betas, "blocks", key(step));
  const counts = new Float64Array(2 ** units);
  for (let row = 0; row < rows; row++) {
    let number = 0;
    for (let i = 0; i < units; i++) number = 2 * number + states[row * units + i];
    counts[number]++;
  }
  return chiSquarePValue(counts, Float64Array.from(allStates(of, beta).states, ({ probability }) => probability));
}

Deno.test("sweeps arrive at the joint law at each temperature, and not at that of another temperature or bias", () => {
  const machine = randomMachine(1, 3, 3, { scale: 0.7 });
  const sweeps = blockGibbs(machine, FREE);
  for (const beta of [0.3, 1, 1.7]) {
    assert.ok(lawAfter(sweeps, machine, beta, 25) > FALSE_ALARM, `β = ${beta}`);
  }
  const other = (changed: Partial<RbmParameters>) =>
    lawAfter(blockGibbs({ ...machine, ...changed }, FREE), machine, 1, 25);
  assert.ok(other({ weights: machine.weights.map((w) => 1.4 * w) }) < FALSE_ALARM);
  assert.ok(other({ hiddenBias: new Float64Array(3) }) < FALSE_ALARM);
});

Deno.test("energies are those of the whole state, to single precision", () => {
  for (const gaussian of [false, true]) {
    const machine = randomMachine(2, 3, 4, { gaussian });
    const sweeps = blockGibbs(machine, FREE);
    const rows = ROWS_AT_ONCE + 3;
    const states = sweeps.createStates(rows), out = new Float64Array(rows);
    const random = new Random(7).at(0, 0, Purpose.test);
    for (let i = 0; i < states.length; i++) {
      states[i] = gaussian && i % 7 < 3 ? random.normal() : random.integer(2);
    }
    sweeps.energies(states, rows, out);
    out.forEach((energy, row) => {
      const plain = plainEnergy(
        machine,
        states.subarray(7 * row, 7 * row + 3),
        states.subarray(7 * row + 3, 7 * row + 7),
      );
      assert.ok(Math.abs(energy - plain) < 1e-5 * Math.max(1, Math.abs(plain)));
    });
  }
});

Deno.test("a row gets the same numbers whichever rows are swept with it", () => {
  for (const gaussian of [false, true]) {
    const machine = randomMachine(3, 3, 5, { gaussian });
    const rows = 2 * ROWS_AT_ONCE + 9, cut = 37;
    const all = blockGibbs(machine, FREE), parts = blockGibbs(machine, FREE);
    const betas = Float64Array.from({ length: rows }, (_, r) => 0.5 + r / rows);
    const whole = all.createStates(rows), split = parts.createStates(rows);
    const { units } = all;
    for (let step = 1; step <= 5; step++) {
      all.sweep(whole, rows, betas, "blocks", key(step));
      parts.sweep(split.subarray(0, cut * units), cut, betas, "blocks", key(step));
      const rest = { ...key(step), stream: cut };
      parts.sweep(split.subarray(cut * units), rows - cut, betas.subarray(cut), "blocks", rest);
    }
    assert.deepEqual(split, whole);
  }
});

Deno.test("clamped units keep their values and the others get the law given them", () => {
  const machine = randomMachine(4, 3, 2);
  const clamp = parseClamp([null, 1, null], machine);
  const sweeps = blockGibbs(machine, clamp);
  const rows = 4000, states = sweeps.createStates(rows), betas = new Float64Array(rows).fill(1);
  for (let row = 0; row < rows; row++) sweeps.fromPosition(Float64Array.of(row % 2, 1, 0), states, row);
  for (let step = 1; step <= 25; step++) sweeps.sweep(states, rows, betas, "blocks", key(step));
  const counts = new Float64Array(4), law = new Float64Array(4);
  for (let row = 0; row < rows; row++) {
    assert.equal(states[5 * row + 1], 1);
    counts[2 * states[5 * row] + states[5 * row + 2]]++;
  }
  for (const { v, probability } of allStates(machine).states) if (v[1] === 1) law[2 * v[0] + v[2]] += probability;
  const total = law.reduce((a, b) => a + b, 0);
  assert.ok(chiSquarePValue(counts, law.map((p) => p / total)) > FALSE_ALARM);
});

/** The largest |z| of the visible units' means and squares against their exact values. */
function worstMoment(values: Float64Array[], machine: RbmParameters): number {
  const exact = modelMoments(machine);
  let worst = 0;
  for (let i = 0; i < machine.visibleUnits; i++) {
    for (const [power, mean] of [[1, exact.visible[i]], [2, exact.squares[i]]]) {
      const terms = values.map((v) => v[i] ** power - mean);
      const sum = terms.reduce((a, b) => a + b, 0), squares = terms.reduce((a, b) => a + b * b, 0);
      worst = Math.max(worst, Math.abs(sum) / Math.sqrt(squares));
    }
  }
  return worst;
}

Deno.test("Gaussian visibles get the means and variances of the exact law, by sweeps and by exact draws", () => {
  const machine = randomMachine(5, 3, 3, { gaussian: true, scale: 0.6 });
  const rows = 4000, draw = exactSampler(machine, FREE), random = new Random(8).at(0, 0, Purpose.test);
  const exact = Array.from({ length: rows }, () => {
    const v = new Float64Array(3);
    draw(random, v);
    return v;
  });
  assert.ok(worstMoment(exact, machine) < 5.2); // two-sided, 6 tests: 10⁻⁶
  const from = (sweeps: Sweeps) => {
    const states = sweeps.createStates(rows), betas = new Float64Array(rows).fill(1);
    for (let step = 1; step <= 30; step++) sweeps.sweep(states, rows, betas, "blocks", key(step));
    return exact.map((_, row) => {
      const v = new Float64Array(3);
      sweeps.toPosition(states, row, v);
      return v;
    });
  };
  assert.ok(worstMoment(from(blockGibbs(machine, FREE)), machine) < 5.2);
  const broken = { ...machine, variances: new Float64Array(3).fill(1) };
  assert.ok(worstMoment(from(blockGibbs(broken, FREE)), machine) > 5.2, "unit variances are seen");
});

Deno.test("exact draws have the enumerated law, whichever layer is the smaller, also given clamped units", () => {
  for (const [visible, hidden, clamped] of [[4, 2, []], [3, 4, []], [4, 3, [1, null, null, 0]]] as const) {
    const machine = randomMachine(9, visible, hidden);
    const clamp = parseClamp(clamped.length ? clamped : undefined, machine);
    const draw = exactSampler(machine, clamp), random = new Random(10).at(0, 0, Purpose.test);
    const counts = new Float64Array(2 ** visible), law = new Float64Array(2 ** visible), v = new Float64Array(visible);
    for (let repeat = 0; repeat < 4000; repeat++) {
      draw(random, v);
      counts[v.reduce((number, bit) => 2 * number + bit, 0)]++;
    }
    allStates(machine).states.forEach(({ v, probability }) => {
      if (clamp.held.some((i) => v[i] !== clamp.values[i])) return;
      law[v.reduce((number, bit) => 2 * number + bit, 0)] += probability;
    });
    const total = law.reduce((a, b) => a + b, 0);
    assert.ok(chiSquarePValue(counts, law.map((p) => p / total)) > FALSE_ALARM);
  }
});

Deno.test("the machine of the free units has the whole machine's free energy, but for a constant", () => {
  for (const gaussian of [false, true]) {
    const machine = randomMachine(11, 4, 3, { gaussian });
    const clamp = parseClamp([null, 1, null, 0], machine);
    const { machine: free, constant } = freeMachine(machine, clamp);
    for (let number = 0; number < 32; number++) {
      const h = [number & 1, (number >> 1) & 1, (number >> 2) & 1], a = (number >> 3) & 1, b = number >> 4;
      const difference = plainEnergy(machine, [a, 1, b, 0], h) - plainEnergy(free, [a, b], h) - constant;
      assert.ok(Math.abs(difference) < 1e-12);
    }
  }
});

Deno.test("a clamp that does not fit is refused where it is wrong", () => {
  const machine = randomMachine(12, 3, 2);
  assert.throws(() => parseClamp([1], machine), {
    name: "InputError",
    path: "clamp",
    message: /3 visible units.*found 1/,
  });
  assert.throws(() => parseClamp([1, 0.5, null], machine), {
    name: "InputError",
    path: "clamp.1",
    message: /found 0.5/,
  });
});
