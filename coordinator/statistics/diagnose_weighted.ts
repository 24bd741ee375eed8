/**
 * What there is to say of one variable of weighted, independent draws. Estimates are self-normalised, with the normalised
 * weights w̃ that are given (smoothed ones); their errors are those of ratios, from Σ w̃² (f − mean)². Owen (2013), "Monte Carlo
 * theory, methods and examples", section 9.2.
 */
import { PROBABILITIES } from "./diagnose.ts";
import type { Location } from "./location_summary.ts";
import { oneSdAround } from "./mcse.ts";
import { sortWithOrder } from "./sorting.ts";
import { weightedQuantile, type WeightedSorted, weightedStep } from "./weighted_quantile.ts";
import type { Workspace } from "./workspace.ts";

/** `constant`: all draws that have a weight are equal. */
export interface WeightedDiagnostics extends Location {
  /** Draws with a weight that are NaN or infinite; with one of them nothing else is defined. */
  readonly nonFinite: number;
}

/** workspace.values holds the draws. Takes `sorted` and `order` of the workspace. */
export function diagnoseWeighted(workspace: Workspace, count: number, weights: Float64Array): WeightedDiagnostics {
  const { values, sorted, order } = workspace;
  let nonFinite = 0, least = Infinity, most = -Infinity, total = 0, squares = 0;
  for (let i = 0; i < count; i++) {
    if (!Number.isFinite(values[i])) {
      if (weights[i] > 0) nonFinite++;
      values[i] = 0; // has no weight, or nothing is defined
    }
    values[i] += 0; // −0 is 0, and ties with it
    if (weights[i] === 0) continue;
    least = Math.min(least, values[i]);
    most = Math.max(most, values[i]);
    total += weights[i];
    squares += weights[i] * weights[i];
  }
  if (nonFinite > 0 || !(total > 0)) return { ...UNDEFINED, nonFinite };
  const effective = total * total / squares;

  const mean = least === most ? least : weightedMean(values, weights, count, least);
  // Weights first, so that a large deviation with hardly any weight does not overflow.
  let second = 0, errorOfMean = 0;
  for (let i = 0; i < count; i++) {
    if (weights[i] === 0) continue;
    const deviation = values[i] - mean, weighed = weights[i] * deviation;
    second += weighed * deviation;
    errorOfMean += weighed * weighed;
  }
  let errorOfVariance = 0;
  for (let i = 0; i < count; i++) {
    if (weights[i] === 0) continue;
    const deviation = values[i] - mean;
    const weighed = weights[i] * deviation * deviation - weights[i] * second;
    errorOfVariance += weighed * weighed;
  }

  sortWithOrder(workspace, count);
  const inOrder: WeightedSorted = { count, sorted, order, weights };
  const quantiles = PROBABILITIES.map((p) => weightedQuantile(inOrder, effective, p));
  return {
    mean,
    sd: Math.sqrt(second / (1 - 1 / effective)),
    mcseMean: Math.sqrt(errorOfMean),
    mcseSd: Math.sqrt(errorOfVariance / second / 4),
    quantiles,
    mcseQuantiles: PROBABILITIES.map((p, i) => mcseOfQuantile(inOrder, p, quantiles[i])),
    nonFinite,
    constant: least === most,
  };
}

const NONE = PROBABILITIES.map(() => NaN);
const UNDEFINED = {
  mean: NaN,
  sd: NaN,
  mcseMean: NaN,
  mcseSd: NaN,
  quantiles: NONE,
  mcseQuantiles: NONE,
  constant: false,
};

/** About an origin among the values, so that a large offset costs no digits. */
function weightedMean(values: Float64Array, weights: Float64Array, count: number, origin: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += weights[i] * (values[i] - origin);
  return origin + sum;
}

/** As for chains (mcse.ts), with the effective number of draws that the error of the weighted share up to the quantile shows. */
function mcseOfQuantile(draws: WeightedSorted, probability: number, quantile: number): number {
  const { count, sorted, order, weights } = draws;
  let variance = 0;
  for (let i = 0; i < count; i++) {
    const weight = weights[order[i]];
    const deviation = (sorted[i] <= quantile ? 1 : 0) - probability;
    variance += weight * weight * deviation * deviation;
  }
  const { low, high } = oneSdAround(probability, probability * (1 - probability) / variance);
  return (weightedStep(draws, high) - weightedStep(draws, low)) / 2;
}
