/**
 * The kernel whose global moves a law proposes, here one that is written down. Seeds are fixed; each invariance case alarms falsely once
 * in 10⁶ seeds.
 */
import assert from "node:assert/strict";
import { Random } from "../../../numerics/random/random.ts";
import { buildFlowMetropolis, type State } from "../../../workers/kernels/flow_metropolis.ts";
import type { GlobalProposal } from "../../../workers/kernels/flow/proposal.ts";
import { stretchesOf } from "../../../workers/kernels/flow/history.ts";
import { randomWalk } from "../../../workers/kernels/random_walk.ts";
import { exactTargets, gaussian2 } from "./exact_targets.ts";
import { assertBroken, assertInvariant, type InvarianceCase, testInvariance } from "./invariance.ts";

/** N(centre, scale²) in every coordinate. */
class NormalLaw implements GlobalProposal {
  constructor(readonly centre: number, readonly scale: number) {}

  draw(random: Random, x: Float64Array): void {
    for (let i = 0; i < x.length; i++) x[i] = this.centre + this.scale * random.normal();
  }

  logDensity(x: Float64Array): number {
    let sum = 0;
    for (const value of x) sum -= 0.5 * ((value - this.centre) / this.scale) ** 2 + Math.log(this.scale);
    return sum;
  }
}

const local = randomWalk.config.parse({ kind: "random-walk", scale: 0.3, covariance: undefined });
const ANY = new Uint8Array(1);
const SEED = 20261101;

type Exact = typeof gaussian2;

/** The case of a law on a target; the local moves are small, so that what the global ones do shows. */
function caseOf({ target }: Exact, law: GlobalProposal, moved?: (state: State) => void): InvarianceCase<State> {
  const kernel = buildFlowMetropolis(target, { local, localSteps: 1, learnings: 1 }, { warmup: 0 }, () => law);
  kernel.share?.(ANY);
  return {
    target,
    kernel: moved ? { ...kernel, step: (state, random) => (moved(state), kernel.step(state, random)) } : kernel,
    steps: 2,
    replications: 12_000,
    seed: SEED,
    reversible: false,
  };
}

for (const exact of exactTargets) {
  Deno.test(`global moves keep ${exact.name}`, () => {
    assertInvariant(testInvariance(caseOf(exact, new NormalLaw(0.3, 1.6))));
  });
}

Deno.test("global moves that forget the density of their proposal are caught", () => {
  class Forgetful extends NormalLaw {
    override logDensity(): number {
      return 0;
    }
  }
  assertBroken(testInvariance(caseOf(gaussian2, new Forgetful(0.3, 1.6))));
});

Deno.test("global moves with the ratio of the proposal's densities upside down are caught", () => {
  class Reversed extends NormalLaw {
    override logDensity(x: Float64Array): number {
      return -super.logDensity(x);
    }
  }
  assertBroken(testInvariance(caseOf(gaussian2, new Reversed(0.3, 1.6))));
});

Deno.test("a law that is not frozen, but follows the chain, is caught", () => {
  const centre = new Float64Array(gaussian2.target.dim);
  const following: GlobalProposal = {
    draw(random, x) {
      for (let i = 0; i < x.length; i++) x[i] = centre[i] + 0.8 * random.normal();
    },
    logDensity: (x) => x.reduce((sum, value, i) => sum - 0.5 * ((value - centre[i]) / 0.8) ** 2, 0),
  };
  assertBroken(testInvariance(caseOf(gaussian2, following, ({ position }) => centre.set(position))));
});

Deno.test("a proposal that is not finite, or has no density, is rejected and counted where it is NaN", () => {
  const { target } = gaussian2;
  for (const [wrong, counted] of [[NaN, 1], [Infinity, 1]] as const) {
    const law: GlobalProposal = { draw: (_, x) => void x.fill(wrong), logDensity: () => 0 };
    const kernel = buildFlowMetropolis(target, { local, localSteps: 1, learnings: 1 }, { warmup: 0 }, () => law);
    kernel.share?.(ANY);
    const random = new Random(SEED);
    const state = kernel.init(Float64Array.of(0.1, 0.2), random.at(0, 0));
    const { nonFinite, globalAcceptance } = kernel.step(state, random.at(0, 1));
    assert.deepEqual([nonFinite, globalAcceptance], [counted, 0]);
    assert.ok(state.position.every(Number.isFinite));
  }
});

Deno.test("without a law only local moves are made, and taking it away again goes back to them", () => {
  const { target } = gaussian2;
  const build = () =>
    buildFlowMetropolis(
      target,
      { local, localSteps: 2, learnings: 1 },
      { warmup: 0 },
      () => new NormalLaw(0, 1),
    );
  const random = new Random(SEED);
  const [alone, shared] = [build(), build()];
  shared.share?.(ANY);
  shared.share?.(null);
  const states = [alone, shared].map((kernel) => kernel.init(Float64Array.of(0, 0), random.at(0, 0)));
  for (let step = 1; step <= 20; step++) {
    assert.ok(Number.isNaN(alone.step(states[0], random.at(0, step)).globalAcceptance));
    shared.step(states[1], random.at(0, step));
  }
  assert.deepEqual(states[0], states[1]);
});

Deno.test("a chain keeps of each stretch what fits, and nothing once the flow is frozen", () => {
  const { target } = gaussian2;
  const warmup = 1000, chains = 40; // 500 positions a chain
  const stretches = stretchesOf(4, warmup, chains);
  assert.deepEqual(stretches.map(({ from, barrier }) => [from, barrier]), [[50, 100], [100, 200], [200, 400], [
    400,
    800,
  ]]);
  assert.ok(stretches.every(({ count, every, from, barrier }) => count <= 500 && count * every <= barrier - from));
  const kernel = buildFlowMetropolis(
    target,
    { local, localSteps: 1, learnings: 4 },
    { warmup, chains },
    () => new NormalLaw(0, 1),
  );
  const random = new Random(SEED);
  const state = kernel.init(Float64Array.of(0, 0), random.at(0, 0));
  const visited: number[] = [];
  for (let step = 1; step <= warmup; step++) {
    kernel.step(state, random.at(0, step));
    visited.push(state.position[0]);
    const stretch = stretches.find(({ barrier }) => barrier === step);
    if (!stretch) continue;
    const { from, every, count } = stretch;
    assert.ok(state.history);
    assert.equal(state.history.kept, count);
    const expected = Array.from({ length: count }, (_, k) => visited[from + (k + 1) * every - 1]);
    assert.deepEqual(Array.from(expected.keys(), (k) => state.history?.positions[2 * k]), expected);
  }
  assert.equal(state.history, null);
});

Deno.test("a warmup that is too short for all barriers has fewer, and one of none has none", () => {
  assert.deepEqual(stretchesOf(4, 0, 4), []);
  assert.deepEqual(stretchesOf(4, 60, 4).map(({ barrier }) => barrier), [24, 48]);
});
