/**
 * Every registered kernel, with what it has learned in a warmup, keeps every target with an exact sampler; and it is seen to
 * keep another law when it is given another density. Broken twins of single kernels are in the tests beside this one.
 */
import assert from "node:assert/strict";
import { Random } from "../../../numerics/random/random.ts";
import type { Target } from "../../../models/target.ts";
import type { BaseInfo, BaseState, Kernel, KernelDefinition } from "../../../workers/kernels/kernel.ts";
import { kernels } from "../../../workers/kernels/registry.ts";
import { type ExactTarget, exactTargets, gaussian2 } from "./exact_targets.ts";
import { assertBroken, assertInvariant, type InvarianceCase, testInvariance } from "./invariance.ts";
import { ladderStart } from "./tempered_start.ts";

type Kind = keyof typeof kernels;
type AnyKernel = Kernel<BaseState, BaseInfo>;

interface Setting {
  readonly config: Readonly<Record<string, unknown>>;
  readonly reversible: boolean;
  readonly steps: number;
  readonly replications: number;
}

/** A kernel without a setting, or the place where its law is held instead, does not compile. */
const settings: Record<Kind, readonly Setting[] | string> = {
  "random-walk": [{ config: {}, reversible: true, steps: 3, replications: 12_000 }],
  "independence": [{ config: {}, reversible: true, steps: 2, replications: 12_000 }],
  "gibbs": [
    { config: {}, reversible: true, steps: 1, replications: 12_000 },
    { config: { scan: "systematic" }, reversible: false, steps: 1, replications: 12_000 },
  ],
  "slice": [{ config: { maxSteps: 3 }, reversible: false, steps: 1, replications: 12_000 }],
  "mala": [{ config: {}, reversible: true, steps: 2, replications: 6_000 }],
  "hmc": [{ config: {}, reversible: true, steps: 1, replications: 6_000 }],
  "nuts": [{ config: {}, reversible: true, steps: 1, replications: 6_000 }],
  "parallel-tempering": [
    {
      config: { temperatures: 3, hottest: 6, inner: { kind: "random-walk" } },
      reversible: false,
      steps: 3,
      replications: 8_000,
    },
    { config: { betas: [1, 0.4], inner: { kind: "nuts" } }, reversible: false, steps: 2, replications: 4_000 },
  ],
  "flow-metropolis": [
    { config: { localSteps: 2, local: { kind: "random-walk" } }, reversible: false, steps: 2, replications: 6_000 },
  ],
  "inverse-transform": "independent draws: the tests of the models with distribution functions",
  "exact": "independent draws of the model's own: tests/models/registry_test.ts",
  "importance": "independent, weighted draws: registry_weighted_test.ts",
  "ais": "independent, weighted runs: registry_weighted_test.ts",
  "reverse-ais": "runs of energy models: annealing/ais_test.ts",
  "smc": "populations: registry_weighted_test.ts",
  "calibration": "the kernel of another: ranks are tested in calibration_test.ts",
  "recall": "searches, and keeps no law: recall_test.ts",
  inpaint: "it climbs with too much noise: its states are reconstructions, no draws",
  "retrieval": "searches, and keeps no law: retrieval_test.ts",
};

const WARMUP = 400;
const SEED = 20260401;

function offers(target: Target, definition: KernelDefinition, config: Setting["config"]): boolean {
  return definition.requires(definition.config.parse({ kind: definition.kind, ...config })).every((capability) =>
    capability === "gradient" ? target.logDensityAndGradient : target.sampleConditional
  );
}

/**
 * The kernel for `target`, and a state that has been through a warmup on `target`, put at each exact draw in turn. What is
 * not the position is the same for all chains; kernels that move a ladder get an exact draw for every replica.
 */
function warmedUp(definition: KernelDefinition, config: Setting["config"], exact: ExactTarget, target = exact.target) {
  const options = definition.config.parse({ kind: definition.kind, ...config });
  const kernel: AnyKernel = definition.build(target, options, { warmup: WARMUP });
  const random = new Random(SEED);
  const first = new Float64Array(target.dim);
  exact.target.sample(random.at(0, 0), first);
  const state = kernel.init(first, random);
  for (let step = 1; step <= WARMUP; step++) kernel.step(state, random.at(0, step));
  const { relocate } = kernel;
  const start: InvarianceCase["start"] = relocate && !("replicas" in state)
    ? (x0) => {
      relocate(state, x0);
      return state;
    }
    : ladderStart(state, options, exact, target);
  return { kernel, start };
}

for (const [kind, cases] of Object.entries(settings)) {
  assert(kind in kernels);
  const definition: KernelDefinition = kernels[kind as Kind];
  if (typeof cases === "string") continue;
  for (const { config, ...setting } of cases) {
    const name = Object.keys(config).length > 0 ? `${kind} ${JSON.stringify(config)}` : kind;
    const fitting = exactTargets.filter(({ target, sampleTempered }) =>
      offers(target, definition, config) && (sampleTempered || kind !== "parallel-tempering")
    );

    Deno.test(`${name} has four targets at least`, () => assert(fitting.length >= 4));

    for (const exact of fitting) {
      Deno.test(`${name} keeps ${exact.name}`, () => {
        const { target } = exact;
        assertInvariant(testInvariance({ target, ...warmedUp(definition, config, exact), ...setting, seed: SEED }));
      });
    }

    Deno.test(`${name} given a narrower density is caught`, () => {
      const { target } = gaussian2;
      const twin = warmedUp(definition, config, gaussian2, narrower(target));
      assertBroken(testInvariance({ target, ...twin, ...setting, seed: SEED }));
    });
  }
}

/** p(1.15 x): for a Gaussian about zero one with a 15 % smaller standard deviation. */
function narrower<T extends Target>(target: T): T {
  const factor = 1.15;
  const inner = new Float64Array(target.dim);
  const scaled = (x: Float64Array) => {
    for (let i = 0; i < inner.length; i++) inner[i] = factor * x[i];
    return inner;
  };
  const { logDensityAndGradient, sampleConditional } = target;
  assert(logDensityAndGradient && sampleConditional);
  return {
    ...target,
    logDensity: (x) => target.logDensity(scaled(x)),
    logDensityAndGradient(x, gradient) {
      const logDensity = logDensityAndGradient(scaled(x), gradient);
      for (let i = 0; i < gradient.length; i++) gradient[i] *= factor;
      return logDensity;
    },
    sampleConditional: (i, x, random) => sampleConditional(i, scaled(x), random) / factor,
  };
}
