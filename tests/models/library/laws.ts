/** The densities of one number, for the tests that hold all of them to the same: where to try them, and what their arguments may be. */
import type { Random } from "../../../numerics/random/random.ts";

/** real: a finite number; positive: above 0; bit, count: whole numbers; probability: in [0, 1]. */
export type Kind = "real" | "positive" | "shape" | "probability" | "bit" | "count" | "kappa";

export interface LawCase {
  readonly name: string;
  readonly kinds: readonly Kind[];
  /** Further: arguments that give a law, in whose order they are drawn. */
  arrange?(given: number[]): number[];
  /** Where x is not in the support, with arguments that are right. */
  readonly outside: readonly (readonly number[])[];
  /** Where a parameter is wrong. */
  readonly wrong: readonly (readonly number[])[];
  /** Parameters of laws that have to have the total 1, and the support: of a continuous law its ends, of a discrete one its first numbers. */
  readonly totals: readonly (readonly number[])[];
  readonly support: readonly [number, number];
  /** Which of the parameters is where the density may have a corner. */
  readonly center?: number;
}

const R: readonly [number, number] = [-Infinity, Infinity], PLUS: readonly [number, number] = [0, Infinity];
const UNIT: readonly [number, number] = [0, 1];
const scale = [[0, 0, 0], [0, 0, -1], [0, 0, NaN], [0, Infinity, 1], [0, 0, Infinity]];
const beyond = [[Infinity, 0, 1], [-Infinity, 0, 1]];
const located = { kinds: ["real", "real", "positive"] as const, outside: beyond, wrong: scale, support: R, center: 0 };
const onePositive = {
  wrong: [[1, 0], [1, -1], [1, NaN], [1, Infinity]],
  outside: [[-1, 1], [Infinity, 1]],
  support: PLUS,
};
const twoPositive = {
  kinds: ["positive", "shape", "positive"] as const,
  wrong: [[1, 0, 1], [1, 1, 0], [1, -1, 1], [1, 1, Infinity], [1, NaN, 1]],
  outside: [[-1, 1, 1], [Infinity, 2, 1]],
  support: PLUS,
};

export const laws: readonly LawCase[] = [
  { name: "normal", ...located, totals: [[0, 1], [3, 0.2]] },
  { name: "cauchy", ...located, totals: [[0, 1], [3, 0.2]] },
  { name: "laplace", ...located, totals: [[0, 1], [3, 0.2]] },
  { name: "logistic", ...located, totals: [[0, 1], [3, 0.2]] },
  { name: "gumbel", ...located, kinds: ["real", "real", "shape"], totals: [[0, 1], [3, 0.2]] },
  {
    name: "studentT",
    kinds: ["real", "shape", "real", "positive"],
    outside: [[Infinity, 3, 0, 1]],
    wrong: [[0, 0, 0, 1], [0, 1, 0, 0], [0, Infinity, 0, 1], [0, 1, NaN, 1]],
    totals: [[1, 0, 1], [4.5, 2, 0.3], [60, 0, 1]],
    support: R,
    center: 1,
  },
  {
    name: "halfStudentT",
    kinds: ["positive", "shape", "positive"],
    outside: [[-1, 3, 1], [Infinity, 3, 1]],
    wrong: [[1, 0, 1], [1, 3, 0]],
    totals: [[1, 1], [4.5, 0.3]],
    support: PLUS,
  },
  {
    name: "uniform",
    kinds: ["probability", "real", "positive"],
    arrange: ([p, low, width]) => {
      const high = low + Math.abs(low) + width;
      return [low + (0.05 + 0.9 * p) * (high - low), low, high];
    },
    outside: [[-0.1, 0, 1], [1.1, 0, 1]],
    wrong: [[1, 1, 1], [0, 1, 0], [0, -Infinity, 1], [0, 0, NaN]],
    totals: [[0, 1]],
    support: UNIT,
  },
  { name: "halfNormal", kinds: ["positive", "positive"], ...onePositive, totals: [[1], [0.3]] },
  { name: "halfCauchy", kinds: ["positive", "positive"], ...onePositive, totals: [[1], [0.3]] },
  { name: "exponential", kinds: ["positive", "positive"], ...onePositive, totals: [[1], [0.3]] },
  {
    name: "rayleigh",
    kinds: ["positive", "positive"],
    ...onePositive,
    outside: [[0, 1], [-1, 1]],
    totals: [[1], [0.3]],
  },
  { name: "chiSquare", kinds: ["positive", "shape"], ...onePositive, totals: [[3], [0.9], [40]] },
  {
    name: "lognormal",
    kinds: ["positive", "real", "positive"],
    outside: [[0, 0, 1], [-1, 0, 1]],
    wrong: [[1, 0, 0], [1, NaN, 1]],
    totals: [[0, 1], [1, 0.4]],
    support: PLUS,
  },
  { name: "gamma", ...twoPositive, totals: [[0.6, 1], [3, 2], [50, 10]] },
  { name: "inverseGamma", ...twoPositive, outside: [[0, 1, 1], [-1, 1, 1]], totals: [[0.9, 1], [3, 2]] },
  { name: "weibull", ...twoPositive, kinds: ["positive", "shape", "positive"], totals: [[0.7, 1], [3, 2]] },
  {
    name: "pareto",
    kinds: ["positive", "positive", "shape"],
    arrange: ([x, low, shape]) => [low * (1.01 + x), low, shape],
    outside: [[0.9, 1, 1], [-1, 1, 1]],
    wrong: [[1, 0, 1], [1, 1, 0]],
    totals: [[1, 1.5], [1, 3]],
    support: [1, Infinity],
  },
  {
    name: "beta",
    kinds: ["probability", "shape", "shape"],
    outside: [[-0.1, 1, 1], [1.1, 1, 1]],
    wrong: [[0.5, 0, 1], [0.5, 1, -1]],
    totals: [[1.5, 0.7], [30, 12], [1, 1]],
    support: UNIT,
  },
  {
    name: "betaProportion",
    kinds: ["probability", "probability", "shape"],
    outside: [[-0.1, 0.5, 1], [1.1, 0.5, 1]],
    wrong: [[0.5, 0, 1], [0.5, 1, 1], [0.5, 0.5, 0]],
    totals: [[0.3, 4]],
    support: UNIT,
  },
  {
    name: "vonMises",
    kinds: ["real", "real", "kappa"],
    outside: [[Infinity, 0, 1]],
    wrong: [[0, 0, -1], [0, NaN, 1], [0, 0, Infinity]],
    totals: [[0.3, 0.5], [1, 7], [-2, 12], [0, 0]],
    support: [-Math.PI, Math.PI],
  },
  {
    name: "bernoulli",
    kinds: ["bit", "probability"],
    outside: [[2, 0.5], [0.5, 0.5], [-1, 0.5]],
    wrong: [[1, -0.1], [1, 1.1], [0, NaN]],
    totals: [[0.3], [0], [1]],
    support: [0, 1],
  },
  {
    name: "bernoulliLogit",
    kinds: ["bit", "real"],
    outside: [[2, 0.5], [0.5, 0.5]],
    wrong: [[1, NaN], [1, Infinity]],
    totals: [[0.3], [-20]],
    support: [0, 1],
  },
  {
    name: "binomial",
    kinds: ["count", "count", "probability"],
    arrange: ([y, n, p]) => [Math.min(y, n), Math.max(y, n), p],
    outside: [[-1, 4, 0.5], [5, 4, 0.5], [1.5, 4, 0.5]],
    wrong: [[1, 1.5, 0.5], [1, -1, 0.5], [1, 4, 1.5]],
    totals: [[9, 0.3], [200, 0.02], [200, 0.5], [0, 0.2]],
    support: [0, 200],
  },
  {
    name: "binomialLogit",
    kinds: ["count", "count", "real"],
    arrange: ([y, n, t]) => [Math.min(y, n), Math.max(y, n), t],
    outside: [[-1, 4, 0.5], [5, 4, 0.5], [1.5, 4, 0.5]],
    wrong: [[1, 1.5, 0.5], [1, 4, NaN]],
    totals: [[9, 0.3], [200, -3]],
    support: [0, 200],
  },
  {
    name: "poisson",
    kinds: ["count", "positive"],
    outside: [[-1, 1], [0.5, 1]],
    wrong: [[1, -1], [1, Infinity], [1, NaN]],
    totals: [[3.3], [180], [0]],
    support: [0, 500],
  },
  {
    name: "poissonLog",
    kinds: ["count", "real"],
    outside: [[-1, 1], [0.5, 1]],
    wrong: [[1, Infinity], [1, NaN]],
    totals: [[1.1], [5]],
    support: [0, 500],
  },
  {
    name: "negativeBinomial",
    kinds: ["count", "positive", "shape"],
    outside: [[-1, 1, 1], [0.5, 1, 1]],
    wrong: [[1, -1, 1], [1, 1, 0], [1, NaN, 1]],
    totals: [[3, 1.2], [100, 1000], [2, 30]],
    support: [0, 600],
  },
  {
    name: "negativeBinomialLog",
    kinds: ["count", "real", "shape"],
    outside: [[-1, 1, 1], [0.5, 1, 1]],
    wrong: [[1, 1, 0], [1, NaN, 1]],
    totals: [[1, 1.2], [4, 1000]],
    support: [0, 600],
  },
  {
    name: "betaBinomial",
    kinds: ["count", "count", "shape", "shape"],
    arrange: ([y, n, a, b]) => [Math.min(y, n), Math.max(y, n), a, b],
    outside: [[-1, 4, 1, 1], [5, 4, 1, 1]],
    wrong: [[1, 4, 0, 1], [1, 4, 1, -1], [1, 2.5, 1, 1]],
    totals: [[9, 1.3, 0.4], [200, 30, 12]],
    support: [0, 200],
  },
  {
    name: "geometric",
    kinds: ["count", "probability"],
    outside: [[-1, 0.5], [0.5, 0.5]],
    wrong: [[1, 0], [1, 1.5]],
    totals: [[0.2], [1]],
    support: [0, 600],
  },
];

const draws: Record<Kind, (random: Random) => number> = {
  real: (random) => random.normal() * (random.uniform() < 0.2 ? 30 : 2),
  positive: (random) => Math.exp(random.normal() * (random.uniform() < 0.2 ? 3 : 1)),
  shape: (random) => Math.exp(1 + random.normal() * (random.uniform() < 0.2 ? 2.5 : 1)),
  probability: (random) => 0.02 + 0.96 * random.uniform(),
  bit: (random) => random.uniform() < 0.5 ? 0 : 1,
  count: (random) => Math.floor(Math.exp(3 * random.uniform() * (random.uniform() < 0.2 ? 3 : 1))) - 1,
  kappa: (random) => Math.exp(2 * random.normal()),
};

/** Arguments with which a law is to be tried. */
export function drawn({ kinds, arrange }: LawCase, random: Random): number[] {
  const given = kinds.map((kind) => draws[kind](random));
  return arrange ? arrange(given) : given;
}

/** The places of the arguments that have a gradient. */
export function continuous({ kinds }: LawCase): number[] {
  return kinds.flatMap((kind, k) => kind === "bit" || kind === "count" ? [] : [k]);
}
