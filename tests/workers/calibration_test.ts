/** Simulation-based calibration: which models it accepts and rejects, and that a replication is a function of its job and number. */
import assert from "node:assert/strict";
import { RankUniformity } from "../../coordinator/statistics/calibration/rank_uniformity.ts";
import { models } from "../../models/registry.ts";
import type { ModelDefinition } from "../../models/model.ts";
import { replicateOf } from "../../models/replication.ts";
import type { Target } from "../../models/target.ts";
import { unchanged } from "../../models/posteriors/coordinates.ts";
import type { Random } from "../../numerics/random/random.ts";
import { decodeTail, encodeBlock, tailOf } from "../../workers/block.ts";
import { type Calibration, calibrationProcess } from "../../workers/calibration_process.ts";
import type { BaseState, KernelDefinition } from "../../workers/kernels/kernel.ts";
import { calibration } from "../../workers/kernels/calibration.ts";
import { runSegment } from "../../workers/segment.ts";

const REPLICATIONS = 200, DRAWS = 99, WARMUP = 200;
const FALSE_ALARM = 0.01; // of each model, over all its quantities

interface Options {
  readonly sampler?: Record<string, unknown>;
  readonly seed?: number;
  readonly thin?: number;
}

function calibrationOf(target: Target, { sampler = {}, seed = 20260501, thin = 1 }: Options = {}): Calibration {
  const definition: KernelDefinition = calibration;
  const config = calibration.config.parse({ kind: "calibration", ...sampler });
  const replicate = replicateOf(target);
  assert(replicate);
  return {
    target,
    replicate,
    buildKernel: (replica) => definition.build(replica, config, { warmup: WARMUP }),
    statistics: definition.statistics,
    start: config.start,
    seed,
    warmup: WARMUP,
    draws: DRAWS,
    thin,
  };
}

function block(job: Calibration, chain: number) {
  const segment = runSegment(calibrationProcess(job), { chain, from: 0, to: WARMUP + DRAWS * job.thin }, null);
  let turn = segment.next(0);
  while (!turn.done) turn = segment.next(1000);
  return turn.value.block;
}

/** The smallest p-value over the quantities, times their number. */
function familyP(target: Target, options?: Options): number {
  const job = calibrationOf(target, options);
  const blocks = Array.from({ length: REPLICATIONS }, (_, chain) => block(job, chain));
  const sum = (part: ArrayLike<number>) => Array.from(part).reduce((a, b) => a + b, 0);
  const quantities = blocks[0].values.length / DRAWS;
  const ranks = [
    ...Array.from(
      { length: quantities },
      (_, v) => blocks.map(({ values }) => sum(values.subarray(v * DRAWS, (v + 1) * DRAWS))),
    ),
    blocks.map(({ statistics }) => sum(statistics[statistics.length - 1])),
  ];
  const test = new RankUniformity(REPLICATIONS, DRAWS);
  return Math.min(...ranks.map((r) => test.pValue(r))) * ranks.length;
}

function registered(config: { kind: keyof typeof models; [option: string]: unknown }): Target {
  const definition: ModelDefinition = models[config.kind];
  return definition.build(definition.config.parse(config));
}

/** sigma ~ exponential(1), y_i ~ N(0, sigma²): coordinate log sigma. */
function scaleModel(jacobian: 0 | 1, y: readonly number[] = [0.5, -0.2, 0.1]): Target {
  const squares = y.reduce((sum, value) => sum + value * value, 0);
  const logDensityAndGradient = (x: Float64Array, gradient: Float64Array) => {
    const sigma = Math.exp(x[0]), misfit = squares / (sigma * sigma);
    gradient[0] = jacobian - sigma + misfit - y.length;
    return jacobian * x[0] - sigma - 0.5 * misfit - y.length * x[0];
  };
  return {
    dim: 1,
    variables: [{ name: "sigma", shape: [] }],
    numericClass: "v8",
    ...unchanged(1),
    logDensity: (x) => logDensityAndGradient(x, new Float64Array(1)),
    logDensityAndGradient,
    replicate(random: Random) {
      const sigma = random.exponential();
      const simulated = y.map(() => sigma * random.normal());
      return { truth: Float64Array.of(Math.log(sigma)), target: scaleModel(jacobian, simulated) };
    },
  };
}

/** mu ~ N(0, 1) in the simulation and N(0, scale²) in the density; y ~ N(mu, 4²), so that the prior has a say. */
function locationModel(scale: number, y = 0): Target {
  const logDensityAndGradient = ([mu]: Float64Array, gradient: Float64Array) => {
    gradient[0] = (y - mu) / 16 - mu / (scale * scale);
    return -0.5 * ((y - mu) ** 2 / 16 + (mu / scale) ** 2);
  };
  return {
    dim: 1,
    variables: [{ name: "mu", shape: [] }],
    numericClass: "v8",
    ...unchanged(1),
    logDensity: (x) => logDensityAndGradient(x, new Float64Array(1)),
    logDensityAndGradient,
    replicate(random: Random) {
      const mu = random.normal();
      return { truth: Float64Array.of(mu), target: locationModel(scale, mu + 4 * random.normal()) };
    },
  };
}

const right: Record<string, Target> = {
  "a location": locationModel(1),
  "a scale with its Jacobian": scaleModel(1),
  "eight schools": registered({ kind: "eight-schools" }),
  "centred eight schools": registered({ kind: "eight-schools", centered: true }),
  "a linear regression": registered({ kind: "linear-regression", x: [[1], [2], [3], [4.5]], y: [1, 2, 3, 4] }),
  "a logistic regression": registered({ kind: "logistic-regression", x: [[1], [2], [-3]], y: [1, 0, 1] }),
  "a Poisson regression": registered({ kind: "poisson-regression", x: [[1], [0], [-1]], y: [1, 0, 1], priorScale: 1 }),
  "a Gaussian, which has no data": registered({ kind: "gaussian", mean: [1, 2], covariance: [[1, 0.5], [0.5, 2]] }),
};
for (const [name, target] of Object.entries(right)) {
  Deno.test(`${name} is calibrated`, () => {
    const p = familyP(target);
    assert.ok(p > FALSE_ALARM, `${p}`); // false alarms of a seed: 1 %
  });
}

Deno.test("ranks are uniform by a chain that hardly moves, and by draws from the end of warmup that are thinned", () => {
  const sticky = { inner: { kind: "random-walk", scale: 0.05, covariance: [[1]] } };
  assert.ok(familyP(locationModel(1), { sampler: sticky }) > FALSE_ALARM);
  const sampler = { start: "warmup", inner: { kind: "slice" } };
  assert.ok(familyP(locationModel(1), { sampler, thin: 3 }) > FALSE_ALARM);
});

Deno.test("a chain that hardly moves, begun at the end of warmup, is not taken for right", () => {
  const sampler = { start: "warmup", inner: { kind: "random-walk", scale: 0.05, covariance: [[1]] } };
  assert.ok(familyP(locationModel(1), { sampler }) < 1e-4);
});

const wrong: Record<string, Target> = {
  "a prior scale that is twice that of the simulation": locationModel(2),
  "a scale without its Jacobian": scaleModel(0),
};
for (const [name, target] of Object.entries(wrong)) {
  Deno.test(`${name} is found`, () => {
    const p = familyP(target);
    assert.ok(p < 1e-4, `${p}`); // a hundredth of the rate at which it counts as found
  });
}

Deno.test("a replication goes on from its bytes in another process, to the last bit", () => {
  const job = calibrationOf(registered({ kind: "eight-schools" }));
  const whole = block(job, 3);
  const to = WARMUP + DRAWS;
  let state: BaseState | null = null, from = 0;
  const pieces: number[] = [];
  for (const end of [50, WARMUP, WARMUP + 1, WARMUP + 40, WARMUP + 41, to]) {
    const process = calibrationProcess(job);
    if (end > WARMUP) runSegment(process, { chain: 8, from: 0, to: 5 }, null).next(0); // another chain comes between
    const segment = runSegment(process, { chain: 3, from, to: end }, state);
    let turn = segment.next(0);
    while (!turn.done) turn = segment.next(7);
    const { block, state: reached } = turn.value;
    state = decodeTail(tailOf(encodeBlock(block, reached))).state as BaseState;
    pieces.push(...block.values.subarray(0, block.draws));
    from = end;
  }
  assert.deepEqual(pieces, [...whole.values.subarray(0, DRAWS)]);
});

Deno.test("a prior that leaves the density's support fails with the replication and what to check", () => {
  const target = locationModel(1);
  const outside: Target = {
    ...target,
    replicate: (random) => ({
      truth: Float64Array.of(random.normal()),
      target: { ...target, logDensity: () => -Infinity, logDensityAndGradient: () => -Infinity },
    }),
  };
  assert.throws(() => block(calibrationOf(outside), 5), /replication 5: the log density.*prior's support/s);
});

Deno.test("a quantity that is NaN has no rank, and says so", () => {
  const target: Target = { ...locationModel(1), constrain: (_, out) => void out.fill(NaN) };
  const nowhere: Target = { ...target, replicate: () => ({ truth: Float64Array.of(0), target }) };
  assert.throws(() => block(calibrationOf(nowhere), 0), /mu is NaN at the truth/);
});

Deno.test("a sampler that goes through the coordinates in their order cannot go to both sides of the truth", () => {
  const job = calibrationOf(locationModel(1), { sampler: { inner: { kind: "slice" } } });
  assert.throws(() => block(job, 0), /slice is not reversible.*start: "warmup"/s);
});
