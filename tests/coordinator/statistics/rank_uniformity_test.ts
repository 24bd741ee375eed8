/** The test of ranks: its p-value against all samples there are, and against many. */
import assert from "node:assert/strict";
import { Random } from "../../../numerics/random/random.ts";
import { holm } from "../../../coordinator/statistics/calibration/holm.ts";
import { RankUniformity } from "../../../coordinator/statistics/calibration/rank_uniformity.ts";

/** The statistic by its definition. */
function statistic(ranks: readonly number[], draws: number): number {
  const n = ranks.length;
  let least = 1;
  for (let j = 1; j <= draws; j++) {
    const p = j / (draws + 1), below = ranks.filter((rank) => rank < j).length;
    let lower = 0, upper = 0;
    for (let k = 0; k <= n; k++) {
      const probability = choose(n, k) * p ** k * (1 - p) ** (n - k);
      if (k <= below) lower += probability;
      if (k >= below) upper += probability;
    }
    least = Math.min(least, 2 * lower, 2 * upper);
  }
  return least;
}

function choose(n: number, k: number): number {
  let product = 1;
  for (let i = 0; i < k; i++) product *= (n - i) / (i + 1);
  return product;
}

for (const [count, draws] of [[1, 1], [3, 4], [5, 3], [4, 6]]) {
  Deno.test(`the p-value of ${count} ranks from 0 to ${draws} is the share of all samples that stray as far`, () => {
    const samples: number[][] = Array.from(
      { length: (draws + 1) ** count },
      (_, code) => Array.from({ length: count }, (_, i) => Math.floor(code / (draws + 1) ** i) % (draws + 1)),
    );
    const statistics = samples.map((ranks) => statistic(ranks, draws));
    const test = new RankUniformity(count, draws);
    for (const [s, ranks] of samples.entries()) {
      const share = statistics.filter((t) => t <= statistics[s] * (1 + 1e-9)).length / samples.length;
      assert.ok(Math.abs(test.pValue(ranks) - share) < 1e-9, `${ranks}: ${test.pValue(ranks)} is not ${share}`);
    }
  });
}

Deno.test("uniform ranks have p-values below a level at most as often as the level says", () => {
  const random = new Random(20260501), test = new RankUniformity(200, 99), samples = 1500;
  const pValues = Array.from(
    { length: samples },
    () => test.pValue(Array.from({ length: 200 }, () => random.integer(100))),
  );
  for (const level of [0.5, 0.1, 0.01]) {
    const found = pValues.filter((p) => p <= level).length / samples;
    const spread = Math.sqrt(level * (1 - level) / samples);
    // 4 standard errors: false alarms of about 10⁻⁴; the law is discrete, so that p-values reach a level from below
    assert.ok(found < level + 4 * spread && found > 0.9 * level - 4 * spread, `${level}: ${found}`);
  }
});

Deno.test("ranks that lean, and ranks that crowd in the middle or at the ends, have a small p-value", () => {
  const random = new Random(1);
  const shapes: Record<string, (u: number) => number> = {
    "too low": (u) => u ** 1.5,
    "in the middle": (u) => 0.5 + 4 * (u - 0.5) ** 3,
    "at the ends": (u) => u < 0.5 ? 0.5 * (2 * u) ** 2 : 1 - 0.5 * (2 - 2 * u) ** 2,
  };
  for (const [name, shape] of Object.entries(shapes)) {
    const ranks = Array.from({ length: 300 }, () => Math.floor(100 * shape(random.uniform())));
    const p = new RankUniformity(300, 99).pValue(ranks);
    assert.ok(p < 1e-4, `${name}: ${p}`);
  }
});

Deno.test("a p-value far below the smallest that a complement can show is still told", () => {
  const p = new RankUniformity(100, 99).pValue(new Array(100).fill(0));
  assert.ok(p > 0 && p < 1e-190, `${p}`);
});

Deno.test("Holm's adjusted p-values rise with the p-values, the smallest times the number of tests", () => {
  const close = (found: number[], expected: number[]) =>
    found.forEach((p, i) => assert.ok(Math.abs(p - expected[i]) < 1e-12, `${found} is not ${expected}`));
  close(holm([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02]);
  close(holm([0.5, 0.9]), [1, 1]);
});
