/**
 * The same machine in spins: for y, s ∈ {−1, +1} with E(y, s) = −bᵀy − cᵀs − yᵀws, put y = 2v − 1 and s = 2h − 1. Then
 *   W₀₁ = 4w,  b₀₁ = 2b − 2 Σ_j w_ij,  c₀₁ = 2c − 2 Σ_i w_ij,
 * and E₀₁(v, h) = E±(y, s) + constant, constant = Σ w_ij − Σ b_i − Σ c_j.
 */
import type { RbmParameters } from "./parameters.ts";

/** A restricted machine of spins. */
export interface SpinParameters {
  readonly visibleUnits: number;
  readonly hiddenUnits: number;
  /** w, [visibleUnits × hiddenUnits], row-major. */
  readonly weights: Float64Array;
  readonly visibleBias: Float64Array;
  readonly hiddenBias: Float64Array;
}

/** The machine on bits with the same law; its energy is the spins' plus `constant`. */
export function fromSpins(spins: SpinParameters): { parameters: RbmParameters; constant: number } {
  const { visibleUnits, hiddenUnits } = spins;
  const weights = spins.weights.map((w) => 4 * w);
  const visibleBias = spins.visibleBias.map((b) => 2 * b), hiddenBias = spins.hiddenBias.map((c) => 2 * c);
  let constant = 0;
  for (let i = 0; i < visibleUnits; i++) {
    constant -= spins.visibleBias[i];
    for (let j = 0; j < hiddenUnits; j++) {
      const w = spins.weights[i * hiddenUnits + j];
      visibleBias[i] -= 2 * w;
      hiddenBias[j] -= 2 * w;
      constant += w;
    }
  }
  for (const c of spins.hiddenBias) constant -= c;
  return { parameters: { visibleUnits, hiddenUnits, weights, visibleBias, hiddenBias, variances: null }, constant };
}

/** The inverse of `fromSpins`: the bits' energy is the spins' plus `constant`. Throws RangeError for Gaussian visibles. */
export function toSpins(bits: RbmParameters): { spins: SpinParameters; constant: number } {
  if (bits.variances) throw new RangeError("only a machine whose visible units are bits can be written in spins");
  const { visibleUnits, hiddenUnits } = bits;
  const weights = Float64Array.from(bits.weights, (w) => w / 4);
  const visibleBias = Float64Array.from(bits.visibleBias, (b) => b / 2);
  const hiddenBias = Float64Array.from(bits.hiddenBias, (c) => c / 2);
  for (let i = 0; i < visibleUnits; i++) {
    for (let j = 0; j < hiddenUnits; j++) {
      const w = weights[i * hiddenUnits + j];
      visibleBias[i] += w;
      hiddenBias[j] += w;
    }
  }
  const spins = { visibleUnits, hiddenUnits, weights, visibleBias, hiddenBias };
  return { spins, constant: fromSpins(spins).constant };
}
