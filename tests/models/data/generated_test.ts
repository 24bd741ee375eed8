import assert from "node:assert/strict";
import { barsAndStripes } from "../../../models/data/bars_and_stripes.ts";
import type { Dataset } from "../../../models/data/dataset.ts";
import { LETTERS, letters } from "../../../models/data/letters.ts";
import { toy, type ToyName } from "../../../models/data/toys.ts";

const rowOf = ({ values, columns }: Dataset, row: number) => [...values.slice(row * columns, (row + 1) * columns)];

Deno.test("bars and stripes are every image of equal rows or equal columns, once", () => {
  for (const size of [1, 2, 3, 4]) {
    const data = barsAndStripes(size);
    const expected = new Set<string>();
    for (let code = 0; code < 2 ** (size * size); code++) {
      const pixels = Array.from({ length: size * size }, (_, i) => (code >> i) & 1);
      const isBars = pixels.every((pixel, i) => pixel === pixels[i % size]);
      const isStripes = pixels.every((pixel, i) => pixel === pixels[i - i % size]);
      if (isBars || isStripes) expected.add(pixels.join(""));
    }
    const found = Array.from({ length: data.rows }, (_, row) => rowOf(data, row).join(""));
    assert.equal(data.rows, 2 ** (size + 1) - 2);
    assert.deepEqual(found.sort(), [...expected].sort());
  }
});

Deno.test("ten letters of 12 × 10 bits, any two of them at least 22 bits apart", () => {
  const data = letters();
  assert.deepEqual([data.rows, data.columns, data.image, LETTERS.length], [10, 120, [12, 10], 10]);
  let nearest = Infinity;
  for (let a = 0; a < 10; a++) {
    for (let b = 0; b < a; b++) {
      const other = rowOf(data, b);
      nearest = Math.min(nearest, rowOf(data, a).filter((bit, i) => bit !== other[i]).length);
    }
  }
  assert.equal(nearest, 22);
  assert.equal(LETTERS[1], "E");
  assert.equal(rowOf(data, 1).slice(0, 24).join(""), "1".repeat(20) + "1100");
});

/** Of each toy: what holds of every point, noise aside, and the number of labels. */
const TOYS: { [Name in ToyName]: { labels: number; holds: (x: number, y: number, label: number) => boolean } } = {
  "two-moons": {
    labels: 2,
    // Six standard deviations of the noise, 0.1 on radius 1, before the doubling.
    holds: (x, y, moon) => {
      const [u, v] = [(x + 1) / 2, (y + 0.2) / 2];
      return Math.abs(Math.hypot(moon === 0 ? u : 1 - u, moon === 0 ? v : 0.5 - v) - 1) < 0.6;
    },
  },
  "eight-gaussians": {
    labels: 8,
    holds: (x, y, mode) => {
      const angle = mode * Math.PI / 4;
      return Math.hypot(x - Math.cos(angle) * 4 / Math.SQRT2, y - Math.sin(angle) * 4 / Math.SQRT2) < 2.2;
    },
  },
  "pinwheel": { labels: 5, holds: (x, y) => Math.hypot(x, y) < 6 },
  "rings": { labels: 4, holds: (x, y, ring) => Math.abs(Math.hypot(x, y) - 0.75 * (ring + 1)) < 0.5 },
  "checkerboard": {
    labels: 8,
    holds: (x, y) => Math.abs(x) < 4 && Math.abs(y) < 4 && (Math.floor(x / 2) - Math.floor(y / 2)) % 2 === 0,
  },
  "spirals": { labels: 2, holds: (x, y) => Math.hypot(x, y) < 1.5 * 2 * Math.PI / 3 + 0.9 },
  "circles": { labels: 2, holds: (x, y, ring) => Math.abs(Math.hypot(x, y) - 1.5 * (ring + 1)) < 1.4 },
  "swiss-roll": {
    labels: 2,
    // The inner half ends where the angle is 3 π; six deviations of the noise, 0.2.
    holds: (x, y, half) => Math.hypot(x, y) < (half === 0 ? 3 : 4.5) * Math.PI / 5 + 1.2,
  },
};

Deno.test("the points of each toy lie where it says, in all its parts equally", () => {
  const count = 4000;
  for (const [name, { labels, holds }] of Object.entries(TOYS)) {
    const data = toy(name as ToyName, count, 5);
    const counts = new Float64Array(labels);
    for (let row = 0; row < count; row++) {
      const [x, y] = rowOf(data, row);
      const label = data.labels?.[row] ?? -1;
      assert.ok(holds(x, y, label), `${name}: row ${row}, part ${label}, at ${x}, ${y}`);
      counts[label]++;
    }
    // 5 standard errors a part: fewer than 1 false alarm in 10^4, over all parts of all toys.
    const most = 5 * Math.sqrt(count * (1 / labels) * (1 - 1 / labels));
    assert.ok(counts.every((found) => Math.abs(found - count / labels) < most), `${name}: ${counts}`);
  }
});

Deno.test("the moons interlock: their centres are where scikit-learn's are", () => {
  const count = 20_000;
  const data = toy("two-moons", count, 1);
  const sums = [[0, 0, 0], [0, 0, 0]];
  for (let row = 0; row < count; row++) {
    const [x, y] = rowOf(data, row);
    const sum = sums[data.labels?.[row] ?? 0];
    sum[0]++;
    sum[1] += x;
    sum[2] += y;
  }
  const centres = sums.map(([n, x, y]) => [x / n, y / n]);
  // The mean of sin over half a turn is 2 / π; 5 standard errors, deviation at most 1.45.
  const expected = [[-1, 4 / Math.PI - 0.2], [1, 1 - 4 / Math.PI - 0.2]];
  centres.flat().forEach((centre, i) =>
    assert.ok(Math.abs(centre - expected.flat()[i]) < 5 * 1.45 / 100, `${centres}`)
  );
});

Deno.test("a larger toy begins with the smaller one; test rows and those of other seeds differ", () => {
  const few = toy("pinwheel", 5, 2);
  const all = toy("pinwheel", 50, 2);
  assert.deepEqual(few.values, all.values.slice(0, 10));
  assert.notDeepEqual(few.values, toy("pinwheel", 5, 3).values);
  assert.notDeepEqual(few.values, toy("pinwheel", 5, 2, "test").values);
});
