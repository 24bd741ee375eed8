/** NUTS, HMC and MALA keep their targets exactly, and kernels that are almost them do not. */
import assert from "node:assert/strict";
import { banana } from "../../../models/posteriors/banana.ts";
import { funnel } from "../../../models/posteriors/funnel.ts";
import { gaussian } from "../../../models/posteriors/gaussian.ts";
import { gaussianMixture } from "../../../models/posteriors/gaussian_mixture.ts";
import type { Differentiable, Target } from "../../../models/target.ts";
import type { Random } from "../../../numerics/random/random.ts";
import { type AdaptiveState, WindowedAdaptation } from "../../../workers/kernels/adaptation/windowed.ts";
import {
  type Leapfrog,
  leapfrogDiagonal,
  newPhasePoint,
  type PhasePoint,
  requireGradient,
  sumOfSquares,
} from "../../../workers/kernels/hamiltonian/leapfrog.ts";
import { Trajectory } from "../../../workers/kernels/hamiltonian/trajectory.ts";
import { hmc } from "../../../workers/kernels/hmc.ts";
import type { BaseInfo, Kernel } from "../../../workers/kernels/kernel.ts";
import { mala } from "../../../workers/kernels/mala.ts";
import { nuts } from "../../../workers/kernels/nuts.ts";
import { assertBroken, assertInvariant, type Sampleable, testInvariance, type TestResult } from "./invariance.ts";

type SampleableTarget = Target & Sampleable;
type GradientKernel = Kernel<AdaptiveState, BaseInfo>;

function sampleable(target: Target): SampleableTarget {
  const { sample } = target;
  assert(sample);
  return { ...target, sample };
}

/** |z| for a standard normal z, in every coordinate: the density ends at zero, which trajectories run across. */
const halfNormal: SampleableTarget = {
  dim: 2,
  variables: [{ name: "x", shape: [2] }],
  numericClass: "v8",
  constrain: (x, out) => out.set(x),
  unconstrain: (values) => Float64Array.from(values),
  logDensity: (x) => x[0] < 0 || x[1] < 0 ? -Infinity : -0.5 * (x[0] * x[0] + x[1] * x[1]),
  logDensityAndGradient(x, gradient) {
    gradient[0] = -x[0];
    gradient[1] = -x[1];
    return this.logDensity(x);
  },
  sample(random, out) {
    for (let i = 0; i < 2; i++) out[i] = Math.abs(random.normal());
  },
};

interface TargetCase {
  readonly name: string;
  readonly target: SampleableTarget;
  readonly stepSize: number;
  /** Lower triangle, row-major, of a metric that does not fit too well. */
  readonly metric: readonly number[];
}

const targets: TargetCase[] = [
  {
    name: "a correlated Gaussian",
    target: sampleable(gaussian.build({
      kind: "gaussian",
      mean: [1, -2, 0],
      covariance: [[2, 0.9, 0], [0.9, 1, -0.2], [0, -0.2, 0.5]],
    })),
    stepSize: 0.8,
    metric: [1.2, 0, 0, 0.5, 0.7, 0, 0, 0.2, 0.9],
  },
  {
    name: "a mixture",
    target: sampleable(gaussianMixture.build(gaussianMixture.config.parse({
      kind: "gaussian-mixture",
      weights: [0.3, 0.7],
      means: [[-1.5, 0], [1.5, 1]],
      covariances: [[[1, 0.3], [0.3, 0.5]], [[0.4, 0], [0, 1]]],
    }))),
    stepSize: 0.9,
    metric: [1.3, 0, 0.3, 0.8],
  },
  {
    name: "the banana",
    target: sampleable(banana.build(banana.config.parse({ kind: "banana", curvature: 0.8 }))),
    stepSize: 0.9,
    metric: [0.9, 0, -0.3, 1.1],
  },
  {
    name: "a funnel",
    target: sampleable(funnel.build(funnel.config.parse({ kind: "funnel", dim: 3, scale: 1.2 }))),
    stepSize: 0.7,
    metric: [1, 0, 0, 0.2, 1, 0, 0, -0.3, 1.2],
  },
  { name: "half-normals", target: halfNormal, stepSize: 0.5, metric: [0.7, 0, 0.2, 0.6] },
];

const plan = { warmup: 0 };
const kernels = [
  {
    kind: "nuts",
    steps: 2,
    build: (target: Target, common: object): GradientKernel =>
      nuts.build(target, nuts.config.parse({ kind: "nuts", maxTreeDepth: 6, ...common }), plan),
  },
  {
    kind: "hmc",
    steps: 2,
    build: (target: Target, common: object): GradientKernel =>
      hmc.build(target, hmc.config.parse({ kind: "hmc", ...common }), plan),
  },
  {
    kind: "mala",
    steps: 3,
    build: (target: Target, common: object): GradientKernel =>
      mala.build(target, mala.config.parse({ kind: "mala", ...common }), plan),
  },
];

const REPLICATIONS = 6_000;
const TWIN_REPLICATIONS = 12_000;
let seed = 20260100;

for (const { kind, steps, build } of kernels) {
  for (const { name, target, stepSize, metric } of targets) {
    Deno.test(`${kind} keeps ${name}`, () => {
      const kernel = build(target, { stepSize, metric: "dense" });
      const start = (x0: Float64Array, random: Random) => {
        const state = kernel.init(x0, random);
        state.scale.set(metric);
        return state;
      };
      seed++;
      assertInvariant(testInvariance({
        target,
        kernel,
        steps,
        replications: REPLICATIONS,
        seed,
        reversible: true,
        start,
      }));
    });
  }
  Deno.test(`${kind} with a diagonal metric keeps the banana`, () => {
    const { target } = targets[2];
    const kernel = build(target, { stepSize: 0.8 });
    const start = (x0: Float64Array, random: Random) => {
      const state = kernel.init(x0, random);
      state.scale.set([0.7, 1.4]);
      return state;
    };
    const test = { target, kernel, steps, replications: REPLICATIONS, seed: 20260200, reversible: true, start };
    assertInvariant(testInvariance(test));
  });
}

// What follows is wrong on purpose.

/** HMC, and with one step MALA, whose pieces can be exchanged for wrong ones. */
interface Pieces {
  readonly steps?: number;
  readonly leapfrog?: Leapfrog;
  drawMomentum?(random: Random): number;
  /** log of the acceptance ratio, from the points before and after. */
  logRatio?(before: PhasePoint, after: PhasePoint): number;
}

function pieced(target: Differentiable, stepSize: number, pieces: Pieces): GradientKernel {
  const adaptation = new WindowedAdaptation(
    target,
    { targetAccept: 0.8, metric: "diagonal", stepSize, adapt: false },
    0,
  );
  const {
    steps = 3,
    leapfrog = leapfrogDiagonal,
    drawMomentum = (random: Random) => random.normal(),
    logRatio = (before: PhasePoint, after: PhasePoint) => before.energy - after.energy,
  } = pieces;
  const before = newPhasePoint(target.dim), after = newPhasePoint(target.dim);
  return {
    init: (position, random) => adaptation.init(position, random),
    step(state, random) {
      for (const point of [before, after]) {
        point.position.set(state.position);
        point.gradient.set(state.gradient);
      }
      for (let i = 0; i < target.dim; i++) before.momentum[i] = after.momentum[i] = drawMomentum(random);
      before.logDensity = state.logDensity;
      before.energy = 0.5 * sumOfSquares(before.momentum) - state.logDensity;
      for (let k = 0; k < steps; k++) leapfrog(target, state.scale, stepSize, after);
      if (Math.log(random.uniform()) < logRatio(before, after)) {
        state.position.set(after.position);
        state.gradient.set(after.gradient);
        state.logDensity = after.logDensity;
      }
      return { nonFinite: 0 };
    },
  };
}

/** Leapfrog without its first half kick, the second one made whole: preserves volume, but is not reversible. */
const unsymmetric: Leapfrog = (target, scale, stepSize, point) => {
  const { position, momentum, gradient } = point;
  for (let i = 0; i < position.length; i++) position[i] += stepSize * scale[i] * momentum[i];
  point.logDensity = target.logDensityAndGradient(position, gradient);
  for (let i = 0; i < position.length; i++) momentum[i] += stepSize * scale[i] * gradient[i];
  point.energy = 0.5 * sumOfSquares(momentum) - point.logDensity;
};

/** Leapfrog without its last half kick. */
const unfinished: Leapfrog = (target, scale, stepSize, point) => {
  leapfrogDiagonal(target, scale, stepSize, point);
  for (let i = 0; i < point.momentum.length; i++) point.momentum[i] -= 0.5 * stepSize * scale[i] * point.gradient[i];
  point.energy = 0.5 * sumOfSquares(point.momentum) - point.logDensity;
};

const pieceTwins: { name: string; pieces: Pieces }[] = [
  {
    name: "HMC that leaves the kinetic energy out of its ratio",
    pieces: { logRatio: (before, after) => after.logDensity - before.logDensity },
  },
  { name: "HMC that always accepts", pieces: { logRatio: () => 0 } },
  { name: "HMC whose momenta are 5 % too large", pieces: { drawMomentum: (random) => 1.05 * random.normal() } },
  { name: "HMC without the first half kick", pieces: { leapfrog: unsymmetric } },
  { name: "HMC without the last half kick", pieces: { leapfrog: unfinished } },
  {
    name: "MALA without the ratio of its proposals",
    pieces: { steps: 1, logRatio: (before, after) => after.logDensity - before.logDensity },
  },
  {
    name: "MALA with the ratio of its proposals upside down",
    pieces: {
      steps: 1,
      logRatio: (before, after) =>
        after.logDensity - before.logDensity - 0.5 * (sumOfSquares(before.momentum) - sumOfSquares(after.momentum)),
    },
  },
  { name: "unadjusted Langevin", pieces: { steps: 1, logRatio: () => 0 } },
];

class TakesTheNewest extends Trajectory {
  protected override takesSecond(): boolean {
    return true;
  }
}

class TakesWithTheRatio extends Trajectory {
  /** The biased rule of the top, used within subtrees. */
  protected override takesSecond(firstWeight: number, secondWeight: number, random: Random): boolean {
    return random.uniform() * firstWeight < secondWeight;
  }
}

class StopsByOneEnd extends Trajectory {
  /** Which end is the last one depends on the direction of building. */
  protected override continues(...momenta: Parameters<Trajectory["continues"]>): boolean {
    const [, , sum0, , last1, sum1] = momenta;
    return last1.reduce((dot, value, i) => dot + value * (sum0[i] + sum1[i]), 0) > 0;
  }
}

class StepsByPosition extends Trajectory {
  override grow(state: AdaptiveState, random: Random): void {
    super.grow(Object.assign(state, { stepSize: state.position[1] > 0 ? 1.5 : 0.3 }), random);
  }
}

const trajectoryTwins = [
  { name: "NUTS that always takes the newest state", twin: TakesTheNewest, stepSize: 0.9 },
  { name: "NUTS that is biased within subtrees", twin: TakesWithTheRatio, stepSize: 0.9 },
  { name: "NUTS that looks for a U-turn at one end only", twin: StopsByOneEnd, stepSize: 0.2 },
  { name: "NUTS whose step size depends on where it is", twin: StepsByPosition, stepSize: 0.9 },
];

/** The broken kernel is caught on at least one of the targets it is tried on; one is enough to fail the suite. */
const hunted = [targets[2], targets[3]];

for (const { name, pieces } of pieceTwins) {
  Deno.test(`${name} is caught`, () => {
    assertCaught((target, stepSize) => pieced(target, stepSize, pieces));
  });
}

for (const { name, twin: Twin, stepSize } of trajectoryTwins) {
  Deno.test(`${name} is caught`, () => {
    assertCaught((target) => {
      const adaptation = new WindowedAdaptation(
        target,
        { targetAccept: 0.8, metric: "diagonal", stepSize, adapt: false },
        0,
      );
      const trajectory = new Twin(target, leapfrogDiagonal, 6);
      return {
        init: (position, random) => adaptation.init(position, random),
        step(state, random) {
          trajectory.grow(state, random);
          return { nonFinite: 0 };
        },
      };
    });
  });
}

function assertCaught(build: (target: Differentiable, stepSize: number) => GradientKernel): void {
  const results = hunted.map(({ target, stepSize }): TestResult[] =>
    testInvariance({
      target,
      kernel: build(requireGradient(target), stepSize),
      steps: 2,
      replications: TWIN_REPLICATIONS,
      seed: 20260300,
      reversible: true,
    })
  );
  assertBroken(results.flat());
}
