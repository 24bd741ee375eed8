/**
 * The sweeps have the exact transition matrices of transition_matrix_test.ts, and from exact draws keep the enumerated law of a larger
 * machine. Seeds are fixed; each chi-square test alarms falsely once in 10⁶.
 */
import assert from "node:assert/strict";
import { colourBlocks } from "../../../../models/energy/boltzmann/colouring.ts";
import { type Couplings, energyOf, fromEdges } from "../../../../models/energy/boltzmann/couplings.ts";
import { enumerate, exactSampler, numberOf, probabilities } from "../../../../models/energy/boltzmann/enumeration.ts";
import { spinSweeps } from "../../../../models/energy/boltzmann/sweeps.ts";
import type { Scan, States, Sweeps } from "../../../../models/energy/sweeps.ts";
import { Purpose, Random } from "../../../../numerics/random/random.ts";
import { chiSquarePValue, denseMachine, latticeMachine } from "./machines.ts";
import { type Matrix, multiply, power, rightProbability, visitAtOnce } from "./matrices.ts";

const FALSE_ALARM = 1e-6;
const ALL_SCANS: readonly Scan[] = ["systematic", "random", "blocks"];

function unitsOf({ units }: Couplings): number[] {
  return Array.from({ length: units }, (_, i) => i);
}

function matrixOf(couplings: Couplings, scan: Scan): Matrix {
  const visit = (block: ArrayLike<number>) => visitAtOnce(couplings, block, rightProbability);
  const each = unitsOf(couplings).map((i) => visit([i]));
  if (scan === "systematic") return each.reduce(multiply);
  if (scan === "blocks") return colourBlocks(couplings, unitsOf(couplings)).map(visit).reduce(multiply);
  const mean = each[0].map((row, a) =>
    row.map((_, b) => each.reduce((sum, visit) => sum + visit[a][b], 0) / each.length)
  );
  return power(mean, couplings.units);
}

type Small = readonly [name: string, couplings: Couplings, scans: readonly Scan[]];
const small: readonly Small[] = [
  ["a dense machine", denseMachine(4, 0.8, 31), ["systematic", "random"]],
  [
    "a sparse machine",
    fromEdges([[1, 2, 0.7], [2, 5, 0.5]], Float64Array.of(0.3, 0, -0.2, 0.4, 0.1)),
    ALL_SCANS,
  ],
];
for (const [name, couplings, scans] of small) {
  for (const scan of scans) {
    Deno.test(`one ${scan} sweep of ${name} has its exact transition matrix`, () => {
      const { units } = couplings;
      const sweeps = spinSweeps(couplings, new Int8Array(units));
      assert.ok(sweeps.scans.includes(scan));
      const exact = matrixOf(couplings, scan), rows = 3000, order = Int32Array.from(unitsOf(couplings));
      const position = new Float64Array(units), betas = new Float64Array(rows).fill(1);
      exact.forEach((law, from) => {
        const states = sweeps.createStates(rows);
        order.forEach((i) => {
          position[i] = (from >> i) & 1 ? 1 : -1;
        });
        for (let row = 0; row < rows; row++) sweeps.fromPosition(position, states, row);
        sweeps.sweep(states, rows, betas, scan, { seed: 7, purpose: Purpose.step, stream: from * rows, step: 3 });
        const counts = new Float64Array(law.length);
        for (let row = 0; row < rows; row++) {
          sweeps.toPosition(states, row, position);
          counts[numberOf(position, order)]++;
        }
        const p = chiSquarePValue(counts, Float64Array.from(law));
        assert.ok(p > FALSE_ALARM / exact.length, `from state ${from}: p = ${p}`);
      });
    });
  }
}

/** The p-value that rows which start at exact draws still have the enumerated law after three sweeps. */
function keptPValue(sweeps: Sweeps, couplings: Couplings, clamp: Int8Array, scan: Scan, beta: number): number {
  const enumeration = enumerate(couplings, 1, unitsOf(couplings).filter((i) => clamp[i] === 0), clamp);
  const rows = 40_000, random = new Random(17).at(0, 0, Purpose.test);
  const draw = exactSampler(enumeration), position = new Float64Array(couplings.units);
  const states = sweeps.createStates(rows), betas = new Float64Array(rows).fill(beta);
  for (let row = 0; row < rows; row++) {
    draw(random, position);
    sweeps.fromPosition(position, states, row);
  }
  for (let step = 1; step <= 3; step++) {
    sweeps.sweep(states, rows, betas, scan, { seed: 8, purpose: Purpose.step, stream: 5, step });
  }
  const counts = new Float64Array(enumeration.logWeights.length);
  for (let row = 0; row < rows; row++) {
    sweeps.toPosition(states, row, position);
    assert.ok(position.every((value, i) => clamp[i] === 0 || value === clamp[i]), "a clamped unit has moved");
    counts[numberOf(position, enumeration.free)]++;
  }
  return chiSquarePValue(counts, probabilities(enumeration));
}

/** All units drawn at once from the fields before, as if the graph had no edges. */
function atOnce(couplings: Couplings): Sweeps {
  const right = spinSweeps(couplings, new Int8Array(couplings.units));
  return {
    ...right,
    sweep(states, rows, betas, scan, key) {
      const before = states.slice(), moved = states.slice();
      for (const i of unitsOf(couplings)) {
        const clamp = Int8Array.from(unitsOf(couplings), (j) => j === i ? 0 : 1);
        moved.set(before);
        spinSweeps(couplings, clamp).sweep(moved, rows, betas, scan, { ...key, stream: key.stream + i * rows });
        for (let row = 0; row < rows; row++) states[row * right.units + i] = moved[row * right.units + i];
      }
    },
  };
}

const larger: readonly Small[] = [
  ["a dense machine of 8 units", denseMachine(8, 0.4, 41), ["systematic", "random"]],
  ["a lattice of 15 units", latticeMachine(3, 5, 0.6, 42), ALL_SCANS],
];
for (const [name, couplings, scans] of larger) {
  const free = new Int8Array(couplings.units);
  const clamp = free.map((_, i) => i % 3 === 1 ? (i % 2 ? 1 : -1) : 0);
  for (const scan of scans) {
    Deno.test(`${scan} sweeps of ${name} keep its law, also with units clamped`, () => {
      assert.ok(keptPValue(spinSweeps(couplings, free), couplings, free, scan, 1) > FALSE_ALARM);
      assert.ok(keptPValue(spinSweeps(couplings, clamp), couplings, clamp, scan, 1) > FALSE_ALARM);
    });

    Deno.test(`${scan} sweeps of ${name} with σ(z) for σ(2z/T) are caught`, () => {
      assert.ok(keptPValue(spinSweeps(couplings, free), couplings, free, scan, 0.5) < FALSE_ALARM / 1000);
    });
  }

  Deno.test(`units of ${name} that are all updated at once are caught`, () => {
    assert.ok(keptPValue(atOnce(couplings), couplings, free, "systematic", 1) < FALSE_ALARM / 1000);
  });

  Deno.test(`rows of ${name} may be split in any way without changing a bit`, () => {
    const sweeps = spinSweeps(couplings, clamp), rows = 7;
    const random = new Random(3).at(0, 0, Purpose.test);
    const start: States = Int8Array.from({ length: rows * couplings.units }, () => random.integer(2) * 2 - 1);
    const betas = Float64Array.from({ length: rows }, (_, r) => 0.3 + 0.2 * r);
    for (const scan of sweeps.scans) {
      const whole = start.slice(), split = start.slice();
      const key = { seed: 2 ** 40 + 1, purpose: Purpose.step, stream: 11, step: 2 ** 33 };
      sweeps.sweep(whole, rows, betas, scan, key);
      for (const [from, to] of [[0, 1], [1, 5], [5, 7]]) {
        const part = split.slice(from * couplings.units, to * couplings.units);
        spinSweeps(couplings, clamp)
          .sweep(part, to - from, betas.slice(from, to), scan, { ...key, stream: key.stream + from });
        split.set(part, from * couplings.units);
      }
      assert.deepEqual(split, whole);
      assert.notDeepEqual(whole, start);
    }
  });

  Deno.test(`the energies of ${name} are those of its rows`, () => {
    const sweeps = spinSweeps(couplings, free), rows = 3, out = new Float64Array(rows);
    const random = new Random(4).at(0, 0, Purpose.test);
    const states = Int8Array.from({ length: rows * couplings.units }, () => random.integer(2) * 2 - 1);
    sweeps.energies(states, rows, out);
    out.forEach((energy, row) =>
      assert.ok(Math.abs(energy - energyOf(couplings, states, row * couplings.units)) < 1e-13)
    );
  });
}
