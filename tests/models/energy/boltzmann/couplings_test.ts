import assert from "node:assert/strict";
import { colourBlocks } from "../../../../models/energy/boltzmann/colouring.ts";
import {
  type Couplings,
  type Edge,
  energyOf,
  fieldOf,
  fieldTolerances,
  fromEdges,
  fromMatrix,
  toMatrix,
} from "../../../../models/energy/boltzmann/couplings.ts";
import { Purpose, Random } from "../../../../numerics/random/random.ts";
import { denseMachine, latticeMachine, plainEnergy } from "./machines.ts";

const machines: readonly [string, Couplings][] = [
  ["a dense machine", denseMachine(9, 0.7, 1)],
  ["a lattice", latticeMachine(3, 4, 0.7, 2)],
  ["a machine without edges", fromEdges([], Float64Array.of(0.3, -1))],
];

for (const [name, couplings] of machines) {
  const { units, bias } = couplings;
  const matrix = toMatrix(couplings);
  const random = new Random(3).at(0, 0, Purpose.test);
  const states = Array.from({ length: 20 }, () => Int8Array.from({ length: units }, () => random.integer(2) * 2 - 1));

  Deno.test(`${name} has the energy of its plain sum`, () => {
    for (const y of states) assert.ok(Math.abs(energyOf(couplings, y) - plainEnergy(matrix, bias, y)) < 1e-12);
  });

  Deno.test(`a flip of ${name} changes the energy by twice the spin times its field`, () => {
    for (const y of states) {
      for (let i = 0; i < units; i++) {
        const rise = plainEnergy(matrix, bias, y.with(i, -y[i])) - plainEnergy(matrix, bias, y);
        assert.ok(Math.abs(rise - 2 * y[i] * fieldOf(couplings, i, y)) < 1e-12);
      }
    }
  });

  Deno.test(`${name} is the same by its matrix and within a longer array`, () => {
    const again = fromMatrix(matrix, bias);
    assert.deepEqual(again, couplings);
    const rows = new Int8Array(2 * units);
    rows.set(states[0], units);
    assert.equal(energyOf(couplings, rows, units), energyOf(couplings, states[0]));
  });

  Deno.test(`no colour of ${name} has an edge inside it, and every unit has one`, () => {
    const blocks = colourBlocks(couplings, Array.from({ length: units }, (_, i) => i));
    for (const block of blocks) {
      for (const i of block) for (const j of block) assert.equal(matrix[i * units + j], 0);
    }
    assert.deepEqual(blocks.flatMap((block) => [...block]).sort((a, b) => a - b), [...bias.keys()]);
  });
}

Deno.test("a lattice has two colours, also with some of its units left out, and a ring of five has three", () => {
  const lattice = latticeMachine(5, 6, 1, 4);
  assert.equal(colourBlocks(lattice, Array.from({ length: 30 }, (_, i) => i)).length, 2);
  assert.equal(colourBlocks(lattice, Array.from({ length: 30 }, (_, i) => i).filter((i) => i % 7 > 0)).length, 2);
  const ring = fromEdges([[1, 2, 1], [2, 3, 1], [3, 4, 1], [4, 5, 1], [5, 1, 1]], new Float64Array(5));
  assert.equal(colourBlocks(ring, [0, 1, 2, 3, 4]).length, 3);
});

Deno.test("a field that is zero but for rounding is within its tolerance, and one that is not is beyond it", () => {
  const third = 1 / 3;
  const couplings = fromEdges([[1, 2, third], [1, 3, third], [1, 4, -2 * third], [2, 3, 1e-9]], new Float64Array(4));
  const tolerances = fieldTolerances(couplings);
  assert.ok(Math.abs(fieldOf(couplings, 0, Int8Array.of(1, 1, 1, 1))) <= tolerances[0]);
  assert.ok(tolerances[0] < 1e-14);
});

const refusals: readonly [string, () => Couplings, string, RegExp][] = [
  [
    "a diagonal that is kept",
    () => fromMatrix(Float64Array.of(1, 0, 0, 0), new Float64Array(2)),
    "weights.0.0",
    /diagonal/,
  ],
  [
    "an asymmetric matrix",
    () => fromMatrix(Float64Array.of(0, 1, 2, 0), new Float64Array(2)),
    "weights.0.1",
    /symmetric/,
  ],
  [
    "a weight that is not a number",
    () => fromMatrix(Float64Array.of(0, NaN, NaN, 0), new Float64Array(2)),
    "weights.0.1",
    /finite/,
  ],
  ["weights that overflow", () => fromEdges([[1, 2, 1e308]], new Float64Array(2)), "", /too large/],
  ["an infinite bias", () => fromEdges([], Float64Array.of(0, Infinity)), "bias.1", /finite/],
  ["an edge to nowhere", () => fromEdges([[1, 3, 1]], new Float64Array(2)), "edges.0", /from 1 to 2, found 3/],
  [
    "an edge of a unit with itself",
    () => fromEdges([[1, 2, 1], [2, 2, 1]], new Float64Array(2)),
    "edges.1",
    /from 2 to 2/,
  ],
  [
    "an edge given twice",
    () => fromEdges([[1, 2, 1], [2, 1, 1]] satisfies Edge[], new Float64Array(2)),
    "edges.1",
    /twice/,
  ],
];
for (const [what, build, path, message] of refusals) {
  Deno.test(`${what} is refused where it is`, () => assert.throws(build, { name: "InputError", path, message }));
}
