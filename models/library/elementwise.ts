/**
 * Functions of a number, entry by entry on arrays: special functions, links, and arithmetic on whole arrays.
 *
 * A function of one argument keeps its shape. Of two: arrays have one shape, a number goes with every entry. Outside its domain a
 * function is NaN. Stan Functions Reference, "Real-valued basic functions".
 */
import { logChoose as logChooseOfCounts } from "../../numerics/special/factorial.ts";
import { erf as errorFunction, erfc as complement } from "../../numerics/special/error_function.ts";
import { digammaDifference, logBeta as logBetaFunction } from "../../numerics/special/gamma_ratio.ts";
import {
  expit,
  log1mExp as log1mExpOf,
  logAddExp as logAddExpOf,
  logit as logitOf,
  softplus as softplusOf,
} from "../../numerics/special/logarithms.ts";
import {
  inverseMills,
  logNormalCdf,
  logNormalDensity,
  normalCdf as phi,
  normalQuantile as quantile,
} from "../../numerics/special/normal_distribution.ts";
import { digammaOfReal, logGammaOfReal, tetragamma, trigamma as trigammaOf } from "../../numerics/special/polygamma.ts";
import { applyScalar, type ScalarOperation } from "../modules/tape/scalar.ts";
import { apply, argument, type Value, type Values, type VectorOperation } from "../modules/tape/vector.ts";
import { areValues, commonLength, expectCount, isCount, places } from "./density.ts";
import { dataOnly, type Given, type Numbers, type PlainNumbers } from "./numbers.ts";

/** A function of one number, on numbers and arrays. */
function elementwise(name: string, f: (x: number) => number, derivative: (x: number) => number) {
  const scalar: ScalarOperation = { name, value: f, partials: [derivative] };
  function call(x: number): number;
  function call(x: Value): Value;
  function call(x: Numbers): PlainNumbers;
  function call(x: Given): Values;
  function call(...given: readonly Given[]): Values {
    expectCount(name, ["x"], given.length);
    if (areValues(given)) return applyScalar(scalar, given);
    const x = argument(name, given[0]);
    const operation: VectorOperation = {
      name,
      outputs: x.values.length,
      forward(input, output) {
        for (let i = 0; i < output.length; i++) output[i] = f(input[i]);
      },
      backward(input, _output, outputAdjoint, inputAdjoint) {
        for (let i = 0; i < input.length; i++) {
          // Zero times an infinite slope would be NaN, where nothing depends on the entry.
          if (outputAdjoint[i] !== 0) inputAdjoint[i] += outputAdjoint[i] * derivative(input[i]);
        }
      },
    };
    return apply(operation, [x], x.shape);
  }
  return call;
}

type Function2 = (a: number, b: number) => number;

/** A function of two numbers, on numbers and arrays; a null partial: that argument is data. */
function elementwise2(
  name: string,
  takes: readonly [string, string],
  f: Function2,
  partials: readonly [Function2 | null, Function2 | null],
) {
  const scalar: ScalarOperation = { name, value: f, partials };
  function call(a: number, b: number): number;
  function call(a: Value, b: Value): Value;
  function call(a: Numbers, b: Numbers): PlainNumbers;
  function call(a: Given, b: Given): Values;
  function call(...given: readonly Given[]): Values {
    expectCount(name, takes, given.length);
    if (areValues(given) && given.every((one, k) => partials[k] || typeof one === "number")) {
      return applyScalar(scalar, given);
    }
    const read = takes.map((one, k) => argument(`${name}: ${one}`, given[k]));
    read.forEach((one, k) => partials[k] ?? dataOnly(`${name}: ${takes[k]}`, one));
    const count = commonLength(name, takes, read) ?? 1;
    const shape = read.find((one) => one.shape.length > 0)?.shape ?? [];
    const found = places(read), [p, q] = found;
    const derived = partials.flatMap((partial, k) => read[k].traced && partial ? [{ partial, ...found[k] }] : []);
    const operation: VectorOperation = {
      name,
      outputs: count,
      forward(input, output) {
        const a = p.data ?? input, b = q.data ?? input;
        for (let i = 0; i < count; i++) output[i] = f(a[p.offset + i * p.stride], b[q.offset + i * q.stride]);
      },
      backward(input, _output, outputAdjoint, inputAdjoint) {
        const a = p.data ?? input, b = q.data ?? input;
        for (let k = 0; k < derived.length; k++) {
          const { partial, offset, stride } = derived[k];
          for (let i = 0; i < count; i++) {
            if (outputAdjoint[i] === 0) continue;
            inputAdjoint[offset + i * stride] += outputAdjoint[i] *
              partial(a[p.offset + i * p.stride], b[q.offset + i * q.stride]);
          }
        }
      },
    };
    return apply(operation, read.filter(({ traced }) => traced), shape);
  }
  return call;
}

const TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

function logitOfProbability(p: number): number {
  if (!(p >= 0 && p <= 1)) return NaN;
  // Near a half the two logarithms would cancel; 2p − 1 is exact there.
  return p > 0.25 && p < 0.75 ? Math.log1p((2 * p - 1) / (1 - p)) : logitOf(p);
}

/** log |Γ(x)|. */
export const lgamma = elementwise("lgamma", logGammaOfReal, digammaOfReal);
/** ψ(x), the derivative of lgamma. */
export const digamma = elementwise("digamma", digammaOfReal, trigammaOf);
/** ψ′(x). */
export const trigamma = elementwise("trigamma", trigammaOf, tetragamma);
export const erf = elementwise("erf", errorFunction, (x) => TWO_OVER_SQRT_PI * Math.exp(-x * x));
export const erfc = elementwise("erfc", complement, (x) => -TWO_OVER_SQRT_PI * Math.exp(-x * x));
/** Φ(x), the standard normal distribution function. */
export const normalCdf = elementwise("normalCdf", phi, (x) => Math.exp(logNormalDensity(x)));
/** log Φ(x), also far out in the tail. */
export const normalLogCdf = elementwise("normalLogCdf", logNormalCdf, inverseMills);
/** Φ⁻¹(p). */
export const normalQuantile = elementwise("normalQuantile", quantile, (p) => Math.exp(-logNormalDensity(quantile(p))));
/** log(p / (1 − p)). */
export const logit = elementwise("logit", logitOfProbability, (p) => 1 / (p * (1 - p)));
/** 1 / (1 + e⁻ˣ). */
export const invLogit = elementwise("invLogit", expit, (x) => expit(x) * expit(-x));
/** log(1 + eˣ). */
export const softplus = elementwise("softplus", softplusOf, expit);
export const log1pExp = elementwise("log1pExp", softplusOf, expit);
/** log(1 − eˣ), x ≤ 0. */
export const log1mExp = elementwise("log1mExp", (x) => x <= 0 ? log1mExpOf(x) : NaN, (x) => -1 / Math.expm1(-x));
export const square = elementwise("square", (x) => x * x, (x) => 2 * x);
export const exp = elementwise("exp", Math.exp, Math.exp);
export const log = elementwise("log", Math.log, (x) => 1 / x);
export const sqrt = elementwise("sqrt", Math.sqrt, (x) => 0.5 / Math.sqrt(x));

/** log B(a, b), for a, b > 0. */
export const logBeta = elementwise2(
  "logBeta",
  ["a", "b"],
  (a, b) => a > 0 && b > 0 ? logBetaFunction(a, b) : NaN,
  [(a, b) => -digammaDifference(a, b), (a, b) => -digammaDifference(b, a)],
);
/** log of n over k, of whole numbers: data. */
export const logChoose = elementwise2(
  "logChoose",
  ["n", "k"],
  (n, k) => isCount(n) && isCount(k) && k <= n ? logChooseOfCounts(n, k) : NaN,
  [null, null],
);
/** log(eᵃ − eᵇ), a ≥ b. */
export const logDiffExp = elementwise2(
  "logDiffExp",
  ["a", "b"],
  (a, b) => a > b || b === -Infinity ? a + log1mExpOf(b - a) : a === b ? -Infinity : NaN,
  [(a, b) => -1 / Math.expm1(b - a), (a, b) => -1 / Math.expm1(a - b)],
);
/** log(eᵃ + eᵇ). */
export const logAddExp = elementwise2(
  "logAddExp",
  ["a", "b"],
  logAddExpOf,
  [(a, b) => a === b ? 0.5 : expit(a - b), (a, b) => a === b ? 0.5 : expit(b - a)],
);

/** Sums, differences, products and quotients of whole arrays, one operation on the tape. */
export const add = elementwise2("add", ["a", "b"], (a, b) => a + b, [() => 1, () => 1]);
export const subtract = elementwise2("subtract", ["a", "b"], (a, b) => a - b, [() => 1, () => -1]);
export const multiply = elementwise2("multiply", ["a", "b"], (a, b) => a * b, [(_a, b) => b, (a) => a]);
export const divide = elementwise2("divide", ["a", "b"], (a, b) => a / b, [(_a, b) => 1 / b, (a, b) => -a / b / b]);
