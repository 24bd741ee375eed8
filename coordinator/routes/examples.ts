/** A small, valid configuration of each model kind, for the documentation and the page's form. */
import type { JobSpecInput } from "../schema/job.ts";

type ModelInput = JobSpecInput["model"];

export const MODEL_EXAMPLES: { readonly [Kind in ModelInput["kind"]]: Extract<ModelInput, { kind: Kind }> } = {
  "gaussian": { kind: "gaussian", mean: [0, 1], covariance: [[1, 0.5], [0.5, 2]] },
  "gaussian-mixture": {
    kind: "gaussian-mixture",
    weights: [0.3, 0.7],
    means: [[-2, 0], [2, 0]],
    covariances: [[[1, 0], [0, 1]], [[1, 0.3], [0.3, 1]]],
  },
  "banana": { kind: "banana", curvature: 0.5, scale: 1 },
  "funnel": { kind: "funnel", dim: 10, scale: 3 },
  "eight-schools": { kind: "eight-schools", centered: false },
  "linear-regression": {
    kind: "linear-regression",
    x: [[0.2], [0.9], [2.1], [2.8], [4.2], [5.1]],
    y: [1.1, 2.3, 4.8, 6.2, 9.1, 10.7],
    names: ["slope"],
  },
  "logistic-regression": {
    kind: "logistic-regression",
    x: [[0.5], [1.2], [1.9], [2.4], [3.1], [4.0]],
    y: [0, 0, 1, 0, 1, 1],
    names: ["dose"],
  },
  "poisson-regression": {
    kind: "poisson-regression",
    x: [[0.1], [0.7], [1.3], [1.8], [2.2], [3.0]],
    y: [1, 1, 3, 4, 7, 15],
    names: ["exposure"],
  },
  "distribution": { kind: "distribution", family: "gamma", parameters: { shape: 2, rate: 0.5 } },
  "discrete": { kind: "discrete", probabilities: [0.2, 0.5, 0.3] },
  "cdf": { kind: "cdf", points: [[0, 0], [1, 0.3], [2, 0.4], [5, 1]], interpolation: "cubic" },
  "hopfield": {
    kind: "hopfield",
    patterns: [[1, 1, 1, 1, -1, -1, -1, -1], [1, -1, 1, -1, 1, -1, 1, -1]],
    rule: "hebb",
    corruption: 0.25,
  },
  "hopfield-trials": { kind: "hopfield-trials", size: 100, load: 0.1, rule: "contrastive", corruption: 0.25 },
  "boltzmann": {
    kind: "boltzmann",
    weights: [[0, 0.5, -0.3], [0.5, 0, 0.8], [-0.3, 0.8, 0]],
    bias: [0.1, 0, -0.2],
    temperature: 1,
  },
  "ising": { kind: "ising", size: 64, beta: 0.44 },
  "rbm": {
    kind: "rbm",
    weights: [[2, -1], [2, -1], [-1, 2], [-1, 2]],
    visibleBias: [-1, -1, -1, -1],
    hiddenBias: [0, 0],
    clamp: [1, null, null, null],
    report: "both",
  },
};
