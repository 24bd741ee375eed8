/** The autocorrelation of each chain of one reported value, one chain in memory at a time. */
import type { DrawsReader } from "../store/draws.ts";
import { meanAutocovariance } from "./autocovariance.ts";
import { seriesMeans } from "./series.ts";
import { scaled } from "./transforms.ts";

/**
 * [chains][lags 0 … maxLag], fewer where a chain has no more draws; null for a chain that stands still or holds draws that
 * are not finite. About the chain's own mean, divided by n at every lag.
 */
export function autocorrelation(reader: DrawsReader, value: number, maxLag: number): (number[] | null)[] {
  const draws = new Float64Array(reader.draws);
  return Array.from({ length: reader.chains }, (_, chain) => {
    reader.readValue(chain, value, 0, draws);
    return autocorrelationOf(draws, maxLag);
  });
}

export function autocorrelationOf(draws: Float64Array, maxLag: number): number[] | null {
  const length = draws.length;
  const largest = draws.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  if (!Number.isFinite(largest) || largest === 0) return null;
  const series = scaled({ length, starts: Int32Array.of(0) }, draws, 1 / largest, Number.EPSILON);
  const { means, varies } = seriesMeans(series);
  if (!varies) return null;
  const wanted = Math.min(maxLag + 1, length);
  const acov = meanAutocovariance(series, means, Math.max(2, 2 ** Math.ceil(Math.log2(wanted))));
  return Array.from(acov.subarray(0, wanted), (c) => c / acov[0]);
}
