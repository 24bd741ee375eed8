/**
 * Hebb's rule and contrastive training. Seeds are fixed. The experiments have margins of five standard errors of their
 * trials and more: other trials would alarm falsely less often than once in 10⁶.
 */
import assert from "node:assert/strict";
import { measureBasins } from "../../../../models/energy/hopfield/basins.ts";
import { contrast, corrupt, negativesOf, trainContrastively } from "../../../../models/energy/hopfield/contrastive.ts";
import { hebb } from "../../../../models/energy/hopfield/hebb.ts";
import {
  energyOf,
  type HopfieldNetwork,
  isStable,
  overlapOf,
  type Pattern,
} from "../../../../models/energy/hopfield/network.ts";
import { landscapeOf, recall } from "../../../../models/energy/hopfield/recall.ts";
import {
  buildTrial,
  letterPatterns,
  randomPatterns,
  type TrialOptions,
} from "../../../../models/energy/hopfield_trials.ts";
import { Purpose, Random } from "../../../../numerics/random/random.ts";

const OPTIONS = { rate: 0.1, noise: 0.3, sweeps: 1, bias: false, updates: 300 };

Deno.test("Hebb's weights are the mean of the patterns' products, symmetric, the diagonal zero", () => {
  const patterns = randomPatterns(5, 12, 1);
  const { weights, bias } = hebb(patterns);
  for (let i = 0; i < 12; i++) {
    for (let j = 0; j < 12; j++) {
      const mean = patterns.reduce((sum, y) => sum + y[i] * y[j], 0) / 5;
      assert.equal(weights[12 * i + j], i === j ? 0 : mean);
    }
  }
  assert.ok(bias.every((value) => value === 0));
});

/** Σ_p E(y^p) − Σ_p E(y'^p) */
function contrastOf(network: HopfieldNetwork, patterns: readonly Pattern[], negatives: readonly Pattern[]): number {
  return patterns.reduce((sum, y, p) => sum + energyOf(network, y) - energyOf(network, negatives[p]), 0);
}

Deno.test("a contrastive update is the outer products' difference, symmetric with a zero diagonal, and lowers the contrast", () => {
  const patterns = randomPatterns(6, 20, 2), network = hebb(patterns);
  const negatives = negativesOf(network, patterns, { ...OPTIONS, noise: 0.4 }, 3, 1);
  const before = { ...network, weights: network.weights.slice(), bias: network.bias.slice() };
  const different = contrast(network, patterns, negatives, { rate: 0.5, bias: true });
  let count = 0;
  patterns.forEach((y, p) => y.forEach((value, i) => count += value === negatives[p][i] ? 0 : 1));
  assert.ok(count > 0);
  assert.equal(different, count / (6 * 20));
  for (let i = 0; i < 20; i++) {
    const expectedBias = patterns.reduce((sum, y, p) => sum + y[i] - negatives[p][i], 0) * 0.5 / 6;
    assert.ok(Math.abs(network.bias[i] - before.bias[i] - expectedBias) < 1e-14);
    for (let j = 0; j < 20; j++) {
      const sum = patterns.reduce((total, y, p) => total + y[i] * y[j] - negatives[p][i] * negatives[p][j], 0);
      const expected = i === j ? 0 : 0.5 / 6 * sum;
      assert.ok(Math.abs(network.weights[20 * i + j] - before.weights[20 * i + j] - expected) < 1e-14);
      assert.equal(network.weights[20 * i + j], network.weights[20 * j + i]);
    }
  }
  assert.ok(contrastOf(network, patterns, negatives) < contrastOf(before, patterns, negatives));
  // The sign that some notes print climbs.
  const climbing = { ...before, weights: before.weights.slice(), bias: before.bias.slice() };
  contrast(climbing, patterns, negatives, { rate: -0.5, bias: true });
  assert.ok(contrastOf(climbing, patterns, negatives) > contrastOf(before, patterns, negatives));
});

Deno.test("a contrastive update where the negatives are the patterns changes nothing", () => {
  const patterns = randomPatterns(4, 30, 4), network = hebb(patterns);
  assert.equal(contrast(network, patterns, patterns.map((y) => y.slice()), { rate: 1, bias: true }), 0);
  assert.deepEqual(network, hebb(patterns));
});

Deno.test("corruption flips exactly the stated fraction of spins, each as often as any other", () => {
  const random = new Random(6), scratch = new Int32Array(50), flipped = new Float64Array(50), repeats = 2000;
  for (let k = 0; k < repeats; k++) {
    const y = new Float64Array(50).fill(1);
    corrupt(y, 0.3, random.at(k, 0, Purpose.test), scratch);
    assert.equal(y.filter((value) => value === -1).length, 15);
    y.forEach((value, i) => flipped[i] += value === -1 ? 1 : 0);
  }
  for (const count of flipped) assert.ok(Math.abs(count - 0.3 * repeats) < 6 * Math.sqrt(0.21 * repeats)); // 1e-7 over all
});

/** The mean of an outcome over trials. */
function meanOf(
  what: "overlap" | "recalled" | "spurious",
  network: HopfieldNetwork,
  patterns: readonly Pattern[],
  options: TrialOptions,
  trials = 300,
): number {
  const trial = buildTrial(network, patterns, options), random = new Random(8);
  let sum = 0;
  for (let k = 0; k < trials; k++) sum += Number(trial(random.at(k, 1))[what]);
  return sum / trials;
}

Deno.test("Hebb's rule holds random patterns below a load of 0.14 and loses them above it", () => {
  // The mean overlap of the fixed point next to a pattern: 0.97 and more below the capacity, 0.35 far above (Amit et al. 1985).
  const units = 300;
  const overlap = (load: number) => {
    const patterns = randomPatterns(Math.round(load * units), units, 9);
    return meanOf("overlap", hebb(patterns), patterns, { corruption: 0, mode: "asynchronous", leastOverlap: 1 }, 40);
  };
  assert.ok(overlap(0.08) > 0.99);
  assert.ok(overlap(0.12) > 0.95);
  assert.ok(overlap(0.2) < 0.9);
});

const sets: readonly [string, Pattern[]][] = [
  ["random patterns at a load of 0.15", randomPatterns(15, 100, 10)],
  ["ten letters", letterPatterns()],
];
for (const [name, patterns] of sets) {
  Deno.test(`contrastive training widens the basins of ${name} and leaves fewer spurious minima than Hebb's rule`, () => {
    const trained = trainContrastively(patterns, OPTIONS, 1), plain = hebb(patterns);
    const recalled = (network: HopfieldNetwork) =>
      meanOf("recalled", network, patterns, { corruption: 0.2, mode: "asynchronous", leastOverlap: 1 });
    const spurious = (network: HopfieldNetwork) =>
      meanOf("spurious", network, patterns, { mode: "asynchronous", leastOverlap: 1 });
    assert.ok(patterns.every((y) => isStable(trained, y)));
    assert.ok(!patterns.every((y) => isStable(plain, y)));
    assert.ok(recalled(trained) >= 0.9 && recalled(plain) < 0.6, `${recalled(trained)} and ${recalled(plain)}`);
    assert.ok(spurious(trained) < spurious(plain) - 0.2, `${spurious(trained)} and ${spurious(plain)}`);
  });

  Deno.test(`contrastive training of ${name} with the sign flipped is caught`, () => {
    const climbed = trainContrastively(patterns, { ...OPTIONS, rate: -0.1, updates: 50 }, 1);
    assert.ok(meanOf("recalled", climbed, patterns, { corruption: 0.2, mode: "asynchronous", leastOverlap: 1 }) < 0.5);
  });
}

Deno.test("the radius of a basin is the last corruption before recall falls below nine in ten", () => {
  // One pattern of 20 units: fields have the sign of its overlap, so recall succeeds up to 9 flips, and at 10 where the overlap is 0 depends
  // on the first units; from 11 on the negative is recalled.
  const pattern = randomPatterns(1, 20, 13)[0], network = hebb([pattern]);
  const options = { trials: 50, leastOverlap: 1, seed: 2 };
  const { stable, recalled, radius, spurious } = measureBasins(network, [pattern], {
    ...options,
    corruptions: [0, 0.2, 0.45, 0.55],
  });
  assert.deepEqual([stable, [...recalled], radius, spurious], [1, [1, 1, 1, 0], 0.45, 0]);
  const far = measureBasins(network, [pattern], { ...options, corruptions: [0.55] });
  assert.ok(Number.isNaN(far.radius));
  assert.equal(measureBasins(network, [pattern], { ...options, corruptions: [0.1, 0.3] }).radius, 0.3);
});

Deno.test("a trial notes what its recall did", () => {
  const patterns = randomPatterns(4, 40, 11), network = hebb(patterns);
  const trial = buildTrial(network, patterns, { corruption: 0.25, mode: "asynchronous", leastOverlap: 1 });
  const random = new Random(12);
  const outcome = trial(random.at(0, 1));
  random.at(0, 1);
  const pattern = patterns[random.integer(4)], start = pattern.slice();
  corrupt(start, 0.25, random, new Int32Array(40));
  const { state, flips, energies } = recall(landscapeOf(network), start, random);
  assert.deepEqual(outcome, {
    overlap: overlapOf(pattern, state),
    recalled: state.every((value, i) => value === pattern[i]),
    flips,
    sweeps: energies.length - 1,
    spurious: !patterns.some((y) => Math.abs(overlapOf(y, state)) === 1),
  });
});

Deno.test("the end in another pattern is not recalled and not spurious, and neither is the negative unless there are biases", () => {
  const pattern = Float64Array.of(1, 1, 1, 1, -1);
  const network = hebb([pattern]);
  const far: TrialOptions = { corruption: 1, mode: "asynchronous", leastOverlap: 1 };
  const outcome = buildTrial(network, [pattern], far)(new Random(1).at(0, 0));
  assert.deepEqual([outcome.overlap, outcome.recalled, outcome.spurious], [-1, false, false]);
  const biased = { ...network, bias: Float64Array.of(0.1, 0, 0, 0, 0) };
  assert.equal(buildTrial(biased, [pattern], far)(new Random(1).at(0, 0)).spurious, true);
});
