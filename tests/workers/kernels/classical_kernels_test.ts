/** Random walk, independence, Gibbs, slice and tempering over whole runs: moments, adaptation, and densities that misbehave. */
import assert from "node:assert/strict";
import { InputError } from "../../../numerics/errors.ts";
import { Random } from "../../../numerics/random/random.ts";
import { banana } from "../../../models/posteriors/banana.ts";
import { gaussian } from "../../../models/posteriors/gaussian.ts";
import { gaussianMixture } from "../../../models/posteriors/gaussian_mixture.ts";
import type { Target } from "../../../models/target.ts";
import { gibbs } from "../../../workers/kernels/gibbs.ts";
import { independence } from "../../../workers/kernels/independence.ts";
import type { KernelDefinition } from "../../../workers/kernels/kernel.ts";
import { parallelTempering } from "../../../workers/kernels/parallel_tempering.ts";
import { randomWalk } from "../../../workers/kernels/random_walk.ts";
import { slice } from "../../../workers/kernels/slice.ts";
import { assertMean, coordinates, type LongRun } from "./long_run.ts";

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const sds = range(20).map((i) => 0.3 + 0.1 * i);
const gaussian20 = gaussian.build({
  kind: "gaussian",
  mean: sds,
  covariance: sds.map((a, i) => sds.map((b, j) => a * b * 0.5 ** Math.abs(i - j))),
});
const bananaTarget = banana.build(banana.config.parse({ kind: "banana" }));
const near = gaussianMixture.build({
  kind: "gaussian-mixture",
  weights: [0.3, 0.7],
  means: [[-2, 0], [2, 1]],
  covariances: [[[1, 0], [0, 1]], [[1, 0.5], [0.5, 1]]],
});

interface MomentCase {
  readonly definition: KernelDefinition;
  readonly config?: Record<string, unknown>;
  readonly target: Target;
  readonly run: Omit<LongRun, "chains" | "seed">;
  readonly name: string;
  readonly means: readonly number[];
  readonly variances: readonly number[];
}

const onGaussian = {
  target: gaussian20,
  name: "Gaussian of 20 dimensions",
  means: sds,
  variances: sds.map((sd) => sd * sd),
};
const onBanana = { target: bananaTarget, name: "banana", means: [0, 0], variances: [1, 1.5] };
const onMixture = { target: near, name: "mixture", means: [0.8, 0.7], variances: [1 + 3.36, 1 + 0.21] };

const cases: MomentCase[] = [
  { definition: randomWalk, ...onGaussian, run: { warmup: 10_000, draws: 30_000 } },
  { definition: randomWalk, ...onBanana, run: { warmup: 1000, draws: 20_000 } },
  { definition: randomWalk, ...onMixture, run: { warmup: 1000, draws: 20_000 } },
  { definition: independence, ...onGaussian, run: { warmup: 10_000, draws: 15_000 } },
  { definition: independence, ...onBanana, run: { warmup: 1000, draws: 10_000 } },
  { definition: independence, ...onMixture, run: { warmup: 2000, draws: 10_000 } },
  { definition: gibbs, ...onGaussian, run: { warmup: 10, draws: 2000 } },
  { definition: gibbs, config: { scan: "systematic" }, ...onMixture, run: { warmup: 10, draws: 5000 } },
  { definition: slice, ...onGaussian, run: { warmup: 100, draws: 1000 } },
  { definition: slice, ...onBanana, run: { warmup: 200, draws: 5000 } },
  { definition: slice, ...onMixture, run: { warmup: 200, draws: 5000 } },
  {
    definition: parallelTempering,
    config: { inner: { kind: "slice" }, temperatures: 4 },
    ...onBanana,
    run: { warmup: 400, draws: 2000 },
  },
  {
    definition: parallelTempering,
    config: { inner: { kind: "mala" } },
    ...onMixture,
    run: { warmup: 400, draws: 4000 },
  },
];

for (const { definition, config = {}, target, run, name, means, variances } of cases) {
  Deno.test(`${definition.kind} ${JSON.stringify(config)} has the moments of the ${name}`, () => {
    const chains = 4;
    const values = coordinates(definition, config, target, { ...run, chains, seed: 20260701 });
    values.forEach((column, i) => {
      const sd = Math.sqrt(variances[i]);
      assertMean(column, chains, means[i], 0.12 * sd, `x${i + 1}`);
      const squares = column.map((x) => (x - means[i]) ** 2);
      assertMean(squares, chains, variances[i], 0.2 * variances[i], `(x${i + 1} − mean)²`);
    });
  });
}

Deno.test("the random walk learns covariance and scale, and accepts as often as it was told to", () => {
  const options = randomWalk.config.parse({ kind: "random-walk", targetAccept: 0.3 });
  const target = gaussian.build({ kind: "gaussian", mean: [0, 0], covariance: [[100, 9], [9, 1]] });
  const warmup = 20_000, draws = 10_000;
  const kernel = randomWalk.build(target, options, { warmup });
  const random = new Random(1);
  const state = kernel.init(Float64Array.of(1, 1), random);
  let accepted = 0;
  for (let step = 1; step <= warmup + draws; step++) {
    const info = kernel.step(state, random.at(0, step));
    if (step > warmup) accepted += Number(info.accepted) / draws;
  }
  const [a, , b, c] = state.factor;
  const found = [a * a, a * b, b * b + c * c];
  [100, 9, 1].forEach((truth, i) => assert(Math.abs(found[i] - truth) < 0.15 * truth, `${found}`));
  assert(Math.abs(accepted - 0.3) < 0.03, `${accepted}`);
});

Deno.test("a random walk that is given scale and covariance keeps them in warmup", () => {
  const options = randomWalk.config.parse({ kind: "random-walk", scale: 0.7, covariance: [[4, 0], [0, 9]] });
  const kernel = randomWalk.build(near, options, { warmup: 500 });
  const random = new Random(2);
  const state = kernel.init(Float64Array.of(1, 1), random);
  for (let step = 1; step <= 500; step++) kernel.step(state, random.at(0, step));
  assert.equal(state.scale, 0.7);
  assert.deepEqual([...state.factor], [2, 0, 0, 3]);
});

Deno.test("in 500 dimensions the random walk learns a diagonal, and its checkpoint stays small", () => {
  const dim = 500;
  const target: Target = {
    ...near,
    dim,
    logDensity: (x) => -0.5 * x.reduce((sum, value, i) => sum + (i % 2 ? 100 : 1) * value * value, 0),
  };
  const kernel = randomWalk.build(target, randomWalk.config.parse({ kind: "random-walk" }), { warmup: 15_000 });
  const random = new Random(3);
  const state = kernel.init(new Float64Array(dim), random);
  for (let step = 1; step <= 15_000; step++) kernel.step(state, random.at(0, step));
  assert.equal(state.factor.length, dim);
  const mean = (parity: number) => state.factor.filter((_, i) => i % 2 === parity).reduce((a, b) => a + b, 0);
  assert(mean(0) > 2 * mean(1), `${mean(0)} ${mean(1)}`);
});

Deno.test("a wide slice is adapted to each coordinate, so that a step takes a few evaluations each", () => {
  let evaluations = 0;
  const target = gaussian.build({
    kind: "gaussian",
    mean: [0, 0, 0],
    covariance: [[1e-6, 0, 0], [0, 1, 0], [0, 0, 1e6]],
  });
  const options = slice.config.parse({ kind: "slice" });
  const kernel = slice.build(target, options, { warmup: 200 });
  const random = new Random(4);
  const state = kernel.init(Float64Array.of(1, 1, 1), random);
  for (let step = 1; step <= 700; step++) {
    const info = kernel.step(state, random.at(0, step));
    if (step > 200) evaluations += info.evaluations / 500;
  }
  assert(evaluations < 3 * 5.5, `${evaluations}`);
  [1e-3, 1, 1e3].forEach((sd, i) => assert(state.widths[i] > sd && state.widths[i] < 6 * sd, `${state.widths}`));
});

Deno.test("stepping out stops after maxSteps widths", () => {
  const flat: Target = { ...near, dim: 1, logDensity: (x) => Math.abs(x[0]) < 1e9 ? 0 : -Infinity };
  const kernel = slice.build(flat, slice.config.parse({ kind: "slice", width: 1, maxSteps: 7 }), { warmup: 0 });
  const random = new Random(5);
  const state = kernel.init(Float64Array.of(0), random);
  for (let step = 1; step <= 200; step++) {
    const before = state.position[0];
    const { evaluations } = kernel.step(state, random.at(0, step));
    assert.equal(evaluations, 7); // 6 steps outwards and the point
    assert(Math.abs(state.position[0] - before) <= 7);
  }
});

const farApart = gaussianMixture.build({
  kind: "gaussian-mixture",
  weights: [0.3, 0.7],
  means: [[-7, 0], [7, 0]],
  covariances: [[[1, 0], [0, 1]], [[1, 0], [0, 1]]],
});

for (const inner of [undefined, { kind: "random-walk" }, { kind: "slice" }]) {
  Deno.test(`tempering over ${inner?.kind ?? "its default"} weighs two modes 14 standard deviations apart`, () => {
    const run = { chains: 4, warmup: 1000, draws: 3000, seed: 20260702 };
    const [x] = coordinates(parallelTempering, inner ? { inner } : {}, farApart, run);
    assertMean(x.map((value) => value > 0 ? 1 : 0), run.chains, 0.7, 0.06, "the right mode's indicator");
  });
}

Deno.test("a warmup makes the swaps of a badly placed ladder even, and leaves its ends", () => {
  const target = gaussian20;
  const options = parallelTempering.config.parse({
    kind: "parallel-tempering",
    temperatures: 6,
    hottest: 8,
    inner: { kind: "slice" },
  });
  const kernel = parallelTempering.build(target, options, { warmup: 400 });
  const random = new Random(6);
  const state = kernel.init(new Float64Array(target.dim), random);
  // All but one temperature crowd at the cold end.
  state.betas.set([1, 0.98, 0.96, 0.94, 0.92, 1 / 8]);
  for (let step = 1; step <= 400; step++) kernel.step(state, random.at(0, step));
  assert.equal(state.betas[0], 1);
  assert.equal(state.betas[5], 1 / 8);
  // The barrier of a Gaussian is even in log β.
  const ratios = range(5).map((k) => state.betas[k] / state.betas[k + 1]);
  ratios.forEach((ratio) => assert(ratio > 1.25 && ratio < 1.9, `${ratios}`));
});

Deno.test("betas may rise or fall, are kept, and swaps happen every swapEvery steps", () => {
  const options = parallelTempering.config.parse({
    kind: "parallel-tempering",
    betas: [0.2, 0.6, 1],
    swapEvery: 3,
    inner: { kind: "slice" },
  });
  const kernel = parallelTempering.build(near, options, { warmup: 300 });
  const random = new Random(7);
  const state = kernel.init(Float64Array.of(0, 0), random);
  for (let step = 1; step <= 300; step++) {
    const info = kernel.step(state, random.at(0, step));
    assert.equal(Number.isNaN(info.swapAcceptance), step % 3 !== 0);
    assert.equal(state.logDensity, near.logDensity(state.position));
    assert.deepEqual([...state.starts].sort(), [0, 1, 2]);
    state.replicas.forEach((replica, k) =>
      assert.equal(replica.logDensity, state.betas[k] * near.logDensity(replica.position))
    );
  }
  assert.deepEqual([...state.betas], [1, 0.6, 0.2]);
});

const samplers: { definition: KernelDefinition; config: Record<string, unknown> }[] = [
  { definition: randomWalk, config: { scale: 1 } },
  { definition: independence, config: { proposal: { mean: [0, 0], covariance: [[1, 0], [0, 1]] } } },
  { definition: slice, config: {} },
  { definition: parallelTempering, config: { inner: { kind: "random-walk" }, temperatures: 3 } },
];

for (const { definition, config } of samplers) {
  Deno.test(`${definition.kind} stays out of where the density is NaN or +∞, and counts it; −∞ is not counted`, () => {
    for (const beyond of [NaN, Infinity, -Infinity]) {
      const target: Target = {
        ...near,
        logDensity: (x) => x[0] < 1 && x[1] < 1 ? -0.5 * (x[0] * x[0] + x[1] * x[1]) : beyond,
      };
      const kernel = definition.build(target, definition.config.parse({ kind: definition.kind, ...config }), {
        warmup: 0,
      });
      const random = new Random(8);
      const state = kernel.init(Float64Array.of(0.5, 0.5), random);
      let nonFinite = 0;
      for (let step = 1; step <= 1000; step++) {
        nonFinite += kernel.step(state, random.at(0, step)).nonFinite;
        assert(state.position.every((x) => x < 1) && Number.isFinite(state.logDensity));
      }
      assert.equal(nonFinite > 100, beyond !== -Infinity, `${beyond}: ${nonFinite}`);
      assert.equal(nonFinite === 0, beyond === -Infinity);
    }
  });
}

Deno.test("a rejected proposal repeats the state", () => {
  const kernel = randomWalk.build(near, randomWalk.config.parse({ kind: "random-walk", scale: 3 }), { warmup: 0 });
  const random = new Random(9);
  const state = kernel.init(Float64Array.of(2, 1), random);
  let rejections = 0;
  for (let step = 1; step <= 200; step++) {
    const before = structuredClone(state);
    const { accepted } = kernel.step(state, random.at(0, step));
    assert.equal(accepted, state.position.some((x, i) => x !== before.position[i]));
    if (!accepted) rejections++, assert.deepEqual(state, before);
  }
  assert(rejections > 20 && rejections < 180);
});

Deno.test("Gibbs keeps a coordinate whose conditional fails, and counts it", () => {
  const target: Target = { ...near, sampleConditional: (i, _, random) => i === 0 ? NaN : random.normal() };
  const kernel = gibbs.build(target, { kind: "gibbs", scan: "systematic" }, { warmup: 0 });
  const random = new Random(10);
  const state = kernel.init(Float64Array.of(2, 1), random);
  assert.equal(kernel.step(state, random.at(0, 1)).nonFinite, 1);
  assert.equal(state.position[0], 2);
  assert.notEqual(state.position[1], 1);
});

interface Refusal {
  readonly definition: KernelDefinition;
  readonly config: Record<string, unknown>;
  readonly warmup?: number;
  readonly path: string;
}
const withoutExtras: Target = { ...near, logDensityAndGradient: undefined, sampleConditional: undefined };
const refusals: Refusal[] = [
  { definition: randomWalk, config: { covariance: [[1, 0]] }, path: "covariance" },
  { definition: randomWalk, config: { covariance: [[1, 0], [0]] }, path: "covariance.1" },
  { definition: randomWalk, config: { covariance: [[1, 0.5], [0.4, 1]] }, path: "covariance.1.0" },
  { definition: randomWalk, config: { covariance: [[1, 2], [2, 1]] }, path: "covariance.1.1" },
  { definition: independence, config: {}, warmup: 0, path: "proposal" },
  { definition: independence, config: { proposal: { mean: [0], covariance: [[1]] } }, path: "proposal.mean" },
  { definition: independence, config: { proposal: { mean: [0, 0], covariance: [[1]] } }, path: "proposal.covariance" },
  { definition: gibbs, config: {}, path: "kind" },
  { definition: slice, config: { width: [1, 1, 1] }, path: "width" },
  { definition: parallelTempering, config: { betas: [0.5, 0.2] }, path: "betas.1" },
  { definition: parallelTempering, config: { betas: [1, 0.5, 0.5] }, path: "betas.2" },
  { definition: parallelTempering, config: { betas: [0.5, 0.6, 0.2, 1] }, path: "betas.1" },
  { definition: parallelTempering, config: { inner: { kind: "nuts" } }, path: "inner.kind" },
  { definition: parallelTempering, config: { inner: { kind: "slice", width: [1] } }, path: "inner.width" },
];

for (const { definition, config, warmup = 100, path } of refusals) {
  Deno.test(`${definition.kind} ${JSON.stringify(config)} is refused with the path ${path}`, () => {
    const options = definition.config.parse({ kind: definition.kind, ...config });
    assert.throws(
      () => definition.build(withoutExtras, options, { warmup }),
      (error) => error instanceof InputError && error.path === path && error.message.length > 30,
    );
  });
}

const malformed: { definition: KernelDefinition; config: Record<string, unknown>[] }[] = [
  {
    definition: randomWalk,
    config: [{ scale: 0 }, { scale: Infinity }, { targetAccept: 1 }, { covariance: [] }, { steps: 1 }],
  },
  {
    definition: independence,
    config: [{ proposal: {} }, { proposal: { mean: [], covariance: [] } }, { proposal: null }],
  },
  { definition: gibbs, config: [{ scan: "both" }, { scan: null }] },
  { definition: slice, config: [{ width: -1 }, { maxSteps: 0 }, { maxSteps: 1.5 }] },
  {
    definition: parallelTempering,
    config: [{ temperatures: 1 }, { betas: [1] }, { betas: [1, 0] }, { inner: { kind: "recall" } }, { hottest: 1 }],
  },
];

for (const { definition, config } of malformed) {
  Deno.test(`${definition.kind} is complete with its kind alone, and refuses what it does not know`, () => {
    const { kind } = definition;
    assert(definition.config.safeParse({ kind }).success);
    for (const options of config) {
      assert(!definition.config.safeParse({ kind, ...options }).success, JSON.stringify(options));
    }
    for (const [name, option] of Object.entries(definition.config.shape)) {
      if (name !== "kind") assert("description" in option && option.description, `${name} has no description`);
    }
  });
}
