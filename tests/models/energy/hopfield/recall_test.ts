/** What holds of every recall, exactly. Patterns are random and their seeds fixed. */
import assert from "node:assert/strict";
import { corrupt, trainContrastively } from "../../../../models/energy/hopfield/contrastive.ts";
import { hebb } from "../../../../models/energy/hopfield/hebb.ts";
import {
  energyOf,
  fieldOf,
  flipBound,
  type HopfieldNetwork,
  isStable,
  mostNegativeEnergy,
  type Pattern,
  patternsOf,
} from "../../../../models/energy/hopfield/network.ts";
import { landscapeOf, recall, Recaller } from "../../../../models/energy/hopfield/recall.ts";
import { randomPatterns } from "../../../../models/energy/hopfield_trials.ts";
import { Purpose, Random } from "../../../../numerics/random/random.ts";

const UNITS = 60;
const patterns = randomPatterns(7, UNITS, 3);
const contrastive = { rate: 0.1, noise: 0.3, sweeps: 1, bias: true, updates: 30 };
const networks: Record<string, HopfieldNetwork> = {
  "Hebb's rule": hebb(patterns),
  "contrastive training with biases": trainContrastively(patterns, contrastive, 1),
};

function* starts(count: number): Generator<[Pattern, Random]> {
  const random = new Random(5), scratch = new Int32Array(UNITS);
  for (let k = 0; k < count; k++) {
    const start = patterns[k % patterns.length].slice();
    corrupt(start, 0.05 * (k % 11), random.at(k, 0, Purpose.test), scratch);
    yield [start, random.at(k, 1, Purpose.test)];
  }
}

function close(found: number, expected: number): void {
  assert.ok(Math.abs(found - expected) < 1e-12 * UNITS * UNITS, `${found} is not ${expected}`);
}

for (const [rule, network] of Object.entries(networks)) {
  const landscape = landscapeOf(network);

  Deno.test(`a flip under ${rule} lowers the energy by twice the field, to the value that its own sum gives`, () => {
    for (const [start] of starts(11)) {
      const y = start.slice();
      for (let i = 0; i < UNITS; i++) {
        const before = energyOf(network, y), z = landscape.field(i, y);
        if (z !== 0) y[i] = Math.sign(z);
        const fell = before - energyOf(network, y);
        close(fell, y[i] === start[i] ? 0 : 2 * Math.abs(z));
        assert.ok(fell >= -1e-12);
      }
    }
  });

  for (const order of ["systematic", "random"] as const) {
    Deno.test(`asynchronous recall under ${rule} in ${order} order never raises the energy and ends where no flip lowers it`, () => {
      for (const [start, random] of starts(44)) {
        const given = start.slice();
        const { state, energies, converged, cycle, flips, leastField } = recall(landscape, start, random, { order });
        assert.deepEqual(start, given);
        assert.ok(converged && cycle === 1);
        close(energies[0], energyOf(network, start));
        close(energies[energies.length - 1], energyOf(network, state));
        energies.forEach((energy, k) => assert.ok(k === 0 || energy <= energies[k - 1] + 1e-12));
        assert.ok(isStable(network, state));
        for (let i = 0; i < UNITS; i++) {
          assert.ok(energyOf(network, state.with(i, -state[i])) >= energyOf(network, state) - 1e-12);
        }
        // The energy cannot fall by more than this in all, and falls by 2 · leastField a flip at least.
        assert.ok(flips <= flipBound(network, energies[0], leastField) + 1e-9);
        assert.ok(mostNegativeEnergy(network) >= -energies[energies.length - 1] - 1e-12);
      }
    });
  }

  Deno.test(`synchronous recall under ${rule} ends in a fixed point or says that it goes to and fro`, () => {
    const recaller = new Recaller(landscape);
    for (const [start, random] of starts(44)) {
      const { state, converged, cycle } = recall(landscape, start, random, { mode: "synchronous" });
      assert.notEqual(cycle, 0);
      assert.equal(converged, cycle === 1);
      const again = state.slice();
      recaller.synchronous(again);
      assert.equal(again.every((value, i) => value === state[i]), converged);
      recaller.synchronous(again);
      assert.deepEqual(again, state);
    }
  });
}

Deno.test("under Hebb's rule fields are multiples of 1/P, which bounds the flips before a recall has begun", () => {
  const network = networks["Hebb's rule"];
  for (const [start, random] of starts(44)) {
    const { flips } = recall(landscapeOf(network), start, random);
    assert.ok(flips <= flipBound(network, energyOf(network, start), 1 / patterns.length));
  }
});

Deno.test("without biases the negative of a stored pattern is stored", () => {
  const network = networks["Hebb's rule"];
  for (const pattern of patterns) {
    const negative = pattern.map((value) => -value);
    assert.equal(energyOf(network, negative), energyOf(network, pattern));
    assert.equal(isStable(network, negative), isStable(network, pattern));
    const there = recall(landscapeOf(network), pattern, new Random(1)).state;
    assert.deepEqual(recall(landscapeOf(network), negative, new Random(1)).state, there.map((value) => -value));
  }
});

Deno.test("two units that repel or attract each other go to and fro when both are taken at once, and the energy may rise", () => {
  const network = { units: 2, weights: Float64Array.of(0, 1, 1, 0), bias: new Float64Array(2) };
  const { cycle, converged, energies, flips } = recall(landscapeOf(network), Float64Array.of(1, -1), new Random(1), {
    mode: "synchronous",
  });
  assert.deepEqual({ cycle, converged, flips }, { cycle: 2, converged: false, flips: 4 });
  assert.deepEqual(energies, [1, 1, 1]);
  const repelling = { units: 2, weights: Float64Array.of(0, -1, -1, 0), bias: Float64Array.of(0.75, 0.75) };
  const climbing = recall(landscapeOf(repelling), Float64Array.of(1, 1), new Random(1), { mode: "synchronous" });
  assert.deepEqual(climbing.energies, [-0.5, 2.5, -0.5]);
});

Deno.test("a unit whose field is zero stays, also where the zero comes of rounding", () => {
  const third = 1 / 3;
  const weights = new Float64Array(16);
  [third, third, -2 * third].forEach((weight, k) => {
    weights[k + 1] = weights[4 * (k + 1)] = weight;
  });
  const network = { units: 4, weights, bias: Float64Array.of(0, 5, 5, 5) };
  for (const first of [-1, 1]) {
    const { state, flips, converged } = recall(landscapeOf(network), Float64Array.of(first, 1, 1, 1), new Random(1));
    assert.deepEqual([state[0], flips, converged], [first, 0, true]);
  }
});

Deno.test("a network whose diagonal is kept calls a state a fixed point that a single flip improves", () => {
  const network = networks["Hebb's rule"];
  const kept: HopfieldNetwork = { ...network, weights: network.weights.slice() };
  for (let i = 0; i < UNITS; i++) kept.weights[i * UNITS + i] = 1; // what Hebb's formula gives
  let broken = 0;
  for (const [start, random] of starts(44)) {
    if (!isStable(network, recall(landscapeOf(kept), start, random).state)) broken++;
  }
  assert.ok(broken > 0, "the test does not see a diagonal that is kept");
  for (let i = 0; i < UNITS; i++) assert.equal(network.weights[i * UNITS + i], 0);
  assert.notEqual(fieldOf(kept, 0, patterns[0]), fieldOf(network, 0, patterns[0]));
});

Deno.test("a recall that is given up says so", () => {
  const [[start]] = [...starts(6)].slice(5);
  const { converged, cycle, energies } = recall(landscapeOf(networks["Hebb's rule"]), start, new Random(1), {
    mostSweeps: 1,
  });
  assert.deepEqual([converged, cycle, energies.length], [false, 0, 2]);
});

Deno.test("patterns are rows of one length of -1 and 1", () => {
  assert.throws(() => patternsOf([[1, -1], [1]]), { name: "InputError", path: "patterns.1" });
  assert.throws(() => patternsOf([[1, -1], [1, 0]]), { name: "InputError", path: "patterns.1.1" });
});
