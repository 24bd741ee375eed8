/**
 * An RBM's update with the exact gradient: the model's moments by enumeration, the data's over all rows, in double precision. For small
 * machines, and the oracle of the others.
 */
import { dataMoments, likelihoodGradient, modelMoments } from "../../energy/rbm/moments.ts";
import type { RbmParameters } from "../../energy/rbm/parameters.ts";
import type { RbmData } from "./data.ts";
import { GROUPS, type ParameterArrays, type RbmState } from "./state.ts";

export interface ExactStep {
  readonly rate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly sparseDecay: number;
  /** Whether log σ² are learned. */
  readonly variances: boolean;
}

/** The gradient of the mean log-likelihood of the rows to learn from. */
export function exactGradient(parameters: RbmParameters, data: RbmData): ParameterArrays<Float64Array> {
  const moments = dataMoments(parameters, data.values, data.trainRows);
  const gradient = likelihoodGradient(parameters, moments, modelMoments(parameters));
  return { ...gradient, logVariances: gradient.logVariances ?? new Float64Array(0) };
}

/** Makes an update in place: velocity ← momentum · velocity + rate · gradient, parameters ← parameters + velocity. */
export function exactUpdate(
  state: RbmState<Float64Array>,
  parameters: RbmParameters,
  data: RbmData,
  { rate, momentum, weightDecay, sparseDecay, variances }: ExactStep,
): void {
  const gradient = exactGradient(parameters, data);
  const { weights } = state.parameters;
  gradient.weights.forEach((_, k, g) => g[k] -= weightDecay * weights[k] + sparseDecay * Math.sign(weights[k]));
  for (const group of GROUPS) {
    if (group === "logVariances" && !variances) continue;
    const values = state.parameters[group], velocity = state.velocity[group];
    for (let k = 0; k < values.length; k++) {
      velocity[k] = momentum * velocity[k] + rate * gradient[group][k];
      values[k] += velocity[k];
    }
  }
}
