/**
 * Every state of the smaller layer of a small RBM, with the larger layer summed out: exact sums over all states at the price
 * of 2^min(visible, hidden) vectors.
 *
 * The states are walked as a binary tree, each node adding one unit's row of weights to the fields of its parent, so that a
 * field is a sum of at most 20 terms in a fixed order (a Gray code would gather the rounding of 2²⁰ additions and subtractions).
 */
import { logSumExp } from "../../../numerics/special/logarithms.ts";
import { InputError } from "../../../numerics/errors.ts";
import { sumSoftplus } from "./energy.ts";
import type { RbmParameters } from "./parameters.ts";

/** The most units of the layer that is enumerated. */
export const MOST_ENUMERATED = 20;

/** Which layer is walked through; Gaussian visibles can only be integrated out. */
export function enumeratedLayer({ visibleUnits, hiddenUnits, variances }: RbmParameters): "visible" | "hidden" {
  return variances || hiddenUnits <= visibleUnits ? "hidden" : "visible";
}

/** The units of the layer that `forEachState` walks through. */
export function enumeratedUnits(parameters: RbmParameters): number {
  return enumeratedLayer(parameters) === "hidden" ? parameters.hiddenUnits : parameters.visibleUnits;
}

/**
 * Calls visit for every state of the smaller layer, that of unit 0 changing slowest: its units (0 or 1), the log of its summed
 * weight log Σ_other exp(−E), and the fields of the other layer's units (log-odds; means of Gaussian visibles). The arrays are
 * written over at the next call. Throws InputError where the layer has more than `most` units.
 */
export function forEachState(
  parameters: RbmParameters,
  visit: (state: Uint8Array, logWeight: number, fields: Float64Array) => void,
  most = MOST_ENUMERATED,
): void {
  const { visibleUnits, hiddenUnits, weights, visibleBias, hiddenBias } = parameters;
  const hidden = enumeratedLayer(parameters) === "hidden";
  const units = hidden ? hiddenUnits : visibleUnits;
  const others = hidden ? visibleUnits : hiddenUnits;
  if (units > most) {
    throw new InputError(
      "",
      `an exact sum walks through the states of the smaller layer, which may have at most ${most} units; found ${units}`,
    );
  }
  const bias = hidden ? hiddenBias : visibleBias;
  const logSum = otherLayer(parameters);
  const state = new Uint8Array(units);
  const levels = Array.from({ length: units + 1 }, () => new Float64Array(others));
  levels[0].set(hidden ? visibleBias : hiddenBias);

  const walk = (unit: number, fields: Float64Array, linear: number) => {
    if (unit === units) {
      visit(state, linear + logSum(fields), fields);
      return;
    }
    state[unit] = 0;
    walk(unit + 1, fields, linear);
    const next = levels[unit + 1];
    for (let k = 0; k < others; k++) {
      next[k] = fields[k] + (hidden ? weights[k * hiddenUnits + unit] : weights[unit * hiddenUnits + k]);
    }
    state[unit] = 1;
    walk(unit + 1, next, linear + bias[unit]);
  };
  walk(0, levels[0], 0);
}

/** log Σ over the states of the other layer, given its fields. */
function otherLayer({ visibleBias, variances }: RbmParameters): (fields: Float64Array) => number {
  if (!variances) return (fields) => sumSoftplus(fields);
  let constant = 0;
  for (const variance of variances) constant += 0.5 * Math.log(2 * Math.PI * variance);
  return (means) => {
    let sum = constant;
    // ½(m² − b²)/σ², factored so that it does not cancel.
    for (let i = 0; i < means.length; i++) {
      sum += (means[i] - visibleBias[i]) * (means[i] + visibleBias[i]) / (2 * variances[i]);
    }
    return sum;
  };
}

/** log Z = log Σ_{v,h} exp(−E(v, h)). */
export function logPartition(parameters: RbmParameters, most = MOST_ENUMERATED): number {
  // A walk of up to 2²⁰ leaves: terms are gathered in blocks, so that memory stays small.
  const terms = new Float64Array(1024);
  const sums: number[] = [];
  let filled = 0;
  forEachState(parameters, (_, logWeight) => {
    terms[filled++] = logWeight;
    if (filled === terms.length) {
      sums.push(logSumExp(terms));
      filled = 0;
    }
  }, most);
  if (filled > 0) sums.push(logSumExp(terms.subarray(0, filled)));
  return logSumExp(sums);
}
