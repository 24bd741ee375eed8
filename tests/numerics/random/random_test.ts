/** Seeds are fixed; a statistical check alarms falsely once in 10⁶. */
import assert from "node:assert/strict";
import { boxMuller, zigguratNormal } from "../../../numerics/random/normal.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import { normalCdf } from "../../../numerics/special/normal_distribution.ts";
import { criticalValue, kolmogorovSmirnov } from "../kolmogorov_smirnov.ts";

const FALSE_ALARM = 1e-6;
const Z = 4.9; // two-sided 1e-6

const first = (random: Random, count = 8) => Array.from({ length: count }, () => random.uint32());

/** A generator that gives one word again and again. */
class Constant extends Random {
  constructor(readonly word: number) {
    super(0);
  }
  override uint32(): number {
    return this.word;
  }
}

Deno.test("a stream, a step, a purpose and a seed each lead to numbers of their own", () => {
  const places = [
    new Random(1).at(0, 0),
    new Random(1).at(1, 0),
    new Random(1).at(0, 1),
    new Random(1).at(0, 2 ** 32),
    new Random(1).at(0, 0, Purpose.start),
    new Random(1).at(0, 0, Purpose.swap),
    new Random(1).at(0, 0, Purpose.test),
    new Random(2).at(0, 0),
    new Random(1 + 2 ** 32).at(0, 0),
    new Random(Number.MAX_SAFE_INTEGER).at(0, 0),
    new Random(Number.MAX_SAFE_INTEGER).at(0, 0, Purpose.start),
  ].map((random) => first(random));
  assert.equal(new Set(places.flat()).size, places.flat().length); // 88 words of 2³²: equal ones by chance 1e-6
});

Deno.test("what was made ahead is what would have been made, within its steps and beyond them, and however much of a step is taken", () => {
  for (
    const [step, stride, numbers] of [[5, 1, 4], [2 ** 40, 3, 2], [2 ** 32 - 9, 1, 4], [2 ** 32 - 60, 4, 7], [
      1,
      1,
      100_000,
    ]]
  ) {
    const prepared = new Random(2 ** 52 + 3), plain = new Random(2 ** 52 + 3);
    prepared.prepare({ stream: 7, step, stride, count: 10, numbers, purpose: Purpose.data });
    for (const index of [0, 1, 2, 9, 5, 10, 11, 0.5]) {
      for (const [stream, purpose] of [[7, Purpose.data], [8, Purpose.data], [7, Purpose.test]] as const) {
        const at = Math.floor(step + stride * index), count = 1 + 13 * (Math.floor(index) % 3);
        assert.deepEqual(first(prepared.at(stream, at, purpose), count), first(plain.at(stream, at, purpose), count));
      }
    }
  }
});

Deno.test("numbers of a place do not depend on what was taken before it", () => {
  const random = new Random(42);
  const once = first(random.at(3, 7));
  first(random.at(3, 6), 3);
  random.normal();
  assert.deepEqual(first(random.at(3, 7)), once);
});

Deno.test("a generator says where its numbers are taken from", () => {
  const random = new Random(Number.MAX_SAFE_INTEGER - 4).at(7, 2 ** 40 + 3, Purpose.swap);
  random.uint32();
  const { seed, purpose, stream, step } = random.place;
  assert.deepEqual([seed, purpose, stream, step], [Number.MAX_SAFE_INTEGER - 4, Purpose.swap, 7, 2 ** 40 + 3]);
  assert.deepEqual(first(new Random(seed).at(stream, step, purpose)), first(random.at(7, 2 ** 40 + 3, Purpose.swap)));
});

Deno.test("neighbouring streams and steps are uncorrelated", () => {
  const draws = 20_000;
  const series = (place: (random: Random, i: number) => Random) => {
    const random = new Random(5);
    return Float64Array.from({ length: draws }, (_, i) => place(random, i).uniform() - 0.5);
  };
  const reference = series((random, i) => random.at(0, i));
  const others = [
    series((random, i) => random.at(1, i)),
    series((random, i) => random.at(0, i + 1)),
    series((random, i) => random.at(0, i, Purpose.start)),
  ];
  for (const other of others) {
    const z = 12 * other.reduce((sum, value, i) => sum + value * reference[i], 0) / Math.sqrt(draws);
    assert.ok(Math.abs(z) < Z, `z = ${z}`);
  }
});

Deno.test("a seed outside 0 … 2^53 − 1 is refused", () => {
  for (const seed of [-1, 0.5, 2 ** 53, NaN]) assert.throws(() => new Random(seed), RangeError);
});

Deno.test("a uniform lies strictly between 0 and 1 whatever the words", () => {
  assert.equal(new Constant(0).uniform(), 2 ** -53);
  assert.equal(new Constant(0xffffffff).uniform(), 1 - 2 ** -53);
});

Deno.test("uniforms are uniform", () => {
  const random = new Random(6).at(0, 0, Purpose.test);
  const draws = Float64Array.from({ length: 50_000 }, () => random.uniform());
  assert.ok(kolmogorovSmirnov(draws, (x) => x) < criticalValue(FALSE_ALARM));
});

Deno.test("exponentials are exponential", () => {
  const random = new Random(7).at(0, 0, Purpose.test);
  const draws = Float64Array.from({ length: 50_000 }, () => random.exponential());
  assert.ok(kolmogorovSmirnov(draws, (x) => -Math.expm1(-x)) < criticalValue(FALSE_ALARM));
});

/** The largest |z| of moments 1 to 6 and of the share beyond 3.5, against those of the standard normal. */
function normalMisfit(draw: () => number, count: number): number {
  const moments = [0, 1, 0, 3, 0, 15], variances = [1, 2, 15, 96, 945, 10170];
  const sums = new Float64Array(6);
  let beyond = 0;
  for (let i = 0; i < count; i++) {
    const x = draw();
    let power = 1;
    for (let k = 0; k < 6; k++) sums[k] += power *= x;
    if (Math.abs(x) > 3.5) beyond++;
  }
  const tail = 2 * normalCdf(-3.5);
  return Math.max(
    Math.abs(beyond - count * tail) / Math.sqrt(count * tail),
    ...moments.map((moment, k) => Math.abs(sums[k] - count * moment) / Math.sqrt(count * variances[k])),
  );
}

Deno.test("normals have the normal law, its moments and its tail", () => {
  const random = new Random(8).at(0, 0, Purpose.test);
  const draws = Float64Array.from({ length: 200_000 }, () => random.normal());
  assert.ok(kolmogorovSmirnov(draws, normalCdf) < criticalValue(FALSE_ALARM));
  const misfit = normalMisfit(() => random.normal(), 400_000);
  assert.ok(misfit < 5.3, `${misfit}`); // the largest of seven
});

Deno.test("the check of normals sees a tail that is cut and a variance that is off by a fiftieth", () => {
  const random = new Random(9).at(0, 0, Purpose.test);
  assert.ok(normalMisfit(() => Math.max(-3.44, Math.min(3.44, random.normal())), 400_000) > 5.3);
  assert.ok(normalMisfit(() => 1.01 * random.normal(), 400_000) > 5.3);
});

Deno.test("the ziggurat reaches beyond its last layer on both sides", () => {
  const random = new Random(10).at(0, 0, Purpose.test);
  let low = 0, high = 0;
  for (let i = 0; i < 300_000; i++) {
    const x = zigguratNormal(random);
    if (x < -3.4427) low++;
    if (x > 3.4427) high++;
  }
  const expected = 300_000 * normalCdf(-3.4427);
  for (const count of [low, high]) assert.ok(Math.abs(count - expected) < Z * Math.sqrt(expected) + 1, `${count}`);
});

Deno.test("Box–Muller: z1² + z2² = −2 ln u1, and the angle is 2πu2", () => {
  for (const u1 of [1e-300, 1e-9, 0.2, 0.5, 0.999, 1]) {
    for (const u2 of [0, 0.1, 0.3, 0.5, 0.77, 0.99]) {
      const [z1, z2] = boxMuller(u1, u2);
      const radius = -2 * Math.log(u1);
      assert.ok(Math.abs(z1 * z1 + z2 * z2 - radius) <= 4e-16 * radius);
      if (u1 < 1) {
        const turn = Math.atan2(z2, z1) / (2 * Math.PI);
        assert.ok(Math.abs((turn + 1) % 1 - u2) < 1e-15);
      }
    }
  }
});

Deno.test("Box–Muller normals have the normal law", () => {
  const random = new Random(11).at(0, 0, Purpose.test);
  const draws = new Float64Array(50_000);
  for (let i = 0; i < draws.length; i += 2) draws.set(boxMuller(random.uniform(), random.uniform()), i);
  assert.ok(kolmogorovSmirnov(draws, normalCdf) < criticalValue(FALSE_ALARM));
});

Deno.test("integers are uniform, also where n does not divide 2^32", () => {
  const random = new Random(12).at(0, 0, Purpose.test);
  for (const n of [1, 2, 3, 10, 37]) {
    const counts = new Float64Array(n);
    const draws = 20_000;
    for (let i = 0; i < draws; i++) counts[random.integer(n)]++;
    for (const count of counts) {
      const sd = Math.sqrt(draws / n * (1 - 1 / n));
      assert.ok(Math.abs(count - draws / n) <= 5.5 * sd, `${n}: ${count}`);
    }
  }
  // For n = 3 · 2³⁰ the plain product would hit every third integer twice as often.
  const n = 3 * 2 ** 30;
  const thirds = [0, 0, 0];
  for (let i = 0; i < 30_000; i++) thirds[random.integer(n) % 3]++;
  for (const count of thirds) assert.ok(Math.abs(count - 10_000) < Z * Math.sqrt(30_000 * 2 / 9), `${thirds}`);
});

Deno.test("an integer below 2^32 is the word itself", () => {
  assert.equal(new Random(13).at(0, 0).integer(2 ** 32), new Random(13).at(0, 0).uint32());
});
