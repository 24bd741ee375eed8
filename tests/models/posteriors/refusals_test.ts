/** What a model refuses: where it says the fault is, and in what words. */
import assert from "node:assert/strict";
import { models } from "../../../models/registry.ts";
import type { ModelDefinition } from "../../../models/model.ts";

interface Refusal {
  readonly what: string;
  readonly config: { readonly kind: keyof typeof models } & Record<string, unknown>;
  readonly path: string;
  readonly message: RegExp;
}

const rows = [[1, 2], [3, 4], [5, 7]];
const identity = [[1, 0], [0, 1]];

const refusals: readonly Refusal[] = [
  {
    what: "a covariance with a row too few",
    config: { kind: "gaussian", mean: [0, 0], covariance: [[1, 0]] },
    path: "covariance",
    message: /2 rows; found 1/,
  },
  {
    what: "a covariance with a short row",
    config: { kind: "gaussian", mean: [0, 0], covariance: [[1, 0], [0]] },
    path: "covariance.1",
    message: /row 2 must have 2 entries, found 1/,
  },
  {
    what: "a covariance that is not symmetric",
    config: { kind: "gaussian", mean: [0, 0], covariance: [[1, 0.5], [0.2, 1]] },
    path: "covariance.0.1",
    message: /symmetric: row 1, column 2 is 0.5 but row 2, column 1 is 0.2/,
  },
  {
    what: "a covariance that is not positive definite",
    config: { kind: "gaussian", mean: [0, 0], covariance: [[1, 2], [2, 1]] },
    path: "covariance.1.1",
    message: /pivot 2 is -3 \(row 2, column 2\)/,
  },
  {
    what: "a covariance of duplicates, singular up to rounding",
    config: {
      kind: "gaussian",
      mean: [0, 0, 0],
      covariance: [[0.1, 0.3, 0.1], [0.3, 1.7, 0.3], [0.1, 0.3, 0.1]],
    },
    path: "covariance.2.2",
    message: /pivot 3 is/,
  },
  {
    what: "a mixture with a mean too few",
    config: { kind: "gaussian-mixture", weights: [1, 1], means: [[0]], covariances: [[[1]], [[1]]] },
    path: "means",
    message: /2 weights, so means must have 2 entries; found 1/,
  },
  {
    what: "a mixture with means of two lengths",
    config: { kind: "gaussian-mixture", weights: [1, 1], means: [[0, 0], [0]], covariances: [identity, identity] },
    path: "means.1",
    message: /2 entries, so every mean must; this one has 1/,
  },
  {
    what: "a mixture with an improper covariance",
    config: { kind: "gaussian-mixture", weights: [1, 1], means: [[0], [0]], covariances: [[[1]], [[-1]]] },
    path: "covariances.1.0.0",
    message: /positive definite/,
  },
  {
    what: "schools without all their errors",
    config: { kind: "eight-schools", y: [1, 2, 3] },
    path: "sigma",
    message: /3 schools in y, so sigma must have as many; found 8/,
  },
  {
    what: "outcomes that do not fit the rows",
    config: { kind: "linear-regression", x: rows, y: [1, 2] },
    path: "y",
    message: /3 rows, so y must have as many entries; found 2/,
  },
  {
    what: "rows of two lengths",
    config: { kind: "logistic-regression", x: [[1, 2], [3]], y: [0, 1] },
    path: "x.1",
    message: /first row has 2 predictors.*row 2 has 1/,
  },
  {
    what: "columns of two lengths",
    config: { kind: "poisson-regression", x: { a: [1, 2], b: [1] }, y: [0, 1] },
    path: "x.b",
    message: /b has 1/,
  },
  {
    what: "names for columns that have them",
    config: { kind: "poisson-regression", x: { a: [1, 2] }, y: [0, 1], names: ["b"] },
    path: "names",
    message: /have names already/,
  },
  {
    what: "a name too few",
    config: { kind: "poisson-regression", x: rows, y: [0, 1, 4], names: ["a"] },
    path: "names",
    message: /2 predictors.*found 1/,
  },
  {
    what: "a name twice",
    config: { kind: "poisson-regression", x: rows, y: [0, 1, 4], names: ["a", "a"] },
    path: "names.1",
    message: /twice/,
  },
  {
    what: "the name of another variable",
    config: { kind: "linear-regression", x: rows, y: [0, 1, 4], names: ["a", "sigma"] },
    path: "names.1",
    message: /sigma is another variable/,
  },
  {
    what: "a name that no file could carry",
    config: { kind: "linear-regression", x: rows, y: [0, 1, 4], names: ["a", "b/c"] },
    path: "names.1",
    message: /found "b\/c"/,
  },
  {
    what: "prior scales that do not fit the predictors",
    config: { kind: "logistic-regression", x: rows, y: [0, 1, 1], priorScale: [1] },
    path: "priorScale",
    message: /2 predictors.*found 1/,
  },
  {
    what: "constant outcomes",
    config: { kind: "linear-regression", x: [[1], [2], [4]], y: [5, 5, 5] },
    path: "y",
    message: /without any residual/,
  },
];

for (const { what, config, path, message } of refusals) {
  Deno.test(`${config.kind} refuses ${what}`, () => {
    const definition: ModelDefinition = models[config.kind];
    const parsed = definition.config.parse(config);
    assert.throws(() => definition.build(parsed), { name: "InputError", path, message });
  });
}

Deno.test("the schemas refuse numbers outside their range", () => {
  const wrong: Record<string, unknown>[] = [
    { kind: "gaussian", mean: [], covariance: [] },
    { kind: "gaussian", mean: [NaN], covariance: [[1]] },
    { kind: "gaussian-mixture", weights: [0], means: [[0]], covariances: [[[1]]] },
    { kind: "banana", scale: 0 },
    { kind: "banana", curvature: null },
    { kind: "funnel", dim: 1 },
    { kind: "funnel", dim: 2.5 },
    { kind: "eight-schools", sigma: [1, 0] },
    { kind: "logistic-regression", x: rows, y: [0, 1, 2] },
    { kind: "poisson-regression", x: rows, y: [0, 1, -1] },
    { kind: "poisson-regression", x: rows, y: [0, 1, 0.5] },
    { kind: "linear-regression", x: [[1, Infinity]], y: [1] },
    { kind: "linear-regression", x: rows, y: [1, 2, 3], priorScale: -1 },
  ];
  for (const config of wrong) {
    const definition: ModelDefinition = models[config.kind as keyof typeof models];
    assert.ok(!definition.config.safeParse(config).success, JSON.stringify(config));
  }
});
