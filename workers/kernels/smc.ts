/**
 * Sequential Monte Carlo by tempering. A chain of the job is an island: a population of `particles` that begins as draws of a known
 * law and is led to the model through stages β_1 < β_2 < … ≤ 1. A stage goes as far as leaves a share `targetEss` of the particles
 * effective, weighs and resamples them (systematically), and moves each by transitions that keep the law at β and whose scale
 * comes from the population. log Z is Σ over stages of the log of the mean weight; its estimate is unbiased but for the choice of
 * the stages, which is of the order of one over the number of particles.
 *
 * Warmup holds the stages, one a step; those left over at β = 1 do nothing, and where it ends too soon its last step jumps to 1,
 * which a warning tells. On real coordinates its first half may learn the law to begin with. Then each step reports the next
 * particle; when all have been reported they are reported again, each after further moves at β = 1. Islands are independent, so
 * that R-hat and effective sample sizes compare them, and those of copies, which are neighbours, are not overrated.
 *
 * Del Moral, Doucet & Jasra (2006), "Sequential Monte Carlo samplers", JRSS B 68; Chopin & Papaspiliopoulos (2020), chapter 17.
 */
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import type { Random } from "../../numerics/random/random.ts";
import type { Target } from "../../models/target.ts";
import { defaultTransition, transitionConfig } from "./annealing/geometric_path.ts";
import type { BaseInfo, BaseState, Kernel, KernelDefinition, Plan } from "./kernel.ts";
import { EnergyPopulation } from "./population/energy_population.ts";
import type { Population } from "./population/population.ts";
import { RealPopulation } from "./population/real_population.ts";
import { logMean, nextBeta, systematicAncestors } from "./population/resampling.ts";
import {
  DEGREES_OF_FREEDOM,
  fitOptions,
  type Fitting,
  normalConfig,
  ReferenceSource,
  studentConfig,
} from "./reference/source.ts";

const MOST_VALUES = 4_000_000; // of a population: 32 MB of checkpoint

export const config = z.strictObject({
  kind: z.literal("smc"),
  particles: z.int().min(2).max(1_000_000).default(1000).describe("Of each chain, which is an island."),
  targetEss: z.number().min(0.05).max(0.99).default(0.5)
    .describe("The share of the particles that a stage leaves effective: higher makes more stages."),
  moves: z.int().min(1).max(10_000).optional()
    .describe("Transitions of a particle at a stage. Default: 3 with hmc, 10 with random-walk, 5 of an energy model."),
  transition: transitionConfig.optional()
    .describe("Of real coordinates. Default: hmc where the model has a gradient, else random-walk."),
  reference: z.discriminatedUnion("kind", [normalConfig, studentConfig]).optional()
    .describe("Of real coordinates: the law to begin with, on the unconstrained scale. Default: a fitted student-t."),
  fit: fitOptions.fit,
  widen: fitOptions.widen.default(2),
});
type Config = z.output<typeof config>;

export interface State<Particles> extends BaseState {
  /** On real coordinates: the law to begin with, or what is being learned of it. */
  fitting: Fitting | null;
  /** Null before the first stage. */
  particles: Particles | null;
  beta: number;
  logEvidence: number;
  stages: number;
  /** How far, in β, the last stage went beyond what it wanted to. */
  forced: number;
  /** Of the moves of the last stage. */
  acceptance: number;
  /** Steps made, warmup included. */
  step: number;
}

export interface Info extends BaseInfo {
  logEvidence: number;
  stages: number;
  forced: number;
  acceptanceRate: number;
}

/** The parts of the algorithm that depend on what the particles are. */
interface Island<Particles> {
  readonly population: Population<Particles>;
  readonly source: ReferenceSource | null;
}

function buildIsland<Particles>(
  target: Target,
  options: Config,
  { warmup }: Plan,
  islandOf: (state: () => State<Particles>) => Island<Particles>,
): Kernel<State<Particles>, Info> {
  const { targetEss } = options;
  let current: State<Particles> | null = null;
  const { population, source } = islandOf(() => {
    if (!current) throw new Error("no chain is being advanced");
    return current;
  });
  const { count } = population;
  const moves = options.moves ?? population.defaultMoves;
  const logWeights = new Float64Array(count), ancestors = new Uint32Array(count);
  const info: Info = { logEvidence: 0, stages: 0, forced: 0, acceptanceRate: 0, nonFinite: 0 };

  function begin(state: State<Particles>, random: Random): Particles {
    const particles = population.create();
    population.start(particles, random);
    info.nonFinite += population.nonFinite;
    state.particles = particles;
    state.logEvidence = population.logBaseNormalizer;
    return particles;
  }

  function stage(state: State<Particles>, particles: Particles, isLast: boolean, random: Random): void {
    const from = state.beta;
    const weigh = (to: number, out: Float64Array) => population.weigh(particles, from, to, out);
    const wanted = nextBeta(from, targetEss, logWeights, weigh);
    const to = isLast ? 1 : wanted;
    state.forced = to - wanted;
    weigh(to, logWeights);
    const increment = logMean(logWeights);
    if (increment === -Infinity) {
      throw new InputError(
        "sampler.reference",
        `none of ${count} particles is inside the support of the model. Give a reference that overlaps with it, or more particles.`,
      );
    }
    state.logEvidence += increment;
    systematicAncestors(logWeights, random, ancestors);
    population.resample(particles, ancestors);
    population.learn(particles);
    state.acceptance = population.move(particles, 0, count, moves, to, random);
    info.nonFinite += population.nonFinite;
    population.adapt(particles, state.acceptance);
    state.beta = to;
    state.stages++;
  }

  return {
    init(position, random) {
      return {
        position: position.slice(),
        logDensity: target.logDensity(position),
        fitting: source && source.init(position, random),
        particles: null,
        beta: 0,
        logEvidence: 0,
        stages: 0,
        forced: 0,
        acceptance: NaN,
        step: 0,
      };
    },

    step(state, random) {
      current = state;
      info.nonFinite = 0;
      state.step++;
      if (source && state.fitting?.exploration) info.nonFinite = source.explore(state.fitting, random);
      else {
        const particles = state.particles ?? begin(state, random);
        const drawn = state.step - warmup - 1;
        if (drawn < 0) {
          if (state.beta < 1) stage(state, particles, state.step === warmup, random);
          state.logDensity = population.read(particles, 0, state.position);
        } else {
          const index = drawn % count;
          if (drawn >= count) {
            state.acceptance = population.move(particles, index, index + 1, moves, 1, random);
            info.nonFinite += population.nonFinite;
          }
          state.logDensity = population.read(particles, index, state.position);
        }
      }
      info.logEvidence = state.logEvidence;
      info.stages = state.stages;
      info.forced = state.forced;
      info.acceptanceRate = state.acceptance;
      return info;
    },
  };
}

function stateSize({ particles }: Config, target: Target): number {
  return particles * (target.annealing?.units ?? target.dim);
}

function build(target: Target, options: Config, plan: Plan): Kernel<BaseState, Info> {
  const { particles, transition, reference, fit, widen } = options;
  const { warmup } = plan;
  const values = stateSize(options, target);
  if (warmup === 0) {
    throw new InputError(
      "kind",
      "smc goes through its stages in warmup, one a step: give a warmup of some tens of steps.",
    );
  }
  if (values > MOST_VALUES) {
    throw new InputError(
      "particles",
      `particles × coordinates may be at most ${MOST_VALUES}, found ${particles} × ${
        values / particles
      }. Use fewer, in more chains.`,
    );
  }
  const { annealing } = target;
  if (annealing) {
    for (const key of ["transition", "reference", "fit"] as const) {
      if (options[key] !== undefined) {
        throw new InputError(key, `this model has a path and moves of its own: leave out ${key}.`);
      }
    }
    return buildIsland(target, options, plan, () => ({
      population: new EnergyPopulation(particles, target, annealing),
      source: null,
    }));
  }
  const law = {
    config: reference ?? studentConfig.parse({ kind: "student-t", degreesOfFreedom: DEGREES_OF_FREEDOM }),
    path: "reference",
    fit,
    widen,
  };
  return buildIsland(target, options, plan, (state) => {
    const referenceOf = () => {
      const found = state().fitting?.reference;
      if (!found) throw new Error("the reference has not been fitted yet");
      return found;
    };
    return {
      population: new RealPopulation(particles, target, transition ?? defaultTransition(target), referenceOf),
      source: new ReferenceSource(target, law, Math.floor(warmup / 2)),
    };
  });
}

export const smc: KernelDefinition<typeof config, BaseState, Info> = {
  kind: "smc",
  summary:
    "Sequential Monte Carlo: a population led from a known law to the model by tempering, with the log evidence.",
  config,
  requires: ({ transition }) => transition?.kind === "hmc" ? ["annealing", "gradient"] : ["annealing"],
  statistics: [
    { name: "log_evidence", type: "float64", read: (info) => info.logEvidence },
    { name: "stages", type: "int32", read: (info) => info.stages },
    { name: "forced_stage", type: "float64", read: (info) => info.forced },
    { name: "acceptance_rate", type: "float32", read: (info) => info.acceptanceRate },
  ],
  build,
  stateSize,
};
