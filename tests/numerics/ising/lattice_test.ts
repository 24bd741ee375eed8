/** Seeds are fixed; a statistical check alarms falsely once in 10⁶. */
import assert from "node:assert/strict";
import { IsingLattice } from "../../../numerics/ising/lattice.ts";
import { IsingLatticeTwin } from "../../../numerics/ising/lattice_twin.ts";
import { heatBathThresholds } from "../../../numerics/ising/thresholds.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import { incompleteGammaComplement } from "../../../numerics/special/incomplete_gamma.ts";
import { carrier, compile } from "../../../numerics/wasm/build.ts";
import { enumerate, finiteEnergy, onsagerEnergy, spontaneousMagnetisation } from "./oracle.ts";

const FALSE_ALARM = 1e-6;

function randomSpins(length: number, stream: number): Int8Array {
  const random = new Random(7).at(stream, 0, Purpose.test);
  return Int8Array.from({ length }, () => random.uint32() < 2 ** 31 ? -1 : 1);
}

/** By hand: a listing of how 200,000 spins differ would take minutes. */
function assertSame(found: Int8Array, expected: Int8Array, what: string): void {
  const at = found.findIndex((spin, i) => spin !== expected[i]);
  assert.ok(
    found.length === expected.length && at === -1,
    `${what}: site ${at} is ${found[at]}, expected ${expected[at]}`,
  );
}

const key = (step: number, stream = 0) => ({ seed: 2 ** 40 + 3, purpose: Purpose.step, stream, step });

Deno.test("the Wasm sweep gives the bits of its twin, whatever the shape, the coupling and the temperature", () => {
  const shapes = [[2, 2], [4, 2], [2, 34], [6, 30], [8, 32], [4, 64], [10, 96], [4, 260], [50, 26]];
  const energies = [[1, 0, 0.44], [-0.7, 0.3, 1.1], [0.4, -2, 3], [1, 0, 0], [1, 0.25, 40]];
  for (const [rows, columns] of shapes) {
    for (const [coupling, field, beta] of energies) {
      const count = 3;
      const found = randomSpins(count * rows * columns, rows), expected = found.slice();
      const betas = Float64Array.of(beta, beta / 2, beta);
      const at = key(2 ** 32 - 2, 5);
      new IsingLattice(rows, columns, coupling, field).sweep(found, count, betas, at, 4);
      new IsingLatticeTwin(rows, columns, coupling, field).sweep(expected, count, betas, at, 4);
      assertSame(found, expected, `${rows} × ${columns}, J ${coupling}, h ${field}, β ${beta}`);
    }
  }
});

Deno.test("ties are broken alike, many digits deep", () => {
  // 12,288 vectors of 16 sites: some 740 have a tie in the first digit, some 3 in the second.
  const [rows, columns] = [512, 384];
  const found = randomSpins(rows * columns, 1), expected = found.slice();
  new IsingLattice(rows, columns, 0.3, 0).sweep(found, 1, Float64Array.of(0.9), key(1));
  new IsingLatticeTwin(rows, columns, 0.3, 0).sweep(expected, 1, Float64Array.of(0.9), key(1));
  assertSame(found, expected, "512 × 384");
});

Deno.test("a lattice gets the same spins alone, in company, and sweep by sweep", () => {
  const [rows, columns, count] = [6, 36, 4];
  const lattice = new IsingLattice(rows, columns, 1, 0.1), sites = rows * columns;
  const together = randomSpins(count * sites, 2), alone = together.slice();
  const betas = Float64Array.of(0.3, 0.5, 0.3, 0.7);
  lattice.sweep(together, count, betas, key(10, 4), 3);
  for (let i = count - 1; i >= 0; i--) {
    for (let step = 10; step < 13; step++) {
      lattice.sweep(alone.subarray(i * sites, (i + 1) * sites), 1, betas.subarray(i), key(step, 4 + i));
    }
  }
  assertSame(together, alone, "4 lattices");
});

Deno.test("thresholds are the heat bath's to 64 bits, and those of opposite neighbourhoods add up to one", () => {
  for (const beta of [0, 1e-9, 0.1, 0.44, 2, 5, 9]) {
    const thresholds = heatBathThresholds(1, 0, beta);
    for (let k = 0; k < 5; k++) {
      const sum = thresholds[k] + thresholds[4 - k];
      assert.ok(2n ** 64n - sum <= 1n && sum <= 2n ** 64n, `${beta}: ${sum}`);
      const expected = 1 / (1 + Math.exp(-2 * beta * (2 * k - 4))) * 2 ** 64;
      assert.ok(Math.abs(Number(thresholds[k]) / expected - 1) < 2e-15 + 0.5 / expected, `${beta} ${k}`);
    }
  }
  // A field moves what the coupling leaves even; far out nothing wraps around.
  assert.equal(heatBathThresholds(0, 0.7, 1)[0], heatBathThresholds(0, 0.7, 1)[4]);
  assert.deepEqual([...heatBathThresholds(1e6, 0, 1)], [0n, 0n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 64n - 1n]);
});

/** One sweep of one lattice. */
type Sweep = (state: Int8Array, count: number, betas: Float64Array, at: ReturnType<typeof key>) => void;

/** All sites at once from the old ones, or σ(βz) for σ(2βz), or nothing wrong. */
function plainSweep(rows: number, columns: number, field: number, bug: "none" | "half" | "together"): Sweep {
  return (states, count, betas, at) => {
    for (let i = 0; i < count; i++) {
      const state = states.subarray(i * rows * columns, (i + 1) * rows * columns);
      const random = new Random(at.seed).at(at.stream + i, at.step, Purpose.test);
      const read = bug === "together" ? state.slice() : state;
      for (let r = 0; r < rows; r++) {
        for (let c = 0; c < columns; c++) {
          const spin = (dr: number, dc: number) =>
            read[((r + dr + rows) % rows) * columns + (c + dc + columns) % columns];
          const z = spin(1, 0) + spin(-1, 0) + spin(0, 1) + spin(0, -1) + field;
          const p = 1 / (1 + Math.exp(-(bug === "half" ? 1 : 2) * betas[i] * z));
          state[r * columns + c] = random.uniform() < p ? 1 : -1;
        }
      }
    }
  };
}

/** p-value of (energy, magnetisation) after one sweep of lattices that were drawn exactly, against the law of all states. */
function invariance(sweep: Sweep, rows: number, columns: number, beta: number, field: number): number {
  const { probabilities, energies, magnetisations } = enumerate(rows, columns, { field, beta });
  const count = 20_000, sites = rows * columns;
  const states = new Int8Array(count * sites);
  const cumulated = Float64Array.from(probabilities);
  for (let i = 1; i < cumulated.length; i++) cumulated[i] += cumulated[i - 1];
  const random = new Random(8).at(0, 0, Purpose.test);
  for (let i = 0; i < count; i++) {
    const u = random.uniform() * cumulated[cumulated.length - 1];
    let low = 0, high = cumulated.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulated[middle] < u) low = middle + 1;
      else high = middle;
    }
    for (let site = 0; site < sites; site++) states[i * sites + site] = 2 * ((low >> site) & 1) - 1;
  }
  sweep(states, count, new Float64Array(count).fill(beta), key(1));

  const bin = (state: number) => `${Math.round(energies[state] * 100)} ${magnetisations[state]}`;
  const expected = new Map<string, number>(), found = new Map<string, number>();
  for (let state = 0; state < probabilities.length; state++) {
    expected.set(bin(state), (expected.get(bin(state)) ?? 0) + count * probabilities[state]);
  }
  for (let i = 0; i < count; i++) {
    let state = 0;
    for (let site = 0; site < sites; site++) if (states[i * sites + site] > 0) state |= 1 << site;
    found.set(bin(state), (found.get(bin(state)) ?? 0) + 1);
  }
  let statistic = 0, bins = 0, rareExpected = 0, rareFound = 0;
  for (const [name, mean] of expected) {
    const seen = found.get(name) ?? 0;
    if (mean < 10) {
      rareExpected += mean;
      rareFound += seen;
    } else {
      statistic += (seen - mean) ** 2 / mean;
      bins++;
    }
  }
  if (rareExpected > 0) {
    statistic += (rareFound - rareExpected) ** 2 / rareExpected;
    bins++;
  }
  return incompleteGammaComplement((bins - 1) / 2, statistic / 2);
}

for (const [rows, columns, beta, field] of [[4, 4, 0.35, 0], [4, 4, 0.44, 0.2], [2, 6, 0.3, -0.1]]) {
  Deno.test(`${rows} × ${columns}, β = ${beta}, h = ${field}: a sweep keeps the law of all states, and broken ones do not`, () => {
    const lattice = new IsingLattice(rows, columns, 1, field);
    const kernel: Sweep = (...given) => lattice.sweep(...given);
    assert.ok(invariance(kernel, rows, columns, beta, field) > FALSE_ALARM);
    assert.ok(invariance(plainSweep(rows, columns, field, "none"), rows, columns, beta, field) > FALSE_ALARM);
    for (const bug of ["half", "together"] as const) {
      assert.ok(invariance(plainSweep(rows, columns, field, bug), rows, columns, beta, field) < 1e-12, bug);
    }
  });
}

Deno.test("the exact energy of a finite lattice is that of its enumeration, and of Onsager where it is large", () => {
  for (const beta of [0.2, 0.35, 0.44, 0.55]) {
    const { energies, probabilities } = enumerate(4, 4, { beta });
    const energy = energies.reduce((sum, e, state) => sum + e * probabilities[state], 0) / 16;
    assert.ok(Math.abs(finiteEnergy(4, 4, beta) - energy) < 1e-10);
    if (beta !== 0.44) assert.ok(Math.abs(finiteEnergy(128, 128, beta) - onsagerEnergy(beta)) < 1e-9);
  }
});

/** Mean over chains of the chains' means, and its standard error from how they differ. */
function chainMeans(means: Float64Array): { mean: number; error: number } {
  const n = means.length, mean = means.reduce((a, b) => a + b) / n;
  return { mean, error: Math.sqrt(means.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (n * (n - 1))) };
}

/** Sides such that what is known exactly of the infinite lattice holds for these: Yang's magnetisation up to e^(−side) at β = 0.55. */
const LARGE = [
  { beta: 0.2, side: 64, burnIn: 100, sweeps: 400 },
  { beta: 0.35, side: 64, burnIn: 300, sweeps: 800 },
  { beta: 0.44, side: 32, burnIn: 3000, sweeps: 8000 },
  { beta: 0.55, side: 64, burnIn: 200, sweeps: 500 },
];

// Of eight such checks (t with 29 degrees of freedom) one alarms falsely at 4 of 100 seeds; this one is fixed.
Deno.test("energy and magnetisation of large lattices agree with Kaufman, Onsager and Yang within 3 standard errors", () => {
  const count = 30;
  for (const { beta, side, burnIn, sweeps } of LARGE) {
    const lattice = new IsingLattice(side, side, 1, 0), sites = side * side;
    const states = new Int8Array(count * sites);
    // Half of the chains begin all up, half all down, so that the sign of the magnetisation favours nobody.
    for (let i = 0; i < count; i++) states.fill(i % 2 === 0 ? 1 : -1, i * sites, (i + 1) * sites);
    const betas = new Float64Array(count).fill(beta);
    lattice.sweep(states, count, betas, key(1), burnIn);
    const energies = new Float64Array(count), magnetisations = new Float64Array(count);
    const each = Math.ceil(sweeps / 50), readings = sweeps / each;
    for (let reading = 0; reading < readings; reading++) {
      lattice.sweep(states, count, betas, key(1 + burnIn + reading * each), each);
      for (let i = 0; i < count; i++) {
        let bonds = 0, sum = 0;
        for (let r = 0, at = i * sites; r < side; r++) {
          const down = r + 1 < side ? side : side - sites;
          for (let c = 0; c < side; c++, at++) {
            sum += states[at];
            bonds += states[at] * (states[c + 1 < side ? at + 1 : at + 1 - side] + states[at + down]);
          }
        }
        energies[i] -= bonds / sites / readings;
        magnetisations[i] += (beta > 0.5 ? Math.abs(sum) : sum) / sites / readings;
      }
    }
    for (
      const [name, values, exact] of [
        ["energy", energies, finiteEnergy(side, side, beta)],
        ["magnetisation", magnetisations, spontaneousMagnetisation(beta)],
      ] as const
    ) {
      const { mean, error } = chainMeans(values);
      const z = (mean - exact) / error;
      assert.ok(error < 0.1 && Math.abs(z) < 3, `β = ${beta}, ${name}: ${mean} ± ${error}, exactly ${exact}`);
    }
  }
});

Deno.test("ising_lattice.wasm.ts is what ising_lattice.as compiles to", async () => {
  const kept = await Deno.readTextFile(new URL("../../../numerics/wasm/ising_lattice.wasm.ts", import.meta.url));
  assert.equal(kept, carrier("ising_lattice", await compile("ising_lattice")));
});
