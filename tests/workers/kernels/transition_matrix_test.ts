/** Kernels on small spaces as their exact transition matrices, held to what theory says of them. */
import assert from "node:assert/strict";
import { InputError } from "../../../numerics/errors.ts";
import { categorical } from "../../../numerics/random/inverse_transform/discrete.ts";
import { analyseChain } from "../../../models/finite_chain/analysis.ts";
import type { FiniteChain } from "../../../models/finite_chain/chain.ts";
import { detailedBalance } from "../../../models/finite_chain/detailed_balance.ts";
import { metropolisHastings } from "../../../models/finite_chain/metropolis_hastings.ts";
import { stationaryDistribution } from "../../../models/finite_chain/stationary.ts";
import type { Target } from "../../../models/target.ts";
import { gibbs } from "../../../workers/kernels/gibbs.ts";
import type { BaseInfo, BaseState, Kernel } from "../../../workers/kernels/kernel.ts";
import { randomWalk } from "../../../workers/kernels/random_walk.ts";
import { kernelTransitions } from "../../../workers/kernels/transitions/kernel_transitions.ts";
import { spaceOf } from "../../../workers/kernels/transitions/space.ts";

const ROUNDING = 1e-14;

const others = {
  variables: [{ name: "x", shape: [2] }],
  numericClass: "v8",
  constrain: (x: Float64Array, out: Float64Array) => out.set(x),
  unconstrain: (values: readonly number[]) => Float64Array.from(values),
} as const;

/** The points (a, b), a < width, b < height, b the faster. */
const grid = (width: number, height: number) =>
  spaceOf(Array.from({ length: width * height }, (_, k) => Float64Array.of(Math.floor(k / height), k % height)));

function assertKeeps(chain: FiniteChain, law: readonly number[]): void {
  stationaryDistribution(chain).forEach((p, i) => assert.ok(Math.abs(p - law[i]) < ROUNDING, `${i}: ${p} ${law[i]}`));
}

// p on {0, 1, 2} × {0, 1}, by 2 x1 + x2; no two conditionals alike.
const law = [0.05, 0.2, 0.15, 0.1, 0.3, 0.2];

function gibbsMatrix(scan: "random" | "systematic", wrong = (mass: number) => mass): FiniteChain {
  const target: Target = {
    ...others,
    dim: 2,
    logDensity: (x) => Math.log(law[2 * x[0] + x[1]]),
    sampleConditional(i, x, random) {
      const values = Array.from({ length: i === 0 ? 3 : 2 }, (_, value) => value);
      return categorical(values.map((value) => wrong(law[i === 0 ? 2 * value + x[1] : 2 * x[0] + value])))
        .quantile(random.uniform());
    },
  };
  return kernelTransitions(gibbs.build(target, { kind: "gibbs", scan }, { warmup: 0 }), grid(3, 2));
}

Deno.test("random-scan Gibbs fulfils detailed balance", () => {
  const chain = gibbsMatrix("random");
  assertKeeps(chain, law);
  const { reversible, imbalance } = detailedBalance(chain, Float64Array.from(law));
  assert.ok(reversible && imbalance < ROUNDING);
});

Deno.test("systematic-scan Gibbs keeps the law, but not in detailed balance", () => {
  const chain = gibbsMatrix("systematic");
  assertKeeps(chain, law);
  const { reversible, imbalance } = detailedBalance(chain, Float64Array.from(law));
  assert.ok(!reversible && imbalance > 1e-3);
});

Deno.test("Gibbs with conditionals that are a little off keeps another law", () => {
  const chain = gibbsMatrix("random", (mass) => mass ** 1.01);
  const drift = Math.max(...stationaryDistribution(chain).map((p, i) => Math.abs(p - law[i])));
  assert.ok(drift > 1e-4);
});

Deno.test("random-walk Metropolis on a grid has the matrix of its acceptance rule, in detailed balance", () => {
  // Steps of (±1, ±1) on the grid 0 … 3 × 0 … 2, beyond which the density is zero.
  const width = 4, height = 3;
  const space = grid(width, height);
  const masses = space.points.map((_, k) => 1 + (k * k) % 7);
  const target: Target = {
    ...others,
    dim: 2,
    logDensity: (x) => space.indexOf(x) < 0 ? -Infinity : Math.log(masses[space.indexOf(x)]),
  };
  const options = randomWalk.config.parse({ kind: "random-walk", scale: 1, covariance: [[1, 0], [0, 1]] });
  const normals = { values: [-1, 1], weights: [0.5, 0.5] };
  const chain = kernelTransitions(randomWalk.build(target, options, { warmup: 0 }), space, { normals });

  const proposal = space.points.map((from) => {
    const row = space.points.map((to): number =>
      Math.abs(to[0] - from[0]) === 1 && Math.abs(to[1] - from[1]) === 1 ? 0.25 : 0
    );
    row[space.indexOf(from)] = 1 - row.reduce((a, b) => a + b); // what goes off the grid
    return row;
  });
  const { matrix: expected } = metropolisHastings(masses, proposal);
  chain.matrix.forEach((p, k) => assert.ok(Math.abs(p - expected[k]) < ROUNDING, `${k}: ${p} ${expected[k]}`));

  // Diagonal steps keep the colour of the chessboard: two classes.
  const { closedClasses } = analyseChain(chain, { epsilon: 0.25, functions: [], hitting: [] });
  assert.equal(closedClasses.length, 2);
  assert.ok(closedClasses.every(({ detailedBalance }) => detailedBalance.reversible));
});

Deno.test("kernels whose positions are no Markov chain, or that leave the space, are refused", () => {
  const space = grid(2, 2);
  const kernel = (
    step: (position: Float64Array, state: BaseState & { count: number }) => void,
    start = 0,
  ): Kernel<BaseState & { count: number }, BaseInfo> => ({
    init: (position, random) => ({ position, logDensity: start > 0 ? random.uniform() : 0, count: 0 }),
    step(state) {
      step(state.position, state);
      return { nonFinite: 0 };
    },
  });
  const cases: [ReturnType<typeof kernel>, RegExp][] = [
    [kernel((position) => position[0] = 7), /goes from \(0, 0\) to \(7, 0\), which is no state/],
    [kernel((_, state) => state.count++), /more than the position/],
    [kernel(() => {}, 1), /where it starts/],
  ];
  for (const [broken, message] of cases) {
    assert.throws(() => kernelTransitions(broken, space), (error) => {
      assert.ok(error instanceof InputError);
      assert.match(error.message, message);
      return true;
    });
  }
});
