/**
 * Ascending vectors: x₁ = u₁ (exp u₁ for positiveOrdered), xₖ = xₖ₋₁ + exp uₖ; the log-Jacobian is the sum of the u that are exponentiated.
 *
 * Stan Reference Manual, "Ordered vector", "Positive ordered vector".
 */
import { argument, type Value } from "../../modules/tape/vector.ts";
import { expectCount } from "../density.ts";
import { type Given, type Numbers, vectorLength } from "../numbers.ts";
import { constrain, type Constrained, type ConstrainedNumbers } from "./transform.ts";

/** `free`: how many of the first entries are not exponentiated. */
function ascending(name: string, free: 0 | 1, given: readonly Given[]): Constrained<readonly Value[]> {
  expectCount(name, ["u"], given.length);
  const u = argument(`${name}: u`, given[0]), n = vectorLength(`${name}: u`, u), { traced, values } = u;
  return constrain({
    name,
    entries: n,
    forward(input, output) {
      const from = traced ? input : values;
      let last = 0, log = 0;
      for (let k = 0; k < n; k++) {
        output[k] = last += k < free ? from[k] : Math.exp(from[k]);
        if (k >= free) log += from[k];
      }
      output[n] = log;
    },
    backward(input, _output, outputAdjoint, inputAdjoint) {
      let sum = 0;
      for (let k = n - 1; k >= 0; k--) {
        sum += outputAdjoint[k];
        inputAdjoint[k] += k < free ? sum : sum * Math.exp(input[k]) + outputAdjoint[n];
      }
    },
  }, [u]);
}

export function ordered(u: Numbers): ConstrainedNumbers<readonly number[]>;
export function ordered(u: Given): Constrained<readonly Value[]>;
export function ordered(...given: readonly Given[]): Constrained<readonly Value[]> {
  return ascending("ordered", 1, given);
}

ordered.inverse = (x: ArrayLike<number>): number[] =>
  Array.from(x, (one, k) => k === 0 ? one : Math.log(one - x[k - 1]));

export function positiveOrdered(u: Numbers): ConstrainedNumbers<readonly number[]>;
export function positiveOrdered(u: Given): Constrained<readonly Value[]>;
export function positiveOrdered(...given: readonly Given[]): Constrained<readonly Value[]> {
  return ascending("positiveOrdered", 0, given);
}

positiveOrdered.inverse = (x: ArrayLike<number>): number[] =>
  Array.from(x, (one, k) => Math.log(k === 0 ? one : one - x[k - 1]));
