/**
 * Annealed importance sampling of Boltzmann machines against enumeration. Of 100 seeded machines at least 95 must lie within 3 standard
 * errors; if each did so with probability 0.99, fewer than 95 would come once in 2000 seeds.
 */
import assert from "node:assert/strict";
import {
  advanceRun,
  estimateLogPartition,
  inverseTemperatures,
  startForward,
  startReverse,
  sumWeights,
} from "../../../../models/energy/annealed_importance.ts";
import { spinAnnealing } from "../../../../models/energy/boltzmann/annealing.ts";
import { type Couplings, energyOf } from "../../../../models/energy/boltzmann/couplings.ts";
import { enumerate, exactSampler } from "../../../../models/energy/boltzmann/enumeration.ts";
import { spinSweeps } from "../../../../models/energy/boltzmann/sweeps.ts";
import { Purpose, Random } from "../../../../numerics/random/random.ts";
import { denseMachine, latticeMachine } from "./machines.ts";

const BETAS = inverseTemperatures(60);
const ROWS = 64;
const key = (seed: number) => ({ seed, purpose: Purpose.anneal, stream: 0, step: 0 });

function cases(count: number): { couplings: Couplings; clamp: Int8Array; free: number[] }[] {
  return Array.from({ length: count }, (_, number) => {
    const couplings = number % 2 === 0
      ? denseMachine(6 + number % 5, 0.3 + number % 3 / 10, 200 + number)
      : latticeMachine(3, 3 + number % 2, 0.5 + number % 3 / 5, 200 + number);
    const clamp = Int8Array.from({ length: couplings.units }, (_, i) => number % 4 === 3 && i % 4 === 0 ? 1 : 0);
    return { couplings, clamp, free: [...clamp.keys()].filter((i) => clamp[i] === 0) };
  });
}

Deno.test("log Z of a machine is within 3 standard errors of the exact one for 95 of 100 at least, forward and in reverse", () => {
  let up = 0, down = 0;
  cases(100).forEach(({ couplings, clamp, free }, seed) => {
    const annealing = spinAnnealing(spinSweeps(couplings, clamp), clamp);
    const enumeration = enumerate(couplings, 1, free, clamp), exact = enumeration.logZ;
    const forward = startForward(annealing, ROWS, key(seed));
    advanceRun(annealing, BETAS, forward, key(seed));
    const estimate = estimateLogPartition(annealing, sumWeights(forward.logWeights));
    if (exact >= estimate.lower && exact <= estimate.upper) up++;
    const draw = exactSampler(enumeration), random = new Random(seed).at(0, 0, Purpose.test);
    const starts = Array.from({ length: ROWS }, () => {
      const y = new Float64Array(couplings.units);
      draw(random, y);
      return y;
    });
    const reverse = startReverse(annealing, starts);
    advanceRun(annealing, BETAS.toReversed(), reverse, key(seed));
    const above = estimateLogPartition(annealing, sumWeights(reverse.logWeights), "reverse");
    if (exact >= above.lower && exact <= above.upper) down++;
  });
  assert.ok(up >= 95 && down >= 95, `${up} forward, ${down} in reverse`);
});

Deno.test("a step of the path is its weight and its move, clamped units stay, and free ones start as fair coins", () => {
  const couplings = latticeMachine(3, 4, 0.7, 5), rows = 2000;
  const clamp = Int8Array.from({ length: 12 }, (_, i) => i === 2 ? -1 : i === 7 ? 1 : 0);
  const annealing = spinAnnealing(spinSweeps(couplings, clamp), clamp);
  const states = annealing.createStates(rows), weights = new Float64Array(rows), again = new Float64Array(rows);
  annealing.start(states, rows, key(3));
  for (let i = 0; i < 12; i++) {
    let sum = 0;
    for (let r = 0; r < rows; r++) sum += states[12 * r + i];
    if (clamp[i] !== 0) assert.equal(sum, clamp[i] * rows);
    else assert.ok(Math.abs(sum) < 5.3 * Math.sqrt(rows), `unit ${i}: ${sum}`); // 10 of them: 1e-6
  }
  const copy = states.slice();
  annealing.advance(states, rows, 0.3, 0.5, key(4), weights);
  annealing.weigh(copy, rows, 0.3, 0.5, again);
  assert.ok(copy instanceof Int8Array);
  again.forEach((weight, r) => assert.ok(Math.abs(weight + 0.2 * energyOf(couplings, copy, 12 * r)) < 1e-13));
  assert.deepEqual(weights, again);
  annealing.move(copy, rows, 0.5, key(4));
  assert.deepEqual(states, copy);
  assert.ok(Math.abs(annealing.logBaseNormalizer - 10 * Math.LN2) < 1e-15);
});
