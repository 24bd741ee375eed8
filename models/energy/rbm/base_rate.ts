/**
 * Where an RBM's annealing path begins, and what the visible units do along it: independent units with biases of their own,
 *   A(v) = Σ_i base_i v_i for bits, −Σ_i (v_i − base_i)² / 2 s_i² for Gaussian visibles,
 * which (1 − β) A(v) − β B(v), B the visible units' own energy, blends into the target.
 */
import { softplus } from "../../../numerics/special/logarithms.ts";
import type { States } from "../sweeps.ts";
import type { Clamp } from "./clamp.ts";
import type { Layers } from "./layers.ts";
import type { RbmParameters, Reals } from "./parameters.ts";

/** The base's parameters. */
export interface BaseRate {
  /** Log-odds of bits, means of Gaussian visibles; [visibleUnits] */
  readonly bias: Reals;
  /** s², [visibleUnits], of Gaussian visibles; null for bits. */
  readonly variances: Reals | null;
}

/** The base where nothing is known of the data: fair bits; for Gaussian visibles their law at h = 0. */
export function plainBase({ visibleUnits, visibleBias, variances }: RbmParameters): BaseRate {
  return { bias: variances ? visibleBias : new Float64Array(visibleUnits), variances };
}

/** The visible units along the path. */
export interface VisiblePath {
  /** log Σ_v exp A(v), clamped units at their values. */
  readonly logBaseNormalizer: number;
  /** −A(v) − B(v) of row `row`: what log f gains per unit of β, hidden units aside. */
  slope(states: States, row: number): number;
  /** Turns Wh in `layers.visibleFields` into what the visible units are drawn from at β. */
  blend(layers: Layers, rows: number, beta: number): void;
}

export function bitsPath({ visibleUnits, visibleBias }: RbmParameters, { bias }: BaseRate, clamp: Clamp): VisiblePath {
  let logBaseNormalizer = 0;
  for (const i of clamp.free) logBaseNormalizer += softplus(bias[i]);
  for (const i of clamp.held) logBaseNormalizer += bias[i] * clamp.values[i];
  const difference = Float64Array.from({ length: visibleUnits }, (_, i) => visibleBias[i] - bias[i]);
  const offset = new Float64Array(visibleUnits);
  return {
    logBaseNormalizer,
    slope(states, row) {
      let sum = 0;
      for (let i = 0, at = row * visibleUnits; i < visibleUnits; i++, at++) sum += difference[i] * states[at];
      return sum;
    },
    blend({ visibleFields }, rows, beta) {
      for (let i = 0; i < visibleUnits; i++) offset[i] = bias[i] + beta * difference[i];
      for (let r = 0, at = 0; r < rows; r++) {
        for (let i = 0; i < visibleUnits; i++, at++) visibleFields[at] = offset[i] + beta * visibleFields[at];
      }
    },
  };
}

export function gaussianPath(
  { visibleUnits, visibleBias, variances }: RbmParameters & { readonly variances: Reals },
  base: BaseRate & { readonly variances: Reals },
  clamp: Clamp,
): VisiblePath {
  let logBaseNormalizer = 0;
  for (const i of clamp.free) logBaseNormalizer += 0.5 * Math.log(2 * Math.PI * base.variances[i]);
  for (const i of clamp.held) logBaseNormalizer -= (clamp.values[i] - base.bias[i]) ** 2 / (2 * base.variances[i]);
  return {
    logBaseNormalizer,
    slope(states, row) {
      let sum = 0;
      for (let i = 0, at = row * visibleUnits; i < visibleUnits; i++, at++) {
        sum += (states[at] - base.bias[i]) ** 2 / (2 * base.variances[i]) -
          (states[at] - visibleBias[i]) ** 2 / (2 * variances[i]);
      }
      return sum;
    },
    blend({ visibleFields, sd }, rows, beta) {
      for (let i = 0; i < visibleUnits; i++) {
        const fromBase = (1 - beta) / base.variances[i], fromTarget = beta / variances[i];
        const precision = fromBase + fromTarget;
        sd[i] = 1 / Math.sqrt(precision);
        const mean = (fromBase * base.bias[i] + fromTarget * visibleBias[i]) / precision;
        for (let r = 0, at = i; r < rows; r++, at += visibleUnits) {
          visibleFields[at] = mean + fromTarget / precision * visibleFields[at];
        }
      }
    },
  };
}
