/** The exact law of a random procedure, against laws that are known. */
import assert from "node:assert/strict";
import { InputError } from "../../../../numerics/errors.ts";
import type { Random } from "../../../../numerics/random/random.ts";
import { categorical, geometric } from "../../../../numerics/random/inverse_transform/discrete.ts";
import { Explorer } from "../../../../workers/kernels/transitions/outcome_law.ts";

const ROUNDING = 2 ** -52;

function law(play: (random: Random) => number): number[] {
  const found = new Explorer().law(play);
  return Array.from({ length: Math.max(...found.keys()) + 1 }, (_, k) => found.get(k) ?? 0);
}

function assertLaw(found: readonly number[], expected: readonly number[], tolerance = ROUNDING): void {
  assert.equal(found.length, expected.length, `${found}`);
  expected.forEach((p, k) => assert.ok(Math.abs(found[k] - p) <= tolerance, `${k}: expected ${p}, found ${found[k]}`));
}

Deno.test("a comparison has the probability of its bound, however small or near one", () => {
  for (const p of [1e-12, 1 / 3, 0.5, 0.7310585786300049, 1 - 1e-9]) {
    assertLaw(law((random) => random.uniform() < p ? 1 : 0), [1 - p, p]);
  }
  assertLaw(law((random) => random.uniform() < 1 ? 1 : 0), [0, 1]);
  assertLaw(law((random) => random.uniform() < 0 ? 1 : 0), [1]);
});

Deno.test("the counts are those of the 2^52 values that a uniform has", () => {
  const [, p] = law((random) => random.uniform() < 1 / 3 ? 1 : 0);
  assert.equal(p * 2 ** 52, Math.round(2 ** 52 / 3));
});

Deno.test("a table, a choice and a word give each outcome its part", () => {
  const weights = [0.05, 0.2, 0.15, 0.1, 0.3, 0.2];
  const table = categorical(weights);
  assertLaw(law((random) => table.quantile(random.uniform())), weights);
  assertLaw(law((random) => Math.floor(random.uniform() * 7)), Array(7).fill(1 / 7));
  assertLaw(law((random) => random.integer(5)), Array(5).fill(0.2));
  assertLaw(law((random) => random.integer(1000) < 300 ? 1 : 0), [0.7, 0.3]);
  assertLaw(law((random) => random.uint32() >>> 31), [0.5, 0.5]);
  assertLaw(law((random) => random.exponential() < 1 ? 1 : 0), [Math.exp(-1), 1 - Math.exp(-1)]);
  const counts = geometric(0.4);
  assertLaw(law((random) => Math.min(3, counts.quantile(random.uniform()))), [0.4, 0.24, 0.144, 0.216]);
});

Deno.test("numbers that depend on earlier ones are tried in every combination", () => {
  const found = law((random) => {
    const first = random.uniform() < 0.3 ? 0 : 1;
    if (first === 0) return random.uniform() < 0.2 ? 0 : 1;
    return random.integer(2) + (random.uniform() < 0.9 ? 0 : 1);
  });
  assertLaw(found, [0.06 + 0.7 * 0.5 * 0.9, 0.24 + 0.7 * 0.5, 0.7 * 0.5 * 0.1], 2 * ROUNDING);
});

Deno.test("a bound that depends on another number's outcome is found for each of them", () => {
  const weights = [0.11, 0.37, 0.83];
  const found = law((random) => random.uniform() < weights[Math.floor(random.uniform() * 3)] ? 1 : 0);
  const mean = weights.reduce((a, b) => a + b) / 3;
  assertLaw(found, [1 - mean, mean], 2 * ROUNDING);
});

Deno.test("a finite law may stand in for the normal", () => {
  const explorer = new Explorer({ normals: { values: [-1, 0, 1], weights: [0.25, 0.5, 0.25] } });
  const found = explorer.law((random) => 2 + random.normal() + random.normal());
  assert.deepEqual([0, 1, 2, 3, 4].map((k) => found.get(k)), [1 / 16, 1 / 4, 3 / 8, 1 / 4, 1 / 16]);
});

Deno.test("what has no finite exploration is refused, and why", () => {
  const cases: [(random: Random) => number, RegExp][] = [
    [(random) => random.normal() < 0 ? 1 : 0, /normals/],
    [(random) => random.place.stream, /from their key/],
    [(random) => random.at(0, 1).uint32(), /place/],
    [(random) => {
      let turns = 0;
      while (random.uniform() > 0.1) turns++;
      return turns;
    }, /more than 200 random numbers/],
    [(random) => Math.floor(random.uniform() * 1e6), /not constant on intervals/],
  ];
  for (const [play, message] of cases) {
    assert.throws(() => new Explorer().law(play), (error) => {
      assert.ok(error instanceof InputError);
      assert.match(error.message, message);
      return true;
    });
  }
  const many = (random: Random) => Array.from({ length: 20 }, () => random.integer(2)).reduce((a, b) => a + b);
  assert.throws(() => new Explorer({ mostPlays: 1000 }).law(many), /more than 1000 were tried/);
});
