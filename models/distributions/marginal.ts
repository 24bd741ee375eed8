/** A law on the line by its distribution function, as one coordinate of a target. */
import type { Distribution } from "../../numerics/random/inverse_transform/distribution.ts";
import { expit, logit } from "../../numerics/special/logarithms.ts";

/**
 * The reported value is `toValue(t)` of a coordinate t: t itself, its exponential … so that t ranges over ℝ; or an index, where
 * `integers` says so.
 */
export interface Marginal {
  readonly integers: boolean;
  /** Of the reported value. */
  readonly distribution: Distribution;
  /** The coordinate at which the distribution function is u, for u in (0, 1): the inverse transform. */
  quantile(u: number): number;
  toValue(t: number): number;
  /** NaN or infinite for a value outside the support. */
  toCoordinate(value: number): number;
  /** Of t, normalised; of an index, the log of its probability. */
  logDensity(t: number): number;
  /** d logDensity / dt; NaN for integers. */
  slope(t: number): number;
}

/** A law on ℝ, which is its own coordinate. */
export function onLine(
  distribution: Distribution,
  logDensity: (x: number) => number,
  slope: (x: number) => number,
): Marginal {
  const identity = (x: number) => x;
  return {
    integers: false,
    distribution,
    quantile: (u) => distribution.quantile(u),
    toValue: identity,
    toCoordinate: identity,
    logDensity,
    slope,
  };
}

/**
 * A law on (least, ∞), with t = log(x − least); the density given is that of t. A quantile that rounds to the end of the
 * support becomes the next double above it.
 */
export function aboveLeast(
  least: number,
  distribution: Distribution,
  logDensity: (t: number) => number,
  slope: (t: number) => number,
): Marginal {
  return {
    integers: false,
    distribution,
    quantile: (u) => Math.log(Math.max(distribution.quantile(u) - least, SMALLEST)),
    toValue: (t) => least + Math.exp(t),
    toCoordinate: (x) => Math.log(x - least),
    logDensity,
    slope,
  };
}

const SMALLEST = 5e-324;
const BELOW_ONE = 1 - Number.EPSILON / 2;

/** A law on (low, high), with t = logit((x − low) / (high − low)); the density given is that of t. */
export function between(
  low: number,
  high: number,
  distribution: Distribution,
  logDensity: (t: number) => number,
  slope: (t: number) => number,
): Marginal {
  const width = high - low;
  return {
    integers: false,
    distribution,
    quantile: (u) => logit(Math.min(Math.max((distribution.quantile(u) - low) / width, SMALLEST), BELOW_ONE)),
    toValue: (t) => low + width * expit(t),
    toCoordinate: (x) => logit((x - low) / width),
    logDensity,
    slope,
  };
}

/** A law on the integers. */
export function onIntegers(distribution: Distribution, logProbability: (k: number) => number): Marginal {
  return {
    integers: true,
    distribution,
    quantile: (u) => distribution.quantile(u),
    toValue: (k) => k,
    toCoordinate: (k) => k,
    logDensity: (k) => Number.isInteger(k) ? logProbability(k) : -Infinity,
    slope: () => NaN,
  };
}
