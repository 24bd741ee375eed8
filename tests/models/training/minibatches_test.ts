import assert from "node:assert/strict";
import { minibatches } from "../../../models/training/minibatches.ts";
import { momentumAt, rateFactor } from "../../../models/training/schedule.ts";

Deno.test("each epoch takes every row once, in an order of its own", () => {
  const batches = minibatches(23, 5, 9);
  assert.equal(batches.count, 5);
  const epoch = (first: number) => Array.from({ length: 5 }, (_, b) => [...batches.rowsOf(first + b)]).flat();
  const one = epoch(1), two = epoch(6);
  for (const rows of [one, two]) {
    assert.deepEqual(rows.toSorted((a, b) => a - b), Array.from({ length: 23 }, (_, r) => r));
  }
  assert.notDeepEqual(one, two);
});

Deno.test("the rows of an update depend on its number alone, not on what was asked before", () => {
  const batches = minibatches(40, 7, 3), others = minibatches(40, 7, 3);
  const wanted = [1, 6, 7, 30, 2, 31];
  const there = new Map(wanted.map((update) => [update, [...batches.rowsOf(update)]]));
  for (const update of wanted.toReversed()) assert.deepEqual([...others.rowsOf(update)], there.get(update));
  assert.notDeepEqual([...minibatches(40, 7, 4).rowsOf(1)], there.get(1));
});

Deno.test("every row is as often first as another", () => {
  // 8 rows, 8000 epochs: each first 1000 times, sd 29.6; 5.5 sd alarm falsely once in 3 · 10⁶.
  const batches = minibatches(8, 8, 1), counts = new Float64Array(8);
  for (let epoch = 1; epoch <= 8000; epoch++) counts[batches.rowsOf(epoch)[0]]++;
  counts.forEach((count) => assert.ok(Math.abs(count - 1000) < 5.5 * 29.6, `${counts}`));
});

Deno.test("learning rates begin at their factor 1 and fall to where their schedule says", () => {
  for (const schedule of ["constant", "linear", "cosine", "inverse"] as const) {
    assert.equal(rateFactor(schedule, 1, 1000), 1);
    for (let update = 2; update <= 1000; update++) {
      assert.ok(rateFactor(schedule, update, 1000) <= rateFactor(schedule, update - 1, 1000));
    }
  }
  assert.ok(Math.abs(rateFactor("linear", 501, 1000) - 0.5) < 1e-12);
  assert.ok(Math.abs(rateFactor("cosine", 501, 1000) - 0.5) < 1e-12);
  assert.ok(rateFactor("linear", 1000, 1000) > 0);
  assert.ok(Math.abs(rateFactor("inverse", 1000, 1000) - 0.1) < 1e-3);
});

Deno.test("a momentum goes from its first value to its last and stays there", () => {
  const schedule = { from: 0.5, to: 0.9, epochs: 4 };
  assert.deepEqual([0, 2, 4, 9].map((epoch) => Math.round(1000 * momentumAt(schedule, epoch)) / 1000), [
    0.5,
    0.7,
    0.9,
    0.9,
  ]);
  assert.equal(momentumAt(0.3, 100), 0.3);
});
