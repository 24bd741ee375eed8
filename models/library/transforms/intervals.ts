/**
 * Numbers kept above, below or between bounds. u is a number or an array; of an array the log-Jacobian is the sum over the entries. Bounds are
 * numbers, or arrays of the shape of u. NaN where low is not below high.
 *
 * Stan Reference Manual, "Constraint transforms": lower, upper, and lower and upper bounded scalar.
 */
import { expit, logit, softplus } from "../../../numerics/special/logarithms.ts";
import { argument, type Value, type Values } from "../../modules/tape/vector.ts";
import { areValues, commonLength, expectCount, places } from "../density.ts";
import type { Given, Numbers, PlainNumbers } from "../numbers.ts";
import * as tape from "../scalars.ts";
import { constrain, type Constrained, type ConstrainedNumbers, shaped } from "./transform.ts";

/** A transform of u by bounds a and b (0 where it has fewer). */
interface Interval {
  readonly name: string;
  readonly takes: readonly string[];
  value(u: number, a: number, b: number): number;
  logJacobian(u: number, a: number, b: number): number;
  /** Derivatives of the value and of the log-Jacobian in u and in the bounds. */
  readonly partials: readonly ((u: number, a: number, b: number) => number)[];
  readonly jacobianPartials: readonly ((u: number, a: number, b: number) => number)[];
  /** The same of single numbers, by the tape's own operations. */
  ofNumbers?(u: Value, bound: Value): Constrained<Value>;
}

function run(law: Interval, given: readonly Given[]): Constrained<Values> {
  const { name, takes } = law;
  expectCount(name, takes, given.length);
  if (law.ofNumbers && areValues(given)) return law.ofNumbers(given[0], given[1] ?? 0);
  const read = takes.map((one, k) => argument(`${name}: ${one}`, given[k]));
  const count = commonLength(name, takes, read) ?? 1;
  const shape = read.find((one) => one.shape.length > 0)?.shape ?? [];
  const found = places(read), [pu, pa, pb] = found;
  const derived = read.flatMap(({ traced }, k) =>
    traced ? [{ partial: law.partials[k], jacobian: law.jacobianPartials[k], ...found[k] }] : []
  );
  const { value, logJacobian } = constrain({
    name,
    entries: count,
    forward(input, output) {
      const u = pu.data ?? input, a = pa.data ?? input, b = pb.data ?? input;
      let sum = 0;
      for (let i = 0; i < count; i++) {
        const ui = u[pu.offset + i * pu.stride], ai = a[pa.offset + i * pa.stride], bi = b[pb.offset + i * pb.stride];
        output[i] = law.value(ui, ai, bi);
        sum += law.logJacobian(ui, ai, bi);
      }
      output[count] = sum;
    },
    backward(input, _output, outputAdjoint, inputAdjoint) {
      const u = pu.data ?? input, a = pa.data ?? input, b = pb.data ?? input, weight = outputAdjoint[count];
      for (let k = 0; k < derived.length; k++) {
        const { partial, jacobian, offset, stride } = derived[k];
        for (let i = 0; i < count; i++) {
          const ui = u[pu.offset + i * pu.stride], ai = a[pa.offset + i * pa.stride], bi = b[pb.offset + i * pb.stride];
          inputAdjoint[offset + i * stride] += outputAdjoint[i] * partial(ui, ai, bi) + weight * jacobian(ui, ai, bi);
        }
      }
    },
  }, read);
  return { value: shaped(value, shape), logJacobian };
}

const POSITIVE: Interval = {
  name: "positive",
  takes: ["u"],
  value: Math.exp,
  logJacobian: (u) => u,
  partials: [Math.exp],
  jacobianPartials: [() => 1],
  ofNumbers: (u) => ({ value: tape.exp(u), logJacobian: u }),
};

/** exp u. */
export function positive(u: number): ConstrainedNumbers<number>;
export function positive(u: Value): Constrained<Value>;
export function positive(u: Numbers): ConstrainedNumbers<PlainNumbers>;
export function positive(u: Given): Constrained<Values>;
export function positive(...given: readonly Given[]): Constrained<Values> {
  return run(POSITIVE, given);
}

/** log x. */
positive.inverse = (x: number): number => Math.log(x);

const LOWER: Interval = {
  name: "lowerBounded",
  takes: ["u", "low"],
  value: (u, low) => low + Math.exp(u),
  logJacobian: (u) => u,
  partials: [(u) => Math.exp(u), () => 1],
  jacobianPartials: [() => 1, () => 0],
  ofNumbers: (u, low) => ({ value: tape.add(low, tape.exp(u)), logJacobian: u }),
};

/** low + exp u. */
export function lowerBounded(u: number, low: number): ConstrainedNumbers<number>;
export function lowerBounded(u: Value, low: Value): Constrained<Value>;
export function lowerBounded(u: Numbers, low: Numbers): ConstrainedNumbers<PlainNumbers>;
export function lowerBounded(u: Given, low: Given): Constrained<Values>;
export function lowerBounded(...given: readonly Given[]): Constrained<Values> {
  return run(LOWER, given);
}

lowerBounded.inverse = (x: number, low: number): number => Math.log(x - low);

const UPPER: Interval = {
  name: "upperBounded",
  takes: ["u", "high"],
  value: (u, high) => high - Math.exp(u),
  logJacobian: (u) => u,
  partials: [(u) => -Math.exp(u), () => 1],
  jacobianPartials: [() => 1, () => 0],
  ofNumbers: (u, high) => ({ value: tape.sub(high, tape.exp(u)), logJacobian: u }),
};

/** high − exp u. */
export function upperBounded(u: number, high: number): ConstrainedNumbers<number>;
export function upperBounded(u: Value, high: Value): Constrained<Value>;
export function upperBounded(u: Numbers, high: Numbers): ConstrainedNumbers<PlainNumbers>;
export function upperBounded(u: Given, high: Given): Constrained<Values>;
export function upperBounded(...given: readonly Given[]): Constrained<Values> {
  return run(UPPER, given);
}

upperBounded.inverse = (x: number, high: number): number => Math.log(high - x);

const BOUNDED: Interval = {
  name: "bounded",
  takes: ["u", "low", "high"],
  // From the nearer end, so that a value close to it keeps its digits.
  value: (u, low, high) => low < high ? u < 0 ? low + (high - low) * expit(u) : high - (high - low) * expit(-u) : NaN,
  logJacobian: (u, low, high) => low < high ? Math.log(high - low) - softplus(u) - softplus(-u) : NaN,
  partials: [(u, low, high) => (high - low) * expit(u) * expit(-u), (u) => expit(-u), (u) => expit(u)],
  jacobianPartials: [
    (u) => -Math.tanh(0.5 * u),
    (_u, low, high) => -1 / (high - low),
    (_u, low, high) => 1 / (high - low),
  ],
};

/** low + (high − low) / (1 + exp(−u)). */
export function bounded(u: number, low: number, high: number): ConstrainedNumbers<number>;
export function bounded(u: Value, low: Value, high: Value): Constrained<Value>;
export function bounded(u: Numbers, low: Numbers, high: Numbers): ConstrainedNumbers<PlainNumbers>;
export function bounded(u: Given, low: Given, high: Given): Constrained<Values>;
export function bounded(...given: readonly Given[]): Constrained<Values> {
  return run(BOUNDED, given);
}

bounded.inverse = (x: number, low: number, high: number): number => logit((x - low) / (high - low));
