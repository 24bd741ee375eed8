/**
 * The moments that the log-likelihood's gradient is made of, exact for small machines:
 *   ∂ log p/∂W_ij = ⟨v_i h_j⟩_data − ⟨v_i h_j⟩_model, ∂/∂b_i = ⟨v_i⟩ − ⟨v_i⟩, ∂/∂c_j = ⟨h_j⟩ − ⟨h_j⟩,
 * each over σ_i² for W and b with Gaussian visibles, whose log-variances z have
 *   ∂/∂z_i = ⟨((v_i − b_i)²/2 − v_i (Wh)_i)/σ_i²⟩_data − ⟨the same⟩_model.
 */
import { expit } from "../../../numerics/special/logarithms.ts";
import { enumeratedLayer, forEachState, logPartition } from "./enumeration.ts";
import { hiddenFields, type RbmParameters } from "./parameters.ts";

export interface Moments {
  /** ⟨v_i⟩, [visibleUnits] */
  readonly visible: Float64Array;
  /** ⟨h_j⟩, [hiddenUnits] */
  readonly hidden: Float64Array;
  /** ⟨v_i h_j⟩, [visibleUnits × hiddenUnits] */
  readonly products: Float64Array;
  /** ⟨v_i²⟩, [visibleUnits] */
  readonly squares: Float64Array;
}

/** The gradient of the mean log-likelihood. */
export interface Gradient {
  readonly weights: Float64Array;
  readonly visibleBias: Float64Array;
  readonly hiddenBias: Float64Array;
  /** With respect to log σ_i²; null where visibles are bits. */
  readonly logVariances: Float64Array | null;
}

function noMoments({ visibleUnits, hiddenUnits }: RbmParameters): Moments {
  return {
    visible: new Float64Array(visibleUnits),
    hidden: new Float64Array(hiddenUnits),
    products: new Float64Array(visibleUnits * hiddenUnits),
    squares: new Float64Array(visibleUnits),
  };
}

/** Moments of the rows of `data`, [rows × visibleUnits], with the hidden units' expectation given each row. */
export function dataMoments(parameters: RbmParameters, data: ArrayLike<number>, rows: number): Moments {
  const { visibleUnits, hiddenUnits } = parameters;
  const moments = noMoments(parameters);
  const { visible, hidden, products, squares } = moments;
  const fields = new Float64Array(hiddenUnits), v = new Float64Array(visibleUnits);
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < visibleUnits; i++) v[i] = data[r * visibleUnits + i];
    hiddenFields(parameters, v, fields);
    for (let j = 0; j < hiddenUnits; j++) {
      fields[j] = expit(fields[j]) / rows;
      hidden[j] += fields[j];
    }
    for (let i = 0; i < visibleUnits; i++) {
      if (v[i] === 0) continue;
      visible[i] += v[i] / rows;
      squares[i] += v[i] * v[i] / rows;
      for (let j = 0; j < hiddenUnits; j++) products[i * hiddenUnits + j] += v[i] * fields[j];
    }
  }
  return moments;
}

/** The model's own moments, by enumeration. Throws InputError where the smaller layer is too large. */
export function modelMoments(parameters: RbmParameters): Moments {
  const { visibleUnits, hiddenUnits, variances } = parameters;
  const moments = noMoments(parameters);
  const { visible, hidden, products, squares } = moments;
  const logZ = logPartition(parameters);
  const hiddenWalked = enumeratedLayer(parameters) === "hidden";
  forEachState(parameters, (state, logWeight, fields) => {
    const p = Math.exp(logWeight - logZ);
    if (p === 0) return;
    const others = fields.length;
    // Of the layer that is summed out, the expectation given the state.
    const expectation = (k: number) => variances ? fields[k] : expit(fields[k]);
    for (let k = 0; k < others; k++) {
      const mean = expectation(k);
      if (hiddenWalked) {
        visible[k] += p * mean;
        squares[k] += p * (variances ? mean * mean + variances[k] : mean);
        for (let j = 0; j < hiddenUnits; j++) if (state[j]) products[k * hiddenUnits + j] += p * mean;
      } else {
        hidden[k] += p * mean;
        for (let i = 0; i < visibleUnits; i++) if (state[i]) products[i * hiddenUnits + k] += p * mean;
      }
    }
    const walked = hiddenWalked ? hidden : visible;
    for (let k = 0; k < state.length; k++) {
      if (!state[k]) continue;
      walked[k] += p;
      if (!hiddenWalked) squares[k] += p;
    }
  });
  return moments;
}

/** The gradient of the mean log-likelihood from the data's and the model's moments. */
export function likelihoodGradient(parameters: RbmParameters, data: Moments, model: Moments): Gradient {
  const { visibleUnits, hiddenUnits, weights: w, visibleBias: b, variances } = parameters;
  const weights = data.products.map((value, k) => value - model.products[k]);
  const visibleBias = data.visible.map((value, i) => value - model.visible[i]);
  const hiddenBias = data.hidden.map((value, j) => value - model.hidden[j]);
  if (!variances) return { weights, visibleBias, hiddenBias, logVariances: null };
  const logVariances = new Float64Array(visibleUnits);
  for (let i = 0; i < visibleUnits; i++) {
    // ⟨(v − b)²⟩/2 − ⟨v (Wh)⟩, data − model: the b² cancels.
    let sum = 0.5 * (data.squares[i] - model.squares[i]) - b[i] * visibleBias[i];
    for (let j = 0; j < hiddenUnits; j++) sum -= w[i * hiddenUnits + j] * weights[i * hiddenUnits + j];
    logVariances[i] = sum / variances[i];
  }
  for (let i = 0; i < visibleUnits; i++) {
    visibleBias[i] /= variances[i];
    for (let j = 0; j < hiddenUnits; j++) weights[i * hiddenUnits + j] /= variances[i];
  }
  return { weights, visibleBias, hiddenBias, logVariances };
}
