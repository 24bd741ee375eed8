/** The state is the checkpoint: a chain goes on from its bytes as if nothing had happened, whatever ran beside it. */
import assert from "node:assert/strict";
import { Random } from "../../../numerics/random/random.ts";
import type { ModelDefinition } from "../../../models/model.ts";
import { models } from "../../../models/registry.ts";
import type { Target } from "../../../models/target.ts";
import { decodeTail, encodeBlock, tailOf } from "../../../workers/block.ts";
import type { BaseInfo, BaseState, Kernel, KernelDefinition } from "../../../workers/kernels/kernel.ts";
import { kernels } from "../../../workers/kernels/registry.ts";
import { EXAMPLE_ASSETS, MODEL_EXAMPLES } from "../../../coordinator/routes/examples.ts";
import { tinyEnergy } from "./annealing/tiny_energy.ts";
import { exactTargets } from "./exact_targets.ts";

type AnyKernel = Kernel<BaseState, BaseInfo>;

const WARMUP = 300;
const STEPS = 360; // some of them after the end of warmup
const SEED = 20260601;

/** What is not the default, so that each way of adapting is gone through. */
const more: Record<string, readonly Record<string, unknown>[]> = {
  "independence": [{ proposal: { mean: [0, 0, 0], covariance: [[2, 0, 0], [0, 2, 0], [0, 0, 2]] } }],
  "gibbs": [{ scan: "systematic" }],
  "retrieval": [{ sweeps: 7, last: 3, temperature: { from: 5 } }],
  "recall": [{ mode: "synchronous" }, { order: "random" }],
  "nuts": [{ metric: "dense" }],
  "importance": [{ fit: "laplace", defensive: 0.2 }, {
    proposal: { kind: "uniform", low: [-20, -60, -60], high: [20, 60, 60] },
  }],
  "ais": [{ temperatures: 7, moves: 2 }, { temperatures: 5, fit: "laplace", transition: { kind: "random-walk" } }],
  "reverse-ais": [{ temperatures: 7, moves: 2 }],
  "smc": [{ particles: 20 }, { particles: 20, fit: "laplace", transition: { kind: "random-walk" } }],
  "parallel-tempering": [
    { inner: { kind: "random-walk" }, swapEvery: 2 },
    { inner: { kind: "slice" }, betas: [0.5, 1] },
  ],
};

interface Point {
  readonly position: readonly number[];
  readonly logDensity: number;
  readonly statistics: readonly number[];
}

interface Subject {
  readonly target: Target;
  readonly start: readonly number[];
}

function registered(config: { kind: keyof typeof models; [option: string]: unknown }): Target {
  const definition: ModelDefinition = models[config.kind];
  return definition.build(definition.config.parse(config));
}

const exact = exactTargets.find(({ name }) => name === "a funnel");
assert(exact);
const funnel: Subject = { target: exact.target, start: [0.3, -0.2, 0.7] };

/** Of kernels that cannot serve a funnel. */
const others: Record<string, Subject> = {
  "inverse-transform": { target: registered({ kind: "distribution", family: "logistic" }), start: [0.3] },
  "reverse-ais": { target: tinyEnergy(), start: [1, 0, 0, 1, 1] },
  "inpaint": { target: halfKnownFlow(), start: [0.3] },
  "recall": {
    target: registered({ kind: "hopfield", patterns: [[1, 1, 1, -1, -1, -1, 1], [1, -1, 1, -1, 1, -1, -1]] }),
    start: [-1, 1, -1, -1, 1, 1, -1],
  },
  "retrieval": {
    target: registered({ kind: "boltzmann", edges: [[1, 2, 0.7], [2, 3, -0.4]], units: 3 }),
    start: [1, 1, 1],
  },
};

/** The flow of the examples, its second column hidden. */
function halfKnownFlow(): Target {
  const { sha256 } = MODEL_EXAMPLES.flow;
  return models.flow.build(models.flow.config.parse({ kind: "flow", sha256, clamp: [0.2, null] }), EXAMPLE_ASSETS);
}

function subjectOf({ kind }: KernelDefinition): Subject {
  return others[kind] ?? funnel;
}

function points(definition: KernelDefinition, kernel: AnyKernel, random: Random, chain: number) {
  const { start } = subjectOf(definition);
  return {
    start: () => kernel.init(Float64Array.from(start), random.at(chain, 0)),
    step(state: BaseState, step: number): Point {
      const info = kernel.step(state, random.at(chain, step));
      const statistics = definition.statistics.map((column) => column.read(info));
      return {
        position: [...state.position],
        logDensity: state.logDensity,
        statistics: [...statistics, info.nonFinite],
      };
    },
  };
}

function straight(definition: KernelDefinition, kernel: AnyKernel, chain: number): Point[] {
  const run = points(definition, kernel, new Random(SEED), chain);
  const state = run.start();
  return Array.from({ length: STEPS }, (_, i) => run.step(state, i + 1));
}

function throughBytes(state: BaseState): BaseState {
  const nothing = { draws: 0, values: new Float64Array(0), statistics: [], numericClass: "v8", nonFinite: 0 } as const;
  const { state: read } = decodeTail(tailOf(encodeBlock(nothing, state)));
  assert(isState(read));
  return read;
}

function isState(value: unknown): value is BaseState {
  return typeof value === "object" && value !== null && "position" in value && "logDensity" in value;
}

function build(definition: KernelDefinition, config: Record<string, unknown>): AnyKernel {
  return definition.build(subjectOf(definition).target, definition.config.parse({ kind: definition.kind, ...config }), {
    warmup: WARMUP,
  });
}

for (const definition of Object.values<KernelDefinition>(kernels)) {
  for (const config of [{}, ...more[definition.kind] ?? []]) {
    const name = `${definition.kind} ${JSON.stringify(config)}`;

    Deno.test(`${name} goes on from its bytes, in another kernel, to the last bit`, () => {
      const expected = straight(definition, build(definition, config), 3);
      const places = new Random(SEED);
      const found: Point[] = [];
      let run = points(definition, build(definition, config), new Random(SEED), 3);
      let state = run.start();
      for (let step = 1; step <= STEPS; step++) {
        if (places.uniform() < 0.1) {
          state = step % 2 === 0 ? throughBytes(state) : structuredClone(state);
          run = points(definition, build(definition, config), new Random(SEED), 3);
        }
        found.push(run.step(state, step));
      }
      assert.deepEqual(found, expected);
    });

    Deno.test(`two chains of ${name} that take turns in one kernel are as if each were alone`, () => {
      const alone = [0, 1].map((chain) => straight(definition, build(definition, config), chain));
      const kernel = build(definition, config);
      const random = new Random(SEED);
      const runs = [0, 1].map((chain) => points(definition, kernel, random, chain));
      const states = runs.map((run) => run.start());
      const found: Point[][] = [[], []];
      for (let step = 1; step <= STEPS; step++) {
        runs.forEach((run, chain) => found[chain].push(run.step(states[chain], step)));
      }
      assert.deepEqual(found, alone);
    });
  }

  Deno.test(`${definition.kind} keeps what it learned when warmup is over`, () => {
    const kernel = build(definition, {});
    const random = new Random(SEED);
    const state = kernel.init(Float64Array.from(subjectOf(definition).start), random.at(0, 0));
    for (let step = 1; step <= WARMUP; step++) kernel.step(state, random.at(0, step));
    const learned = whatIsLearned(state);
    for (let step = WARMUP + 1; step <= STEPS; step++) kernel.step(state, random.at(0, step));
    assert.deepEqual(whatIsLearned(state), learned);
  });

  Deno.test(`${definition.kind} leaves the caller's start as it was`, () => {
    const start = Float64Array.from(subjectOf(definition).start);
    const kernel = build(definition, {});
    const random = new Random(SEED);
    const state = kernel.init(start, random.at(0, 0));
    for (let step = 1; step <= 20; step++) kernel.step(state, random.at(0, step));
    assert.deepEqual([...start], subjectOf(definition).start);
  });
}

const MOVING = [
  "position",
  "logDensity",
  "logReference",
  "logWeight",
  "acceptance",
  "group",
  "gradient",
  "logProposal",
  "step",
  "steps",
  "starts",
  "states",
  "x",
  "sums",
  "agreement",
];

/** A state without where the chain is and how many steps it has made, replicas likewise. */
function whatIsLearned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(whatIsLearned);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return structuredClone(value);
  return Object.fromEntries(
    Object.entries(value).filter(([key]) => !MOVING.includes(key)).map(([key, part]) => [key, whatIsLearned(part)]),
  );
}
