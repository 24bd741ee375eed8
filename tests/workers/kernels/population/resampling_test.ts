/** Seeds are fixed; a statistical check alarms falsely once in 10⁶. */
import assert from "node:assert/strict";
import { Random } from "../../../../numerics/random/random.ts";
import {
  effectiveSize,
  logMean,
  nextBeta,
  systematicAncestors,
} from "../../../../workers/kernels/population/resampling.ts";

const WEIGHTS = [0.1, 0, 2.5, 0.4, 1, 0.7, 0, 3.3];
const logs = (weights: readonly number[]) => Float64Array.from(weights, (w) => Math.log(w) - 800);

/** How often each particle goes on, over many resamplings. */
function copies(resample: (random: Random, ancestors: Uint32Array) => void, rounds: number): Float64Array {
  const random = new Random(91), ancestors = new Uint32Array(WEIGHTS.length), counts = new Float64Array(WEIGHTS.length);
  for (let r = 0; r < rounds; r++) {
    resample(random.at(r, 0), ancestors);
    ancestors.forEach((ancestor) => counts[ancestor]++);
  }
  return counts;
}

const total = WEIGHTS.reduce((a, b) => a + b, 0);
const expected = WEIGHTS.map((w) => WEIGHTS.length * w / total);

/** The largest number of standard errors by which the mean copies miss; those of one round vary by less than one. */
function misfit(counts: Float64Array, rounds: number): number {
  return Math.max(...expected.map((mean, i) => Math.abs(counts[i] / rounds - mean) / Math.sqrt(0.25 / rounds)));
}

Deno.test("a particle goes on as often as its weight says, on average and to one copy in each round", () => {
  const rounds = 4000;
  assert.ok(misfit(copies((random, out) => systematicAncestors(logs(WEIGHTS), random, out), rounds), rounds) < 5.2);
  const ancestors = new Uint32Array(WEIGHTS.length), random = new Random(92);
  for (let r = 0; r < 200; r++) {
    systematicAncestors(logs(WEIGHTS), random.at(r, 0), ancestors);
    expected.forEach((mean, i) => {
      const count = ancestors.filter((a) => a === i).length;
      assert.ok(count === Math.floor(mean) || count === Math.ceil(mean), `${count} of ${mean}`);
    });
    assert.ok(ancestors.every((a, k) => k === 0 || a >= ancestors[k - 1]), "copies are neighbours");
  }
});

Deno.test("resampling that rounds down, or always begins at the same place, is caught", () => {
  const rounds = 4000;
  const atZero = (_random: Random, out: Uint32Array) => {
    const still = { uniform: () => 0.5 } as Random;
    systematicAncestors(logs(WEIGHTS), still, out);
  };
  assert.ok(misfit(copies(atZero, rounds), rounds) > 10);
});

Deno.test("a particle without weight never goes on, and one with all of it always does", () => {
  const ancestors = new Uint32Array(4), random = new Random(93);
  for (let r = 0; r < 100; r++) {
    systematicAncestors(Float64Array.of(-Infinity, -Infinity, 5, -Infinity), random.at(r, 0), ancestors);
    assert.deepEqual([...ancestors], [2, 2, 2, 2]);
  }
});

Deno.test("the effective size is N for equal weights, 1 for one alone, 0 for none", () => {
  assert.ok(Math.abs(effectiveSize(Float64Array.of(-900, -900, -900)) - 3) < 1e-12);
  assert.equal(effectiveSize(Float64Array.of(-Infinity, 700)), 1);
  assert.equal(effectiveSize(Float64Array.of(-Infinity)), 0);
  assert.ok(Math.abs(logMean(Float64Array.of(-1000, -1000 + Math.log(3))) + 1000 - Math.LN2) < 1e-12);
  assert.equal(logMean(Float64Array.of(-Infinity)), -Infinity);
});

Deno.test("a stage goes as far as leaves the share of particles that is asked for", () => {
  const random = new Random(94).at(0, 0);
  const slopes = Float64Array.from({ length: 500 }, () => 30 * random.normal());
  const out = new Float64Array(500);
  for (const from of [0, 0.3, 0.9999]) {
    const weigh = (to: number, out: Float64Array) => slopes.forEach((slope, i) => out[i] = (to - from) * slope);
    const to = nextBeta(from, 0.5, out, weigh);
    assert.ok(to > from && to <= 1);
    weigh(to, out);
    if (to < 1) assert.ok(Math.abs(effectiveSize(out) - 250) < 1e-3);
    else assert.ok(effectiveSize(out) >= 250);
  }
});

Deno.test("particles without any weight don't keep a stage from going on", () => {
  const weigh = (to: number, out: Float64Array) => out.forEach((_, i) => out[i] = i < 70 ? -Infinity : to * i);
  const to = nextBeta(0, 0.5, new Float64Array(100), weigh);
  assert.ok(to > 0.01, `${to}`);
});
