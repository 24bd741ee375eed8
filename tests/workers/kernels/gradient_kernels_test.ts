/** What NUTS, HMC and MALA do over a whole chain: checkpoints, adaptation, telemetry, and densities that are not finite. */
import assert from "node:assert/strict";
import { Packr } from "msgpackr/pack";
import { eightSchools } from "../../../models/posteriors/eight_schools.ts";
import { gaussian } from "../../../models/posteriors/gaussian.ts";
import { countValues, type Target } from "../../../models/target.ts";
import { InputError } from "../../../numerics/errors.ts";
import { Random } from "../../../numerics/random/random.ts";
import type { AdaptiveState } from "../../../workers/kernels/adaptation/windowed.ts";
import { hmc } from "../../../workers/kernels/hmc.ts";
import type { BaseInfo, Kernel, KernelDefinition, Plan } from "../../../workers/kernels/kernel.ts";
import { mala } from "../../../workers/kernels/mala.ts";
import { nuts } from "../../../workers/kernels/nuts.ts";

type AnyKernel = Kernel<AdaptiveState, BaseInfo & { acceptance: number; diverging?: boolean; leapfrogs?: number }>;

const definitions = {
  nuts: (target: Target, plan: Plan, options: object = {}): AnyKernel =>
    nuts.build(target, nuts.config.parse({ kind: "nuts", ...options }), plan),
  hmc: (target: Target, plan: Plan, options: object = {}): AnyKernel =>
    hmc.build(target, hmc.config.parse({ kind: "hmc", ...options }), plan),
  mala: (target: Target, plan: Plan, options: object = {}): AnyKernel =>
    mala.build(target, mala.config.parse({ kind: "mala", ...options }), plan),
};
const schools = eightSchools.build(eightSchools.config.parse({ kind: "eight-schools" }));
const DIM = 20;
const sds = Array.from({ length: DIM }, (_, i) => 0.1 * 1.35 ** i); // 0.1 … 30
const gaussian20 = gaussian.build({
  kind: "gaussian",
  mean: sds.map((_, i) => i - 10),
  covariance: sds.map((a, i) => sds.map((b, j) => a * b * 0.5 ** Math.abs(i - j))),
});

const packr = new Packr({ moreTypes: true, useRecords: false });
const copies = {
  MessagePack: (state: AdaptiveState): AdaptiveState => packr.unpack(packr.pack(state)),
  structuredClone: (state: AdaptiveState): AdaptiveState => structuredClone(state),
};

function startOf(kernel: AnyKernel, target: Target, chain: number, random: Random): AdaptiveState {
  return kernel.init(new Float64Array(target.dim).fill(0.3 + 0.1 * chain), random.at(chain, 0));
}

for (const [kind, build] of Object.entries(definitions)) {
  for (const metric of ["diagonal", "dense"]) {
    for (const [coding, copy] of Object.entries(copies)) {
      Deno.test(`${kind} with a ${metric} metric goes on from a ${coding} copy of its state, bit for bit`, () => {
        const plan = { warmup: 150 };
        const kernel = build(schools, plan, { metric });
        const random = new Random(21);
        const where = new Random(22).at(0, 0);
        const straight = startOf(kernel, schools, 0, random);
        for (let step = 1; step <= 200; step++) kernel.step(straight, random.at(0, step));

        let resumed = copy(startOf(kernel, schools, 0, random));
        for (let step = 1; step <= 200; step++) {
          build(schools, plan, { metric }).step(resumed, random.at(0, step)); // on a kernel that has seen nothing
          if (where.uniform() < 0.2) resumed = copy(resumed);
        }
        assert.deepEqual(resumed, straight);
        assert.equal(straight.adaptation, null);
      });
    }
  }

  Deno.test(`two ${kind} chains that take turns on one kernel run as each would alone`, () => {
    const plan = { warmup: 100 };
    const random = new Random(23);
    const alone = [0, 1].map((chain) => {
      const kernel = build(schools, plan);
      const state = startOf(kernel, schools, chain, random);
      for (let step = 1; step <= 150; step++) kernel.step(state, random.at(chain, step));
      return state;
    });
    const kernel = build(schools, plan);
    const together = [0, 1].map((chain) => startOf(kernel, schools, chain, random));
    for (let step = 1; step <= 150; step++) {
      together.forEach((state, chain) => kernel.step(state, random.at(chain, step)));
    }
    assert.deepEqual(together, alone);
  });

  Deno.test(`${kind} stops adapting at the end of warmup`, () => {
    const kernel = build(schools, { warmup: 120 });
    const random = new Random(24);
    const state = startOf(kernel, schools, 0, random);
    for (let step = 1; step <= 119; step++) kernel.step(state, random.at(0, step));
    assert(state.adaptation !== null);
    kernel.step(state, random.at(0, 120));
    const { stepSize } = state, scale = state.scale.slice();
    for (let step = 121; step <= 200; step++) kernel.step(state, random.at(0, step));
    assert.equal(state.adaptation, null);
    assert.equal(state.stepSize, stepSize);
    assert.deepEqual(state.scale, scale);
  });

  Deno.test(`${kind} without warmup keeps the step size it is given, or finds one at the start`, () => {
    const random = new Random(25);
    for (const options of [{ stepSize: 0.123 }, {}, { adapt: false }]) {
      const kernel = build(gaussian20, { warmup: options.adapt === false ? 50 : 0 }, options);
      const state = startOf(kernel, gaussian20, 0, random);
      const first = state.stepSize;
      if (options.stepSize !== undefined) assert.equal(first, 0.123);
      else assert(first > 0.01 && first < 1, `${first}`);
      for (let step = 1; step <= 60; step++) kernel.step(state, random.at(0, step));
      assert.equal(state.stepSize, first);
      assert(state.scale.every((value) => value === 1));
    }
  });

  for (const warmup of [1, 5, 19, 20, 60]) {
    Deno.test(`${kind} survives a warmup of ${warmup}`, () => {
      const kernel = build(schools, { warmup });
      const random = new Random(26);
      const state = startOf(kernel, schools, 0, random);
      for (let step = 1; step <= warmup + 20; step++) kernel.step(state, random.at(0, step));
      assert.equal(state.adaptation, null);
      assert(state.stepSize > 1e-3 && state.stepSize < 10, `${state.stepSize}`);
      assert(state.scale.every((value) => value > 0));
    });
  }

  Deno.test(`${kind} finds means and standard deviations that differ three hundredfold`, () => {
    // One MALA step goes as far as one leapfrog step, so it takes more of them to learn as much.
    const [warmup, draws] = kind === "mala" ? [10_000, 40_000] : [1000, 4000];
    const { acceptance, chains, state } = sample(build(gaussian20, { warmup }), gaussian20, warmup, draws);
    // What warmup estimates is within a half of the truth, from windows of hundreds of correlated draws.
    state.scale.forEach((scale, i) => assert(Math.abs(Math.log(scale / sds[i])) < 0.4, `${i}: ${scale} ${sds[i]}`));
    const wanted = kind === "mala" ? 0.574 : 0.8;
    assert(acceptance > wanted - 0.05 && acceptance < wanted + 0.17, `${acceptance}`);
    sds.forEach((sd, i) => {
      assertWithin(chains[i], (x) => x, i - 10);
      assertWithin(chains[i], (x) => (x - (i - 10)) ** 2, sd * sd);
    });
  });

  Deno.test(`${kind} on the eight schools has the posterior means of quadrature`, () => {
    const { chains } = sample(build(schools, { warmup: 1000 }), schools, 1000, 6000);
    assertWithin(chains[0], (x) => x, 4.40, 0.02); // to the digits given
    assertWithin(chains[1], (x) => x, 3.60, 0.02);
  });

  Deno.test(`${kind} rejects what is NaN or +∞ and counts it; −∞ is outside and is not counted`, () => {
    for (const beyond of [NaN, Infinity, -Infinity]) {
      const target = walled(beyond);
      const kernel = build(target, { warmup: 0 }, { stepSize: 0.7 });
      const random = new Random(27);
      const state = kernel.init(Float64Array.of(0.5, 0.5), random.at(0, 0));
      let nonFinite = 0;
      for (let step = 1; step <= 2000; step++) {
        nonFinite += kernel.step(state, random.at(0, step)).nonFinite;
        assert(state.position.every((x) => x < 1) && Number.isFinite(state.logDensity));
      }
      assert.equal(nonFinite > 100, beyond !== -Infinity, `${beyond}: ${nonFinite}`);
      assert.equal(nonFinite === 0, beyond === -Infinity);
    }
  });

  Deno.test(`${kind} does not move to where the gradient is NaN`, () => {
    const inner = walled(-Infinity);
    const target: Target = {
      ...inner,
      logDensityAndGradient(x, gradient) {
        const value = inner.logDensityAndGradient?.(x, gradient) ?? NaN;
        if (x[0] < 0) gradient[0] = NaN;
        return value;
      },
    };
    const kernel = build(target, { warmup: 0 }, { stepSize: 0.5 });
    const random = new Random(28);
    const state = kernel.init(Float64Array.of(0.5, 0.5), random.at(0, 0));
    for (let step = 1; step <= 500; step++) kernel.step(state, random.at(0, step));
    assert(state.position[0] >= 0 && state.position[0] !== 0.5);
  });

  Deno.test(`${kind} that is relocated runs as one that was started there`, () => {
    const kernel = build(schools, { warmup: 0 }, { stepSize: 0.3 });
    const random = new Random(29);
    const started = startOf(kernel, schools, 2, random);
    const moved = startOf(kernel, schools, 0, random);
    kernel.relocate?.(moved, started.position);
    assert.deepEqual(moved, started);
    assert.notEqual(moved.position, started.position);
  });
}

Deno.test("a model without a gradient is refused", () => {
  const { logDensityAndGradient: _, ...target } = schools;
  for (const build of Object.values(definitions)) assert.throws(() => build(target, { warmup: 0 }), InputError);
});

Deno.test("NUTS says what happened in every transition", () => {
  const options = nuts.config.parse({ kind: "nuts", maxTreeDepth: 3 });
  const kernel = nuts.build(schools, options, { warmup: 0 });
  const random = new Random(30);
  const state = kernel.init(new Float64Array(10), random.at(0, 0));
  let reached = 0;
  for (let step = 1; step <= 300; step++) {
    const info = kernel.step(state, random.at(0, step));
    const row = new Map(nuts.statistics.map(({ name, read }) => [name, read(info)]));
    const depth = row.get("tree_depth") ?? NaN, leapfrogs = row.get("n_steps") ?? NaN;
    assert(depth <= 3 && leapfrogs >= 2 ** depth - 1 && leapfrogs <= 2 ** (depth + 1) - 1);
    assert.equal(row.get("reached_max_treedepth"), depth === 3 ? 1 : 0);
    assert.equal(row.get("step_size"), state.stepSize);
    assert((row.get("energy") ?? NaN) >= -state.logDensity);
    assert((row.get("acceptance_rate") ?? NaN) >= 0 && (row.get("acceptance_rate") ?? NaN) <= 1);
    reached += row.get("reached_max_treedepth") ?? NaN;
  }
  assert(reached > 10 && reached < 300);
});

const gradientKernels: readonly KernelDefinition[] = [nuts, hmc, mala];

for (const { kind, config, statistics } of gradientKernels) {
  Deno.test(`${kind} is complete with its kind alone, and refuses what it does not know`, () => {
    assert(config.safeParse({ kind }).success);
    const wrong = [
      { targetAccept: 0 },
      { targetAccept: 1 },
      { metric: "round" },
      { stepSize: 0 },
      { stepSize: -1 },
      { maxTreeDepth: 16 },
      { steps: 0 },
      { jitter: 2 },
      { unknown: 1 },
    ];
    for (const options of wrong) assert(!config.safeParse({ kind, ...options }).success, JSON.stringify(options));
    for (const [name, option] of Object.entries(config.shape)) {
      if (name !== "kind") assert(option.description, `${name} has no description`);
    }
    assert.equal(new Set(statistics.map(({ name }) => name)).size, statistics.length);
  });
}

/** A standard normal in two dimensions, whose log density is `beyond` where a coordinate is 1 or more. */
function walled(beyond: number): Target {
  const logDensity = (x: Float64Array) => x[0] < 1 && x[1] < 1 ? -0.5 * (x[0] * x[0] + x[1] * x[1]) : beyond;
  return {
    dim: 2,
    variables: [{ name: "x", shape: [2] }],
    numericClass: "v8",
    constrain: (x, out) => out.set(x),
    unconstrain: (values) => Float64Array.from(values),
    logDensity,
    logDensityAndGradient(x, gradient) {
      gradient[0] = -x[0];
      gradient[1] = -x[1];
      return logDensity(x);
    },
  };
}

/** The draws of one chain, value by value, and how often it accepted. */
function sample(kernel: AnyKernel, target: Target, warmup: number, draws: number) {
  const random = new Random(31);
  const state = startOf(kernel, target, 0, random);
  for (let step = 1; step <= warmup; step++) kernel.step(state, random.at(0, step));
  const row = new Float64Array(countValues(target.variables));
  const chains = Array.from(row, () => new Float64Array(draws));
  let acceptance = 0;
  for (let draw = 0; draw < draws; draw++) {
    acceptance += kernel.step(state, random.at(0, warmup + draw + 1)).acceptance / draws;
    target.constrain(state.position, row);
    chains.forEach((chain, i) => chain[draw] = row[i]);
  }
  return { acceptance, chains, state };
}

/** The mean of f over the chain is within 4.5 standard errors, by batch means, and `rounding` of the truth. */
function assertWithin(chain: Float64Array, f: (x: number) => number, truth: number, rounding = 0): void {
  const batches = 40, length = chain.length / batches;
  const means = Array.from(
    { length: batches },
    (_, b) => chain.subarray(b * length, (b + 1) * length).reduce((sum, x) => sum + f(x), 0) / length,
  );
  const mean = means.reduce((sum, x) => sum + x, 0) / batches;
  const variance = means.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (batches - 1);
  const error = Math.sqrt(variance / batches);
  assert(Math.abs(mean - truth) < 4.5 * error + rounding, `${mean}, expected ${truth}, standard error ${error}`);
}
