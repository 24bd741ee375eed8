/**
 * Annealed importance sampling against exact log Z. Of 100 seeded machines at least 95 must lie within 3 standard errors; if each did
 * so with probability 0.99, fewer than 95 would come once in 2000 seeds.
 */
import assert from "node:assert/strict";
import {
  advanceRun,
  estimateLogPartition,
  inverseTemperatures,
  mergeWeights,
  startForward,
  startReverse,
  sumWeights,
} from "../../../../models/energy/annealed_importance.ts";
import type { Annealing } from "../../../../models/energy/annealing.ts";
import { rbmAnnealing } from "../../../../models/energy/rbm/annealing.ts";
import { type BaseRate, plainBase } from "../../../../models/energy/rbm/base_rate.ts";
import { ROWS_AT_ONCE } from "../../../../models/energy/rbm/block_gibbs.ts";
import { freeMachine, parseClamp } from "../../../../models/energy/rbm/clamp.ts";
import { freeEnergy } from "../../../../models/energy/rbm/energy.ts";
import { logPartition } from "../../../../models/energy/rbm/enumeration.ts";
import { exactSampler } from "../../../../models/energy/rbm/exact_sampler.ts";
import type { RbmParameters } from "../../../../models/energy/rbm/parameters.ts";
import { Purpose, Random } from "../../../../numerics/random/random.ts";
import { randomMachine } from "./machines.ts";

const BETAS = inverseTemperatures(60);
const key = (seed: number) => ({ seed, purpose: Purpose.anneal, stream: 0, step: 0 });

function pathTo(machine: RbmParameters, base: BaseRate = plainBase(machine)): Annealing {
  return rbmAnnealing(machine, parseClamp(undefined, machine), base);
}

function forward(annealing: Annealing, seed: number, rows = 64) {
  const run = startForward(annealing, rows, key(seed));
  advanceRun(annealing, BETAS, run, key(seed));
  const meanLog = annealing.logBaseNormalizer + mean(run.logWeights);
  return { ...estimateLogPartition(annealing, sumWeights(run.logWeights)), meanLog };
}

function reverse(annealing: Annealing, machine: RbmParameters, seed: number, rows = 64) {
  const draw = exactSampler(machine, parseClamp(undefined, machine));
  const random = new Random(seed).at(0, 0, Purpose.start);
  const starts = Array.from({ length: rows }, () => {
    const v = new Float64Array(machine.visibleUnits);
    draw(random, v);
    return v;
  });
  const run = startReverse(annealing, starts);
  advanceRun(annealing, BETAS.toReversed(), run, key(seed));
  const meanLog = annealing.logBaseNormalizer - mean(run.logWeights);
  return { ...estimateLogPartition(annealing, sumWeights(run.logWeights), "reverse"), meanLog };
}

function mean(values: Float64Array): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

const machines = Array.from({ length: 100 }, (_, number) => {
  const visible = 5 + number % 6, hidden = 3 + number % 5;
  return randomMachine(100 + number, visible, hidden, { scale: 0.5 + number % 4 / 4 });
});

Deno.test("log Z is within 3 standard errors of the exact one for 95 of 100 machines at least, and reverse runs bound it from above", () => {
  let within = 0, withinReverse = 0, below = 0, above = 0;
  machines.forEach((machine, seed) => {
    const annealing = pathTo(machine);
    const exact = logPartition(machine);
    const up = forward(annealing, seed), down = reverse(annealing, machine, seed);
    if (exact >= up.lower && exact <= up.upper) within++;
    if (exact >= down.lower && exact <= down.upper) withinReverse++;
    // Of single particles, by Jensen's inequality.
    if (up.meanLog < exact) below++;
    if (down.meanLog > exact) above++;
  });
  assert.ok(within >= 95, `forward: ${within}`);
  assert.ok(withinReverse >= 95, `reverse: ${withinReverse}`);
  assert.ok(below >= 80 && above >= 80, `single particles: ${below} below, ${above} above`);
});

/** How many of the first 20 machines have log Z within the interval. */
function hits(broken: (annealing: Annealing, machine: RbmParameters) => Annealing): number {
  return machines.slice(0, 20).filter((machine, seed) => {
    const { lower, upper } = forward(broken(pathTo(machine), machine), seed);
    const exact = logPartition(machine);
    return exact >= lower && exact <= upper;
  }).length;
}

Deno.test("weights of the wrong sign, a path without the hidden bias, a base of another normalizer: each is seen", () => {
  assert.ok(hits((right) => right) >= 19);
  const wrongSign = (right: Annealing): Annealing => ({
    ...right,
    advance(states, rows, from, to, key, out) {
      right.advance(states, rows, from, to, key, out);
      for (let r = 0; r < rows; r++) out[r] = -out[r];
    },
  });
  assert.ok(hits(wrongSign) < 10);
  assert.ok(hits((_, machine) => pathTo({ ...machine, hiddenBias: new Float64Array(machine.hiddenUnits) })) < 10);
  assert.ok(hits((right) => ({ ...right, logBaseNormalizer: right.logBaseNormalizer - Math.LN2 })) < 10);
});

Deno.test("the weight from the base to the target is the difference of their log densities", () => {
  for (const gaussian of [false, true]) {
    const machine = randomMachine(1, 5, 7, { gaussian });
    const base = {
      bias: randomMachine(2, 5, 1).visibleBias,
      variances: gaussian ? Float64Array.of(1, 2, 0.5, 1, 3) : null,
    };
    const annealing = pathTo(machine, base);
    const rows = ROWS_AT_ONCE + 5, states = annealing.createStates(rows), out = new Float64Array(rows);
    annealing.start(states, rows, key(3));
    annealing.weigh(states, rows, 0, 1, out);
    const fields = new Float64Array(7);
    out.forEach((weight, row) => {
      const v = states.subarray(5 * row, 5 * row + 5);
      let logBase = 7 * Math.LN2;
      v.forEach((x, i) =>
        logBase += base.variances ? -((x - base.bias[i]) ** 2) / 2 / base.variances[i] : base.bias[i] * x
      );
      assert.ok(Math.abs(weight + freeEnergy(machine, v, fields) + logBase) < 1e-5);
    });
  }
});

Deno.test("to weigh and to move give the bits that advancing gives, and a run can be cut between rows and between steps", () => {
  for (const gaussian of [false, true]) {
    const machine = randomMachine(4, 4, 6, { gaussian });
    const annealing = pathTo(machine), other = pathTo(machine);
    const rows = ROWS_AT_ONCE + 20, cut = 33;
    const whole = startForward(annealing, rows, key(5));
    advanceRun(annealing, BETAS, whole, key(5), 30);

    const gains = new Float64Array(rows);
    const apart = startForward(other, rows, key(5));
    for (let step = 1; step <= 30; step++) {
      other.weigh(apart.states, rows, BETAS[step - 1], BETAS[step], gains);
      other.move(apart.states, rows, BETAS[step], { ...key(5), step });
      gains.forEach((gain, r) => apart.logWeights[r] += gain);
    }
    assert.deepEqual([apart.states, apart.logWeights], [whole.states, whole.logWeights]);

    const first = startForward(other, cut, key(5));
    const second = startForward(other, rows - cut, { ...key(5), stream: cut });
    advanceRun(other, BETAS, second, { ...key(5), stream: cut });
    advanceRun(other, BETAS, first, key(5), 7);
    const resumed = structuredClone(first);
    advanceRun(other, BETAS, resumed, key(5));
    advanceRun(annealing, BETAS, whole, key(5));
    assert.deepEqual([...resumed.logWeights, ...second.logWeights], [...whole.logWeights]);
    const merged = mergeWeights(sumWeights(resumed.logWeights), sumWeights(second.logWeights));
    const together = sumWeights(whole.logWeights);
    assert.equal(merged.count, rows);
    assert.ok(Math.abs(merged.logSum - together.logSum) < 1e-12);
    assert.ok(Math.abs(merged.logSquares - together.logSquares) < 1e-12);
  }
});

Deno.test("Gaussian visibles and clamped units have their own log Z, from a base that knows the data's rates", () => {
  let within = 0;
  for (let number = 0; number < 20; number++) {
    const gaussian = number % 2 === 0;
    const machine = randomMachine(300 + number, 5, 4, { gaussian, scale: 0.7 });
    const base = {
      bias: randomMachine(400 + number, 5, 1).visibleBias,
      variances: gaussian ? new Float64Array(5).fill(2) : null,
    };
    const clamp = parseClamp(number % 4 < 2 ? [1, null, null, 0, null] : undefined, machine);
    const { machine: free, constant } = freeMachine(machine, clamp);
    const exact = logPartition(free) - constant;
    const { lower, upper } = forward(rbmAnnealing(machine, clamp, base), number);
    if (exact >= lower && exact <= upper) within++;
  }
  assert.ok(within >= 19, `${within}`);
});

Deno.test("inverse temperatures rise from 0 to 1 whatever the spacing, finer at the ends but for the linear one", () => {
  for (const spacing of ["linear", "sigmoid", "geometric"] as const) {
    for (const steps of [1, 2, 7, 1000]) {
      const betas = inverseTemperatures(steps, spacing);
      assert.deepEqual([betas.length, betas[0], betas[steps]], [steps + 1, 0, 1]);
      for (let k = 1; k <= steps; k++) assert.ok(betas[k] > betas[k - 1]);
      if (steps === 1000 && spacing !== "linear") {
        assert.ok(betas[1] < 0.4 / steps && 1 - betas[steps - 1] < 0.4 / steps, spacing);
      }
    }
  }
});

Deno.test("the standard error is that of the mean weight, relative to it", () => {
  const logWeights = Float64Array.of(0.3, -1, 2, 0.1, 1.4), weights = logWeights.map(Math.exp);
  const mean = weights.reduce((a, b) => a + b) / 5;
  const variance = weights.reduce((sum, w) => sum + (w - mean) ** 2, 0) / 4;
  const estimate = estimateLogPartition({ ...pathTo(machines[0]), logBaseNormalizer: 2 }, sumWeights(logWeights));
  const expected = Math.sqrt(variance / 5) / mean;
  assert.ok(Math.abs(estimate.value - 2 - Math.log(mean)) < 1e-14);
  assert.ok(Math.abs(estimate.standardError - expected) < 1e-14);
  assert.equal(estimate.lower, -Infinity); // 3 standard errors are more than the mean
  assert.ok(Math.abs(estimate.upper - 2 - Math.log(mean * (1 + 3 * expected))) < 1e-14);
});
