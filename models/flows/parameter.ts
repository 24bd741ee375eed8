/** Makes the parameters of layers. */
import type { Arithmetic, Reals } from "../../numerics/arithmetic/arithmetic.ts";
import type { Random } from "../../numerics/random/random.ts";
import type { Parameter } from "./layer.ts";

interface Learned extends Parameter {
  readonly gradient: Reals;
}

/** A learned array that begins at `values` of its index, 0 where absent. Matrices decay, vectors do not. */
export function learned(
  arithmetic: Arithmetic,
  name: string,
  shape: readonly number[],
  values?: (index: number) => number,
): Learned {
  const size = shape.reduce((a, b) => a * b, 1);
  return {
    name,
    shape,
    values: filled(arithmetic, size, values),
    gradient: arithmetic.reals(size),
    decays: shape.length > 1,
  };
}

/** An array that data or the seed decide once. */
export function fixed(
  arithmetic: Arithmetic,
  name: string,
  shape: readonly number[],
  values?: (index: number) => number,
): Parameter {
  const size = shape.reduce((a, b) => a * b, 1);
  return { name, shape, values: filled(arithmetic, size, values), gradient: null, decays: false };
}

/** Begins `prefix.name` with the prefix, so that names stay unique in what holds several. */
export function under(prefix: string, parameters: readonly Parameter[]): Parameter[] {
  return parameters.map((parameter) => ({ ...parameter, name: `${prefix}.${parameter.name}` }));
}

/** Uniform on ±√(3 gain² / fanIn): variance gain² / fanIn (He et al. 2015, for gain √2 before ReLU). */
export function uniformFan(random: Random, fanIn: number, gain: number): () => number {
  const limit = gain * Math.sqrt(3 / fanIn);
  return () => limit * (2 * random.uniform() - 1);
}

function filled(arithmetic: Arithmetic, size: number, values: ((index: number) => number) | undefined): Reals {
  const array = arithmetic.reals(size);
  if (values) { for (let k = 0; k < size; k++) array[k] = values(k); }
  return array;
}
