/** The wire's ChainSpec, a finite chain to be analysed, and the analysis. States are numbered from 0, as rows are. */
import { z } from "zod";
import { MOST_STATES } from "../../models/finite_chain/chain.ts";
import { boundFaults } from "./bound_faults.ts";
import { ModelSpec, SamplerSpec } from "./job.ts";

export const MOST_FUNCTIONS = 32;
const MOST_SETS = 20;

const rows = z.array(z.array(z.number()).max(MOST_STATES)).min(1).max(MOST_STATES);
const name = z.string().min(1).max(100);

export const ChainSpec = z.strictObject({
  matrix: rows.optional().describe(
    "Transition probabilities, a row for each state; every row has the sum 1 (within 1e-9).",
  ),
  metropolis: z.strictObject({
    target: z.array(z.number()).min(1).max(MOST_STATES)
      .describe("Positive weights, one a state; they need not have the sum 1."),
    proposal: rows.describe("Probabilities of being proposed, a row for each state."),
  }).optional().describe("The Metropolis–Hastings chain of a target and a proposal."),
  model: ModelSpec.optional().describe(
    "A model of at most ten spins or bits that vary: the chain of the sampler's steps on it.",
  ),
  sampler: SamplerSpec.optional().describe("With model: as in a job, the best default for the model where absent."),
  names: z.array(name).min(1).max(MOST_STATES).optional()
    .describe("One for each state. Default: their numbers, or those of the model's states (+-+, 101)."),
  epsilon: z.number().gt(0).lt(1).default(0.25).describe("Total variation distance that counts as mixed."),
  functions: z.array(z.strictObject({ name, values: z.array(z.number()).min(1).max(MOST_STATES) }))
    .max(MOST_FUNCTIONS).optional()
    .describe(
      "Functions of the state, a value for each: their means and autocorrelation times. Default: what the model reports.",
    ),
  hitting: z.array(z.array(z.union([z.int().min(0), name])).min(1).max(MOST_STATES)).max(MOST_SETS).default([])
    .describe("Sets of states, by number or name: the expected steps until the chain is there."),
  transitions: z.boolean().default(false).describe("Whether to answer with the transition matrix, too."),
}).refine(
  ({ matrix, metropolis, model }) => [matrix, metropolis, model].filter((way) => way !== undefined).length === 1,
  { error: "give exactly one of matrix, metropolis and model (with its sampler)." },
).refine(
  ({ model, sampler }) => model !== undefined || sampler === undefined,
  { path: ["sampler"], error: "a sampler belongs to a model. Give one, or leave out the sampler." },
).meta({ id: "ChainSpec" });
boundFaults(ChainSpec);
export type ChainSpecInput = z.input<typeof ChainSpec>;
export type ChainSpec = z.output<typeof ChainSpec>;

const state = z.int();
const defined = z.number().nullable();

const ClosedClass = z.strictObject({
  states: z.array(state),
  period: z.int(),
  stationary: z.array(z.number()).describe("In the order of `states`."),
  detailedBalance: z.strictObject({
    reversible: z.boolean(),
    imbalance: z.number().describe("The largest |π_i P_ij − π_j P_ji|, that of the pair that is named here."),
    from: state,
    to: state,
    flow: z.number().describe("π_i P_ij of that pair."),
    reverseFlow: z.number(),
  }),
  spectrum: z.strictObject({
    real: z.array(z.number()).describe("Of the eigenvalues, by falling modulus; the first is 1."),
    imaginary: z.array(z.number()),
    spectralGap: defined.describe("1 − the second largest eigenvalue; null for a chain that is not reversible."),
    absoluteGap: z.number().describe("1 − the second largest modulus."),
    relaxationTime: defined.describe("1 / absoluteGap, in steps; null where it is infinite."),
    singularGap: defined.describe("1 − the second largest singular value in L²(π), which bounds every single step."),
  }).nullable(),
  conductance: z.strictObject({
    ratio: z.number().describe("The least part of a set that leaves it in a step, of sets of at most half the mass."),
    set: z.array(state),
  }).nullable().describe("The bottleneck; null for one state, and for more than 14."),
  functions: z.array(z.strictObject({
    name: z.string(),
    mean: z.number(),
    variance: z.number(),
    asymptoticVariance: z.number().describe("Of a long run's mean, times its steps."),
    autocorrelationTime: defined.describe("asymptoticVariance / variance: steps for one independent draw."),
  })),
});

export const ChainAnalysis = z.strictObject({
  states: z.int(),
  names: z.array(z.string()),
  irreducible: z.boolean(),
  period: z.int().nullable().describe("Null where there are several closed classes."),
  forgetsStart: z.boolean().describe("One closed class, and aperiodic."),
  classes: z.array(z.strictObject({ states: z.array(state), closed: z.boolean() }))
    .describe("Communicating classes. States of those that are not closed are transient."),
  closedClasses: z.array(ClosedClass),
  absorption: z.strictObject({
    transient: z.array(state),
    probabilities: z.array(z.array(z.number())).describe("A row a transient state, a column a closed class."),
    expectedSteps: z.array(z.number()).describe("Until a closed class is entered."),
  }).nullable(),
  mixing: z.strictObject({
    epsilon: z.number(),
    steps: z.int().nullable().describe("From the worst start; null where it is more than `reached`."),
    reached: z.int(),
    distances: z.array(z.number()).describe("From the worst start after 1, 2, 4 … steps."),
  }).nullable().describe("Null where the chain does not forget its start."),
  hitting: z.array(z.strictObject({
    set: z.array(state),
    expectedSteps: z.array(defined).describe("From each state; null where the set may be missed for ever."),
  })),
  target: z.strictObject({
    law: z.array(z.number()).describe("Of the model, or of the metropolis target: what the chain should keep."),
    drift: z.number().describe("The largest change of its probabilities in one step: 0 but for rounding."),
  }).nullable().describe("Null for a chain that is given by its matrix."),
  coordinates: z.array(z.string()).nullable()
    .describe("Of a model: those that vary, in the order of the letters of the states' names."),
  transitions: z.array(z.array(z.number())).optional(),
}).meta({ id: "ChainAnalysis" });
export type ChainAnalysis = z.infer<typeof ChainAnalysis>;
