/**
 * Directions: u / |u|, from as many free numbers. The map is not one to one; with the term −½ |u|² the u are standard normal given nothing
 * else, so that directions are uniform on the sphere and |u| has a proper law. NaN at u = 0. Stan Reference Manual, "Unit vector".
 */
import { argument, type Value } from "../../modules/tape/vector.ts";
import { expectCount } from "../density.ts";
import { type Given, type Numbers, vectorLength } from "../numbers.ts";
import { constrain, type Constrained, type ConstrainedNumbers } from "./transform.ts";

export function unitVector(u: Numbers): ConstrainedNumbers<readonly number[]>;
export function unitVector(u: Given): Constrained<readonly Value[]>;
export function unitVector(...given: readonly Given[]): Constrained<readonly Value[]> {
  expectCount("unitVector", ["u"], given.length);
  const read = argument("unitVector: u", given[0]), n = vectorLength("unitVector: u", read), { traced, values } = read;
  return constrain({
    name: "unitVector",
    entries: n,
    forward(input, output) {
      const u = traced ? input : values, squares = sumOfSquares(u, n), length = Math.sqrt(squares);
      for (let k = 0; k < n; k++) output[k] = u[k] / length;
      output[n] = -0.5 * squares;
    },
    backward(input, output, outputAdjoint, inputAdjoint) {
      const length = Math.sqrt(sumOfSquares(input, n));
      let along = 0;
      for (let k = 0; k < n; k++) along += outputAdjoint[k] * output[k];
      for (let k = 0; k < n; k++) {
        inputAdjoint[k] += (outputAdjoint[k] - along * output[k]) / length - outputAdjoint[n] * input[k];
      }
    },
  }, [read]);
}

/** The direction itself: one of the u that give it. */
unitVector.inverse = (x: ArrayLike<number>): number[] => Array.from(x);

function sumOfSquares(u: Float64Array, n: number): number {
  let sum = 0;
  for (let k = 0; k < n; k++) sum += u[k] * u[k];
  return sum;
}
