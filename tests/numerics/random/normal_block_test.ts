/** Seeds are fixed; a statistical check alarms falsely once in 10⁶. */
import assert from "node:assert/strict";
import { fillNormals } from "../../../numerics/random/normal_block.ts";
import { fillNormalsTwin } from "../../../numerics/random/normal_block_twin.ts";
import { Purpose } from "../../../numerics/random/random.ts";
import { LAYERS, TAIL_START, ziggurat } from "../../../numerics/random/ziggurat.ts";
import { expOfMinus } from "../../../numerics/special/exp_of_minus.ts";
import { naturalLog } from "../../../numerics/special/natural_log.ts";
import { normalCdf } from "../../../numerics/special/normal_distribution.ts";
import { carrier, compile } from "../../../numerics/wasm/build.ts";
import { criticalValue, kolmogorovSmirnov } from "../kolmogorov_smirnov.ts";

const Z = 4.9; // two-sided 1e-6
const key = (step: number, stream = 0) => ({ seed: 2 ** 52 + 9, purpose: Purpose.test, stream, step });

Deno.test("the Wasm normals have the bits of their twin, whatever the shape", () => {
  for (const [rows, columns] of [[1, 1], [1, 8], [3, 5], [100, 3], [7, 1000], [2, 20_001], [5000, 1], [3000, 2]]) {
    const found = new Float64Array(rows * columns), expected = found.slice();
    fillNormals(found, rows, columns, key(2 ** 40 + 1, 7));
    fillNormalsTwin(expected, rows, columns, key(2 ** 40 + 1, 7));
    const at = found.findIndex((z, i) => !Object.is(z, expected[i]));
    assert.equal(at, -1, `${rows} × ${columns}: number ${at} is ${found[at]}, expected ${expected[at]}`);
  }
});

Deno.test("a row gets the same normals in any company, and a shorter row is the beginning of a longer one", () => {
  const together = new Float64Array(5 * 300), alone = new Float64Array(299);
  fillNormals(together, 5, 300, key(1, 20));
  for (let row = 0; row < 5; row++) {
    fillNormals(alone, 1, 299, key(1, 20 + row));
    assert.deepEqual(alone, together.slice(row * 300, row * 300 + 299));
  }
});

Deno.test("the normals are normal: distribution, moments, tails, and no memory of the last one", () => {
  const n = 2_000_000, draws = new Float64Array(n);
  fillNormals(draws, 1, n, key(2));
  assert.ok(kolmogorovSmirnov(draws.subarray(0, 200_000), normalCdf) < criticalValue(1e-6));
  const sums = [0, 0, 0, 0];
  let lag = 0, beyond = 0, high = 0;
  draws.forEach((z, i) => {
    sums.forEach((_, p) => sums[p] += z ** (p + 1));
    if (i > 0) lag += z * draws[i - 1];
    if (Math.abs(z) > TAIL_START) beyond++;
    if (z > TAIL_START) high++;
  });
  // Means of z, z², z³, z⁴ and their variances: 0, 1, 0, 3 and 1, 2, 15, 96.
  [[0, 1], [1, 2], [0, 15], [3, 96]].forEach(([mean, variance], p) =>
    assert.ok(Math.abs(sums[p] / n - mean) < Z * Math.sqrt(variance / n), `moment ${p + 1}: ${sums[p] / n}`)
  );
  assert.ok(Math.abs(lag / n) < Z / Math.sqrt(n));
  const expected = 2 * n * normalCdf(-TAIL_START);
  assert.ok(
    Math.abs(beyond - expected) < Z * Math.sqrt(expected),
    `${beyond} beyond the tail's start, expected ${expected}`,
  );
  assert.ok(Math.abs(high - beyond / 2) < Z * Math.sqrt(beyond) / 2, `${high} of ${beyond} on the right`);
});

Deno.test("normals squeezed by a part in a hundred are caught by the same moments", () => {
  const n = 2_000_000, draws = new Float64Array(n);
  fillNormals(draws, 1, n, key(2));
  const square = draws.reduce((sum, z) => sum + (0.99 * z) ** 2, 0) / n;
  assert.ok(Math.abs(square - 1) > 3 * Z * Math.sqrt(2 / n));
});

Deno.test("the layers of the ziggurat have equal areas, and close at the top", () => {
  const { edges, heights } = ziggurat();
  const area = edges[1] * heights[1] + Math.sqrt(Math.PI / 2) * 2 * normalCdf(-TAIL_START);
  for (let i = 1; i < LAYERS; i++) {
    assert.ok(edges[i + 1] < edges[i]);
    assert.ok(Math.abs(edges[i] * (heights[i + 1] - heights[i]) / area - 1) < 1e-10, `layer ${i}`);
  }
  assert.ok(Math.abs(edges[0] * heights[0] / area - 1) < 1e-12);
});

Deno.test("the portable logarithm and exponential are within two units in the last place", () => {
  for (let x = 1e-12; x < 700; x *= 1.001) {
    assert.ok(Math.abs(expOfMinus(x) / Math.exp(-x) - 1) < 5e-16, `exp ${x}`);
    const u = Math.exp(-x), log = Math.log(u);
    assert.ok(Math.abs(naturalLog(u) - log) <= 2.3e-16 * Math.abs(log), `log ${u}`);
  }
  assert.equal(naturalLog(1), 0);
  assert.equal(expOfMinus(0), 1);
});

Deno.test("normals.wasm.ts is what normals.as compiles to", async () => {
  const kept = await Deno.readTextFile(new URL("../../../numerics/wasm/normals.wasm.ts", import.meta.url));
  assert.equal(kept, carrier("normals", await compile("normals")));
});
