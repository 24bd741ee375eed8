/** Seeds are fixed; a statistical check alarms falsely once in 10⁶. */
import assert from "node:assert/strict";
import { aliasTable } from "../../../numerics/random/inverse_transform/alias.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";

/** The probability of each index that a table stands for. */
function probabilitiesOf({ keep, alias }: { keep: Float64Array; alias: Uint32Array }): number[] {
  const out = new Array<number>(keep.length).fill(0);
  keep.forEach((kept, k) => {
    out[k] += kept / keep.length;
    out[alias[k]] += (1 - kept) / keep.length;
  });
  return out;
}

const TABLES: readonly (readonly number[])[] = [
  [1],
  [0, 3],
  [1, 1, 1],
  [0.1, 0.2, 0.3, 0.4],
  [1e-300, 1, 1e300],
  [5, 0, 0, 1e-17, 2],
  Array.from({ length: 1000 }, (_, k) => (k * 7919) % 101),
];

Deno.test("an alias table stands for the probabilities that it was made of, and gives no index that has none", () => {
  for (const weights of TABLES) {
    const table = aliasTable(weights);
    const total = weights.reduce((a, b) => a + b, 0);
    probabilitiesOf(table).forEach((probability, k) => {
      assert.ok(Math.abs(probability - weights[k] / total) < 1e-13, `${k} of ${weights.slice(0, 5)}: ${probability}`);
      if (weights[k] === 0) assert.equal(probability, 0);
    });
  }
});

Deno.test("indices drawn by an alias table have its frequencies, with the alias left out they do not", () => {
  const weights = [0.05, 0.45, 0.2, 0.3], draws = 40_000;
  const worst = (draw: (random: Random) => number) => {
    const random = new Random(31).at(0, 0, Purpose.test);
    const counts = new Float64Array(weights.length);
    for (let i = 0; i < draws; i++) counts[draw(random)]++;
    return Math.max(...weights.map((p, k) => Math.abs(counts[k] - draws * p) / Math.sqrt(draws * p * (1 - p))));
  };
  const table = aliasTable(weights);
  assert.ok(worst((random) => table.draw(random)) < 5.2); // four two-sided tests at 2.5e-7
  assert.ok(worst((random) => random.integer(weights.length)) > 50);
});

Deno.test("weights that are no distribution are refused", () => {
  assert.throws(() => aliasTable([0, 0]), /positive finite sum/);
  assert.throws(() => aliasTable([1, -1]), /weight 1/);
  assert.throws(() => aliasTable([NaN]), /weight 0/);
  assert.throws(() => aliasTable([1e308, 1e308]), /positive finite sum/);
});
