import assert from "node:assert/strict";
import { Random } from "../../../../numerics/random/random.ts";
import type { Differentiable } from "../../../../models/target.ts";
import { leapfrogDiagonal } from "../../../../workers/kernels/hamiltonian/leapfrog.ts";
import { Trajectory } from "../../../../workers/kernels/hamiltonian/trajectory.ts";

/** A standard normal in one dimension: phase space turns with period 2π. */
const oscillator: Differentiable = {
  dim: 1,
  logDensity: (x) => -0.5 * x[0] * x[0],
  logDensityAndGradient(x, gradient) {
    gradient[0] = -x[0];
    return -0.5 * x[0] * x[0];
  },
};

class Opened extends Trajectory {
  /** The verdict on momenta cos(t + phase) for t on a grid from 0 to `time`, cut in two equal halves. */
  goesOn(time: number, phase: number): boolean {
    const half = 64;
    const momentum = (k: number) => Math.cos(phase + time * k / (2 * half - 1));
    const sum = (from: number) => {
      let total = 0;
      for (let k = from; k < from + half; k++) total += momentum(k);
      return Float64Array.of(total);
    };
    const at = (k: number) => Float64Array.of(momentum(k));
    return this.continues(at(0), at(half - 1), sum(0), at(half), at(2 * half - 1), sum(half));
  }
}

function start(position: number, stepSize: number) {
  return {
    position: Float64Array.of(position),
    gradient: Float64Array.of(-position),
    logDensity: -0.5 * position * position,
    stepSize,
    scale: Float64Array.of(1),
  };
}

Deno.test("a trajectory of the harmonic oscillator has turned where its momentum has changed sign", () => {
  const trajectory = new Opened(oscillator, leapfrogDiagonal, 5);
  for (const phase of [0, -0.5, -1.2]) {
    const quarter = Math.PI / 2 - phase; // the time at which cos(t + phase) = 0
    for (const share of [0.1, 0.5, 0.9, 0.99]) assert(trajectory.goesOn(share * quarter, phase), `${phase} ${share}`);
    for (const share of [1.01, 1.3, 1.8]) assert(!trajectory.goesOn(share * quarter, phase), `${phase} ${share}`);
  }
});

Deno.test("a trajectory that has closed on itself is seen to have turned, though its ends agree", () => {
  const trajectory = new Opened(oscillator, leapfrogDiagonal, 5);
  // Between 2π and 5π/2 the sum of the momenta points along both end momenta again; only the seam tells.
  for (const beyond of [0.1, 0.6, 1.2]) assert(!trajectory.goesOn(2 * Math.PI + beyond, 0), `${beyond}`);
});

Deno.test("trajectories of the harmonic oscillator are as long as a quarter to a whole turn", () => {
  const trajectory = new Trajectory(oscillator, leapfrogDiagonal, 10);
  const random = new Random(3);
  const state = start(0.4, 0.05);
  for (let step = 1; step <= 200; step++) {
    trajectory.grow(state, random.at(0, step));
    assert(trajectory.leapfrogs * 0.05 < 2 * Math.PI, `${trajectory.leapfrogs}`);
    assert(trajectory.depth <= 6 && !trajectory.diverging);
    assert(trajectory.acceptance / trajectory.leapfrogs > 0.99);
  }
});

Deno.test("the state drawn comes with its own gradient, log density and energy", () => {
  const trajectory = new Trajectory(oscillator, leapfrogDiagonal, 10);
  const random = new Random(4);
  const state = start(0.4, 0.7);
  for (let step = 1; step <= 200; step++) {
    trajectory.grow(state, random.at(0, step));
    assert.equal(state.gradient[0], -state.position[0]);
    assert.equal(state.logDensity, -0.5 * state.position[0] ** 2);
    assert(trajectory.energy >= -state.logDensity);
  }
});

Deno.test("a trajectory cut off at its largest depth has 2^depth − 1 leapfrog steps", () => {
  const random = new Random(5);
  for (const depth of [1, 2, 3, 4]) {
    const trajectory = new Trajectory(oscillator, leapfrogDiagonal, depth);
    trajectory.grow(start(0.4, 1e-4), random.at(0, depth));
    assert.equal(trajectory.depth, depth);
    assert.equal(trajectory.leapfrogs, 2 ** depth - 1);
  }
});

Deno.test("a step that raises the energy by more than 1000 diverges and is left out", () => {
  const trajectory = new Trajectory(oscillator, leapfrogDiagonal, 10);
  const state = start(1, 1000);
  trajectory.grow(state, new Random(6).at(0, 1));
  assert(trajectory.diverging);
  assert.equal(trajectory.nonFinite, 0);
  assert.equal(trajectory.leapfrogs, 1);
  assert.equal(state.position[0], 1);
});

Deno.test("a start from which the energy falls by thousands moves on, weights and all", () => {
  const trajectory = new Trajectory(oscillator, leapfrogDiagonal, 10);
  const random = new Random(7);
  const state = start(1e5, 0.1);
  for (let step = 1; step <= 50; step++) {
    trajectory.grow(state, random.at(0, step));
    const mean = trajectory.acceptance / trajectory.leapfrogs;
    assert(mean >= 0 && mean <= 1);
    assert(Number.isFinite(state.position[0]) && Number.isFinite(state.logDensity));
  }
  assert(Math.abs(state.position[0]) < 1e4, `${state.position[0]}`);
});
