import assert from "node:assert/strict";
import { openDense } from "../../../numerics/dense/dense.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import { criticalValue, kolmogorovSmirnov } from "../kolmogorov_smirnov.ts";
import { philox4x32 } from "../../../numerics/random/philox.ts";
import { philoxWords } from "../../../numerics/random/rows_key.ts";
import { normalCdf } from "../../../numerics/special/normal_distribution.ts";
import { testRandom } from "./cases.ts";

const key = { seed: 8 * 2 ** 40 + 31, purpose: Purpose.anneal, stream: 70, step: 2 ** 35 + 9 };
const sigma = (x: number) => 1 / (1 + Math.exp(-x));
const logit = (p: number) => Math.log(p / (1 - p));

Deno.test("a bit compares 16 bits of Random at its place, and 32 more where those leave it open, with σ of its field", () => {
  const [rows, m, firstBlock] = [40, 203, 3];
  const dense = openDense({ bytes: 1 << 20 });
  const field = dense.float32(rows * m), out = dense.int8(rows * m), random = testRandom(31);
  const u = new Float64Array(rows * m);
  for (let r = 0; r < rows; r++) {
    const words = wordsOf(r, firstBlock, Math.ceil(m / 8)),
      more = wordsOf(r, 2 ** 30 + 2 * firstBlock, Math.ceil(m / 4));
    for (let j = 0, i = r * m; j < m; j++, i++) {
      const half = words[j >> 1] >>> 16 * (j % 2) & 0xffff, part = (more[j] + 0.5) / 2 ** 32;
      // Every other field is one that its 16 bits leave open.
      field[i] = j % 2 ? 6 * random.normal() : 2 * logit((half + random.uniform()) / 65536);
      u[i] = (half + (field[i] < 0 ? part : 1 - part)) / 65536;
    }
  }
  dense.sampleBits({ field, rows, m, scale: 0.5, key, firstBlock, out });
  let undecided = 0;
  for (let i = 0; i < rows * m; i++) {
    const p = sigma(0.5 * field[i]);
    if (Math.abs(u[i] - p) < 2e-7) undecided++;
    else assert.equal(out[i], u[i] < p ? 1 : 0, `row ${Math.floor(i / m)}, unit ${i % m}: u ${u[i]}, p ${p}`);
  }
  assert.ok(undecided < 0.03 * rows * m, `${undecided} are too near to tell`);
});

/** The words of `count` blocks of row r. */
function wordsOf(r: number, firstBlock: number, count: number): Uint32Array {
  const { key0, key1, stepLow, stepHigh } = philoxWords(key);
  const words = new Uint32Array(4 * count);
  for (let b = 0; b < count; b++) {
    philox4x32(firstBlock + b, stepLow, stepHigh, key.stream + r, key0, key1, words.subarray(4 * b));
  }
  return words;
}

Deno.test("the words of a row are those that Random gives", () => {
  const random = new Random(key.seed).at(key.stream + 5, key.step, key.purpose);
  assert.deepEqual(wordsOf(5, 0, 10), Uint32Array.from({ length: 40 }, () => random.uint32()));
});

/** Standard scores of the numbers of bits, one a field from −6 to 6, drawn with `slope` · field. */
function scores(slope: number): number[] {
  const m = 121, rows = 5000;
  const dense = openDense({ bytes: 8 * rows * m });
  const field = dense.float32(rows * m), out = dense.int8(rows * m), counts = dense.float32(m);
  for (let i = 0; i < rows * m; i++) field[i] = slope * (i % m - 60) / 10;
  dense.sampleBits({ field, rows, m, key, firstBlock: 0, out });
  dense.columnSums(out, rows, m, counts);
  return Array.from(counts, (count, j) => {
    const p = sigma((j - 60) / 10);
    return (count - rows * p) / Math.sqrt(rows * p * (1 - p));
  });
}

Deno.test("bits have the law σ, and one of 1.05 times the field is caught", () => {
  // χ² with 121 degrees of freedom exceeds 210 with probability 9e−7: the false-alarm rate, were the seed not fixed.
  const statistic = (slope: number) => scores(slope).reduce((sum, z) => sum + z * z, 0);
  assert.ok(statistic(1) < 210, `${statistic(1)}`);
  assert.ok(statistic(1.05) > 210, `${statistic(1.05)}`);
});

Deno.test("outcomes of probability 1e−5 come as seldom as they should, on either side", () => {
  const x = Math.log(1e-5), rows = 1000, m = 2000;
  const dense = openDense({ bytes: 6 * rows * m });
  const field = dense.float32(rows * m), out = dense.int8(rows * m);
  for (const sign of [-1, 1]) {
    field.fill(sign * x);
    dense.sampleBits({ field, rows, m, key, firstBlock: 0, out });
    const rare = out.reduce((sum, bit) => sum + (sign < 0 ? 1 - bit : bit), 0);
    assert.ok(rare >= 4 && rare <= 44, `${rare} of 20 expected`); // Poisson(20) is outside with probability 4e−6
  }
});

Deno.test("the same random numbers make a bit that rises with the field", () => {
  const m = 4000;
  const dense = openDense({ bytes: 1 << 17 });
  const field = dense.float32(m), before = dense.int8(m), after = dense.int8(m);
  for (let x = -4; x < 4; x += 0.25) {
    dense.sampleBits({ field: field.fill(x), rows: 1, m, key, firstBlock: 0, out: before });
    dense.sampleBits({ field: field.fill(x + 0.25), rows: 1, m, key, firstBlock: 0, out: after });
    assert.ok(after.every((bit, j) => bit >= before[j]), `from ${x}`);
  }
});

Deno.test("normals are normal, around their means and with their scales, and uncorrelated in pairs", () => {
  const [rows, m] = [500, 101];
  const dense = openDense({ bytes: 1 << 20 });
  const mean = dense.float32(rows * m), sd = dense.float32(m), out = dense.float32(rows * m);
  const scale = Float64Array.from({ length: rows }, (_, r) => 0.5 + r / rows);
  for (let i = 0; i < rows * m; i++) mean[i] = i % 7;
  for (let j = 0; j < m; j++) sd[j] = 1 + j / m;
  dense.sampleNormals({ mean, rows, m, sd, scale, key, firstBlock: 0, out });
  const z = Float64Array.from(out, (x, i) => (x - mean[i]) / (sd[i % m] * scale[Math.floor(i / m)]));
  // Each of the two would raise a false alarm once in a million seeds.
  assert.ok(kolmogorovSmirnov(z, normalCdf) < criticalValue(1e-6));
  const pairs = z.filter((_, i) => i % m < m - 1); // an even number a row
  let product = 0;
  for (let i = 0; i < pairs.length; i += 2) product += pairs[i] * pairs[i + 1];
  assert.ok(Math.abs(product / Math.sqrt(pairs.length / 2)) < 4.9);
  assert.ok(kolmogorovSmirnov(z.map((x) => 1.06 * x), normalCdf) > criticalValue(1e-6), "a law 6 % too wide is caught");
});

Deno.test("rows are sampled alike alone and together", () => {
  const [rows, m] = [5, 30];
  const dense = openDense({ bytes: 1 << 16 });
  const field = dense.float32(rows * m), together = dense.int8(rows * m), alone = dense.int8(rows * m);
  const random = testRandom(32);
  for (let i = 0; i < rows * m; i++) field[i] = random.normal();
  dense.sampleBits({ field, rows, m, key, firstBlock: 8, out: together });
  for (let r = 0; r < rows; r++) {
    const place = { field: field.subarray(r * m), out: alone.subarray(r * m), key: { ...key, stream: key.stream + r } };
    dense.sampleBits({ rows: 1, m, firstBlock: 8, ...place });
  }
  assert.deepEqual(alone, together);
});
