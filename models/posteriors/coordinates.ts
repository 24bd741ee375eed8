/** Coordinates that are reported as they are, and the check of starting points that every model shares. */
import { InputError } from "../../numerics/errors.ts";

/** Throws InputError unless a start has one value for each of the `dim` reported coordinates. */
export function checkStart(values: readonly number[], dim: number): void {
  if (values.length !== dim) {
    throw new InputError("", `a start of this model has ${dim} values, one a coordinate; found ${values.length}`);
  }
}

/** The `constrain` and `unconstrain` of a target whose reported values are its coordinates. */
export function unchanged(dim: number) {
  return {
    constrain(x: Float64Array, out: Float64Array): void {
      for (let i = 0; i < dim; i++) out[i] = x[i];
    },
    unconstrain(values: readonly number[]): Float64Array {
      checkStart(values, dim);
      return Float64Array.from(values);
    },
  };
}

/** The logarithm of a scale that a user gives as a start. `index` is its place among the start's values. */
export function logOfScale(name: string, value: number, index: number): number {
  if (!(value > 0)) throw new InputError(`${index}`, `${name} must be positive, found ${value}`);
  return Math.log(value);
}
