/** Functions of vectors and matrices: what they compute, and their adjoints by hand against differences. */
import assert from "node:assert/strict";
import { library } from "../../../models/library/library.ts";
import type { Given } from "../../../models/library/numbers.ts";
import { Random } from "../../../numerics/random/random.ts";
import golden from "./golden.json" with { type: "json" };
import special from "./special.json" with { type: "json" };
import { difference, differentiate, named } from "./traced.ts";

/** An argument of a call: numbers of a shape (drawn, then adjusted), or what is given as it is. */
type Part = { readonly shape: readonly number[]; adjust?(values: number[]): number[] } | { readonly data: Given };

interface Case {
  readonly name: string;
  readonly parts: readonly Part[];
}

const vector = (n: number, adjust?: (values: number[]) => number[]): Part => ({
  shape: [n],
  ...(adjust ? { adjust } : {}),
});
const matrix = (rows: number, columns: number, adjust?: (values: number[]) => number[]): Part => ({
  shape: [rows, columns],
  ...(adjust ? { adjust } : {}),
});
const number = (adjust?: (values: number[]) => number[]): Part => ({ shape: [], ...(adjust ? { adjust } : {}) });
const data = (given: Given): Part => ({ data: given });

const positive = (values: number[]) => values.map(Math.exp);
const sorted = (values: number[]) => values.toSorted((a, b) => a - b).map((one, k) => one + 0.1 * k);
const probability = (values: number[]) => values.map((one) => 1 / (1 + Math.exp(-one)));
/** A lower triangle with a positive diagonal; what is above it must not matter. */
const lower = (n: number) => (values: number[]) =>
  values.map((one, k) => k % (n + 1) === 0 ? Math.exp(0.5 * one) : one);
const definite = (n: number) => (values: number[]) =>
  values.map((_, k) => {
    const i = Math.floor(k / n), j = k % n;
    let sum = i === j ? 1 : 0;
    for (let m = 0; m < n; m++) sum += values[i * n + m] * values[j * n + m];
    return sum;
  });

const X = Array.from({ length: 40 }, (_, i) => Array.from({ length: 3 }, (_, j) => Math.sin(1 + i + 7 * j)));
const bits = Array.from({ length: 40 }, (_, i) => i % 3 === 0 ? 1 : 0);
const cuts = sorted;

const cases: readonly Case[] = [
  { name: "sum", parts: [vector(5)] },
  { name: "sum", parts: [matrix(2, 3)] },
  { name: "mean", parts: [vector(5)] },
  { name: "variance", parts: [vector(5)] },
  { name: "standardDeviation", parts: [vector(5)] },
  { name: "sumOfSquares", parts: [vector(5)] },
  { name: "logSumExp", parts: [vector(5)] },
  { name: "logSumExp", parts: [number(), number(), number()] },
  { name: "logMix", parts: [number(probability), number(), number()] },
  { name: "dot", parts: [vector(4), vector(4)] },
  { name: "squaredDistance", parts: [vector(4), vector(4)] },
  { name: "squaredDistance", parts: [vector(4), number()] },
  { name: "cumulativeSum", parts: [vector(4)] },
  { name: "softmax", parts: [vector(4)] },
  { name: "logSoftmax", parts: [vector(4)] },
  { name: "add", parts: [vector(4), number()] },
  { name: "subtract", parts: [matrix(2, 2), matrix(2, 2)] },
  { name: "multiply", parts: [vector(4), vector(4)] },
  { name: "divide", parts: [number(), vector(4)] },
  { name: "exp", parts: [vector(3)] },
  { name: "log", parts: [vector(3, positive)] },
  { name: "sqrt", parts: [vector(3, positive)] },
  { name: "square", parts: [vector(3)] },
  { name: "log1pExp", parts: [vector(3)] },
  { name: "normalQuantile", parts: [vector(3, probability)] },
  { name: "matVec", parts: [matrix(3, 2), vector(2)] },
  { name: "matVec", parts: [data(X), vector(3)] },
  { name: "matVec", parts: [data(X.slice(0, 4)), vector(3)] },
  { name: "matVec", parts: [matrix(3, 2), data([0.3, -2])] },
  { name: "vecMat", parts: [vector(3), matrix(3, 2)] },
  { name: "matMul", parts: [matrix(3, 2), matrix(2, 4)] },
  { name: "outer", parts: [vector(3), vector(2)] },
  { name: "transpose", parts: [matrix(3, 2)] },
  { name: "diagonal", parts: [matrix(3, 3)] },
  { name: "cholesky", parts: [matrix(4, 4, definite(4))] },
  { name: "solveTriangular", parts: [matrix(3, 3, lower(3)), vector(3)] },
  { name: "solveTriangular", parts: [matrix(3, 3, lower(3)), matrix(3, 2)] },
  { name: "solveTriangular", parts: [matrix(3, 3, lower(3)), matrix(3, 2), data(1)] },
  { name: "logDeterminantOfCholesky", parts: [matrix(3, 3, lower(3))] },
  { name: "multivariateNormal", parts: [vector(3), vector(3), matrix(3, 3, lower(3))] },
  { name: "multivariateNormal", parts: [matrix(4, 3), vector(3), matrix(3, 3, lower(3))] },
  { name: "multivariateNormal", parts: [matrix(4, 3), matrix(4, 3), matrix(3, 3, lower(3))] },
  { name: "multivariateStudentT", parts: [matrix(4, 3), number(positive), vector(3), matrix(3, 3, lower(3))] },
  { name: "dirichlet", parts: [data([0.2, 0.5, 0.3]), vector(3, positive)] },
  { name: "dirichlet", parts: [data([[0.2, 0.5, 0.3], [0.1, 0.1, 0.8]]), number(positive)] },
  { name: "categoricalLogit", parts: [data(2), vector(3)] },
  { name: "categoricalLogit", parts: [data([2, 1, 2, 3]), vector(3)] },
  { name: "categoricalLogit", parts: [data([2, 1]), matrix(2, 3)] },
  { name: "orderedLogit", parts: [data([1, 2, 3, 4]), vector(4), vector(3, cuts)] },
  { name: "orderedLogit", parts: [data([1, 2, 3, 4, 2]), number(), vector(3, cuts)] },
  { name: "orderedLogit", parts: [data(2), number(), vector(1)] },
  { name: "bernoulliLogit", parts: [data(bits), vector(40)] },
  { name: "positive", parts: [number()] },
  { name: "positive", parts: [matrix(2, 2)] },
  { name: "lowerBounded", parts: [vector(3), number()] },
  { name: "upperBounded", parts: [vector(3), vector(3)] },
  { name: "bounded", parts: [vector(3), number((values) => values.map((one) => one - 5)), number(positive)] },
  { name: "ordered", parts: [vector(4)] },
  { name: "positiveOrdered", parts: [vector(4)] },
  { name: "simplex", parts: [vector(4)] },
  { name: "unitVector", parts: [vector(4)] },
  { name: "choleskyCorrelation", parts: [vector(6), data(4)] },
  { name: "choleskyCovariance", parts: [vector(6), data(3)] },
  { name: "correlation", parts: [vector(6), data(4)] },
  { name: "covariance", parts: [vector(6), data(3)] },
];

/** Functions whose partials are held to other tables, or that stand in a test of their own below. */
const elsewhere = [...Object.keys(golden), ...Object.keys(special), "categorical", "multinomial", "lkjCholesky"];

Deno.test("every function of the library is in a table of these tests", () => {
  const known = new Set([...cases.map(({ name }) => name), ...elsewhere]);
  assert.deepEqual(Object.keys(library).filter((name) => !known.has(name)), []);
  assert.deepEqual([...known].filter((name) => !(name in library)), []);
});

function sizeOf(part: Part): number {
  return "shape" in part ? part.shape.reduce((product, size) => product * size, 1) : 0;
}

/** The arguments of a call, from all its numbers in a row. */
function build(parts: readonly Part[], x: readonly Given[]): Given[] {
  let next = 0;
  const nested = (shape: readonly number[]): Given =>
    shape.length === 0 ? x[next++] : Array.from({ length: shape[0] }, () => nested(shape.slice(1)));
  return parts.map((part) => "data" in part ? part.data : nested(part.shape));
}

/** All numbers of a result, the log-Jacobian of a transform last. */
function flat(result: unknown): Given[] {
  if (Array.isArray(result)) return result.flatMap(flat);
  if (typeof result === "object" && result !== null && "logJacobian" in result && "value" in result) {
    return [...flat(result.value), ...flat(result.logJacobian)];
  }
  return [result as Given]; // a number, traced or not
}

/** A number that every entry of the result moves. */
function weighed(name: string, parts: readonly Part[], x: readonly Given[]): unknown {
  const result = flat(named(name)(...build(parts, x)));
  return named("dot")(result, result.map((_, k) => Math.cos(1 + k)));
}

for (const [index, { name, parts }] of cases.entries()) {
  const shapes = parts.map((part) => "shape" in part ? `[${part.shape}]` : "data").join(", ");
  Deno.test(`the adjoint of ${name}(${shapes}) is what differences say, case ${index}`, () => {
    const random = new Random(index);
    for (let point = 0; point < 12; point++) {
      const at = random.at(0, point);
      const x = parts.flatMap((part) => {
        const values = Array.from({ length: sizeOf(part) }, () => at.normal());
        return "shape" in part && part.adjust ? part.adjust(values) : values;
      });
      const { value, gradient } = differentiate((traced) => weighed(name, parts, traced), x);
      assert.equal(value, Number(weighed(name, parts, x)));
      x.forEach((_, k) => {
        const { slope, error } = difference((all) => Number(weighed(name, parts, all)), x, k, 0.02);
        const allowed = 1e-9 * Math.max(1, Math.abs(slope), Math.abs(value)) + 20 * error;
        assert.ok(
          Math.abs(gradient[k] - slope) <= allowed,
          `entry ${k}: ${gradient[k]}, by differences ${slope} ± ${error}`,
        );
      });
    }
  });
}

Deno.test("probabilities that sum to one have the gradients of their logarithms", () => {
  const p = [0.2, 0.5, 0.3];
  const gradientOf = (f: (p: readonly Given[]) => unknown) => [...differentiate(f, p).gradient];
  assert.deepEqual(gradientOf((p) => named("categorical")([2, 2, 3], p)), [0, 2 / 0.5, 1 / 0.3]);
  assert.deepEqual(gradientOf((p) => named("multinomial")([4, 0, 1], p)), [4 / 0.2, 0, 1 / 0.3]);
  const slopes = gradientOf((p) => named("dirichlet")(p, [1, 3, 0.5]));
  slopes.forEach((slope, k) => assert.ok(Math.abs(slope - [0, 2 / 0.5, -0.5 / 0.3][k]) < 1e-12));
});

Deno.test("the LKJ law has its gradient by way of the factor, and in its shape", () => {
  const f = (x: readonly Given[]) => {
    const { value } = named("choleskyCorrelation")([...x.slice(0, 6)], 4) as { value: Given };
    return named("lkjCholesky")(value, x[6]);
  };
  const x = [0.3, -0.5, 1.1, 0.2, -0.7, 0.4, 2.3];
  const { gradient } = differentiate(f, x);
  x.forEach((_, k) => {
    const { slope } = difference((all) => Number(f(all)), x, k, 0.02);
    assert.ok(
      Math.abs(gradient[k] - slope) < 1e-9 * Math.max(1, Math.abs(slope)),
      `entry ${k}: ${gradient[k]}, ${slope}`,
    );
  });
});
