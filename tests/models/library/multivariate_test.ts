/** Laws of vectors, categories and correlation matrices: their totals, closed forms, supports. */
import assert from "node:assert/strict";
import { categorical, categoricalLogit, orderedLogit } from "../../../models/library/categorical.ts";
import { lkjCholesky } from "../../../models/library/correlation.ts";
import { normal, studentT } from "../../../models/library/location_scale.ts";
import { binomial } from "../../../models/library/discrete.ts";
import {
  dirichlet,
  multinomial,
  multivariateNormal,
  multivariateStudentT,
} from "../../../models/library/multivariate.ts";
import { choleskyCorrelation, correlation } from "../../../models/library/transforms/matrices.ts";
import { beta } from "../../../models/library/unit_interval.ts";
import { differentiate, named } from "./traced.ts";
import { integral } from "./integral.ts";

function close(found: number, expected: number, allowed = 1e-12): void {
  assert.ok(Math.abs(found - expected) <= allowed * Math.max(1, Math.abs(expected)), `${found}, not ${expected}`);
}

const LINE = [-Infinity, Infinity] as const;

/** Over the line, in two halves. */
function over(f: (x: number) => number, steps = 160): number {
  return integral(f, LINE[0], 0, steps) + integral(f, 0, LINE[1], steps);
}

Deno.test("a multivariate normal with a diagonal factor is a product of normals", () => {
  close(multivariateNormal([1, -2], [0.5, 1], [[2, 0], [0, 0.3]]), normal(1, 0.5, 2) + normal(-2, 1, 0.3));
  // What is above the diagonal is not read.
  close(multivariateNormal([1, -2], [0.5, 1], [[2, 9], [0, 0.3]]), normal(1, 0.5, 2) + normal(-2, 1, 0.3));
});

Deno.test("a multivariate normal has its conditional and marginal laws", () => {
  const L = [[1.5, 0], [0.6, 0.8]], x = [0.7, -1.1];
  close(multivariateNormal(x, [0, 0], L), normal(x[0], 0, 1.5) + normal(x[1], 0.6 * x[0] / 1.5, 0.8));
  close(
    multivariateNormal([x, [2, 1]], [0, 0], L),
    multivariateNormal(x, [0, 0], L) + multivariateNormal([2, 1], [0, 0], L),
  );
});

Deno.test("a multivariate t of one dimension is Student's, of two has the total 1, and with many degrees is normal", () => {
  close(multivariateStudentT([1.2], 3.5, [0.2], [[0.7]]), studentT(1.2, 3.5, 0.2, 0.7));
  const L = [[1.5, 0], [0.6, 0.8]];
  close(over((x) => over((y) => Math.exp(multivariateStudentT([x, y], 5, [0, 0], L)), 60), 60), 1, 1e-5);
  close(multivariateStudentT([1, 2], 1e12, [0, 0], L), multivariateNormal([1, 2], [0, 0], L), 1e-9);
});

Deno.test("a Dirichlet of two is a beta, of three has the total 1", () => {
  close(dirichlet([0.3, 0.7], [1.5, 0.8]), beta(0.3, 1.5, 0.8));
  const alpha = [1.5, 0.8, 2];
  const inner = (x: number) =>
    integral((y) => 1 - x - y > 0 ? Math.exp(dirichlet([x, y, 1 - x - y], alpha)) : 0, 0, 1 - x, 100);
  close(integral(inner, 0, 1, 100), 1, 1e-6);
  close(dirichlet([0.3, 0.3, 0.4], 2), dirichlet([0.3, 0.3, 0.4], [2, 2, 2]));
});

Deno.test("a multinomial of two is a binomial, and its probabilities sum to one", () => {
  close(multinomial([3, 4], [0.2, 0.8]), binomial(3, 7, 0.2));
  let total = 0;
  for (let a = 0; a <= 5; a++) {
    for (let b = 0; a + b <= 5; b++) total += Math.exp(multinomial([a, b, 5 - a - b], [0.2, 0.3, 0.5]));
  }
  close(total, 1);
});

Deno.test("categories have probabilities that sum to one, by p, by logits and by cutpoints", () => {
  const total = (f: (y: number) => number) => [1, 2, 3, 4].reduce((sum, y) => sum + Math.exp(f(y)), 0);
  close(total((y) => categorical(y, [0.1, 0.2, 0.3, 0.4])), 1);
  close(total((y) => categoricalLogit(y, [3, -1, 700, 698])), 1);
  for (const eta of [-30, -0.4, 0, 2, 40]) close(total((y) => orderedLogit(y, eta, [-1, 0.5, 0.6])), 1);
  close(categorical([2, 2, 4], [0.1, 0.2, 0.3, 0.4]), 2 * Math.log(0.2) + Math.log(0.4));
  close(categoricalLogit([1, 2], [[0, 1], [2, 0]]), categoricalLogit(1, [0, 1]) + categoricalLogit(2, [2, 0]));
  const expit = (x: number) => 1 / (1 + Math.exp(-x));
  close(orderedLogit(2, 0.3, [-1, 0.5]), Math.log(expit(1.3) - expit(-0.2)));
  // Far out, where the two expits round to the same number.
  close(orderedLogit(2, 50, [1, 2]), -50 + 2 + Math.log1p(-Math.exp(-1)), 1e-13);
});

Deno.test("what is outside a support has log density −∞ and no slope, a wrong parameter NaN", () => {
  const outside: [string, unknown[], unknown[]][] = [
    ["dirichlet", [[0.5, 0.6], [1, 2]], [[1.5, 1]]],
    ["dirichlet", [[-0.5, 1.5], [1, 2]], [[1.5, 1]]],
    ["multivariateNormal", [[Infinity, 0], [0, 0], [[1, 0], [0, 1]]], [[0, 0]]],
    ["categorical", [5, [0.5, 0.5]], [[0.5, 0.5]]],
    ["categoricalLogit", [0, [1, 2]], [[1, 2]]],
    ["orderedLogit", [1.5, 0, [1]], [[0]]],
    ["lkjCholesky", [[[1, 0], [0.9, 0.9]], 2], [[2]]],
    ["multinomial", [[1, 0.5], [0.5, 0.5]], [[0.5, 0.5]]],
  ];
  for (const [name, given] of outside) assert.equal(named(name)(...given as number[]), -Infinity, name);
  const wrong: [string, unknown[]][] = [
    ["dirichlet", [[0.5, 0.5], [1, 0]]],
    ["multivariateNormal", [[0, 0], [0, 0], [[1, 0], [0, -1]]]],
    ["multivariateNormal", [[0, 0], [0, NaN], [[1, 0], [0, 1]]]],
    ["multivariateStudentT", [[0, 0], 0, [0, 0], [[1, 0], [0, 1]]]],
    ["categorical", [1, [0.5, 0.6]]],
    ["categoricalLogit", [1, [NaN, 2]]],
    ["orderedLogit", [1, 0, [2, 1]]],
    ["lkjCholesky", [[[1, 0], [0.6, 0.8]], 0]],
    ["multinomial", [[1, 0], [0.5, 0.6]]],
  ];
  for (const [name, given] of wrong) assert.ok(Number.isNaN(named(name)(...given as number[])), name);
  const { gradient } = differentiate((x) => named("dirichlet")([0.5, 0.6], x), [1, 2]);
  assert.deepEqual([...gradient], [0, 0]);
});

for (const eta of [0.7, 1, 2.5]) {
  Deno.test(`the LKJ law with shape ${eta} has the total 1 over the factors, of orders 2 and 3`, () => {
    const density = (u: number[], order: number) => {
      const { value, logJacobian } = choleskyCorrelation(u, order);
      const log = lkjCholesky(value, eta);
      // Far out a diagonal entry underflows; so does the Jacobian.
      return log === -Infinity ? 0 : Math.exp(log + logJacobian);
    };
    close(over((u) => density([u], 2)), 1, 1e-8);
    // A sum over even steps: of a function without poles within π/2 of the line it is right to e^−(π² / STEP).
    const STEP = 0.4;
    let total = 0;
    for (let u = -8; u <= 8; u += STEP) {
      for (let v = -8; v <= 8; v += STEP) {
        for (let w = -8; w <= 8; w += STEP) total += density([u, v, w], 3) * STEP ** 3;
      }
    }
    close(total, 1, 1e-4);
  });
}

Deno.test("the LKJ law of a factor is det(R)^(eta − 1) of its matrix but for the Jacobian", () => {
  const u = [0.3, -0.5, 1.1, 0.2, -0.7, 0.4];
  const { value, logJacobian } = choleskyCorrelation(u, 4), whole = correlation(u, 4);
  const logDet = 2 * value.reduce((sum, row, i) => sum + Math.log(row[i]), 0);
  const [one, three] = [1, 3].map((eta) =>
    lkjCholesky(value, eta) + logJacobian - whole.logJacobian - (eta - 1) * logDet
  );
  // What is left is the constant: the same at another place.
  const other = choleskyCorrelation([1, 0.2, -0.3, 0.5, 0.1, -1.2], 4),
    otherWhole = correlation([1, 0.2, -0.3, 0.5, 0.1, -1.2], 4);
  const otherDet = 2 * other.value.reduce((sum, row, i) => sum + Math.log(row[i]), 0);
  [one, three].forEach((constant, k) => {
    const eta = [1, 3][k];
    close(
      lkjCholesky(other.value, eta) + other.logJacobian - otherWhole.logJacobian - (eta - 1) * otherDet,
      constant,
      1e-11,
    );
  });
});

Deno.test("a call that cannot be is refused, and the message says what was expected and found", () => {
  const refused: [() => unknown, RegExp][] = [
    [() => named("normal")(1, 2), /normal\(x, mu, sigma\): expected 3 arguments, found 2/],
    [() => named("normal")([1, 2], [1, 2, 3], 1), /normal: x has shape \[2\] and mu shape \[3\]/],
    [() => named("multivariateNormal")([1, 2], [1, 2], [[1, 0]]), /choleskyFactor: expected a square matrix of 2 rows/],
    [() => named("categoricalLogit")([1, 2, 1], [[1, 2], [1, 2]]), /found 3 outcomes y and 2 arrays of logits/],
    [
      () => named("matVec")([[1, 2], [3, 4]], [1, 2, 3]),
      /matVec: vector: expected an array of 2 numbers, found shape \[3\]/,
    ],
    [() => named("matMul")([[1, 2]], [[1, 2]]), /matMul: a has 2 columns and b 1 rows/],
    [
      () => differentiate((x) => named("poisson")(x[0], 2), [1]),
      /poisson: y: expected data, found a value that depends/,
    ],
  ];
  for (const [call, message] of refused) assert.throws(call, message);
});
