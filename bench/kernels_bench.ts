/**
 * Gradients per second of the gradient kernels, beside the ceiling: the model's gradient alone, called in a loop.
 * `deno bench --allow-read bench/kernels_bench.ts`. Adaptation is over before anything is timed; every chain is a function of its seed.
 */
import { eightSchools } from "../models/posteriors/eight_schools.ts";
import { gaussian } from "../models/posteriors/gaussian.ts";
import type { Target } from "../models/target.ts";
import { Random } from "../numerics/random/random.ts";
import { hmc } from "../workers/kernels/hmc.ts";
import type { BaseInfo, BaseState, Kernel } from "../workers/kernels/kernel.ts";
import { mala } from "../workers/kernels/mala.ts";
import { nuts } from "../workers/kernels/nuts.ts";

const WARMUP = 1000;
const STEPS = 20_000; // transitions a round: long enough for the engine to compile what it runs
const ROUNDS = 7;

const dim = 20;
const targets: Record<string, Target> = {
  "eight schools": eightSchools.build(eightSchools.config.parse({ kind: "eight-schools" })),
  "gaussian 20-D": gaussian.build({
    kind: "gaussian",
    mean: Array.from({ length: dim }, () => 0),
    covariance: Array.from({ length: dim }, (_, i) => Array.from({ length: dim }, (_, j) => 0.5 ** Math.abs(i - j))),
  }),
};

const plan = { warmup: WARMUP };
const kernels: Record<string, (target: Target) => Kernel<BaseState, BaseInfo & { leapfrogs?: number }>> = {
  nuts: (target) => nuts.build(target, nuts.config.parse({ kind: "nuts" }), plan),
  hmc: (target) => hmc.build(target, hmc.config.parse({ kind: "hmc" }), plan),
  mala: (target) => mala.build(target, mala.config.parse({ kind: "mala" }), plan),
};

for (const [model, target] of Object.entries(targets)) {
  const position = new Float64Array(target.dim).fill(0.1);
  const gradient = new Float64Array(target.dim);
  const ceiling = medianRate(() => {
    const count = 100_000;
    for (let k = 0; k < count; k++) {
      position[0] = k * 1e-6;
      target.logDensityAndGradient?.(position, gradient);
    }
    return count;
  });
  report(`${model}: gradient alone`, ceiling);

  for (const [name, build] of Object.entries(kernels)) {
    const kernel = build(target);
    const random = new Random(20260101);
    const state = kernel.init(new Float64Array(target.dim).fill(0.5), random.at(0, 0));
    let step = 0;
    const run = (count: number): number => {
      let gradients = 0;
      for (let k = 0; k < count; k++) gradients += kernel.step(state, random.at(0, ++step)).leapfrogs ?? 1;
      return gradients;
    };
    run(WARMUP);
    report(`${model}: ${name}`, medianRate(() => run(STEPS)), ceiling.median);
    Deno.bench(`${model}: ${name}, one transition`, { group: model, baseline: name === "nuts" }, () => {
      run(1);
    });
  }
}

interface Rate {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** Median and range over the rounds of what `work` counts, a second. */
function medianRate(work: () => number): Rate {
  work(); // lets the engine compile it
  const rates = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    const count = work();
    return 1000 * count / (performance.now() - start);
  }).sort((a, b) => a - b);
  return { median: rates[ROUNDS >> 1], least: rates[0], most: rates[ROUNDS - 1] };
}

function report(name: string, { median, least, most }: Rate, ceiling?: number): void {
  const millions = (rate: number) => (rate / 1e6).toFixed(2);
  const share = ceiling === undefined ? "" : `, ${(100 * median / ceiling).toFixed(0)} % of the gradient alone`;
  console.log(`${name}: ${millions(median)} M gradients/s (${millions(least)} to ${millions(most)})${share}`);
}
