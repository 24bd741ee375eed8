/**
 * The exact matrices of one sweep of a small machine in each scan, from the probability that a visited unit becomes +1: they keep
 * the law, and only random scan does so in detailed balance. Broken twins do not keep it. That the sweeps have these
 * matrices is in sweeps_test.ts.
 */
import assert from "node:assert/strict";
import { colourBlocks } from "../../../../models/energy/boltzmann/colouring.ts";
import type { Couplings } from "../../../../models/energy/boltzmann/couplings.ts";
import {
  detailedImbalance,
  drift,
  lawOf,
  type Matrix,
  multiply,
  power,
  type Probability,
  rightProbability,
  visitAtOnce,
} from "./matrices.ts";
import { denseMachine, latticeMachine } from "./machines.ts";

const ROUNDING = 1e-14;
const BROKEN = 1e-3;

function units({ units }: Couplings): number[] {
  return Array.from({ length: units }, (_, i) => i);
}

function systematic(couplings: Couplings, probability: Probability): Matrix {
  return units(couplings).map((i) => visitAtOnce(couplings, [i], probability)).reduce(multiply);
}

function random(couplings: Couplings, probability: Probability): Matrix {
  const visits = units(couplings).map((i) => visitAtOnce(couplings, [i], probability));
  const mean = visits[0].map((row, a) =>
    row.map((_, b) => visits.reduce((sum, visit) => sum + visit[a][b], 0) / visits.length)
  );
  return power(mean, couplings.units);
}

function blocks(couplings: Couplings, probability: Probability): Matrix {
  return colourBlocks(couplings, units(couplings)).map((block) => visitAtOnce(couplings, block, probability)).reduce(
    multiply,
  );
}

const machines: readonly [string, Couplings][] = [
  ["a dense machine", denseMachine(4, 0.8, 21)],
  ["a lattice", latticeMachine(2, 3, 0.8, 22)],
];
for (const [name, couplings] of machines) {
  const law = lawOf(couplings, 1);
  for (const [scan, matrixOf] of Object.entries({ systematic, random, blocks })) {
    const matrix = matrixOf(couplings, rightProbability);

    Deno.test(`a ${scan} sweep of ${name} keeps the law`, () => {
      for (const row of matrix) assert.ok(Math.abs(row.reduce((a, b) => a + b, 0) - 1) < ROUNDING);
      assert.ok(drift(law, matrix) < ROUNDING);
    });

    Deno.test(`a ${scan} sweep of ${name} with σ(z) in place of σ(2z) does not keep the law`, () => {
      assert.ok(drift(law, matrixOf(couplings, (z) => rightProbability(z / 2))) > BROKEN);
    });
  }

  Deno.test(`random scan of ${name} is in detailed balance; systematic scan and blocks are not`, () => {
    assert.ok(detailedImbalance(law, random(couplings, rightProbability)) < ROUNDING);
    assert.ok(detailedImbalance(law, systematic(couplings, rightProbability)) > BROKEN);
    assert.ok(detailedImbalance(law, blocks(couplings, rightProbability)) > BROKEN);
  });

  Deno.test(`two neighbours of ${name} that are updated at once do not keep the law`, () => {
    const neighbour = couplings.neighbours[couplings.starts[0]];
    const rest = units(couplings).filter((i) => i !== 0 && i !== neighbour);
    const steps = [[0, neighbour], ...rest.map((i) => [i])];
    const matrix = steps.map((block) => visitAtOnce(couplings, block, rightProbability)).reduce(multiply);
    assert.ok(drift(law, matrix) > BROKEN);
  });
}
