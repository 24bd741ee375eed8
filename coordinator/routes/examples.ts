/** Small, valid configurations of each kind of model, of training and of data, for the documentation and the page's forms. */
import { createHash } from "node:crypto";
import { openDouble } from "../../numerics/arithmetic/double.ts";
import { flows } from "../../models/flows/registry.ts";
import { buildNetwork, trainedFlow } from "../../models/flows/trained.ts";
import type { Assets } from "../../models/model.ts";
import { encodeTrained } from "../../models/training/trained.ts";
import type { trainings } from "../../models/training/registry.ts";
import type { DataKind, DataSpecInput } from "../datasets/spec.ts";
import { InputError } from "../../numerics/errors.ts";
import type { Pinned } from "../../models/modules/definition.ts";
import type { JobSpecInput } from "../schema/job.ts";
import type { TrainSpecInput } from "../schema/training.ts";

type ModelInput = JobSpecInput["model"];

const EXAMPLE_FLOW = exampleFlow();

/** What the examples name by its SHA-256. */
export const EXAMPLE_ASSETS: Assets = {
  get(sha256) {
    if (sha256 === EXAMPLE_FLOW.sha256) return EXAMPLE_FLOW.bytes;
    throw new InputError("sha256", `expected the SHA-256 of an example's model, found ${sha256}`);
  },
};

export const MODEL_EXAMPLES: { readonly [Kind in ModelInput["kind"]]: Extract<ModelInput, { kind: Kind }> } = {
  "gaussian": { kind: "gaussian", mean: [0, 1], covariance: [[1, 0.5], [0.5, 2]] },
  "gaussian-mixture": {
    kind: "gaussian-mixture",
    weights: [0.3, 0.7],
    means: [[-2, 0], [2, 0]],
    covariances: [[[1, 0], [0, 1]], [[1, 0.3], [0.3, 1]]],
  },
  "banana": { kind: "banana", curvature: 0.5, scale: 1 },
  "two-moons": { kind: "two-moons", weight: 0.7 },
  "potential": { kind: "potential", energy: "u1" },
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
  "flow": { kind: "flow", sha256: EXAMPLE_FLOW.sha256, temperature: 0.8 },
  "onnx": {
    kind: "onnx",
    sha256: EXAMPLE_FLOW.sha256,
    base: "normal",
    ports: {
      z: { name: "z", type: "float32", shape: [2] },
      x: { name: "x", type: "float32", shape: [2] },
      logDet: { name: "log_det", type: "float32", shape: [] },
    },
    numericClass: "wasm",
  },
  "module": {
    kind: "module",
    source: `import { halfCauchy, normal, positive } from "ergodic";

export const variables = { mu: [], logTau: [], theta: [8] };

export function logDensity({ mu, logTau, theta }, { y, sigma }) {
  const tau = positive(logTau);
  return normal(mu, 0, 5) + halfCauchy(tau.value, 5) + tau.logJacobian +
    normal(theta, 0, 1) + normal(y, theta.map((t) => mu + tau.value * t), sigma);
}

export function generated({ logTau }) {
  return { tau: Math.exp(logTau) };
}
`,
    data: { y: [28, 8, -3, 7, -1, 1, 18, 12], sigma: [15, 10, 16, 11, 9, 11, 10, 18] },
  },
};

/** What examining the example above finds: a service pins it. */
export const EXAMPLE_EXAMINED: Pinned = {
  sha256: createHash("sha256").update(MODEL_EXAMPLES.module.source).digest("hex"),
  coordinates: [{ name: "mu", shape: [] }, { name: "logTau", shape: [] }, { name: "theta", shape: [8] }],
  generated: [{ name: "tau", shape: [] }],
  gradient: "derived",
  simulates: false,
  warnings: [],
};

/** An example as the service has it in a job. */
export function acceptedExample(model: ModelInput): ModelInput {
  return model.kind === "module" ? { ...model, examined: EXAMPLE_EXAMINED } : model;
}

/** A small one as it is before its training. */
function exampleFlow(): { bytes: Uint8Array; sha256: string } {
  const config = flows["real-nvp"].config.parse({ kind: "real-nvp", couplings: 2, hidden: [4] });
  const shape = { dim: 2, classes: 0, preprocess: "none" } as const;
  const network = buildNetwork(config, shape, { arithmetic: openDouble(), capacity: 1 }, 0);
  const bytes = encodeTrained(trainedFlow(network, config, shape));
  return { bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
}

type TrainingExample<Kind> = { train: Extract<TrainSpecInput["train"], { kind: Kind }>; data: DataSpecInput };

export const TRAINING_EXAMPLES: { readonly [Kind in keyof typeof trainings]: TrainingExample<Kind> } = {
  "rbm": {
    train: { kind: "rbm", hidden: 64, epochs: 50, batchSize: 10, learningRate: 0.5 },
    data: { kind: "digits", binarize: 0.5, validation: 0.1 },
  },
  "boltzmann": {
    train: { kind: "boltzmann", hidden: 0, epochs: 100, batchSize: 10, learningRate: 0.02 },
    data: { kind: "bars-and-stripes", size: 4 },
  },
  "hopfield": { train: { kind: "hopfield", rule: "contrastive", updates: 300 }, data: { kind: "letters" } },
  "planar": {
    train: { kind: "planar", length: 16, epochs: 100 },
    data: { kind: "two-moons", count: 1000, validation: 0.2 },
  },
  "nice": { train: { kind: "nice", epochs: 50 }, data: { kind: "digits", validation: 0.1 } },
  "glow": {
    train: { kind: "glow", levels: 2, steps: 4, channels: 32, epochs: 10 },
    data: { kind: "digits", validation: 0.1 },
  },
  "real-nvp": {
    train: { kind: "real-nvp", couplings: 8, epochs: 100 },
    data: { kind: "two-moons", count: 2000, validation: 0.2 },
  },
};

export const DATA_EXAMPLES: { readonly [Kind in DataKind]: DataSpecInput & { kind: Kind } } = {
  "fashion-mnist": { kind: "fashion-mnist", binarize: 0.5, validation: 0.1 },
  "mnist": { kind: "mnist", binarize: 0.5, validation: 0.1 },
  "mnist-10k": { kind: "mnist-10k", binarize: 0.5, validation: 0.1 },
  "digits": { kind: "digits", binarize: 0.5, validation: 0.1 },
  "bars-and-stripes": { kind: "bars-and-stripes", size: 4 },
  "letters": { kind: "letters" },
  "two-moons": { kind: "two-moons", count: 1000 },
  "eight-gaussians": { kind: "eight-gaussians", count: 1000 },
  "pinwheel": { kind: "pinwheel", count: 1000 },
  "rings": { kind: "rings", count: 1000 },
  "checkerboard": { kind: "checkerboard", count: 1000 },
  "spirals": { kind: "spirals", count: 1000 },
  "circles": { kind: "circles", count: 1000 },
  "swiss-roll": { kind: "swiss-roll", count: 1000 },
  "inline": { kind: "inline", rows: [[0, 1, 1, 0], [1, 0, 0, 1]], image: [2, 2] },
};
