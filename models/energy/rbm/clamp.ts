/** Visible units that are held at given values, so that the others are completed: the law is p(free | clamped). */
import { InputError } from "../../../numerics/errors.ts";
import { visibleEnergy } from "./energy.ts";
import type { RbmParameters } from "./parameters.ts";

export interface Clamp {
  /** The value of each visible unit, in single precision as the states have it, or NaN where it is free; [visibleUnits]. */
  readonly values: Float64Array;
  /** Indices of the clamped units, ascending. */
  readonly held: readonly number[];
  /** Indices of the free units, ascending. */
  readonly free: readonly number[];
}

/** Throws InputError with the path `clamp` where the values do not fit the machine. */
export function parseClamp(
  given: readonly (number | null)[] | undefined,
  { visibleUnits, variances }: RbmParameters,
): Clamp {
  if (given && given.length !== visibleUnits) {
    throw new InputError(
      "clamp",
      `expected one entry for each of ${visibleUnits} visible units, a value or null; found ${given.length}`,
    );
  }
  given?.forEach((value, i) => {
    if (value !== null && !variances && value !== 0 && value !== 1) {
      throw new InputError(`clamp.${i}`, `visible units are bits: expected 0, 1 or null, found ${value}`);
    }
  });
  const values = Float64Array.from({ length: visibleUnits }, (_, i) => Math.fround(given?.[i] ?? NaN));
  const indices = Array.from(values.keys());
  return {
    values,
    held: indices.filter((i) => !Number.isNaN(values[i])),
    free: indices.filter((i) => Number.isNaN(values[i])),
  };
}

/**
 * The machine of the free units alone: the clamped ones act on the hidden units as a bias. Its free energy is that of the
 * whole machine at the clamped values, less `constant`.
 */
export function freeMachine(parameters: RbmParameters, { values, held, free }: Clamp): {
  machine: RbmParameters;
  constant: number;
} {
  const { hiddenUnits, weights, visibleBias, hiddenBias, variances } = parameters;
  const bias = Float64Array.from(hiddenBias);
  const at = (array: ArrayLike<number>, indices: readonly number[]) => Float64Array.from(indices, (i) => array[i]);
  for (const i of held) {
    const value = values[i] / (variances ? variances[i] : 1);
    for (let j = 0; j < hiddenUnits; j++) bias[j] += value * weights[i * hiddenUnits + j];
  }
  const layer = (indices: readonly number[]): RbmParameters => ({
    visibleUnits: indices.length,
    hiddenUnits,
    weights: Float64Array.from(
      { length: indices.length * hiddenUnits },
      (_, k) => weights[indices[Math.floor(k / hiddenUnits)] * hiddenUnits + k % hiddenUnits],
    ),
    visibleBias: at(visibleBias, indices),
    hiddenBias: bias,
    variances: variances && at(variances, indices),
  });
  return { machine: layer(free), constant: visibleEnergy(layer(held), at(values, held)) };
}
