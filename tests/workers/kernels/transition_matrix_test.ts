/**
 * Transition matrices on small spaces, exact to rounding: the kernels themselves run on every outcome of their random
 * numbers, which a script dictates and weighs.
 */
import assert from "node:assert/strict";
import { Random } from "../../../numerics/random/random.ts";
import type { Target } from "../../../models/target.ts";
import { gibbs } from "../../../workers/kernels/gibbs.ts";
import { randomWalk } from "../../../workers/kernels/random_walk.ts";

/** Plays every sequence of choices of a run, one after the other, and knows the probability of the one it plays. */
class Script extends Random {
  #choices: { picked: number; weights: readonly number[] }[] = [];
  #next = 0;
  /** What a uniform is taken from, and how probable each is; likewise for a normal. */
  uniforms: { values: readonly number[]; weights: readonly number[] } = { values: [], weights: [] };
  normals: readonly number[] = [];

  choose(weights: readonly number[]): number {
    if (this.#next === this.#choices.length) this.#choices.push({ picked: 0, weights });
    return this.#choices[this.#next++].picked;
  }
  override uniform(): number {
    return this.uniforms.values[this.choose(this.uniforms.weights)];
  }
  override normal(): number {
    return this.normals[this.choose(this.normals.map(() => 1 / this.normals.length))];
  }
  /** Runs `play` once for every sequence of choices, with its probability to be asked for when it has been played. */
  everyWay(play: (probability: () => number) => void): void {
    this.#choices = [];
    do {
      this.#next = 0;
      play(() => this.#choices.reduce((product, { picked, weights }) => product * weights[picked], 1));
      while (this.#choices.length > 0) {
        const last = this.#choices[this.#choices.length - 1];
        if (++last.picked < last.weights.length) break;
        this.#choices.pop();
      }
    } while (this.#choices.length > 0);
  }
}

type Matrix = number[][];

function largestDetailedImbalance(law: readonly number[], matrix: Matrix): number {
  return Math.max(...law.flatMap((_, i) => law.map((_, j) => Math.abs(law[i] * matrix[i][j] - law[j] * matrix[j][i]))));
}

function largestDrift(law: readonly number[], matrix: Matrix): number {
  return Math.max(...law.map((mass, j) => Math.abs(law.reduce((sum, p, i) => sum + p * matrix[i][j], 0) - mass)));
}

const ROUNDING = 1e-15;
const others = {
  variables: [{ name: "x", shape: [2] }],
  numericClass: "v8",
  constrain: (x: Float64Array, out: Float64Array) => out.set(x),
  unconstrain: (values: readonly number[]) => Float64Array.from(values),
} as const;

// p on {0, 1, 2} × {0, 1}, by 2 x1 + x2; no two conditionals alike.
const law = [0.05, 0.2, 0.15, 0.1, 0.3, 0.2];
const place = (x: Float64Array) => 2 * x[0] + x[1];

function gibbsMatrix(scan: "random" | "systematic"): Matrix {
  const script = new Script(0);
  script.uniforms = { values: [0.25, 0.75], weights: [0.5, 0.5] }; // the coordinate, of two
  const target: Target = {
    ...others,
    dim: 2,
    logDensity: (x) => Math.log(law[place(x)]),
    sampleConditional(i, x) {
      const masses = Array.from(
        { length: i === 0 ? 3 : 2 },
        (_, value) => law[i === 0 ? 2 * value + x[1] : 2 * x[0] + value],
      );
      const total = masses.reduce((a, b) => a + b, 0);
      return script.choose(masses.map((mass) => mass / total));
    },
  };
  const kernel = gibbs.build(target, { kind: "gibbs", scan }, { warmup: 0 });
  return law.map((_, from) => {
    const row = law.map(() => 0);
    script.everyWay((probability) => {
      const state = kernel.init(Float64Array.of(Math.floor(from / 2), from % 2), script);
      kernel.step(state, script);
      row[place(state.position)] += probability();
    });
    return row;
  });
}

Deno.test("random-scan Gibbs fulfils detailed balance", () => {
  const matrix = gibbsMatrix("random");
  matrix.forEach((row) => assert(Math.abs(row.reduce((a, b) => a + b, 0) - 1) < ROUNDING));
  assert(largestDetailedImbalance(law, matrix) < ROUNDING);
  assert(largestDrift(law, matrix) < ROUNDING);
});

Deno.test("systematic-scan Gibbs keeps the law, but not in detailed balance", () => {
  const matrix = gibbsMatrix("systematic");
  assert(largestDrift(law, matrix) < ROUNDING);
  assert(largestDetailedImbalance(law, matrix) > 1e-3);
});

Deno.test("random-walk Metropolis on a grid has the matrix of its acceptance rule, in detailed balance", () => {
  // Steps of (±1, ±1) on the grid 0 … 3 × 0 … 2, beyond which the density is zero.
  const width = 4, height = 3;
  const masses = Array.from({ length: width * height }, (_, k) => 1 + (k * k) % 7);
  const isInside = (x: Float64Array) => x[0] >= 0 && x[0] < width && x[1] >= 0 && x[1] < height;
  const place = (x: Float64Array) => height * x[0] + x[1];
  const target: Target = {
    ...others,
    dim: 2,
    logDensity: (x) => isInside(x) ? Math.log(masses[place(x)]) : -Infinity,
  };
  const options = randomWalk.config.parse({ kind: "random-walk", scale: 1, covariance: [[1, 0], [0, 1]] });
  const kernel = randomWalk.build(target, options, { warmup: 0 });
  const script = new Script(0);
  script.normals = [-1, 1];
  // A uniform divides [0, 1] at every ratio that can occur: it takes the middle of each part, with its length.
  const ratios = masses.flatMap((a) => masses.map((b) => Math.min(1, a / b)));
  const edges = [...new Set([0, ...ratios, 1])].sort((a, b) => a - b);
  script.uniforms = {
    values: edges.slice(1).map((edge, k) => 0.5 * (edge + edges[k])),
    weights: edges.slice(1).map((edge, k) => edge - edges[k]),
  };
  const matrix = masses.map((_, from) => {
    const row = masses.map(() => 0);
    script.everyWay((probability) => {
      const state = kernel.init(Float64Array.of(Math.floor(from / height), from % height), script);
      kernel.step(state, script);
      row[place(state.position)] += probability();
    });
    return row;
  });
  const at = (a: number, b: number) => height * a + b;
  assert(Math.abs(matrix[at(1, 1)][at(2, 2)] - 0.25 * Math.min(1, masses[at(2, 2)] / masses[at(1, 1)])) < ROUNDING);
  const total = masses.reduce((a, b) => a + b, 0);
  assert(largestDetailedImbalance(masses.map((mass) => mass / total), matrix) < ROUNDING);
});
