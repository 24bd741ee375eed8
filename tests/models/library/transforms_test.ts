/** Constraining transforms: where their values lie, that they can be undone, and that log |J| is that of a numerical Jacobian. */
import assert from "node:assert/strict";
import type { Given } from "../../../models/library/numbers.ts";
import { bounded, lowerBounded, positive, upperBounded } from "../../../models/library/transforms/intervals.ts";
import {
  choleskyCorrelation,
  choleskyCovariance,
  correlation,
  covariance,
} from "../../../models/library/transforms/matrices.ts";
import { ordered, positiveOrdered } from "../../../models/library/transforms/ordered.ts";
import { simplex } from "../../../models/library/transforms/simplex.ts";
import { unitVector } from "../../../models/library/transforms/unit_vector.ts";
import { logAbsDeterminant } from "../../../numerics/linear_algebra/log_abs_determinant.ts";
import { Random } from "../../../numerics/random/random.ts";
import { difference } from "./traced.ts";

type Matrix = readonly (readonly number[])[];

interface Case {
  readonly name: string;
  readonly count: number;
  run(u: readonly number[]): { value: number | readonly number[] | Matrix; logJacobian: number };
  inverse(value: Given): readonly number[];
  /** The entries of the value that are free, in a row. */
  free(value: Given): number[];
  /** Whether a value is where it should be. */
  holds(value: Given): boolean;
}

const all = (value: Given): number[] => [value].flat(3).map(Number);
const rows = (value: Given): number[][] => Array.isArray(value) ? value.map((row) => all(row)) : [];
const below = (value: Given, diagonal: boolean) => rows(value).flatMap((row, i) => row.slice(0, diagonal ? i + 1 : i));
const near = (a: number, b: number) => Math.abs(a - b) < 1e-12;
const isLower = (matrix: number[][]) =>
  matrix.every((row, i) => row[i] > 0 && row.every((one, j) => j <= i || one === 0));
const isSymmetric = (matrix: number[][]) => matrix.every((row, i) => row.every((one, j) => one === matrix[j][i]));
const unitRows = (matrix: number[][]) => matrix.every((row) => near(row.reduce((sum, one) => sum + one * one, 0), 1));
const ascending = (x: number[]) => x.every((one, k) => k === 0 || one > x[k - 1]);

const cases: readonly Case[] = [
  {
    name: "positive",
    count: 1,
    run: ([u]) => positive(u),
    inverse: (x) => [positive.inverse(Number(x))],
    free: all,
    holds: (x) => Number(x) > 0,
  },
  {
    name: "lowerBounded",
    count: 1,
    run: ([u]) => lowerBounded(u, -3),
    inverse: (x) => [lowerBounded.inverse(Number(x), -3)],
    free: all,
    holds: (x) => Number(x) > -3,
  },
  {
    name: "upperBounded",
    count: 1,
    run: ([u]) => upperBounded(u, 2),
    inverse: (x) => [upperBounded.inverse(Number(x), 2)],
    free: all,
    holds: (x) => Number(x) < 2,
  },
  {
    name: "bounded",
    count: 1,
    run: ([u]) => bounded(u, -3, 2),
    inverse: (x) => [bounded.inverse(Number(x), -3, 2)],
    free: all,
    holds: (x) => Number(x) > -3 && Number(x) < 2,
  },
  {
    name: "ordered",
    count: 4,
    run: ordered,
    inverse: (x) => ordered.inverse(all(x)),
    free: all,
    holds: (x) => ascending(all(x)),
  },
  {
    name: "positiveOrdered",
    count: 4,
    run: positiveOrdered,
    inverse: (x) => positiveOrdered.inverse(all(x)),
    free: all,
    holds: (x) => ascending([0, ...all(x)]),
  },
  {
    name: "simplex",
    count: 4,
    run: simplex,
    inverse: (x) => simplex.inverse(all(x)),
    free: (x) => all(x).slice(0, -1),
    holds: (x) => all(x).every((one) => one > 0) && near(all(x).reduce((sum, one) => sum + one, 0), 1),
  },
  ...[1, 2, 3, 5].flatMap((order): Case[] => [
    {
      name: `choleskyCorrelation of order ${order}`,
      count: order * (order - 1) / 2,
      run: (u) => choleskyCorrelation(u, order),
      inverse: (x) => choleskyCorrelation.inverse(rows(x)),
      free: (x) => below(x, false),
      holds: (x) => isLower(rows(x)) && unitRows(rows(x)),
    },
    {
      name: `choleskyCovariance of order ${order}`,
      count: order * (order + 1) / 2,
      run: (u) => choleskyCovariance(u, order),
      inverse: (x) => choleskyCovariance.inverse(rows(x)),
      free: (x) => below(x, true),
      holds: (x) => isLower(rows(x)),
    },
    {
      name: `correlation of order ${order}`,
      count: order * (order - 1) / 2,
      run: (u) => correlation(u, order),
      inverse: (x) => correlation.inverse(rows(x)),
      free: (x) => below(x, false),
      holds: (x) => isSymmetric(rows(x)) && rows(x).every((row, i) => row[i] === 1),
    },
    {
      name: `covariance of order ${order}`,
      count: order * (order + 1) / 2,
      run: (u) => covariance(u, order),
      inverse: (x) => covariance.inverse(rows(x)),
      free: (x) => below(x, true),
      holds: (x) => isSymmetric(rows(x)),
    },
  ]),
];

const POINTS = 50;

function pointsOf(transform: Case): number[][] {
  const random = new Random(cases.indexOf(transform));
  return Array.from({ length: POINTS }, (_, i) => {
    const at = random.at(1, i);
    return Array.from({ length: transform.count }, () => at.normal());
  });
}

/** log |det| of the derivatives of the free entries. */
function numericalLogJacobian({ run, free, count }: Case, u: readonly number[]): number {
  if (count === 0) return 0;
  const jacobian = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < count; k++) {
      jacobian[i * count + k] = difference((x) => free(run(x).value)[i], u, k, 0.02).slope;
    }
  }
  return logAbsDeterminant(jacobian, count);
}

for (const transform of cases) {
  const { name, run, inverse, holds } = transform;

  Deno.test(`${name} has the values that it says, and its inverse takes them back`, () => {
    for (const u of pointsOf(transform)) {
      const { value } = run(u);
      assert.ok(holds(value), `${name}(${u})`);
      inverse(value).forEach((one, k) =>
        assert.ok(Math.abs(one - u[k]) < 1e-9 * Math.max(1, Math.abs(u[k])), `${one}, ${u[k]}`)
      );
    }
  });

  Deno.test(`log |J| of ${name} is that of a numerical Jacobian`, () => {
    for (const u of pointsOf(transform)) {
      const expected = numericalLogJacobian(transform, u), { logJacobian } = run(u);
      assert.ok(Math.abs(logJacobian - expected) < 1e-7, `${name}(${u}): ${logJacobian}, not ${expected}`);
    }
  });
}

Deno.test("a unit vector has length one, and −½ |u|² beside it", () => {
  const random = new Random(5);
  for (let i = 0; i < POINTS; i++) {
    const at = random.at(1, i), u = [at.normal(), at.normal(), at.normal()];
    const { value, logJacobian } = unitVector(u);
    assert.ok(near(value.reduce((sum, one) => sum + one * one, 0), 1));
    assert.ok(near(logJacobian, -0.5 * u.reduce((sum, one) => sum + one * one, 0)));
    value.forEach((one, k) => assert.equal(Math.sign(one), Math.sign(u[k])));
  }
});

Deno.test("zeros give the middle of each set", () => {
  assert.deepEqual(simplex([0, 0, 0]).value.map((one) => Number(one.toFixed(15))), [0.25, 0.25, 0.25, 0.25]);
  assert.equal(bounded(0, 2, 4).value, 3);
  assert.deepEqual(correlation([0, 0, 0], 3).value, [[1, 0, 0], [0, 1, 0], [0, 0, 1]]);
});

Deno.test("a value near a bound keeps its digits, and the log-Jacobian stays finite far out", () => {
  assert.ok(bounded(-700, 0, 1).value > 0);
  assert.equal(bounded(700, 0, 1).value, 1);
  assert.ok(near(bounded(-700, 0, 1).logJacobian, -700) && near(bounded(700, 0, 1).logJacobian, -700));
  assert.ok(Number.isFinite(simplex([-600, 500, 3]).logJacobian));
  assert.ok(Number.isFinite(choleskyCorrelation([300, -300, 300], 3).logJacobian));
});

Deno.test("bounds in the wrong order give NaN", () => {
  assert.ok(Number.isNaN(bounded(0.3, 2, 2).value) && Number.isNaN(bounded(0.3, 2, 1).logJacobian));
});

Deno.test("a wrong number of entries is refused, and the right one is told", () => {
  assert.throws(
    () => choleskyCorrelation([1, 2], 3),
    /choleskyCorrelation: u: expected an array of 3 numbers, found shape \[2\]/,
  );
  assert.throws(() => covariance([1, 2], 0), /covariance: expected an order, a whole number from 1, found 0/);
});
