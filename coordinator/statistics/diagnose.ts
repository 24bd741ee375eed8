/**
 * All the diagnostics of one variable from one reading and one sort of its draws, equal to those of R's posterior.
 *
 * In one respect it does better: posterior takes values closer than 2e-16 as equal, so that a variable of the order of
 * 1e-17 has no ESS there, and one of 1e100 overflows in the fourth moment. Here the draws are scaled by a power of two
 * first, which is exact, and everything is equivariant under scaling.
 *
 * Vehtari, Gelman, Simpson, Carpenter & Bürkner (2021), "Rank-normalization, folding, and localization: an improved R-hat
 * for assessing convergence of MCMC", Bayesian Analysis 16.
 */
import { type Chains, splitInHalves, wholeChains } from "./chains.ts";
import { effectiveSampleSize } from "./effective_sample_size.ts";
import { foldedMoments } from "./folded.ts";
import { mcseOfMean, mcseOfQuantile, mcseOfSd } from "./mcse.ts";
import { Moments } from "./moments.ts";
import { nestedRhat } from "./nested_rhat.ts";
import { median, quantile } from "./quantile.ts";
import { rankNormalize, Scores, type Sorted } from "./rank_normal.ts";
import { rhatOf } from "./rhat.ts";
import { meanVariance, seriesMeans } from "./series.ts";
import { countUpTo, sortWithOrder } from "./sorting.ts";
import { indicator, scaled, squaredDeviations } from "./transforms.ts";
import type { Workspace } from "./workspace.ts";

/** NaN, or an infinity, where a number is not defined. */
export interface Diagnostics {
  /** Draws that are NaN or infinite; with a NaN nothing else is defined, with an infinity what depends on ranks alone. */
  readonly nonFinite: number;
  /** All draws equal, to the last digits. */
  readonly constant: boolean;
  readonly mean: number;
  readonly sd: number;
  readonly mcseMean: number;
  readonly mcseSd: number;
  /** At 5 %, 50 %, 95 %. */
  readonly quantiles: readonly number[];
  readonly mcseQuantiles: readonly number[];
  readonly rhat: number;
  /** NaN without superchains. */
  readonly rhatNested: number;
  readonly essMean: number;
  readonly essBulk: number;
  readonly essTail: number;
}

export const PROBABILITIES = [0.05, 0.5, 0.95] as const;
const UNDEFINED = PROBABILITIES.map(() => NaN);

/**
 * Takes the draws over: chains.values, the workspace's own or another as long, is used as scratch.
 * superchains: how many groups of consecutive chains share a start; exact: moments of all draws where these are a thinned part.
 */
export function diagnose(
  { chains, draws, values }: Chains,
  workspace: Workspace,
  superchains?: number,
  exact?: Moments,
): Diagnostics {
  const count = chains * draws;
  workspace.reserve(count);
  const { least, most, nonFinite, hasNaN } = survey(values, count);
  if (hasNaN || count === 0) return undefinedDiagnostics(nonFinite);

  const location = nonFinite > 0
    ? NO_LOCATION
    : locationAndScale({ chains, draws, values }, least, most, superchains, exact);
  const standsStill = least === most && count > 1 && nonFinite === 0;
  const { mean, sd, constant } = standsStill ? { mean: least, sd: 0, constant: true } : location;

  const { sorted, order, spareOrder } = workspace;
  sortWithOrder({ values, sorted, order, spareOrder }, count);
  const inOrder: Sorted = { chains, draws, values: sorted, order };
  const halves = splitInHalves({ chains, draws });
  const scores = new Scores({ chains, draws }, workspace.scoreTable);

  const z = values; // the draws have been sorted elsewhere and are not looked at again
  rankNormalize(inOrder, scores, z);
  const bulk = scaled(halves, z, 1, Number.EPSILON);
  const bulkMeans = seriesMeans(bulk);
  const bulkRhat = rhatOf(bulkMeans.means, meanVariance(bulk, bulkMeans.means), halves.length, bulkMeans.varies);
  const folded = foldedMoments(inOrder, median(sorted, count), scores);
  const foldedRhat = rhatOf(folded.means, folded.meanVariance, folded.length, folded.varies);

  const quantiles = PROBABILITIES.map((p) => quantile(sorted, count, p));
  // The ranks keep the order of the values, so that x ≤ q can be read off the scores.
  const essQuantiles = quantiles.map((q) =>
    nonFinite > 0 ? NaN : effectiveSampleSize(indicator(halves, z, scoreBound(z, inOrder, countUpTo(sorted, count, q))))
  );
  return {
    nonFinite,
    constant,
    mean,
    sd,
    mcseMean: location.mcseMean,
    mcseSd: location.mcseSd,
    quantiles,
    mcseQuantiles: PROBABILITIES.map((p, i) => mcseOfQuantile(sorted, count, p, essQuantiles[i])),
    rhat: Math.max(bulkRhat, foldedRhat),
    rhatNested: location.rhatNested,
    essMean: location.essMean,
    essBulk: effectiveSampleSize(bulk, bulkMeans),
    essTail: Math.min(essQuantiles[0], essQuantiles[2]),
  };
}

const NO_LOCATION = {
  mean: NaN,
  sd: NaN,
  mcseMean: NaN,
  mcseSd: NaN,
  essMean: NaN,
  rhatNested: NaN,
  constant: false,
};

function undefinedDiagnostics(nonFinite: number): Diagnostics {
  return {
    ...NO_LOCATION,
    nonFinite,
    quantiles: UNDEFINED,
    mcseQuantiles: UNDEFINED,
    rhat: NaN,
    essBulk: NaN,
    essTail: NaN,
  };
}

/** Also turns −0 into 0, since the two are one value and must share a rank. */
function survey(values: Float64Array, count: number) {
  let least = Infinity, most = -Infinity, nonFinite = 0, hasNaN = false;
  for (let i = 0; i < count; i++) {
    const x = values[i] + 0;
    values[i] = x;
    if (x - x !== 0) {
      nonFinite++;
      if (x !== x) hasNaN = true;
    }
    if (x < least) least = x;
    if (x > most) most = x;
  }
  return { least, most, nonFinite, hasNaN };
}

/** What depends on the values rather than on their ranks; the draws in their first order, all finite. */
function locationAndScale(draws: Chains, least: number, most: number, superchains?: number, exact?: Moments) {
  const { values } = draws;
  const count = draws.chains * draws.draws;
  const largest = Math.max(-least, most);
  const scale = powerOfTwoBelow(largest);
  const size = largest * scale;
  // Equal to posterior's for values of order 1 and above, relative below.
  const tolerance = Number.EPSILON * Math.min(scale, size);

  const halves = splitInHalves(draws);
  const series = scaled(halves, values, scale, tolerance);
  const moments = new Moments();
  const chunk = new Float64Array(Math.min(count, CHUNK));
  for (let from = 0; from < count; from += CHUNK) {
    const n = Math.min(CHUNK, count - from);
    series.read(from, n, chunk);
    moments.addAll(chunk, 0, n);
  }
  const center = moments.mean;
  const { second, fourth, farthest } = centralMoments(values, count, scale, center);
  const squaresTolerance = Number.EPSILON * Math.min(scale * scale, 4 * size * farthest);
  const squares = squaredDeviations(halves, values, scale, center, squaresTolerance);
  const means = seriesMeans(series);
  const essMean = effectiveSampleSize(series, means);
  const usesExact = exact !== undefined && Number.isFinite(exact.sd);
  const sd = usesExact ? exact.sd : moments.sd / scale;
  let rhatNested = NaN;
  if (superchains !== undefined) {
    const whole = scaled(wholeChains(draws), values, scale, tolerance);
    rhatNested = nestedRhat(whole, seriesMeans(whole), superchains);
  }
  return {
    mean: usesExact ? exact.mean : center / scale,
    sd,
    constant: count > 1 && most * scale - least * scale < tolerance,
    mcseMean: mcseOfMean(sd, essMean),
    mcseSd: mcseOfSd(second, fourth, effectiveSampleSize(squares)) / scale,
    essMean,
    rhatNested,
  };
}

const CHUNK = 4096;

/** The power of two that brings x into [1/2, 1); 1 for 0, and not beyond what a float64 holds. */
function powerOfTwoBelow(x: number): number {
  if (x === 0) return 1;
  const exponent = Math.max(-1022, Math.min(1022, -Math.floor(Math.log2(x)) - 1));
  return 2 ** exponent;
}

function centralMoments(values: Float64Array, count: number, scale: number, center: number) {
  let second = 0, fourth = 0, farthest = 0;
  for (let from = 0; from < count; from += CHUNK) {
    const to = Math.min(from + CHUNK, count);
    let sum2 = 0, sum4 = 0;
    for (let i = from; i < to; i++) {
      const deviation = Math.abs(values[i] * scale - center);
      const square = deviation * deviation;
      sum2 += square;
      sum4 += square * square;
      if (deviation > farthest) farthest = deviation;
    }
    second += sum2;
    fourth += sum4;
  }
  return { second: second / count, fourth: fourth / count, farthest };
}

/** The largest score among the kept draws that are the `below` smallest; −∞ where none is kept. */
function scoreBound(z: Float64Array, { order }: Sorted, below: number): number {
  for (let p = below - 1; p >= 0; p--) if (!Number.isNaN(z[order[p]])) return z[order[p]];
  return -Infinity;
}
