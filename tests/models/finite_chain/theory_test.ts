/** Chains whose properties are known in closed form, and laws that tie the parts of the laboratory to each other. */
import assert from "node:assert/strict";
import { autocorrelationTimes } from "../../../models/finite_chain/autocorrelation_time.ts";
import { absorption } from "../../../models/finite_chain/absorption.ts";
import { analyseChain } from "../../../models/finite_chain/analysis.ts";
import { type FiniteChain, finiteChain } from "../../../models/finite_chain/chain.ts";
import { communicatingClasses } from "../../../models/finite_chain/classes.ts";
import { detailedBalance } from "../../../models/finite_chain/detailed_balance.ts";
import { expectedHittingTimes } from "../../../models/finite_chain/hitting_times.ts";
import { metropolisHastings } from "../../../models/finite_chain/metropolis_hastings.ts";
import { mixingTime } from "../../../models/finite_chain/mixing_time.ts";
import { spectrum } from "../../../models/finite_chain/spectrum.ts";
import { stationaryDistribution } from "../../../models/finite_chain/stationary.ts";
import { Random } from "../../../numerics/random/random.ts";
import golden from "./golden.json" with { type: "json" };

const OPTIONS = { epsilon: 0.25, functions: [], hitting: [] };

function fill(size: number, entry: (i: number, j: number) => number): FiniteChain {
  return finiteChain(Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => entry(i, j))));
}

function assertNear(found: number | null, expected: number, tolerance = 1e-13, what = ""): void {
  const near = found !== null && Math.abs(found - expected) <= tolerance * Math.max(1, Math.abs(expected));
  assert.ok(near, `${what} expected ${expected}, found ${found}`);
}

function assertAllNear(found: ArrayLike<number>, expected: readonly number[], tolerance = 1e-13, what = ""): void {
  assert.equal(found.length, expected.length);
  expected.forEach((value, i) => assertNear(found[i], value, tolerance, `${what} at ${i}`));
}

/** A walk on a cycle, to the right with probability p, to the left with q, else staying. */
const cycle = (size: number, p: number, q: number) =>
  fill(
    size,
    (i, j) => (j === (i + 1) % size ? p : 0) + (j === (i + size - 1) % size ? q : 0) + (i === j ? 1 - p - q : 0),
  );

/** The lazy walk on the corners of a cube: with probability ½ stay, else turn one of the bits. */
const lazyCube = (dimension: number) =>
  fill(2 ** dimension, (i, j) => {
    const differing = (i ^ j).toString(2).replaceAll("0", "").length;
    return differing === 0 ? 0.5 : differing === 1 ? 0.5 / dimension : 0;
  });

Deno.test("the two-state chain has its closed forms", () => {
  for (const [a, b] of [[0.3, 0.1], [0.9, 0.8], [1e-6, 1e-3], [1, 0.5]]) {
    const second = 1 - a - b;
    const functions = [{ name: "f", values: [0, 1] }, { name: "constant", values: [3, 3] }];
    const result = analyseChain(fill(2, (i, j) => i === 0 ? (j === 0 ? 1 - a : a) : j === 0 ? b : 1 - b), {
      epsilon: 0.01,
      functions,
      hitting: [[1]],
    });
    const [one] = result.closedClasses;
    assert.equal(result.irreducible && result.forgetsStart, true);
    assertAllNear(one.stationary, [b / (a + b), a / (a + b)], 1e-15);
    assert.equal(one.detailedBalance.reversible, true);
    assertAllNear(one.spectrum?.real ?? [], [1, second]);
    assertNear(one.spectrum?.spectralGap ?? null, a + b);
    assertNear(one.spectrum?.relaxationTime ?? null, 1 / (1 - Math.abs(second)), 1e-9);
    assertNear(one.conductance?.ratio ?? null, Math.max(a, b), 1e-15); // out of the lesser state
    // d(t) = max(a, b)/(a + b) |1 − a − b|^t
    const exact = Math.max(0, Math.ceil(Math.log(0.01 * (a + b) / Math.max(a, b)) / Math.log(Math.abs(second))));
    assert.equal(result.mixing?.steps, exact);
    assert.deepEqual(result.hitting[0].expectedSteps[1], 0);
    assertNear(result.hitting[0].expectedSteps[0], 1 / a);
    const [f, constant] = one.functions;
    assertNear(f.mean, a / (a + b), 1e-15);
    assertNear(f.autocorrelationTime, (1 + second) / (1 - second));
    assert.deepEqual([constant.asymptoticVariance, constant.autocorrelationTime], [0, null]);
  }
});

Deno.test("a walk on a cycle has the eigenvalues of the circle", () => {
  for (const [p, q] of [[0.5, 0.5], [0.25, 0.25], [0.6, 0.1]]) {
    const size = 15;
    const chain = cycle(size, p, q);
    const pi = stationaryDistribution(chain);
    assertAllNear(pi, Array(size).fill(1 / size), 1e-15);
    const { reversible, imbalance } = detailedBalance(chain, pi);
    assert.equal(reversible, p === q);
    assertNear(imbalance, Math.abs(p - q) / size, 1e-15);
    const found = spectrum(chain, pi, { period: 1, reversible });
    assert.ok(found);
    const expected = Array.from({ length: size }, (_, k) => {
      const angle = 2 * Math.PI * k / size;
      return [1 - p - q + (p + q) * Math.cos(angle), (p - q) * Math.sin(angle)];
    });
    for (const [re, im] of expected) {
      assert.ok(Array.from(found.real).some((x, i) => Math.hypot(x - re, found.imaginary[i] - im) < 1e-13));
    }
    const moduli = expected.slice(1).map(([re, im]) => Math.hypot(re, im));
    assertNear(found.absoluteGap, 1 - Math.max(...moduli));
    assertNear(found.singularGap, 1 - Math.max(...moduli)); // a normal matrix
  }
});

Deno.test("hitting times on a cycle are k (n − k); of the coupon collector n (1 + 1/2 + … + 1/n)", () => {
  const size = 20;
  assertAllNear(
    expectedHittingTimes(cycle(size, 0.5, 0.5), [0]),
    Array.from({ length: size }, (_, k) => k * (size - k)),
  );
  const coupons = fill(11, (i, j) => i === j ? i / 10 : j === i + 1 ? 1 - i / 10 : 0);
  const harmonic = Array.from({ length: 10 }, (_, k) => 1 / (k + 1)).reduce((a, b) => a + b);
  assertNear(expectedHittingTimes(coupons, [10])[0], 10 * harmonic);
});

Deno.test("the lazy walk on a cube: eigenvalues 1 − k/n, and the mixing time of the Ehrenfest urn", () => {
  const dimension = 7;
  const result = analyseChain(lazyCube(dimension), { ...OPTIONS, epsilon: 0.05 });
  const [{ spectrum, period }] = result.closedClasses;
  assert.equal(period, 1);
  const choose = [1, 7, 21, 35, 35, 21, 7, 1];
  assertAllNear(spectrum?.real ?? [], choose.flatMap((count, k) => Array(count).fill(1 - k / dimension)), 1e-13);
  // By symmetry only the number of differing bits matters: step its law from 0.
  let law: number[] = choose.map((_, k) => Number(k === 0));
  let steps = 0;
  for (; 0.5 * law.reduce((sum, p, k) => sum + Math.abs(p - choose[k] / 2 ** dimension), 0) > 0.05; steps++) {
    law = law.map((p, k) =>
      0.5 * p + (k > 0 ? 0.5 * law[k - 1] * (dimension - k + 1) / dimension : 0) +
      (k < dimension ? 0.5 * law[k + 1] * (k + 1) / dimension : 0)
    );
  }
  assert.equal(result.mixing?.steps, steps);
  assert.ok(steps > 10);
});

Deno.test("gambler's ruin: who wins, and how long it takes", () => {
  const goal = 12;
  for (const p of [0.5, 0.45, 0.7]) {
    const q = 1 - p, r = q / p;
    const chain = fill(
      goal + 1,
      (i, j) => i === 0 || i === goal ? Number(i === j) : j === i + 1 ? p : j === i - 1 ? q : 0,
    );
    const classes = communicatingClasses(chain);
    assert.deepEqual(classes.map(({ closed }) => closed), [true, false, true]);
    const found = absorption(chain, classes);
    assert.ok(found);
    found.transient.forEach((i, at) => {
      const win = p === 0.5 ? i / goal : (1 - r ** i) / (1 - r ** goal);
      assertAllNear(found.probabilities[at], [1 - win, win]);
      assertNear(found.expectedSteps[at], p === 0.5 ? i * (goal - i) : (i - goal * win) / (q - p), 1e-12);
    });
    const times = expectedHittingTimes(chain, [goal]);
    assert.equal(times[goal], 0);
    assert.ok(times.subarray(0, goal).every((time) => time === Infinity), "ruin may come first");
  }
});

Deno.test("a periodic chain does not forget its start, two closed classes have two laws", () => {
  const bipartite = analyseChain(cycle(6, 0.5, 0.5), OPTIONS);
  assert.deepEqual([bipartite.period, bipartite.forgetsStart, bipartite.mixing], [2, false, null]);
  const [{ spectrum }] = bipartite.closedClasses;
  assert.deepEqual([spectrum?.absoluteGap, spectrum?.relaxationTime], [0, null]);
  assertNear(spectrum?.spectralGap ?? null, 0.5);

  const reducible = analyseChain(
    finiteChain([[0.5, 0.5, 0, 0], [0.25, 0.75, 0, 0], [0.1, 0.2, 0.3, 0.4], [0, 0, 0, 1]]),
    OPTIONS,
  );
  assert.deepEqual(reducible.classes, [
    { states: [0, 1], closed: true },
    { states: [2], closed: false },
    { states: [3], closed: true },
  ]);
  assert.deepEqual([reducible.irreducible, reducible.period, reducible.mixing], [false, null, null]);
  assertAllNear(reducible.closedClasses[0].stationary, [1 / 3, 2 / 3], 1e-15);
  assert.deepEqual(reducible.closedClasses[1].stationary, [1]);
  assertAllNear(reducible.absorption?.probabilities[0] ?? [], [3 / 7, 4 / 7]);
  assertNear(reducible.absorption?.expectedSteps[0] ?? null, 1 / 0.7);
});

Deno.test("with one closed class, transient starts count for the mixing time", () => {
  // From 2 the chain needs a geometric time to get to where it is mixed at once.
  const chain = finiteChain([[0.5, 0.5, 0], [0.5, 0.5, 0], [0.05, 0.05, 0.9]]);
  const { mixing, irreducible, forgetsStart } = analyseChain(chain, { ...OPTIONS, epsilon: 0.1 });
  assert.deepEqual([irreducible, forgetsStart], [false, true]);
  assert.equal(mixing?.steps, Math.ceil(Math.log(0.1) / Math.log(0.9)));
});

Deno.test("probabilities that span the range of a double are right to their last digits", () => {
  const size = 1200; // up with 2/3, down with 1/3: π_k ∝ 2^k
  const chain = fill(size, (i, j) => {
    if (j === i + 1) return 2 / 3;
    if (j === i - 1) return 1 / 3;
    return i !== j ? 0 : i === 0 ? 1 / 3 : i === size - 1 ? 2 / 3 : 0;
  });
  const pi = stationaryDistribution(chain);
  for (let k = size - 900; k < size - 1; k++) assertNear(pi[k + 1] / pi[k], 2, 1e-13);
  // Two halves with a leak of 1e-14 to the right and 3e-14 back: 1 − p_ii would have lost most of the digits.
  const leak = finiteChain([[0.5, 0.5 - 1e-14, 1e-14, 0], [0.5, 0.5, 0, 0], [3e-14, 0, 0.5, 0.5 - 3e-14], [
    0,
    0,
    0.5,
    0.5,
  ]]);
  const parts = stationaryDistribution(leak);
  assertNear((parts[0] + parts[1]) / (parts[2] + parts[3]), 3, 1e-12);
});

Deno.test("against numpy: stationary law, eigenvalues, singular values, mixing, asymptotic variance, hitting times", () => {
  for (const one of golden.chains) {
    const size = one.matrix.length;
    const chain = finiteChain(one.matrix);
    const functions = [{ name: "f", values: one.function }];
    const result = analyseChain(chain, { epsilon: 0.01, functions, hitting: [[0, size - 1]] });
    const [closed] = result.closedClasses;
    assertAllNear(closed.stationary, one.stationary, 1e-13);
    assertAllNear(closed.spectrum?.real ?? [], one.eigenvalues.map(([re]) => re), 1e-12, "re");
    assertAllNear(closed.spectrum?.imaginary ?? [], one.eigenvalues.map(([, im]) => im), 1e-12, "im");
    assertNear(closed.spectrum?.singularGap ?? null, 1 - one.secondSingularValue, 1e-12);
    assertNear(closed.detailedBalance.imbalance, one.imbalance, 1e-14);
    assert.equal(closed.detailedBalance.reversible, one.imbalance < 1e-12);
    assert.equal(result.mixing?.steps, one.mixingSteps);
    assertNear(closed.functions[0].asymptoticVariance, one.asymptoticVariance, 1e-12);
    one.hitting.forEach((time, i) => assertNear(result.hitting[0].expectedSteps[i], time, 1e-12));
  }
});

Deno.test("Kemeny's constant: what a random goal takes is the same from everywhere, and Σ 1/(1 − λ)", () => {
  for (const { matrix } of golden.chains) {
    const chain = finiteChain(matrix);
    const { size } = chain;
    const pi = stationaryDistribution(chain);
    const times = Array.from({ length: size }, (_, j) => expectedHittingTimes(chain, [j]));
    const { reversible } = detailedBalance(chain, pi);
    const found = spectrum(chain, pi, { period: 1, reversible });
    assert.ok(found);
    let expected = 0;
    for (let k = 1; k < size; k++) {
      const re = 1 - found.real[k], im = found.imaginary[k];
      expected += re / (re * re + im * im);
    }
    for (let i = 0; i < size; i++) {
      assertNear(times.reduce((sum, time, j) => sum + pi[j] * time[i], 0), expected, 1e-11);
    }
  }
});

Deno.test("Cheeger's inequality holds between bottleneck and gap", () => {
  const random = new Random(20260104);
  for (let trial = 0; trial < 30; trial++) {
    random.at(trial, 0);
    const size = 3 + trial % 8;
    const weights = Float64Array.from({ length: size }, () => random.exponential());
    const rows = Array.from({ length: size }, () => {
      const row = Float64Array.from({ length: size }, () => random.exponential() ** 3);
      const sum = row.reduce((a, b) => a + b);
      return row.map((value) => value / sum);
    });
    const [{ conductance, spectrum, detailedBalance, stationary }] =
      analyseChain(metropolisHastings(weights, rows), OPTIONS).closedClasses;
    assert.ok(conductance && spectrum && spectrum.spectralGap !== null && detailedBalance.reversible);
    assert.ok(conductance.ratio ** 2 / 2 <= spectrum.spectralGap && spectrum.spectralGap <= 2 * conductance.ratio);
    const total = weights.reduce((a, b) => a + b);
    assertAllNear(stationary, [...weights].map((weight) => weight / total), 1e-13);
  }
});

Deno.test("Metropolis–Hastings with the proposals' ratio upside down loses detailed balance or the target", () => {
  const target = [0.1, 0.2, 0.3, 0.4];
  const proposal = [[0.1, 0.6, 0.2, 0.1], [0.3, 0.1, 0.3, 0.3], [0.25, 0.25, 0.25, 0.25], [0.5, 0.2, 0.2, 0.1]];
  const right = metropolisHastings(target, proposal);
  assertAllNear(stationaryDistribution(right), target, 1e-15);
  assert.ok(detailedBalance(right, Float64Array.from(target)).imbalance < 1e-16);
  const twin = fill(4, (i, j) => {
    const go = (to: number) =>
      proposal[i][to] * Math.min(1, target[to] * proposal[i][to] / (target[i] * proposal[to][i]));
    if (i !== j) return go(j);
    return 1 - [0, 1, 2, 3].reduce((sum, to) => to === i ? sum : sum + go(to), 0);
  });
  const { reversible, imbalance } = detailedBalance(twin, Float64Array.from(target));
  assert.equal(reversible, false);
  assert.ok(imbalance > 1e-3);
});

Deno.test("the asymptotic variance is the sum of the autocovariances", () => {
  const { matrix: rows, function: f } = golden.chains[2];
  const chain = finiteChain(rows);
  const pi = stationaryDistribution(chain);
  const { mean, variance, asymptoticVariance } = autocorrelationTimes(chain, pi)(f);
  let ahead = Float64Array.from(f, (value) => value - mean);
  let sum = variance;
  for (let lag = 1; lag < 2000; lag++) {
    ahead = Float64Array.from(ahead, (_, i) => rows[i].reduce((total, p, j) => total + p * ahead[j], 0));
    sum += 2 * pi.reduce((total, p, i) => total + p * (f[i] - mean) * ahead[i], 0);
  }
  assertNear(asymptoticVariance, sum, 1e-11);
});

Deno.test("a slow chain's mixing time is found by halving, and one that is too slow is said to be", () => {
  const slow = 1e-9;
  const chain = finiteChain([[1 - slow, slow], [slow, 1 - slow]]);
  const { steps } = mixingTime(chain, Float64Array.of(0.5, 0.5), 0.25);
  assertNear(steps, Math.ceil(Math.log(0.5) / Math.log1p(-2 * slow)), 1e-6);
  const frozen = mixingTime(finiteChain([[1, 0], [0, 1]]), Float64Array.of(0.5, 0.5), 0.25);
  assert.equal(frozen.steps, null);
  assert.ok(frozen.reached > 1e14 && frozen.distances.at(-1) === 0.5);
});

Deno.test("a distance that is ε exactly counts as reached", () => {
  // d(t) = ½ · 2^(−t): ¼ at t = 1, 1/8 at t = 2.
  const chain = finiteChain([[0.75, 0.25], [0.25, 0.75]]);
  const law = Float64Array.of(0.5, 0.5);
  assert.deepEqual([0.5, 0.25, 0.125, 0.1].map((epsilon) => mixingTime(chain, law, epsilon).steps), [0, 1, 2, 3]);
});
