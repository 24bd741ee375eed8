/** Log densities against the formula as the documentation states it, written down a second time and plainly. */
import assert from "node:assert/strict";
import { models } from "../../../models/registry.ts";
import type { ModelDefinition } from "../../../models/model.ts";

const logNormal = (x: number, mean: number, sd: number) =>
  -(((x - mean) / sd) ** 2) / 2 - Math.log(sd) - Math.log(2 * Math.PI) / 2;
const logHalfCauchy = (x: number, scale: number) => -Math.log(1 + (x / scale) ** 2);

const X = [[1, 0.5], [-2, 1.5], [0.5, -1], [3, 0.2], [-0.4, 2]];
const POINTS = [[0.3, -0.7, 0.4, 0.9], [-1.2, 0.8, 1.1, -0.6], [0.2, 0.1, -0.9, 2.5], [5, -3, 2, -1]];
const predictor = (b: readonly number[], row: readonly number[]) => b[0] + b[1] * row[0] + b[2] * row[1];
const sum = (terms: readonly number[]) => terms.reduce((a, b) => a + b, 0);

interface Case {
  readonly name: string;
  readonly config: { readonly kind: keyof typeof models } & Record<string, unknown>;
  readonly formula: (x: readonly number[]) => number;
  /** Where the log density is documented as normalised. */
  readonly normalised?: true;
}

const counts = [2, 0, 1, 7, 3], outcomes = [1, 0, 0, 1, 1], measures = [12, 3, 9, 19, 11];
const sizeOfMeasures = Math.sqrt(sum(measures.map((y) => y * y)) / 5);

const cases: readonly Case[] = [
  {
    name: "normal in one dimension",
    config: { kind: "gaussian", mean: [2], covariance: [[9]] },
    formula: ([x]) => logNormal(x, 2, 3),
    normalised: true,
  },
  {
    name: "normal in two dimensions",
    config: { kind: "gaussian", mean: [1, -1], covariance: [[4, 1.2], [1.2, 1]] },
    // x1 ~ N(1, 4), x2 given x1 ~ N(−1 + 0.3 (x1 − 1), 1 − 0.36)
    formula: ([a, b]) => logNormal(a, 1, 2) + logNormal(b, -1 + 0.3 * (a - 1), 0.8),
    normalised: true,
  },
  {
    name: "mixture whose weights are divided by their sum",
    config: {
      kind: "gaussian-mixture",
      weights: [2, 6],
      means: [[0, 0], [3, 1]],
      covariances: [[[1, 0], [0, 4]], [[0.25, 0], [0, 1]]],
    },
    formula: ([a, b]) =>
      Math.log(
        0.25 * Math.exp(logNormal(a, 0, 1) + logNormal(b, 0, 2)) +
          0.75 * Math.exp(logNormal(a, 3, 0.5) + logNormal(b, 1, 1)),
      ),
    normalised: true,
  },
  {
    name: "banana",
    config: { kind: "banana", curvature: 0.5, scale: 2 },
    formula: ([a, b]) => logNormal(a, 0, 2) + logNormal(b, 0.5 * (a * a - 4), 1),
    normalised: true,
  },
  {
    name: "funnel",
    config: { kind: "funnel", dim: 3 },
    formula: ([v, a, b]) => logNormal(v, 0, 3) + logNormal(a, 0, Math.exp(v / 2)) + logNormal(b, 0, Math.exp(v / 2)),
    normalised: true,
  },
  {
    name: "logistic regression",
    config: { kind: "logistic-regression", x: X, y: outcomes },
    formula: (b) =>
      sum(X.map((row, i) => {
        const p = 1 / (1 + Math.exp(-predictor(b, row)));
        return Math.log(outcomes[i] === 1 ? p : 1 - p);
      })) + sum(b.slice(0, 3).map((bj) => logNormal(bj, 0, 2.5))),
  },
  {
    name: "logistic regression with scales of its own",
    config: { kind: "logistic-regression", x: X, y: outcomes, priorScale: [1, 3], interceptScale: 7 },
    formula: (b) =>
      sum(X.map((row, i) => {
        const p = 1 / (1 + Math.exp(-predictor(b, row)));
        return Math.log(outcomes[i] === 1 ? p : 1 - p);
      })) + logNormal(b[0], 0, 7) + logNormal(b[1], 0, 1) + logNormal(b[2], 0, 3),
  },
  {
    name: "Poisson regression",
    config: { kind: "poisson-regression", x: X, y: counts, priorScale: 1.5 },
    formula: (b) =>
      sum(X.map((row, i) => counts[i] * predictor(b, row) - Math.exp(predictor(b, row)))) +
      sum(b.slice(0, 3).map((bj) => logNormal(bj, 0, 1.5))),
  },
  {
    name: "linear regression",
    config: { kind: "linear-regression", x: X, y: measures },
    formula: (b) =>
      sum(X.map((row, i) => logNormal(measures[i], predictor(b, row), Math.exp(b[3])))) +
      logNormal(b[0], 0, 10 * sizeOfMeasures) + logNormal(b[1], 0, 2.5) + logNormal(b[2], 0, 2.5) +
      logHalfCauchy(Math.exp(b[3]), 2.5) + b[3],
  },
  {
    name: "linear regression by columns, without intercept",
    config: {
      kind: "linear-regression",
      x: { a: X.map((row) => row[0]), b: X.map((row) => row[1]) },
      y: measures,
      intercept: false,
      priorScale: [1, 4],
      sigmaScale: 9,
    },
    formula: (b) =>
      sum(X.map((row, i) => logNormal(measures[i], predictor([0, ...b], row), Math.exp(b[2])))) +
      logNormal(b[0], 0, 1) + logNormal(b[1], 0, 4) + logHalfCauchy(Math.exp(b[2]), 9) + b[2],
  },
];

for (const { name, config, formula, normalised } of cases) {
  Deno.test(`${name}: the log density is the documented one`, () => {
    const definition: ModelDefinition = models[config.kind];
    const target = definition.build(definition.config.parse(config));
    const offsets = POINTS.map((point) => {
      const x = point.slice(0, target.dim);
      return target.logDensity(Float64Array.from(x)) - formula(x);
    });
    const expected = normalised ? 0 : offsets[0];
    offsets.forEach((offset) =>
      assert.ok(Math.abs(offset - expected) < 1e-9 * Math.max(1, Math.abs(expected)), `${offsets}`)
    );
  });
}
