/** Enumeration against plain sums over all states. The statistical check alarms falsely once in 10⁶. */
import assert from "node:assert/strict";
import {
  enumerate,
  exactSampler,
  momentsOf,
  numberOf,
  probabilities,
  write,
} from "../../../../models/energy/boltzmann/enumeration.ts";
import { toMatrix } from "../../../../models/energy/boltzmann/couplings.ts";
import { Purpose, Random } from "../../../../numerics/random/random.ts";
import { chiSquarePValue, denseMachine, plainEnergy } from "./machines.ts";

const UNITS = 8;
const BETA = 0.7;
const couplings = denseMachine(UNITS, 0.6, 11);
const matrix = toMatrix(couplings);
const all = Array.from({ length: UNITS }, (_, i) => i);
const clamps = { "all free": new Int8Array(UNITS), "three clamped": Int8Array.of(0, 1, 0, 0, -1, 0, 1, 0) };

for (const [name, clamp] of Object.entries(clamps)) {
  const free = all.filter((i) => clamp[i] === 0);
  const states = Array.from({ length: 2 ** free.length }, (_, s) => {
    const y = clamp.slice();
    write(s, Int32Array.from(free), y);
    return y;
  });
  const weights = states.map((y) => Math.exp(-BETA * plainEnergy(matrix, couplings.bias, y)));
  const total = weights.reduce((a, b) => a + b, 0);
  const enumeration = enumerate(couplings, BETA, free, clamp);

  Deno.test(`log Z and the law are those of the plain sum, ${name}`, () => {
    assert.ok(Math.abs(enumeration.logZ - Math.log(total)) < 1e-12);
    probabilities(enumeration).forEach((p, s) => assert.ok(Math.abs(p - weights[s] / total) < 1e-14));
    states.forEach((y, s) => assert.equal(numberOf(y, enumeration.free), s));
  });

  Deno.test(`moments are those of the plain sum, ${name}`, () => {
    const { first, second } = momentsOf(enumeration);
    for (const i of all) {
      const mean = states.reduce((sum, y, s) => sum + weights[s] * y[i], 0) / total;
      assert.ok(Math.abs(first[i] - mean) < 1e-13);
      for (const j of all) {
        const product = states.reduce((sum, y, s) => sum + weights[s] * y[i] * y[j], 0) / total;
        assert.ok(Math.abs(second[i * UNITS + j] - product) < 1e-13);
      }
    }
  });

  Deno.test(`exact draws have the law, ${name}`, () => {
    const draw = exactSampler(enumeration), random = new Random(5).at(0, 0, Purpose.test);
    const y = new Float64Array(UNITS), counts = new Float64Array(states.length);
    for (let k = 0; k < 40_000; k++) {
      draw(random, y);
      counts[numberOf(y, enumeration.free)]++;
    }
    const { free: order } = enumeration;
    assert.ok([...y.keys()].every((i) => order.includes(i) || y[i] === clamp[i]));
    assert.ok(chiSquarePValue(counts, probabilities(enumeration)) > 1e-6);
    const colder = enumerate(couplings, 1.15 * BETA, free, clamp);
    assert.ok(chiSquarePValue(counts, probabilities(colder)) < 1e-9, "the test does not see a temperature off by 15 %");
  });
}

Deno.test("more units than can be enumerated are refused", () => {
  const large = denseMachine(21, 0.1, 1);
  assert.throws(() => enumerate(large, 1, Array.from({ length: 21 }, (_, i) => i), new Int8Array(21)), RangeError);
});
