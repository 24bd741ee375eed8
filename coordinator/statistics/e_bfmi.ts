/**
 * The energy Bayesian fraction of missing information of one chain: Σ (E_t − E_{t−1})² / Σ (E_t − Ē)². Below about 0.3 the
 * momentum resampling explores the energies too slowly. Betancourt (2016), "Diagnosing suboptimal cotangent disintegrations".
 */
export function eBfmi(energy: Float64Array): number {
  if (energy.length < 3) return NaN;
  let mean = 0;
  for (let t = 0; t < energy.length; t++) mean += energy[t] / energy.length;
  let steps = 0, spread = 0;
  for (let t = 0; t < energy.length; t++) {
    if (t > 0) steps += (energy[t] - energy[t - 1]) ** 2;
    spread += (energy[t] - mean) ** 2;
  }
  return spread > 0 ? steps / spread : NaN;
}
