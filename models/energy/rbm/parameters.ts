/**
 * The parameters of a restricted Boltzmann machine: visible units v, hidden bits h, edges between the two layers alone.
 *
 * With bits as visibles   E(v, h) = −bᵀv − cᵀh − vᵀWh.
 * With Gaussian visibles  E(v, h) = Σ_i (v_i − b_i)² / 2σ_i² − cᵀh − Σ_ij v_i W_ij h_j / σ_i²,
 * so that v_i | h ~ N(b_i + (Wh)_i, σ_i²): Cho, Ilin & Raiko (2011), "Improved learning of Gaussian-Bernoulli RBMs", eq. 1.
 *
 * Smolensky (1986); Hinton (2002).
 */
export type Reals = Float32Array | Float64Array;

export interface RbmParameters {
  readonly visibleUnits: number;
  readonly hiddenUnits: number;
  /** W, [visibleUnits × hiddenUnits], row-major. */
  readonly weights: Reals;
  /** b, [visibleUnits] */
  readonly visibleBias: Reals;
  /** c, [hiddenUnits] */
  readonly hiddenBias: Reals;
  /** σ², [visibleUnits], of Gaussian visibles; null where visibles are bits. */
  readonly variances: Reals | null;
}

/** Writes the field of each hidden unit, a_j = c_j + Σ_i v_i W_ij (over σ_i² for Gaussian visibles), into out; p(h_j = 1 | v) = σ(a_j). */
export function hiddenFields(parameters: RbmParameters, v: ArrayLike<number>, out: Float64Array): void {
  const { visibleUnits, hiddenUnits, weights, hiddenBias, variances } = parameters;
  for (let j = 0; j < hiddenUnits; j++) out[j] = hiddenBias[j];
  for (let i = 0; i < visibleUnits; i++) {
    const value = variances ? v[i] / variances[i] : v[i];
    if (value === 0) continue;
    const row = i * hiddenUnits;
    for (let j = 0; j < hiddenUnits; j++) out[j] += value * weights[row + j];
  }
}

/** Writes b_i + (Wh)_i into out: the log-odds of a visible bit given h, or the mean of a Gaussian visible. */
export function visibleFields(parameters: RbmParameters, h: ArrayLike<number>, out: Float64Array): void {
  const { visibleUnits, hiddenUnits, weights, visibleBias } = parameters;
  for (let i = 0; i < visibleUnits; i++) {
    const row = i * hiddenUnits;
    let field = visibleBias[i];
    for (let j = 0; j < hiddenUnits; j++) field += weights[row + j] * h[j];
    out[i] = field;
  }
}
