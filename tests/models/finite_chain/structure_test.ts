/** Classes, periods and the errors of matrices that are none, against their definitions. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { InputError } from "../../../numerics/errors.ts";
import { type FiniteChain, finiteChain } from "../../../models/finite_chain/chain.ts";
import { communicatingClasses } from "../../../models/finite_chain/classes.ts";
import { period } from "../../../models/finite_chain/period.ts";

/** A chain that goes along each edge with the same probability, and stays where there is none. */
function walkOn(size: number, edges: readonly (readonly [number, number])[]): FiniteChain {
  const rows = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (const [i, j] of edges) rows[i][j] = 1;
  rows.forEach((row, i) => {
    const out = row.reduce((a, b) => a + b);
    if (out === 0) row[i] = 1;
    else row.forEach((edge, j) => row[j] = edge / out);
  });
  return finiteChain(rows);
}

const graphs = fc.integer({ min: 1, max: 9 }).chain((size) =>
  fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 2 * size }).map((edges) => walkOn(size, edges))
);

/** reach[i][j]: whether j can be reached from i, in any number of steps. */
function reachability({ size, matrix }: FiniteChain): boolean[][] {
  const reach = Array.from(
    { length: size },
    (_, i) => Array.from({ length: size }, (_, j) => i === j || matrix[i * size + j] > 0),
  );
  for (let k = 0; k < size; k++) {
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) reach[i][j] ||= reach[i][k] && reach[k][j];
    }
  }
  return reach;
}

Deno.test("classes are the sets of states that lead to each other, closed where nothing leads out", () => {
  fc.assert(
    fc.property(graphs, (chain) => {
      const reach = reachability(chain);
      const states = Array.from(reach.keys());
      const expected = states
        .map((i) => states.filter((j) => reach[i][j] && reach[j][i]))
        .filter((members, i) => members[0] === i)
        .map((members) => ({
          states: members,
          closed: states.every((j) => !reach[members[0]][j] || members.includes(j)),
        }));
      assert.deepEqual(communicatingClasses(chain), expected);
    }),
    { seed: 20260101, numRuns: 500 },
  );
});

Deno.test("the period is the greatest common divisor of the lengths of returns", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }).chain((size) =>
        fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 3 })
          .map((edges) =>
            walkOn(size, [...edges, ...Array.from({ length: size }, (_, i) => [i, (i + 1) % size] as const)])
          )
      ),
      (chain) => {
        const { size, matrix } = chain;
        let at = Array.from({ length: size }, (_, i) => i === 0);
        let expected = 0;
        const divisor = (a: number, b: number): number => b === 0 ? a : divisor(b, a % b);
        for (let steps = 1; steps <= 3 * size * size; steps++) {
          at = at.map((_, j) => at.some((here, i) => here && matrix[i * size + j] > 0));
          if (at[0]) expected = divisor(expected, steps);
        }
        assert.equal(period(chain), expected);
      },
    ),
    { seed: 20260102, numRuns: 500 },
  );
});

Deno.test("known periods: a cycle its length, a bipartite walk two, one loop anywhere one", () => {
  const cycle = Array.from({ length: 12 }, (_, i) => [i, (i + 1) % 12] as const);
  assert.equal(period(walkOn(12, cycle)), 12);
  assert.equal(period(walkOn(12, [...cycle, ...cycle.map(([i, j]) => [j, i] as const)])), 2);
  assert.equal(period(walkOn(12, [...cycle, [5, 5]])), 1);
  assert.equal(period(walkOn(12, [...cycle, [0, 5]])), 4); // cycles of 12 and 8
  assert.equal(period(walkOn(1, [])), 1);
});

Deno.test("a path of 2000 states is searched without recursion", () => {
  const size = 2000;
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) matrix[i * size + Math.min(i + 1, size - 1)] = 1;
  const classes = communicatingClasses({ size, matrix });
  assert.equal(classes.length, size);
  assert.deepEqual(classes.filter(({ closed }) => closed), [{ states: [size - 1], closed: true }]);
});

Deno.test("what is no transition matrix is refused with the row or entry that is wrong", () => {
  const cases: [readonly ArrayLike<number>[], string, RegExp][] = [
    [[], "", /at least one row/],
    [[[0.5, 0.5], [1]], "1", /expected 2 probabilities.*found 1.*square/],
    [[[0.5, 0.5]], "0", /expected 1 probabilities.*found 2/],
    [[[0.5, 0.5], [1.5, -0.5]], "1.1", /probability from 0, found -0\.5/],
    [[[0.5, 0.5], [NaN, 1]], "1.0", /found NaN/],
    [[[0.5, 0.5], [Infinity, 1]], "1.0", /found Infinity/],
    [[[0.5, 0.5], [0.5, 0.500001]], "1", /sum 1 .*found 1\.000001/],
    [Array(2001).fill([1]), "", /at most 2000 states, found 2001/],
  ];
  for (const [rows, path, message] of cases) {
    assert.throws(() => finiteChain(rows), (error) => {
      assert.ok(error instanceof InputError);
      assert.equal(error.path, path);
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("rows of rounded decimals are scaled to the sum 1, others left as they are", () => {
  const { matrix } = finiteChain([[0.3333333333, 0.3333333333, 0.3333333333], [0.1, 0.2, 0.7], [1, 0, 0]]);
  assert.ok(Math.abs(matrix[0] + matrix[1] + matrix[2] - 1) < 1e-15);
  assert.deepEqual([...matrix.subarray(3, 6)], [0.1, 0.2, 0.7]);
});
