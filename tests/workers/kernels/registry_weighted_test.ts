/**
 * Every registered kernel that weighs its draws, or that leads populations, against every target with an exact sampler: weighted
 * means of bounded functions are those of exact draws. A right kernel fails a case over seeds with probability about 10⁻⁶ (all its
 * functions together); given a narrower density it is caught.
 */
import assert from "node:assert/strict";
import { WeightedSums } from "../../../coordinator/statistics/weighted_sums.ts";
import type { Target } from "../../../models/target.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import { erfc } from "../../../numerics/special/error_function.ts";
import type { BaseInfo, BaseState, Kernel, KernelDefinition } from "../../../workers/kernels/kernel.ts";
import { kernels } from "../../../workers/kernels/registry.ts";
import { type ExactTarget, exactTargets, gaussian2 } from "./exact_targets.ts";
import { builtIn, FALSE_ALARM, type TestFunction } from "./invariance.ts";

interface Setting {
  readonly config: Record<string, unknown>;
  readonly warmup: number;
  /** Independent chains. */
  readonly chains: number;
  /** Draws of each. */
  readonly draws: number;
}

/** A kernel that weighs or leads populations of real coordinates, and has no setting, fails. */
const settings: Record<string, readonly Setting[]> = {
  "importance": [
    { config: { defensive: 0.2, widen: 1.5 }, warmup: 1500, chains: 4, draws: 2000 },
    {
      config: { fit: "laplace", widen: 2.5, defensive: 0.3, proposal: { kind: "normal" } },
      warmup: 0,
      chains: 2,
      draws: 5000,
    },
  ],
  "ais": [
    { config: { temperatures: 12 }, warmup: 600, chains: 4, draws: 300 },
    { config: { temperatures: 30, moves: 2, transition: { kind: "random-walk" } }, warmup: 900, chains: 4, draws: 300 },
  ],
  "smc": [
    { config: { particles: 120 }, warmup: 300, chains: 24, draws: 120 },
    { config: { particles: 120, transition: { kind: "random-walk" }, moves: 15 }, warmup: 300, chains: 24, draws: 120 },
  ],
};

const SEED = 20261101;
const EXACT_DRAWS = 10_000;

Deno.test("every kernel that weighs or leads populations is held here, or runs on energy models alone", () => {
  for (const definition of Object.values<KernelDefinition>(kernels)) {
    const names = definition.statistics.map(({ name }) => name);
    const weighs = definition.weighted || names.includes("log_weight") || names.includes("log_evidence");
    if (weighs) assert.ok(definition.kind in settings, definition.kind);
    assert.equal(definition.weighted ?? false, names.includes("log_weight"), definition.kind);
  }
});

/** One mean of each function a chain, or one for all weighted draws, with standard errors. */
function estimates(definition: KernelDefinition, target: Target, setting: Setting, functions: readonly TestFunction[]) {
  const { config, warmup, chains, draws } = setting;
  const options = definition.config.parse({ kind: definition.kind, ...config });
  const kernel: Kernel<BaseState, BaseInfo> = definition.build(target, options, { warmup });
  const thin = definition.stepsADraw?.(options) ?? 1;
  const column = definition.statistics.find(({ name }) => name === "log_weight");
  const random = new Random(SEED), start = new Float64Array(target.dim).fill(0.1);
  const pooled = functions.map(() => new WeightedSums()), means = functions.map(() => new WeightedSums());
  for (let chain = 0; chain < chains; chain++) {
    const logWeights = new Float64Array(draws), values = functions.map(() => new Float64Array(draws));
    const state = kernel.init(start, random.at(chain, 0, Purpose.start));
    for (let step = 1; step <= warmup + draws * thin; step++) {
      const info = kernel.step(state, random.at(chain, step));
      if (step <= warmup || (step - warmup) % thin !== 0) continue;
      const d = (step - warmup) / thin - 1;
      logWeights[d] = column ? column.read(info) : 0;
      functions.forEach((f, k) => values[k][d] = f.of(state.position));
    }
    functions.forEach((_, k) => {
      const own = new WeightedSums().addAll(logWeights, values[k]);
      pooled[k].addAll(logWeights, values[k]);
      means[k].addAll(Float64Array.of(0), Float64Array.of(own.mean));
    });
  }
  return column ? pooled : means;
}

interface Truth {
  readonly functions: readonly TestFunction[];
  readonly means: readonly WeightedSums[];
}

const truths = new Map<ExactTarget, Truth>();

/** The means of exact draws, found once a target. */
function truthOf(exact: ExactTarget): Truth {
  const known = truths.get(exact);
  if (known) return known;
  const random = new Random(SEED);
  const draw = (stream: number) => {
    const x = new Float64Array(exact.target.dim);
    exact.target.sample(random.at(stream, 0, Purpose.test), x);
    return x;
  };
  const functions = builtIn(exact.target, Array.from({ length: 2001 }, (_, k) => draw(k)));
  const draws = Array.from({ length: EXACT_DRAWS }, (_, r) => draw(1e7 + r));
  const equal = new Float64Array(EXACT_DRAWS);
  const means = functions.map((f) => new WeightedSums().addAll(equal, Float64Array.from(draws, (x) => f.of(x))));
  const truth = { functions, means };
  truths.set(exact, truth);
  return truth;
}

/** The least p-value of "the means are those of exact draws", times the number of functions. */
function worst(definition: KernelDefinition, exact: ExactTarget, setting: Setting, target: Target = exact.target) {
  const { functions, means } = truthOf(exact);
  let least = 1, name = "";
  estimates(definition, target, setting, functions).forEach((found, k) => {
    const z = (found.mean - means[k].mean) / Math.hypot(found.mcseMean, means[k].mcseMean);
    const p = erfc(Math.abs(z) / Math.SQRT2);
    if (p < least) [least, name] = [p, functions[k].name];
  });
  return { p: least * functions.length, name };
}

for (const [kind, cases] of Object.entries(settings)) {
  const definition: KernelDefinition = kernels[kind as keyof typeof kernels];
  for (const setting of cases) {
    const name = `${kind} ${JSON.stringify(setting.config)}`;
    // Laplace's approximation in the mouth of a funnel, or at one of two modes, is another matter: k-hat is there to tell.
    const fitting = exactTargets.filter((exact) =>
      kind !== "importance" || !setting.config.fit || exact.target.dim === 5
    );
    for (const exact of fitting) {
      Deno.test(`${name} draws from ${exact.name}`, () => {
        const { p, name } = worst(definition, exact, setting);
        assert.ok(p > FALSE_ALARM, `${name}: ${p}`);
      });
    }
    Deno.test(`${name} given a narrower density is caught`, () => {
      const { target } = gaussian2, { logDensityAndGradient } = target, factor = 1.3;
      assert.ok(logDensityAndGradient);
      const narrower: Target = {
        ...target,
        logDensity: (x) => target.logDensity(x.map((value) => factor * value)),
        logDensityAndGradient(x, gradient) {
          const value = logDensityAndGradient(x.map((at) => factor * at), gradient);
          for (let i = 0; i < gradient.length; i++) gradient[i] *= factor;
          return value;
        },
      };
      assert.ok(worst(definition, gaussian2, setting, narrower).p < FALSE_ALARM / 1000);
    });
  }
}
