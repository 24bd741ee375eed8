/**
 * Functions of whole arrays that give a number or an array of the same length: sums, products, distances, logarithms of sums of exponentials.
 *
 * An array of any shape counts as its entries in a row. Sums run in the order of the entries. Stan Functions Reference, "Reductions".
 */
import { logSumExp as logSumExpOf } from "../../numerics/special/logarithms.ts";
import { applyScalar, type ScalarOperation } from "../modules/tape/scalar.ts";
import { apply, argument, type Value, type Values, type VectorOperation } from "../modules/tape/vector.ts";
import { areValues, commonLength, expectCount, places } from "./density.ts";
import { type Given, type Numbers, refuse, single } from "./numbers.ts";

interface Reduction {
  readonly name: string;
  value(x: Float64Array): number;
  /** Adds weight times the gradient to out. */
  addGradient(x: Float64Array, value: number, weight: number, out: Float64Array): void;
}

function reduction({ name, value, addGradient }: Reduction) {
  function call(x: Numbers): number;
  function call(x: Given): Value;
  function call(...given: readonly Given[]): Value {
    expectCount(name, ["array"], given.length);
    const x = argument(name, given[0]);
    return single(apply(
      {
        name,
        outputs: 1,
        forward: (input, output) => void (output[0] = value(input)),
        backward: (input, output, outputAdjoint, inputAdjoint) =>
          addGradient(input, output[0], outputAdjoint[0], inputAdjoint),
      },
      [x],
      [],
    ));
  }
  return call;
}

function total(x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i];
  return sum;
}

function addToAll(amount: number, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] += amount;
}

/** Σ xᵢ. */
export const sum = reduction({
  name: "sum",
  value: total,
  addGradient: (_x, _value, weight, out) => addToAll(weight, out),
});

/** Σ xᵢ / n. */
export const mean = reduction({
  name: "mean",
  value: (x) => total(x) / x.length,
  addGradient: (x, _value, weight, out) => addToAll(weight / x.length, out),
});

/** Σ (xᵢ − mean)² / (n − 1). */
export const variance = reduction({
  name: "variance",
  value: squaresAboutMean,
  addGradient(x, _value, weight, out) {
    const center = total(x) / x.length;
    for (let i = 0; i < x.length; i++) out[i] += weight * 2 * (x[i] - center) / (x.length - 1);
  },
});

function squaresAboutMean(x: Float64Array): number {
  const center = total(x) / x.length;
  let squares = 0;
  for (let i = 0; i < x.length; i++) squares += (x[i] - center) * (x[i] - center);
  return squares / (x.length - 1);
}

/** √variance. */
export const standardDeviation = reduction({
  name: "standardDeviation",
  value: (x) => Math.sqrt(squaresAboutMean(x)),
  addGradient(x, value, weight, out) {
    const center = total(x) / x.length;
    for (let i = 0; i < x.length; i++) out[i] += weight * (x[i] - center) / ((x.length - 1) * value);
  },
});

/** Σ xᵢ². */
export const sumOfSquares = reduction({
  name: "sumOfSquares",
  value(x) {
    let squares = 0;
    for (let i = 0; i < x.length; i++) squares += x[i] * x[i];
    return squares;
  },
  addGradient(x, _value, weight, out) {
    for (let i = 0; i < x.length; i++) out[i] += 2 * weight * x[i];
  },
});

const logSumExpOfArray = reduction({
  name: "logSumExp",
  value: logSumExpOf,
  addGradient(x, value, weight, out) {
    if (value === -Infinity) return;
    for (let i = 0; i < x.length; i++) out[i] += weight * Math.exp(x[i] - value);
  },
});

/** log Σ exp xᵢ, of an array or of several numbers; −∞ of none. */
export function logSumExp(x: Numbers, ...others: readonly number[]): number;
export function logSumExp(x: Given, ...others: readonly Value[]): Value;
export function logSumExp(...x: readonly Given[]): Value {
  if (x.length === 0) refuse("logSumExp(array): expected an array, or numbers, found nothing");
  return logSumExpOfArray(x.length === 1 ? x[0] : x);
}

function mixed(p: number, a: number, b: number): number {
  if (!(p >= 0 && p <= 1)) return NaN;
  if (p === 0) return b;
  if (p === 1) return a;
  if (a > b) return a + logOfMean(1 - p, p, b - a);
  return b === -Infinity ? -Infinity : b + logOfMean(p, 1 - p, a - b);
}

/** log(rest + weight eᵈ), d ≤ 0, weight + rest = 1: from the sum where that is far from one, else from what it lacks. */
function logOfMean(weight: number, rest: number, d: number): number {
  return weight > 0.5 ? Math.log(rest + weight * Math.exp(d)) : Math.log1p(weight * Math.expm1(d));
}

/** The part of a component in the mixture, times `weight`. */
function share(weight: number, component: number, value: number): number {
  return weight === 0 || value === -Infinity ? 0 : weight * Math.exp(component - value);
}

const mixture: ScalarOperation = {
  name: "logMix",
  value: mixed,
  partials: [
    (p, a, b) => share(1, a, mixed(p, a, b)) - share(1, b, mixed(p, a, b)),
    (p, a, b) => share(p, a, mixed(p, a, b)),
    (p, a, b) => share(1 - p, b, mixed(p, a, b)),
  ],
};

/** log(p eᵃ + (1 − p) eᵇ), p in [0, 1]: the log density of a mixture of two. */
export function logMix(p: number, a: number, b: number): number;
export function logMix(p: Value, a: Value, b: Value): Value;
export function logMix(...given: readonly Value[]): Value {
  const takes = ["p", "a", "b"];
  expectCount("logMix", takes, given.length);
  if (areValues(given)) return applyScalar(mixture, given);
  return refuse("logMix(p, a, b): expected three numbers. For arrays, loop over their entries.");
}

/** A function of two arrays of one length that gives a number. */
function pairing(
  name: string,
  term: (a: number, b: number) => number,
  slopeA: (a: number, b: number) => number,
  slopeB: (a: number, b: number) => number,
) {
  const takes = ["a", "b"] as const;
  function call(a: Numbers, b: Numbers): number;
  function call(a: Given, b: Given): Value;
  function call(...given: readonly Given[]): Value {
    expectCount(name, takes, given.length);
    const read = takes.map((one, k) => argument(`${name}: ${one}`, given[k]));
    const count = commonLength(name, takes, read) ?? 1;
    const [p, q] = places(read);
    const operation: VectorOperation = {
      name,
      outputs: 1,
      forward(input, output) {
        const a = p.data ?? input, b = q.data ?? input;
        let sum = 0;
        for (let i = 0; i < count; i++) sum += term(a[p.offset + i * p.stride], b[q.offset + i * q.stride]);
        output[0] = sum;
      },
      backward(input, _output, outputAdjoint, inputAdjoint) {
        const a = p.data ?? input, b = q.data ?? input, weight = outputAdjoint[0];
        for (let i = 0; i < count; i++) {
          const ai = a[p.offset + i * p.stride], bi = b[q.offset + i * q.stride];
          if (!p.data) inputAdjoint[p.offset + i * p.stride] += weight * slopeA(ai, bi);
          if (!q.data) inputAdjoint[q.offset + i * q.stride] += weight * slopeB(ai, bi);
        }
      },
    };
    return single(apply(operation, read.filter(({ traced }) => traced), []));
  }
  return call;
}

/** Σ aᵢ bᵢ. */
export const dot = pairing("dot", (a, b) => a * b, (_a, b) => b, (a) => a);

/** Σ (aᵢ − bᵢ)². */
export const squaredDistance = pairing(
  "squaredDistance",
  (a, b) => (a - b) * (a - b),
  (a, b) => 2 * (a - b),
  (a, b) => 2 * (b - a),
);

interface Rowwise {
  readonly name: string;
  forward(x: Float64Array, out: Float64Array): void;
  backward(x: Float64Array, y: Float64Array, adjoint: Float64Array, out: Float64Array): void;
}

/** A function that keeps the length of an array of numbers. */
function lengthwise({ name, forward, backward }: Rowwise) {
  function call(x: Numbers): readonly number[];
  function call(x: Given): readonly Value[];
  function call(...given: readonly Given[]): Values {
    expectCount(name, ["array"], given.length);
    const x = argument(name, given[0]);
    if (x.shape.length !== 1) refuse(`${name}: expected an array of numbers, found shape [${x.shape.join(", ")}]`);
    return apply({ name, outputs: x.values.length, forward, backward }, [x], x.shape);
  }
  return call;
}

/** x₁, x₁ + x₂, … */
export const cumulativeSum = lengthwise({
  name: "cumulativeSum",
  forward(x, out) {
    let sum = 0;
    for (let i = 0; i < x.length; i++) out[i] = sum += x[i];
  },
  backward(x, _y, adjoint, out) {
    let sum = 0;
    for (let i = x.length - 1; i >= 0; i--) out[i] += sum += adjoint[i];
  },
});

/** exp xᵢ / Σ exp xⱼ. */
export const softmax = lengthwise({
  name: "softmax",
  forward(x, out) {
    const log = logSumExpOf(x);
    for (let i = 0; i < x.length; i++) out[i] = Math.exp(x[i] - log);
  },
  backward(x, y, adjoint, out) {
    let pull = 0;
    for (let i = 0; i < x.length; i++) pull += adjoint[i] * y[i];
    for (let i = 0; i < x.length; i++) out[i] += y[i] * (adjoint[i] - pull);
  },
});

/** xᵢ − log Σ exp xⱼ. */
export const logSoftmax = lengthwise({
  name: "logSoftmax",
  forward(x, out) {
    const log = logSumExpOf(x);
    for (let i = 0; i < x.length; i++) out[i] = x[i] - log;
  },
  backward(x, y, adjoint, out) {
    let pull = 0;
    for (let i = 0; i < x.length; i++) pull += adjoint[i];
    for (let i = 0; i < x.length; i++) out[i] += adjoint[i] - Math.exp(y[i]) * pull;
  },
});
