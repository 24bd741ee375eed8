/** Configurations of every registered model on which the tests run it. A model without one does not compile here. */
import type { z } from "zod";
import { EXAMPLE_ASSETS, EXAMPLE_EXAMINED, MODEL_EXAMPLES } from "../../coordinator/routes/examples.ts";
import type { Assets } from "../../models/model.ts";
import { compile } from "../../models/modules/compile/compile.ts";
import { openModule } from "../../models/modules/module.ts";
import type { models } from "../../models/registry.ts";

type Examples = { [Kind in keyof typeof models]: readonly Omit<z.input<typeof models[Kind]["config"]>, "kind">[] };

const X = [
  [0.5, -1.2],
  [1.5, 0.3],
  [-0.7, 0.8],
  [0.1, 1.9],
  [-1.4, -0.4],
  [0.9, 0.6],
  [-0.2, -0.9],
  [2.1, 1.1],
  [-1.1, 0.2],
];

/** The configurations are those of the documentation, so that their assets are at hand. */
export const assets: Assets = {
  ...EXAMPLE_ASSETS,
  openModule(_sha256, data, generated) {
    const opened = openModule(compile(MODEL_EXAMPLES.module.source), data);
    return opened.module.target(opened.data, generated);
  },
};

export const examples: Examples = {
  "flow": [MODEL_EXAMPLES.flow],
  "onnx": [MODEL_EXAMPLES.onnx],
  "module": [{ ...MODEL_EXAMPLES.module, examined: EXAMPLE_EXAMINED }],
  "gaussian": [
    { mean: [3], covariance: [[0.25]] },
    { mean: [1, -2, 0.5], covariance: [[2, 0.6, -0.3], [0.6, 1, 0.2], [-0.3, 0.2, 0.5]] },
  ],
  "gaussian-mixture": [
    { weights: [1, 3], means: [[-2], [1]], covariances: [[[0.5]], [[2]]] },
    {
      weights: [0.3, 0.5, 0.2],
      means: [[0, 0], [2, -1], [-1, 2]],
      covariances: [[[1, 0.4], [0.4, 0.8]], [[0.5, -0.2], [-0.2, 0.6]], [[1, 0], [0, 0.3]]],
    },
  ],
  "banana": [{}, { curvature: -0.3, scale: 2 }],
  "two-moons": [{ noise: 0.2, concentration: 2 }, { weight: 0.2, noise: 0.15, concentration: 4 }],
  "potential": [{}, { energy: "u2" }, { energy: "u3" }, { energy: "u4" }],
  "funnel": [{}, { dim: 2, scale: 1 }],
  "eight-schools": [
    {},
    { centered: true },
    { y: [3, -5, 90], sigma: [2, 4, 8] },
    { y: [7], sigma: [3], centered: true },
  ],
  "linear-regression": [
    { x: X, y: [1.1, 2.3, -0.4, 1.9, -2.2, 1.4, -0.1, 3.9, -0.6] },
    {
      x: { age: X.map((row) => row[0]) },
      y: [101, 112, 97, 104, 95, 108, 99, 118, 96],
      intercept: false,
      priorScale: [40],
      sigmaScale: 10,
    },
    { x: [[1, 2], [2, 4]], y: [1, 3], interceptScale: 3 },
  ],
  "logistic-regression": [
    { x: X, y: [1, 1, 0, 1, 0, 1, 0, 1, 0], names: ["age", "dose"] },
    { x: X, y: [1, 0, 0, 1, 1, 1, 0, 0, 0], intercept: false, priorScale: [0.5, 4] },
  ],
  "poisson-regression": [
    { x: X, y: [2, 5, 0, 3, 0, 4, 1, 9, 0] },
    { x: X, y: [2, 5, 0, 3, 0, 4, 1, 9, 0], interceptScale: 10, priorScale: 1 },
  ],
  "distribution": [
    { family: "normal", parameters: { mean: 1, sd: 2 } },
    { family: "student-t", parameters: { degreesOfFreedom: 3.5, location: -1, scale: 0.5 } },
    { family: "logistic" },
    { family: "laplace", parameters: { location: 0.3 } },
    { family: "gumbel", parameters: { scale: 2 } },
    { family: "uniform", parameters: { low: -2, high: 3 } },
    { family: "exponential", parameters: { rate: 2.5 } },
    { family: "gamma", parameters: { shape: 2.3, rate: 0.5 } },
    { family: "weibull", parameters: { shape: 1.7, scale: 2 } },
    { family: "log-normal", parameters: { mu: 0.5, sigma: 0.8 } },
    { family: "pareto", parameters: { shape: 2.5, least: 3 } },
    { family: "beta", parameters: { a: 2.5, b: 1.5 } },
    { family: "bernoulli", parameters: { probability: 0.3 } },
    { family: "binomial", parameters: { trials: 12, probability: 0.35 } },
    { family: "geometric", parameters: { probability: 0.2 } },
    { family: "poisson", parameters: { rate: 4.2 } },
  ],
  "discrete": [
    { probabilities: [1, 2, 0, 4] },
    { probabilities: [0.2, 0.5, 0.3], values: [10, -1, 2.5] },
  ],
  "hopfield": [
    { patterns: [[1, 1, 1, -1, -1, -1], [1, -1, 1, -1, 1, -1]], corruption: 0.3 },
    { patterns: [[1, 1, -1, -1, 1]], rule: "contrastive", contrastive: { updates: 3, bias: true }, temperature: 1.5 },
    { weights: [[0, 0.5, -0.2], [0.5, 0, 0.3], [-0.2, 0.3, 0]], bias: [0.3, 0, -0.1], temperature: 0.7 },
  ],
  "hopfield-trials": [{ size: 20, load: 0.15, corruption: 0.2 }, { patterns: "letters", rule: "contrastive" }],
  "boltzmann": [
    { weights: [[0, 0.4, -0.3], [0.4, 0, 0.6], [-0.3, 0.6, 0]], bias: [0.2, -0.1, 0.5] },
    {
      weights: [[0, 1, 0.5, 0], [1, 0, -0.7, 0.3], [0.5, -0.7, 0, 0.9], [0, 0.3, 0.9, 0]],
      hidden: 1,
      temperature: 2,
      clamp: [null, -1, null],
    },
    { edges: [[1, 2, 0.8], [2, 3, -0.6], [3, 4, 0.7], [4, 1, 0.5], [4, 5, -0.4]], units: 6, temperature: 0.8 },
  ],
  "cdf": [
    { points: [[0, 0], [1, 0.3], [2, 0.3], [5, 1]] },
    { marginals: [[[0, 0], [1, 1]], [[-1, 0], [0, 0.1], [3, 1]]], interpolation: "cubic" },
  ],
  "ising": [
    { size: 4, beta: 0.35, report: "spins" },
    { size: [2, 4], coupling: -0.8, field: 0.3, temperature: 2, report: "spins" },
    { size: [4, 6], coupling: 0.7, field: -0.1, beta: 0.5, start: "ordered" },
  ],
  "rbm": [
    {
      weights: [[1.2, -0.7], [-0.4, 0.9], [0.3, 1.5], [-1.1, 0.2]],
      visibleBias: [0.2, -0.5, 0, 0.7],
      hiddenBias: [-0.3, 0.4],
    },
    { weights: [[1, -2, 0.5], [0.7, 0.7, -1]], clamp: [null, 1], report: "both" },
    {
      weights: [[1.2, -0.7], [-0.4, 0.9], [0.3, 0.5]],
      visibleBias: [0.2, -0.5, 0],
      hiddenBias: [0.1, -0.2],
      visible: "gaussian",
      variances: [1, 0.5, 2],
    },
    { weights: [[1.2, -0.7], [-0.4, 0.9]], visible: "gaussian", clamp: [0.3, null] },
  ],
};
