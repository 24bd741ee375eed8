/**
 * Gibbs over the sweeps of energy models and parallel tempering of their rows. From exact draws the enumerated law is kept; each
 * chi-square test alarms falsely once in 10⁶. Every registered model with sweeps runs through the same checks.
 */
import assert from "node:assert/strict";
import { enumerate, exactSampler } from "../../../models/energy/boltzmann/enumeration.ts";
import { boltzmannTarget } from "../../../models/energy/boltzmann/target.ts";
import { fromMatrix } from "../../../models/energy/boltzmann/couplings.ts";
import type { ModelDefinition } from "../../../models/model.ts";
import { models } from "../../../models/registry.ts";
import type { Target } from "../../../models/target.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import { decodeTail, encodeBlock, tailOf } from "../../../workers/block.ts";
import { exact } from "../../../workers/kernels/exact.ts";
import { gibbs } from "../../../workers/kernels/gibbs.ts";
import { buildSweepsGroup, type SweepGroup, type SweepOptions } from "../../../workers/kernels/gibbs_sweeps.ts";
import { parallelTempering } from "../../../workers/kernels/parallel_tempering.ts";
import { assets, examples } from "../../models/examples.ts";
import { chiSquarePValue, denseMachine, latticeMachine } from "../../models/energy/boltzmann/machines.ts";

const FALSE_ALARM = 1e-6;
const SEED = 20260801;
type EnergyTarget = Target & Required<Pick<Target, "sweeps" | "start">>;

function* energyTargets(): Generator<[string, EnergyTarget]> {
  for (const [kind, definition] of Object.entries<ModelDefinition>(models)) {
    const configs: readonly object[] = examples[kind as keyof typeof examples];
    for (const [index, config] of configs.entries()) {
      const target = definition.build(definition.config.parse({ kind, ...config }), assets);
      const { sweeps, start } = target;
      if (sweeps && start) yield [`${kind} ${index}`, { ...target, sweeps, start }];
    }
  }
}

function startsOf(target: EnergyTarget, count: number, first = 0): Float64Array[] {
  const random = new Random(SEED);
  return Array.from({ length: count }, (_, lane) => {
    const position = new Float64Array(target.dim);
    target.start(random.at(first + lane, 1, Purpose.start), position);
    return position;
  });
}

/** All lanes of a group after `steps` steps. */
function runGroup(
  target: EnergyTarget,
  options: SweepOptions,
  chain: number,
  lanes: number,
  steps: number,
): number[][] {
  const kernel = buildSweepsGroup(target, target.sweeps, options, { warmup: 3 });
  let state = kernel.init(startsOf(target, lanes, chain), { seed: SEED, chain, step: 0 });
  for (let step = 1; step <= steps; step++) {
    kernel.step(state, { seed: SEED, chain, step });
    if (step === 4) state = throughBytes(state);
  }
  const position = new Float64Array(target.dim);
  return Array.from({ length: lanes }, (_, lane) => {
    const logDensity = kernel.read(state, lane, position);
    assert.ok(Math.abs(logDensity - target.logDensity(position)) <= 1e-12 * Math.max(1, Math.abs(logDensity)));
    return [...position, logDensity];
  });
}

function throughBytes(state: SweepGroup): SweepGroup {
  const nothing = {
    draws: 0,
    values: new Float64Array(0),
    statistics: [],
    numericClass: "wasm",
    nonFinite: 0,
    lanes: 1,
  } as const;
  const { state: read } = decodeTail(tailOf(encodeBlock(nothing, state)));
  assert(typeof read === "object" && read !== null && "states" in read);
  const { states } = read;
  assert(states instanceof Int8Array || states instanceof Float32Array);
  return { states };
}

for (const [name, target] of energyTargets()) {
  for (const scan of target.sweeps.scans) {
    Deno.test(`${name} by ${scan}: a chain gets the same draws in any group, and alone`, () => {
      const options = { scan, temperature: { from: 4, schedule: "geometric" } } as const;
      const together = runGroup(target, options, 5, 6, 7);
      assert.deepEqual([...runGroup(target, options, 5, 2, 7), ...runGroup(target, options, 7, 4, 7)], together);
      const kernel = gibbs.build(target, { kind: "gibbs", ...options }, { warmup: 3 });
      const random = new Random(SEED);
      const alone = startsOf(target, 6, 5).map((start, lane) => {
        const state = kernel.init(start, random.at(5 + lane, 0, Purpose.start));
        for (let step = 1; step <= 7; step++) kernel.step(state, random.at(5 + lane, step));
        return [...state.position, state.logDensity];
      });
      assert.deepEqual(alone, together);
    });
  }

  const values = target.coding === "spins" ? [-1, 1] : target.coding === "bits" ? [0, 1] : null;
  const { sample } = target;
  if (values && sample && target.dim <= 16) {
    for (const scan of target.sweeps.scans) {
      Deno.test(`${name} by ${scan} keeps its law from exact draws`, () => {
        const kernel = buildSweepsGroup(target, target.sweeps, { scan }, { warmup: 0 });
        const lanes = 20_000, random = new Random(SEED), position = new Float64Array(target.dim);
        const starts = Array.from({ length: lanes }, (_, lane) => {
          sample(random.at(lane, 0, Purpose.test), position);
          return position.slice();
        });
        const state = kernel.init(starts, { seed: SEED, chain: 0, step: 0 });
        for (let step = 1; step <= 2; step++) kernel.step(state, { seed: SEED, chain: 0, step });
        const counts = new Float64Array(2 ** target.dim);
        for (let lane = 0; lane < lanes; lane++) {
          kernel.read(state, lane, position);
          counts[position.reduce((sum, value, i) => value === values[1] ? sum + 2 ** i : sum, 0)]++;
        }
        assert.ok(chiSquarePValue(counts, lawOf(target, values)) > FALSE_ALARM);
      });
    }
  }
}

/** exp(log density) of all states, normalised; state s has coordinate i high where bit i is set. */
function lawOf(target: Target, [low, high]: readonly number[]): Float64Array {
  const x = new Float64Array(target.dim);
  const logs = Float64Array.from({ length: 2 ** target.dim }, (_, s) => {
    for (let i = 0; i < x.length; i++) x[i] = (s >> i) & 1 ? high : low;
    return target.logDensity(x);
  });
  const most = logs.reduce((a, b) => Math.max(a, b));
  const weights = logs.map((value) => Math.exp(value - most));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / total);
}

Deno.test("annealing goes from its temperature to the model's own over warmup, and stays there", () => {
  const couplings = denseMachine(3, 0.5, 1);
  const target = boltzmannTarget({ couplings, hidden: 0, clamp: new Int8Array(3) });
  const { sweeps } = target;
  assert(sweeps);
  for (
    const [schedule, expected] of [["geometric", [8, 4, 2, 1, 1, 1]], ["linear", [12.25, 8.5, 4.75, 1, 1, 1]]] as const
  ) {
    const seen: number[] = [];
    const spy = {
      ...sweeps,
      sweep(...[states, rows, betas, scan, key]: Parameters<typeof sweeps.sweep>) {
        seen.push(1 / betas[rows - 1]);
        sweeps.sweep(states, rows, betas, scan, key);
      },
    };
    const kernel = buildSweepsGroup(target, spy, { temperature: { from: 16, schedule } }, { warmup: 4 });
    const state = kernel.init([Float64Array.of(1, 1, 1), Float64Array.of(1, 1, 1)], { seed: 1, chain: 0, step: 0 });
    for (let step = 1; step <= 6; step++) kernel.step(state, { seed: 1, chain: 0, step });
    seen.forEach((temperature, k) => assert.ok(Math.abs(temperature - expected[k]) < 1e-12, `${schedule}: ${seen}`));
  }
});

const machine = denseMachine(6, 0.9, 51);
const machineTarget = boltzmannTarget({ couplings: machine, hidden: 0, clamp: new Int8Array(6) });
const BETAS = [1, 0.5, 0.2];
const units = Array.from({ length: 6 }, (_, i) => i);

/** The p-value that the cold replica keeps its law when every replica starts at an exact draw of its own. */
function temperedPValue(target: Target): number {
  const options = parallelTempering.config.parse({ kind: "parallel-tempering", betas: BETAS });
  const kernel = parallelTempering.build(target, options, { warmup: 0 });
  const samplers = BETAS.map((beta) => exactSampler(enumerate(machine, beta, units, new Int8Array(6))));
  const { sweeps } = target;
  assert(sweeps);
  const random = new Random(SEED), position = new Float64Array(6), counts = new Float64Array(64);
  for (let chain = 0; chain < 30_000; chain++) {
    const state = kernel.init(position, random);
    assert("states" in state && state.states instanceof Int8Array);
    const { states } = state;
    random.at(chain, 0, Purpose.test);
    samplers.forEach((draw, k) => {
      draw(random, position);
      sweeps.fromPosition(position, states, k);
    });
    for (let step = 1; step <= 3; step++) kernel.step(state, random.at(chain, step));
    counts[state.position.reduce((sum, value, i) => value > 0 ? sum + 2 ** i : sum, 0)]++;
  }
  return chiSquarePValue(counts, lawOf(machineTarget, [-1, 1]));
}

Deno.test("tempered rows keep the law of the coldest, and swaps by the wrong sign of the energy are caught", () => {
  assert.ok(temperedPValue(machineTarget) > FALSE_ALARM);
  const { sweeps } = machineTarget;
  assert(sweeps);
  const wrong: Target = {
    ...machineTarget,
    sweeps: {
      ...sweeps,
      energies(states, rows, out) {
        sweeps.energies(states, rows, out);
        for (let row = 0; row < rows; row++) out[row] = -out[row];
      },
    },
  };
  assert.ok(temperedPValue(wrong) < FALSE_ALARM / 1000);
});

Deno.test("tempering finds both wells of a cold ferromagnet, of which Gibbs alone sees one", () => {
  // 10 spins, every pair with weight 1.2, a bias of 0.03: P(y_1 = 1) = 0.65, and a way of 30 nats between the wells.
  const count = 10;
  const matrix = Float64Array.from({ length: count * count }, (_, k) => k % (count + 1) === 0 ? 0 : 1.2);
  const couplings = fromMatrix(matrix, new Float64Array(count).fill(0.03));
  const target = boltzmannTarget({ couplings, hidden: 0, clamp: new Int8Array(count) });
  const law = lawOf(target, [-1, 1]);
  const expected = law.reduce((sum, probability, s) => sum + (s & 1 ? probability : 0), 0);
  const frequency = (kind: "gibbs" | "parallel-tempering") => {
    const kernel = kind === "gibbs"
      ? gibbs.build(target, gibbs.config.parse({ kind }), { warmup: 500 })
      : parallelTempering.build(target, parallelTempering.config.parse({ kind, hottest: 12, temperatures: 8 }), {
        warmup: 500,
      });
    const random = new Random(SEED), draws = 12_000;
    const state = kernel.init(new Float64Array(count).fill(-1), random);
    let high = 0;
    for (let step = 1; step <= 500 + draws; step++) {
      kernel.step(state, random.at(0, step));
      if (step > 500 && state.position[0] > 0) high++;
    }
    return high / draws;
  };
  assert.ok(frequency("gibbs") < 0.001, "Gibbs crosses, so this shows nothing");
  const found = frequency("parallel-tempering");
  // A round trip takes some 30 steps here: the standard error is 0.02 at most.
  assert.ok(Math.abs(found - expected) < 0.1, `${found}, not ${expected}`);
});

Deno.test("a tempered chain goes on from its bytes to the last bit, and its draws are its own", () => {
  const target = boltzmannTarget({ couplings: latticeMachine(3, 4, 0.8, 7), hidden: 0, clamp: new Int8Array(12) });
  const options = parallelTempering.config.parse({
    kind: "parallel-tempering",
    temperatures: 4,
    inner: { kind: "gibbs" },
  });
  const build = () => parallelTempering.build(target, options, { warmup: 100 });
  const start = new Float64Array(12).fill(1), random = new Random(SEED);
  const run = (chain: number, copyAt: number) => {
    let kernel = build();
    let state = kernel.init(start, random);
    const seen: number[] = [];
    for (let step = 1; step <= 150; step++) {
      const info = kernel.step(state, random.at(chain, step));
      seen.push(...state.position, state.logDensity, info.start, ...state.betas);
      if (step === copyAt) {
        kernel = build();
        state = structuredClone(state);
      }
    }
    return seen;
  };
  assert.deepEqual(run(3, 60), run(3, 0));
  assert.notDeepEqual(run(4, 0), run(3, 0));
});

Deno.test("exact draws of a small machine have its law", () => {
  const kernel = exact.build(machineTarget, { kind: "exact" }, { warmup: 0 });
  const random = new Random(SEED), counts = new Float64Array(64);
  const state = kernel.init(new Float64Array(6).fill(1), random);
  for (let step = 1; step <= 20_000; step++) {
    kernel.step(state, random.at(1, step));
    assert.equal(state.logDensity, machineTarget.logDensity(state.position));
    counts[state.position.reduce((sum, value, i) => value > 0 ? sum + 2 ** i : sum, 0)]++;
  }
  assert.ok(chiSquarePValue(counts, lawOf(machineTarget, [-1, 1])) > FALSE_ALARM);
});

function registered(kind: keyof typeof models): Target {
  const definition: ModelDefinition = models[kind];
  return definition.build(definition.config.parse({ kind, ...examples[kind][0] }));
}
const refusals: readonly [string, () => unknown, string][] = [
  [
    "blocks of a dense machine",
    () => gibbs.build(machineTarget, { kind: "gibbs", scan: "blocks" }, { warmup: 0 }),
    "scan",
  ],
  [
    "blocks of a model without sweeps",
    () => gibbs.build(registered("gaussian"), { kind: "gibbs", scan: "blocks" }, { warmup: 0 }),
    "scan",
  ],
  [
    "annealing of a model without sweeps",
    () =>
      gibbs.build(registered("gaussian"), gibbs.config.parse({ kind: "gibbs", temperature: { from: 3 } }), {
        warmup: 9,
      }),
    "temperature",
  ],
  [
    "tempered gibbs of a model without sweeps",
    () => tempered(registered("gaussian"), { kind: "gibbs" }),
    "inner.kind",
  ],
  [
    "annealing inside of tempering",
    () => tempered(machineTarget, { kind: "gibbs", temperature: { from: 3 } }),
    "inner.temperature",
  ],
  [
    "tempered blocks of a dense machine",
    () => tempered(machineTarget, { kind: "gibbs", scan: "blocks" }),
    "inner.scan",
  ],
  [
    "exact draws of a model that has none",
    () => exact.build({ ...machineTarget, sample: undefined }, { kind: "exact" }, { warmup: 0 }),
    "kind",
  ],
];
function tempered(target: Target, inner: object) {
  const options = parallelTempering.config.parse({ kind: "parallel-tempering", inner });
  return parallelTempering.build(target, options, { warmup: 0 });
}
for (const [what, build, path] of refusals) {
  Deno.test(`${what} is refused with the path ${path}`, () => assert.throws(build, { name: "InputError", path }));
}
