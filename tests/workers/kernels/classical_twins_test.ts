/** Kernels that are almost random-walk Metropolis, independence, Gibbs, slice or tempering, each with one error, are caught. */
import assert from "node:assert/strict";
import { Random } from "../../../numerics/random/random.ts";
import type { Target } from "../../../models/target.ts";
import { gibbs } from "../../../workers/kernels/gibbs.ts";
import type { BaseInfo, BaseState, Kernel } from "../../../workers/kernels/kernel.ts";
import { parallelTempering } from "../../../workers/kernels/parallel_tempering.ts";
import { exactTargets, gaussian2 } from "./exact_targets.ts";
import { assertBroken, assertInvariant, type Sampleable, testInvariance } from "./invariance.ts";
import { ladderStart } from "./tempered_start.ts";

type AnyKernel = Kernel<BaseState, BaseInfo>;
type Step = (target: Target, state: BaseState, random: Random) => void;

const SEED = 20260501;
const sizes = { steps: 2, replications: 12_000, seed: SEED };
const gaussian = gaussian2.target;

function kernelOf(target: Target, step: Step): AnyKernel {
  return {
    init: (position) => ({ position: position.slice(), logDensity: target.logDensity(position) }),
    step(state, random) {
      step(target, state, random);
      return { nonFinite: 0 };
    },
  };
}

/** A Metropolis–Hastings step; the twins differ in what they propose and in what they take for the log of the ratio. */
function metropolis(
  propose: (x: number, random: Random) => number,
  logRatio: (change: number, from: Float64Array, to: Float64Array) => number,
): Step {
  return (target, state, random) => {
    const to = state.position.map((x) => propose(x, random));
    const logDensity = target.logDensity(to);
    if (Math.log(random.uniform()) >= logRatio(logDensity - state.logDensity, state.position, to)) return;
    state.position.set(to);
    state.logDensity = logDensity;
  };
}

const walk = (x: number, random: Random) => x + random.normal();
const widening = (x: number, random: Random) => x + 0.6 * (1 + 0.6 * Math.abs(x)) * random.normal();
const logNormal = (x: number, mean: number, sd: number) => -0.5 * ((x - mean) / sd) ** 2 - Math.log(sd);
const independent = (_: number, random: Random) => 0.3 + 1.5 * random.normal();
const logIndependent = (x: Float64Array) => x.reduce((sum, value) => sum + logNormal(value, 0.3, 1.5), 0);

/** One coordinate of slice sampling after another; the twins' faults are switched on by name. */
type SliceFault =
  | "none"
  | "takes the first point"
  | "lays the interval to the right"
  | "has a fixed level"
  | "gives all steps to the left";
function sliceSweep(fault: SliceFault): Step {
  return (target, state, random) => {
    const width = 0.7, maxSteps = 2, x = state.position;
    for (let i = 0; i < x.length; i++) {
      const origin = x[i];
      const at = (value: number) => {
        x[i] = value;
        return target.logDensity(x);
      };
      const level = at(origin) - (fault === "has a fixed level" ? 1 : random.exponential());
      let left = origin - width * (fault === "lays the interval to the right" ? 0 : random.uniform());
      let right = left + width;
      const stepsToTheLeft = fault === "gives all steps to the left"
        ? maxSteps - 1
        : Math.floor(maxSteps * random.uniform());
      for (let k = stepsToTheLeft; k > 0 && at(left) > level; k--) left -= width;
      for (let k = maxSteps - 1 - stepsToTheLeft; k > 0 && at(right) > level; k--) right += width;
      for (;;) {
        const value = left + random.uniform() * (right - left);
        if (at(value) > level || fault === "takes the first point") break;
        if (value < origin) left = value;
        else right = value;
      }
    }
    state.logDensity = target.logDensity(x);
  };
}

interface Twin {
  readonly name: string;
  readonly step: Step;
  /** False for a sweep, which keeps its target and is not reversible. */
  readonly reversible?: boolean;
}

const right: Twin[] = [
  { name: "a random walk", step: metropolis(walk, (change) => change) },
  {
    name: "a walk of varying width with its ratio",
    step: metropolis(widening, (change, from, to) => {
      const logProposal = (a: Float64Array, b: Float64Array) =>
        a.reduce((sum, value, i) => sum + logNormal(b[i], value, 0.6 * (1 + 0.6 * Math.abs(value))), 0);
      return change + logProposal(to, from) - logProposal(from, to);
    }),
  },
  {
    name: "an independence sampler",
    step: metropolis(independent, (change, from, to) => change + logIndependent(from) - logIndependent(to)),
  },
  { name: "a slice sampler", step: sliceSweep("none"), reversible: false },
];

const wrong: Twin[] = [
  { name: "a random walk that accepts with twice the ratio", step: metropolis(walk, (change) => change + Math.LN2) },
  { name: "a random walk that always accepts", step: metropolis(walk, () => 0) },
  { name: "a random walk with the ratio upside down", step: metropolis(walk, (change) => -change) },
  { name: "a random walk that drifts", step: metropolis((x, random) => walk(x, random) + 0.1, (change) => change) },
  { name: "a walk of varying width without its ratio", step: metropolis(widening, (change) => change) },
  { name: "independence without the proposal's ratio", step: metropolis(independent, (change) => change) },
  {
    name: "independence with the proposal's ratio upside down",
    step: metropolis(independent, (change, from, to) => change - logIndependent(from) + logIndependent(to)),
  },
  { name: "a slice sampler that takes the first point", step: sliceSweep("takes the first point"), reversible: false },
  {
    name: "a slice sampler that lays its interval to the right",
    step: sliceSweep("lays the interval to the right"),
    reversible: false,
  },
  { name: "a slice sampler whose level is fixed", step: sliceSweep("has a fixed level"), reversible: false },
  {
    name: "a slice sampler that steps to the left only",
    step: sliceSweep("gives all steps to the left"),
    reversible: false,
  },
];

for (const { name, step, reversible = true } of right) {
  Deno.test(`${name} as the textbooks have it passes`, () => {
    assertInvariant(testInvariance({ target: gaussian, kernel: kernelOf(gaussian, step), ...sizes, reversible }));
  });
}

for (const { name, step, reversible = true } of wrong) {
  Deno.test(`${name} is caught`, () => {
    assertBroken(testInvariance({ target: gaussian, kernel: kernelOf(gaussian, step), ...sizes, reversible }));
  });
}

/** The conditional of the Gaussian with variances 1 and covariance 0.8 has mean 0.8 x_j. */
const conditionalMean = (i: number, x: Float64Array) => 0.8 * x[1 - i];

for (const scan of ["random", "systematic"] as const) {
  Deno.test(`${scan}-scan Gibbs whose conditional is 10 % too wide is caught`, () => {
    const { sampleConditional } = gaussian;
    assert(sampleConditional);
    const target: Target & Sampleable = {
      ...gaussian,
      sampleConditional(i, x, random) {
        const mean = conditionalMean(i, x);
        return mean + 1.1 * (sampleConditional(i, x, random) - mean);
      },
    };
    const kernel = gibbs.build(target, { kind: "gibbs", scan }, { warmup: 0 });
    assertBroken(testInvariance({ target: gaussian, kernel, ...sizes }));
  });
}

Deno.test("Gibbs that draws all coordinates from the old state is caught", () => {
  const { sampleConditional } = gaussian;
  assert(sampleConditional);
  const kernel = kernelOf(gaussian, (_, state, random) => {
    const old = state.position.slice();
    for (let i = 0; i < old.length; i++) state.position[i] = sampleConditional(i, old, random);
  });
  assertBroken(testInvariance({ target: gaussian, kernel, ...sizes }));
});

// Tempering as it is, but for its swaps: it makes none, and then one is made that is wrong.

const [cold, hot] = [1, 0.3];
const swaps = {
  "rightly": (lower: number, higher: number) => (cold - hot) * (higher - lower),
  "always": () => 0,
  "with the wrong sign": (lower: number, higher: number) => -(cold - hot) * (higher - lower),
  "by the difference of the tempered densities": (lower: number, higher: number) => hot * higher - cold * lower,
};

for (const [how, logRatio] of Object.entries(swaps)) {
  Deno.test(`tempering that swaps ${how} ${how === "rightly" ? "passes" : "is caught"}`, () => {
    const options = parallelTempering.config.parse({
      kind: "parallel-tempering",
      inner: { kind: "slice" },
      betas: [cold, hot],
      swapEvery: 10_000,
    });
    const exact = exactTargets.find(({ name }) => name === "a mixture");
    assert(exact);
    const { target } = exact;
    const tempering = parallelTempering.build(target, options, { warmup: 0 });
    const state = tempering.init(new Float64Array(target.dim), new Random(SEED));
    const start = ladderStart(state, options, exact, target);
    const kernel: AnyKernel = {
      init: () => state,
      step(_, random) {
        tempering.step(state, random);
        const [lower, higher] = state.replicas;
        const ratio = logRatio(lower.logDensity / cold, higher.logDensity / hot);
        if (Math.log(random.uniform()) < ratio) {
          const position = lower.position.slice();
          lower.position.set(higher.position);
          higher.position.set(position);
          lower.logDensity = target.logDensity(lower.position);
          higher.logDensity = hot * target.logDensity(higher.position);
        }
        state.position.set(lower.position);
        return { nonFinite: 0 };
      },
    };
    const results = testInvariance({ target, kernel, start, ...sizes });
    if (how === "rightly") assertInvariant(results);
    else assertBroken(results);
  });
}

Deno.test("a kernel that never moves does not pass for one that keeps its target", () => {
  const results = testInvariance({ target: gaussian, kernel: kernelOf(gaussian, () => {}), ...sizes });
  assert.throws(() => assertInvariant(results), /moves/);
  assert.throws(() => assertBroken(results));
});
