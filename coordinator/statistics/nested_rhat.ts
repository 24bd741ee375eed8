/**
 * Nested R-hat, for many short chains in superchains that share a start: √(1 + B/W), B the variance of the superchains'
 * means, W the mean over superchains of the variance between its chains' means plus their mean variance. Neither split nor
 * ranked.
 *
 * Margossian, Hoffman, Sountsov, Riou-Durand, Vehtari & Gelman (2024), "Nested R-hat", equations 15 to 19.
 */
import { meanVariance, type Series, type SeriesMeans, variance } from "./series.ts";

/** whole: whole chains, consecutive ones forming `superchains` groups of equal size. NaN where it is not defined. */
export function nestedRhat(whole: Series, { means, varies }: SeriesMeans, superchains: number): number {
  const { starts, length } = whole;
  const size = starts.length / superchains;
  if (!varies || superchains < 2 || !Number.isInteger(size)) return NaN;
  const centers = new Float64Array(superchains);
  let within = length > 1 ? meanVariance(whole, means) : 0;
  for (let k = 0; k < superchains; k++) {
    const members = means.subarray(k * size, (k + 1) * size);
    for (const mean of members) centers[k] += mean / size;
    if (size > 1) within += variance(members) / superchains;
  }
  return Math.sqrt(1 + variance(centers) / within);
}
