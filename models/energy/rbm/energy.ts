/**
 * Energies of an RBM, in float64.
 *
 * The hidden units sum out in closed form: p(v) ∝ exp(−F(v)) with the free energy
 *   F(v) = −bᵀv − Σ_j softplus(a_j), or Σ_i (v_i − b_i)² / 2σ_i² − Σ_j softplus(a_j) with Gaussian visibles,
 * where a_j is the field of hidden unit j.
 */
import { expit } from "../../../numerics/special/logarithms.ts";
import { hiddenFields, type RbmParameters } from "./parameters.ts";

/** The visibles' own part of the energy: −bᵀv, or Σ (v_i − b_i)² / 2σ_i². */
export function visibleEnergy({ visibleUnits, visibleBias, variances }: RbmParameters, v: ArrayLike<number>): number {
  let energy = 0;
  for (let i = 0; i < visibleUnits; i++) {
    if (variances) energy += (v[i] - visibleBias[i]) ** 2 / (2 * variances[i]);
    else energy -= visibleBias[i] * v[i];
  }
  return energy;
}

/** E(v, h). */
export function energy(parameters: RbmParameters, v: ArrayLike<number>, h: ArrayLike<number>): number {
  const fields = new Float64Array(parameters.hiddenUnits);
  hiddenFields(parameters, v, fields);
  return energyOfFields(parameters, v, h, fields);
}

/** E(v, h) from the hidden units' fields at v. */
export function energyOfFields(
  parameters: RbmParameters,
  v: ArrayLike<number>,
  h: ArrayLike<number>,
  fields: ArrayLike<number>,
): number {
  let sum = visibleEnergy(parameters, v);
  for (let j = 0; j < fields.length; j++) sum -= fields[j] * h[j];
  return sum;
}

/** F(v) = −log Σ_h exp(−E(v, h)). Leaves the hidden fields in `fields`, [hiddenUnits]. */
export function freeEnergy(parameters: RbmParameters, v: ArrayLike<number>, fields: Float64Array): number {
  hiddenFields(parameters, v, fields);
  return visibleEnergy(parameters, v) - sumSoftplus(fields);
}

/** Writes ∇F(v) of Gaussian visibles into gradient and returns F(v). Uses `fields`, [hiddenUnits]. */
export function freeEnergyGradient(
  parameters: RbmParameters,
  v: ArrayLike<number>,
  fields: Float64Array,
  gradient: Float64Array,
): number {
  const { visibleUnits, hiddenUnits, weights, visibleBias, variances } = parameters;
  const value = freeEnergy(parameters, v, fields);
  for (let j = 0; j < hiddenUnits; j++) fields[j] = expit(fields[j]);
  for (let i = 0; i < visibleUnits; i++) {
    const row = i * hiddenUnits;
    let mean = visibleBias[i];
    for (let j = 0; j < hiddenUnits; j++) mean += weights[row + j] * fields[j];
    gradient[i] = (v[i] - mean) / (variances ? variances[i] : 1);
  }
  return value;
}

const FACTORS = 512; // each factor is in (1, 2], so their product stays below 2^512

/**
 * Σ_j log(1 + exp(scale · fields[from + j])), j < count: Σ max(0, x) + log Π (1 + e^−|x|), with one logarithm for 512 factors
 * instead of one each. In index order.
 */
export function sumSoftplus(
  fields: Float32Array | Float64Array,
  scale = 1,
  from = 0,
  count: number = fields.length,
): number {
  let sum = 0;
  for (let start = from; start < from + count; start += FACTORS) {
    const end = Math.min(from + count, start + FACTORS);
    let product = 1;
    for (let j = start; j < end; j++) {
      const x = scale * fields[j];
      if (x > 0) {
        sum += x;
        product *= 1 + Math.exp(-x);
      } else product *= 1 + Math.exp(x);
    }
    sum += Math.log(product);
  }
  return sum;
}
