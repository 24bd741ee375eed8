/** Seeds are fixed; a statistical check alarms falsely once in 10⁶. */
import assert from "node:assert/strict";
import { againstField } from "../../../numerics/boltzmann/against_field.ts";
import { decisionTable } from "../../../numerics/boltzmann/decision_table.ts";
import { exactWeights } from "../../../numerics/boltzmann/exact_weights.ts";
import { SingleSite, type SingleSiteScan } from "../../../numerics/boltzmann/single_site.ts";
import { SingleSiteTwin } from "../../../numerics/boltzmann/single_site_twin.ts";
import { InputError } from "../../../numerics/errors.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import { expOfMinus } from "../../../numerics/special/exp_of_minus.ts";
import { incompleteGammaComplement } from "../../../numerics/special/incomplete_gamma.ts";
import { carrier, compile } from "../../../numerics/wasm/build.ts";

const FALSE_ALARM = 1e-6;

function machine(units: number, scale: number, stream: number): { weights: Float64Array; bias: Float64Array } {
  const random = new Random(21).at(stream, 0, Purpose.test);
  const weights = new Float64Array(units * units);
  for (let i = 0; i < units; i++) {
    for (let j = 0; j < i; j++) weights[i * units + j] = weights[j * units + i] = scale * random.normal();
  }
  return { weights, bias: Float64Array.from({ length: units }, () => scale * random.normal()) };
}

function randomSpins(length: number): Int8Array {
  const random = new Random(22).at(0, 0, Purpose.test);
  return Int8Array.from({ length }, () => random.uint32() < 2 ** 31 ? -1 : 1);
}

const key = (step: number, stream = 0) => ({ seed: 2 ** 45 + 1, purpose: Purpose.anneal, stream, step });
const SCANS: SingleSiteScan[] = ["systematic", "random"];

Deno.test("the Wasm sweep gives the bits of its twin, whatever the size, the scan, the clamps and the temperature", () => {
  for (const units of [1, 2, 7, 16, 17, 33, 100]) {
    const { weights, bias } = machine(units, 1 / Math.sqrt(units), units);
    const fast = new SingleSite(weights, bias), plain = new SingleSiteTwin(weights, bias);
    const clamps = Uint8Array.from({ length: units }, (_, i) => i % 3 === 1 ? 1 : 0);
    const rows = 5, betas = Float64Array.of(1, 0, 0.3, 4, -1);
    const found = randomSpins(rows * units), expected = found.slice();
    let step = 2 ** 32 - 3;
    for (const scan of SCANS) {
      for (const clamped of [null, clamps, new Uint8Array(units).fill(1)]) {
        fast.sweep(found, rows, betas, scan, clamped, key(step, 9), 4);
        plain.sweep(expected, rows, betas, scan, clamped, key(step, 9), 4);
        assert.deepEqual(found, expected, `${units} units, ${scan}`);
        step += 4;
      }
    }
    const energies = new Float64Array(rows), expectedEnergies = new Float64Array(rows);
    fast.energies(found, rows, energies);
    plain.energies(found, rows, expectedEnergies);
    assert.deepEqual(energies, expectedEnergies);
  }
});

Deno.test("a machine that is given other parameters is as one that was made with them", () => {
  const first = machine(17, 0.4, 1), second = machine(17, 0.3, 2), rows = 6, betas = new Float64Array(rows).fill(1);
  const changed = new SingleSite(first.weights, first.bias), found = randomSpins(17 * rows);
  changed.sweep(found, rows, betas, "systematic", null, key(1));
  const expected = found.slice();
  changed.setParameters(second.weights, second.bias);
  changed.sweep(found, rows, betas, "systematic", null, key(2));
  new SingleSiteTwin(second.weights, second.bias).sweep(expected, rows, betas, "systematic", null, key(2));
  assert.deepEqual(found, expected);
  assert.throws(() => changed.setParameters(new Float64Array(4), new Float64Array(2)), RangeError);
});

Deno.test("words that do not tell by their first bits are decided alike", () => {
  // Of 600,000 draws 1 in 1024 is computed in full.
  const { weights, bias } = machine(20, 0.2, 1);
  const rows = 300, betas = new Float64Array(rows).fill(1);
  const found = randomSpins(20 * rows), expected = found.slice();
  new SingleSite(weights, bias).sweep(found, rows, betas, "systematic", null, key(1), 100);
  new SingleSiteTwin(weights, bias).sweep(expected, rows, betas, "systematic", null, key(1), 100);
  assert.deepEqual(found, expected);
});

Deno.test("what was kept of other states and other rows does not show", () => {
  const units = 24, rows = 6, { weights, bias } = machine(units, 0.4, 2);
  const betas = Float64Array.of(1, 2, 0.5, 1, 1, 3);
  // Room for the fields of two rows only, so that rows take turns.
  const crowded = new SingleSite(weights, bias, 700);
  const states = randomSpins(units * rows);
  for (let step = 1; step < 20; step++) {
    const expected = states.slice();
    new SingleSite(weights, bias).sweep(expected, rows, betas, "random", null, key(step));
    crowded.sweep(states, rows, betas, "random", null, key(step));
    assert.deepEqual(states, expected);
    // Rows change places, and a spin is turned by hand, as a swap of temperatures or a start would do.
    states.copyWithin(0, units, 2 * units);
    states[3 * units + step] *= -1;
  }
});

Deno.test("fields are exact: one that went through many flips has the bits of one that is added up anew, in any order", () => {
  const units = 50, { weights, bias } = machine(units, 1, 3);
  const model = exactWeights(weights, bias);
  const random = new Random(23).at(0, 0, Purpose.test);
  const state = new Int8Array(units).fill(1);
  let field = model.bias[0];
  for (let j = 0; j < units; j++) field += model.weights[j];
  for (let flip = 0; flip < 10_000; flip++) {
    const j = 1 + random.integer(units - 1);
    state[j] *= -1;
    field += 2 * state[j] * model.weights[j];
  }
  let backwards = 0;
  for (let j = units - 1; j >= 0; j--) backwards += model.weights[j] * state[j];
  assert.equal(field, backwards + model.bias[0]);
  const largest = Math.max(...weights.map(Math.abs));
  assert.ok(
    model.weights.every((w, k) =>
      Math.abs(w - weights[k]) < 1e-14 * largest && w === model.weights[k % units * units + Math.floor(k / units)]
    ),
  );
});

Deno.test("a unit turns against its field just where U < σ(−|x|), to 64 bits", () => {
  for (const size of [0, 1e-12, 0.1, 0.7, 1, 3, 10, 22, 30, 40, 44]) {
    const e = expOfMinus(size), q = e / (1 + e);
    assert.ok(Math.abs(q * (1 + Math.exp(size)) - 1) < 1e-15, `${size}`);
    // U = (n + ½) 2⁻⁶⁴ is less than q for just `below` of the integers n.
    const below = BigInt(Math.round(q * 2 ** 64));
    for (const [n, expected] of [[below - 1n, true], [below, false]] as const) {
      if (n < 0n) continue;
      assert.equal(againstField(Number(n >> 32n), Number(n & 0xffffffffn), size), expected, `${size}: ${n}`);
    }
  }
  for (const size of [46, 100, 1e300, Infinity]) assert.equal(againstField(0, 0, size), false);
});

Deno.test("the table decides only where every word of its bin would decide so", () => {
  const table = decisionTable();
  for (let bin = 0; bin < 1024; bin++) {
    const [below, from] = [table[2 * bin], table[2 * bin + 1]];
    const least = bin * 2 ** 22, most = least + 2 ** 22 - 1;
    if (below > 0) assert.equal(againstField(most, 0xffffffff, below), true, `bin ${bin}`);
    if (from < Infinity) assert.equal(againstField(least, 0, Math.max(0, from)), false, `bin ${bin}`);
  }
});

/** p-value of the states after one sweep of rows that were drawn exactly, against the law of all states. */
function invariance(sweep: (states: Int8Array, rows: number) => void, { weights, bias }: ReturnType<typeof machine>) {
  const units = bias.length, rows = 100_000;
  const spin = (state: number, i: number) => 2 * ((state >> i) & 1) - 1;
  const law = Float64Array.from({ length: 2 ** units }, (_, state) => {
    let exponent = 0;
    for (let i = 0; i < units; i++) {
      exponent += bias[i] * spin(state, i);
      for (let j = 0; j < i; j++) exponent += weights[i * units + j] * spin(state, i) * spin(state, j);
    }
    return Math.exp(exponent);
  });
  const total = law.reduce((a, b) => a + b);
  const random = new Random(24).at(0, 0, Purpose.test);
  const states = new Int8Array(rows * units);
  for (let row = 0; row < rows; row++) {
    let state = 0;
    for (let left = random.uniform() * total; state < law.length - 1 && left >= law[state]; state++) left -= law[state];
    for (let i = 0; i < units; i++) states[row * units + i] = spin(state, i);
  }
  sweep(states, rows);
  const counts = new Float64Array(law.length);
  for (let row = 0; row < rows; row++) {
    let state = 0;
    for (let i = 0; i < units; i++) if (states[row * units + i] > 0) state |= 1 << i;
    counts[state]++;
  }
  const statistic = counts.reduce((sum, count, state) => {
    const expected = rows * law[state] / total;
    return sum + (count - expected) ** 2 / expected;
  }, 0);
  return incompleteGammaComplement((law.length - 1) / 2, statistic / 2);
}

for (const scan of SCANS) {
  Deno.test(`a ${scan} sweep keeps the law of all states; σ(z) for σ(2z) and two units at once do not`, () => {
    const network = machine(5, 0.4, 4), { weights, bias } = network;
    const at = (beta: number) => (states: Int8Array, rows: number) =>
      new SingleSite(weights, bias).sweep(states, rows, new Float64Array(rows).fill(beta), scan, null, key(1));
    assert.ok(invariance(at(1), network) > FALSE_ALARM);
    assert.ok(invariance(at(0.5), network) < 1e-12);
    const together = (states: Int8Array, rows: number) => {
      const random = new Random(25).at(0, 0, Purpose.test);
      for (let row = 0; row < rows; row++) {
        const state = states.subarray(5 * row, 5 * row + 5);
        const fields = Array.from(state, (_, i) => state.reduce((z, s, j) => z + weights[5 * i + j] * s, bias[i]));
        fields.forEach((z, i) => state[i] = random.uniform() < 1 / (1 + Math.exp(-2 * z)) ? 1 : -1);
      }
    };
    assert.ok(invariance(together, network) < 1e-12);
  });
}

Deno.test("weights that are no Boltzmann machine's are refused where they are wrong", () => {
  const cases: [number[], number[], string][] = [
    [[0, 1, 1], [0, 0], "weights"],
    [[0, 1, 2, 0], [0, 0], "weights.0.1"],
    [[0, NaN, NaN, 0], [0, 0], "weights.0.1"],
    [[0, 1, 1, 3], [0, 0], "weights.1.1"],
    [[0, 1, 1, 0], [0, Infinity], "bias.1"],
    [[0, Infinity, Infinity, 0], [0, 0], "weights"],
  ];
  for (const [weights, bias, path] of cases) {
    assert.throws(
      () => new SingleSite(Float64Array.from(weights), Float64Array.from(bias)),
      (error) => error instanceof InputError && error.path === path,
      path,
    );
  }
});

Deno.test("states that are not spins and temperatures that are not numbers are refused", () => {
  const site = new SingleSite(Float64Array.of(0, 1, 1, 0), Float64Array.of(0, 0));
  const one = Float64Array.of(1);
  for (const value of [0, 2]) {
    assert.throws(() => site.sweep(Int8Array.of(1, value), 1, one, "systematic", null, key(1)), RangeError);
  }
  assert.throws(() => site.sweep(Int8Array.of(1, 1), 1, Float64Array.of(NaN), "systematic", null, key(1)), RangeError);
});

Deno.test("tiny and huge weights keep their sizes", () => {
  for (const scale of [1e-310, 1e-160, 1e150]) {
    const weights = Float64Array.of(0, scale, scale, 0);
    const model = exactWeights(weights, Float64Array.of(0, -scale));
    assert.ok(Math.abs(model.weights[1] / scale - 1) < 1e-12 && Math.abs(model.bias[1] / scale + 1) < 1e-12);
  }
});

Deno.test("single_site.wasm.ts is what single_site.as compiles to", async () => {
  const kept = await Deno.readTextFile(new URL("../../../numerics/wasm/single_site.wasm.ts", import.meta.url));
  assert.equal(kept, carrier("single_site", await compile("single_site")));
});
