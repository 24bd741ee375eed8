/**
 * The exact invariance test of a transition kernel. Chains start at exact, independent draws x0 of the target; after a few
 * transitions x_n must have the same law. Three kinds of test, each blind where another one sees:
 *
 * - paired: h(x_n) − h(x_0) has mean zero. The most powerful, since a kernel that moves little has little noise.
 * - two samples: Kolmogorov–Smirnov of h(x_n) against other exact draws; sees every change of a law, given enough draws.
 * - reversibility, for kernels that are reversible: f(x_0) g(x_n) − g(x_0) f(x_n) has mean zero for all f, g.
 *
 * Functions are bounded (a squashed coordinate, its square, products, the log density, quantile sets), so that the central
 * limit theorem holds to the level used for heavy-tailed targets as well. P-values are two-sided, one a test; `assertInvariant`
 * applies Bonferroni, so that a right kernel fails at a new seed with probability at most FALSE_ALARM a case, and never
 * at a fixed seed that once passed. Geweke (2004); Gandy & Scott (2020), "Unit testing for MCMC".
 */
import assert from "node:assert/strict";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import { erfc } from "../../../numerics/special/error_function.ts";
import type { Density } from "../../../models/target.ts";
import type { BaseInfo, BaseState, Kernel } from "../../../workers/kernels/kernel.ts";

/** The probability at which a right kernel would fail one call of `assertInvariant`, over seeds. */
export const FALSE_ALARM = 1e-6;

/** A target with an exact sampler. */
export interface Sampleable extends Density {
  sample(random: Random, out: Float64Array): void;
}

/** A function of x whose law under the kernel is looked at. */
export interface TestFunction {
  readonly name: string;
  of(x: Float64Array): number;
}

export interface InvarianceCase<State extends BaseState = BaseState> {
  readonly target: Sampleable;
  /** A kernel that no longer adapts. */
  readonly kernel: Kernel<State, BaseInfo>;
  /** Transitions of each chain. */
  readonly steps: number;
  /** Chains; several thousand at least. */
  readonly replications: number;
  readonly seed: number;
  /** The kernel fulfils detailed balance, so the reversibility tests apply. */
  readonly reversible?: boolean;
  /** Looked at in addition to the built-in functions. */
  readonly functions?: readonly TestFunction[];
  /** The state of a chain that starts at an exact draw, where `kernel.init(x0)` is not it. */
  start?(x0: Float64Array, random: Random): State;
}

export interface TestResult {
  readonly name: string;
  readonly pValue: number;
}

/** Runs the chains and returns the p-value of every test; "moves" is 0 where no more than one chain in 100 has moved. */
export function testInvariance<State extends BaseState>(test: InvarianceCase<State>): TestResult[] {
  const { target, kernel, steps, replications, seed } = test;
  const { dim } = target;
  const random = new Random(seed);
  const draw = (stream: number) => {
    const x = new Float64Array(dim);
    target.sample(random.at(stream, 0, Purpose.test), x);
    return x;
  };
  const functions = [...builtIn(target, Array.from({ length: 2001 }, (_, k) => draw(k))), ...test.functions ?? []];
  const columns = () => functions.map(() => new Float64Array(replications));
  const before = columns(), after = columns(), fresh = columns();
  let moved = 0;
  for (let r = 0; r < replications; r++) {
    const x0 = draw(1e7 + r);
    const other = draw(2e7 + r);
    random.at(r, 0, Purpose.start);
    const state = test.start ? test.start(x0, random) : kernel.init(x0.slice(), random);
    for (let step = 1; step <= steps; step++) kernel.step(state, random.at(r, step));
    if (state.position.some((value, i) => value !== x0[i])) moved++;
    functions.forEach((f, k) => {
      before[k][r] = f.of(x0);
      after[k][r] = f.of(state.position);
      fresh[k][r] = f.of(other);
    });
  }
  const results: TestResult[] = [{ name: "moves", pValue: moved > replications / 100 ? 1 : 0 }];
  const differences = new Float64Array(replications);
  functions.forEach(({ name }, k) => {
    for (let r = 0; r < replications; r++) differences[r] = after[k][r] - before[k][r];
    results.push({ name: `paired ${name}`, pValue: zeroMean(differences) });
    // Sets have two values only: what Kolmogorov–Smirnov would say of them the paired test says better.
    if (!name.includes("<")) results.push({ name: `law of ${name}`, pValue: kolmogorovSmirnov(after[k], fresh[k]) });
  });
  for (let f = 0; test.reversible && f < functions.length; f++) {
    for (let g = f + 1; g < functions.length; g++) {
      const f0 = before[f], f1 = after[f], g0 = before[g], g1 = after[g];
      for (let r = 0; r < replications; r++) differences[r] = f0[r] * g1[r] - g0[r] * f1[r];
      const name = `reversibility of ${functions[f].name} and ${functions[g].name}`;
      results.push({ name, pValue: zeroMean(differences) });
    }
  }
  return results;
}

/** Fails where a test speaks against the kernel at the level FALSE_ALARM, all its tests together. */
export function assertInvariant(results: readonly TestResult[]): void {
  const worst = leastPValue(results);
  assert(
    worst.pValue * results.length >= FALSE_ALARM,
    `the kernel does not keep its target: ${worst.name} has p = ${worst.pValue} (${results.length} tests)`,
  );
}

/** Fails where no test sees that the kernel is broken: the level is a thousandth of that of `assertInvariant`, for a margin. */
export function assertBroken(results: readonly TestResult[]): void {
  const worst = leastPValue(results);
  assert(
    worst.name !== "moves" && worst.pValue * results.length < FALSE_ALARM / 1000,
    `the broken kernel passes: least p is ${worst.pValue}, of ${worst.name} (${results.length} tests)`,
  );
}

function leastPValue(results: readonly TestResult[]): TestResult {
  return results.reduce((least, result) => result.pValue < least.pValue ? result : least);
}

const MOST_COORDINATES = 5; // functions are made of the first ones, which keeps the tests to a few hundred

/** Bounded functions, scaled by quantiles of a pilot sample. */
export function builtIn(target: Sampleable, pilot: readonly Float64Array[]): TestFunction[] {
  const scaled = (name: string, of: (x: Float64Array) => number) => {
    const values = Float64Array.from(pilot, of).sort();
    const at = (p: number) => values[Math.round(p * (values.length - 1))];
    const median = at(0.5), scale = at(0.75) - at(0.25);
    const t = (x: Float64Array) => Math.tanh((of(x) - median) / (1.5 * scale));
    const sets = [0.05, 0.5, 0.95].map((p) => {
      const edge = at(p);
      return { name: `${name} < its ${p} quantile`, of: (x: Float64Array) => of(x) < edge ? 1 : 0 };
    });
    return { t: { name, of: t }, sets };
  };
  const coordinates = Array.from(
    { length: Math.min(target.dim, MOST_COORDINATES) },
    (_, i) => scaled(`x${i + 1}`, (x) => x[i]),
  );
  const density = scaled("log density", (x) => target.logDensity(x));
  const products = coordinates.flatMap(({ t: a }, i) =>
    coordinates.slice(i).map(({ t: b }) => ({
      name: a === b ? `${a.name}²` : `${a.name} ${b.name}`,
      of: (x: Float64Array) => a.of(x) * b.of(x),
    }))
  );
  return [
    ...coordinates.map(({ t }) => t),
    ...coordinates.map(({ t }) => ({ name: `|${t.name}|`, of: (x: Float64Array) => Math.abs(t.of(x)) })),
    ...products,
    density.t,
    ...coordinates.flatMap(({ sets }) => sets),
    ...density.sets,
  ];
}

/** Two-sided p-value of "the mean is zero", from independent values. */
function zeroMean(values: Float64Array): number {
  const n = values.length;
  let sum = 0;
  for (let r = 0; r < n; r++) sum += values[r];
  const mean = sum / n;
  let squares = 0;
  for (let r = 0; r < n; r++) squares += (values[r] - mean) * (values[r] - mean);
  if (squares === 0) return mean === 0 ? 1 : 0;
  return erfc(Math.abs(mean) / Math.sqrt(2 * squares / (n - 1) / n)); // P(|Z| > |z|), Z ~ N(0, 1)
}

/** Asymptotic p-value of the two-sample test; slightly conservative, and with ties more so. */
function kolmogorovSmirnov(a: Float64Array, b: Float64Array): number {
  const x = a.slice().sort(), y = b.slice().sort();
  let i = 0, j = 0, distance = 0;
  while (i < x.length && j < y.length) {
    const value = Math.min(x[i], y[j]);
    while (i < x.length && x[i] <= value) i++;
    while (j < y.length && y[j] <= value) j++;
    distance = Math.max(distance, Math.abs(i / x.length - j / y.length));
  }
  const lambda = distance * Math.sqrt(x.length * y.length / (x.length + y.length));
  if (lambda < 0.3) return 1; // the series converges slowly there; p > 0.99999
  let sum = 0;
  for (let k = 1; k <= 40; k++) sum += 2 * (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * lambda * lambda);
  return Math.min(1, Math.max(0, sum));
}
