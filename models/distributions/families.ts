/**
 * The standard families: their parameters, their distribution functions (numerics/random/inverse_transform) and their log
 * densities, which are written down on their own, so that the two can be held against each other.
 */
import {
  beta,
  cauchy,
  exponential,
  gamma,
  gumbel,
  laplace,
  logistic,
  normal,
  pareto,
  studentT,
  uniform,
  weibull,
} from "../../numerics/random/inverse_transform/continuous.ts";
import { bernoulli, binomial, geometric, poisson } from "../../numerics/random/inverse_transform/discrete.ts";
import type { Distribution } from "../../numerics/random/inverse_transform/distribution.ts";
import { logGamma } from "../../numerics/special/gamma_function.ts";
import { expit, softplus } from "../../numerics/special/logarithms.ts";
import { logNormalDensity } from "../../numerics/special/normal_distribution.ts";
import { aboveLeast, between, type Marginal, onIntegers, onLine } from "./marginal.ts";

/** What a parameter may be. `count`: an integer from 0. */
export type ParameterRange = "real" | "positive" | "probability" | "count";

export interface Parameter {
  readonly range: ParameterRange;
  readonly default?: number;
}

export interface Family {
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** Parameters in the order in which they are declared, already within their ranges. */
  build(...parameters: number[]): Marginal;
}

const LOCATION: Parameter = { range: "real", default: 0 };
const SCALE: Parameter = { range: "positive", default: 1 };
const POSITIVE: Parameter = { range: "positive" };

/** location + scale · X for a law of X on ℝ with the given log density and its derivative. */
function located(
  location: number,
  scale: number,
  distribution: Distribution,
  logDensity: (z: number) => number,
  slope: (z: number) => number,
): Marginal {
  const logScale = Math.log(scale);
  return onLine(
    distribution,
    (x) => logDensity((x - location) / scale) - logScale,
    (x) => slope((x - location) / scale) / scale,
  );
}

export const families = {
  "normal": {
    parameters: { mean: LOCATION, sd: SCALE },
    build: (mean, sd) => located(mean, sd, normal(mean, sd), logNormalDensity, (z) => -z),
  },
  "student-t": {
    parameters: { degreesOfFreedom: POSITIVE, location: LOCATION, scale: SCALE },
    build(degrees, location, scale) {
      const standard = studentT(degrees);
      const constant = logGamma(0.5 * (degrees + 1)) - logGamma(0.5 * degrees) - 0.5 * Math.log(Math.PI * degrees);
      return located(
        location,
        scale,
        {
          cdf: (x) => standard.cdf((x - location) / scale),
          quantile: (p) => location + scale * standard.quantile(p),
        },
        (z) => constant - 0.5 * (degrees + 1) * Math.log1p(z * z / degrees),
        (z) => -(degrees + 1) * z / (degrees + z * z),
      );
    },
  },
  "cauchy": {
    parameters: { location: LOCATION, scale: SCALE },
    build: (location, scale) =>
      located(
        location,
        scale,
        cauchy(location, scale),
        (z) => -Math.log(Math.PI) - Math.log1p(z * z),
        (z) => -2 * z / (1 + z * z),
      ),
  },
  "logistic": {
    parameters: { location: LOCATION, scale: SCALE },
    build: (location, scale) =>
      located(location, scale, logistic(location, scale), logLogisticDensity, (z) => 1 - 2 * expit(z)),
  },
  "laplace": {
    parameters: { location: LOCATION, scale: SCALE },
    build: (location, scale) =>
      located(location, scale, laplace(location, scale), (z) => -Math.abs(z) - Math.LN2, (z) => -Math.sign(z)),
  },
  "gumbel": {
    parameters: { location: LOCATION, scale: SCALE },
    build: (location, scale) =>
      located(location, scale, gumbel(location, scale), (z) => -z - Math.exp(-z), (z) => Math.expm1(-z)),
  },
  "uniform": {
    parameters: { low: { range: "real", default: 0 }, high: { range: "real", default: 1 } },
    build: (low, high) => between(low, high, uniform(low, high), logLogisticDensity, (t) => 1 - 2 * expit(t)),
  },
  "exponential": {
    parameters: { rate: SCALE },
    build: (rate) =>
      aboveLeast(0, exponential(rate), (t) => Math.log(rate) + t - rate * Math.exp(t), (t) => 1 - rate * Math.exp(t)),
  },
  "gamma": {
    parameters: { shape: POSITIVE, rate: SCALE },
    build(shape, rate) {
      const constant = shape * Math.log(rate) - logGamma(shape);
      return aboveLeast(
        0,
        gamma(shape, rate),
        (t) => constant + shape * t - rate * Math.exp(t),
        (t) => shape - rate * Math.exp(t),
      );
    },
  },
  "weibull": {
    parameters: { shape: POSITIVE, scale: SCALE },
    build(shape, scale) {
      const power = (t: number) => shape * (t - Math.log(scale)); // log (x/scale)^shape
      return aboveLeast(
        0,
        weibull(shape, scale),
        (t) => Math.log(shape) + power(t) - Math.exp(power(t)),
        (t) => -shape * Math.expm1(power(t)),
      );
    },
  },
  "log-normal": {
    parameters: { mu: LOCATION, sigma: SCALE },
    build(mu, sigma) {
      const { cdf, quantile } = normal(mu, sigma);
      const distribution: Distribution = {
        cdf: (x) => x <= 0 ? 0 : cdf(Math.log(x)),
        quantile: (p) => Math.exp(quantile(p)),
      };
      const inLogs = located(mu, sigma, { cdf, quantile }, logNormalDensity, (z) => -z);
      return { ...aboveLeast(0, distribution, inLogs.logDensity, inLogs.slope), quantile };
    },
  },
  "pareto": {
    parameters: { shape: POSITIVE, least: SCALE },
    build(shape, least) {
      const logLeast = Math.log(least);
      const marginal = aboveLeast(
        least,
        pareto(shape, least),
        // log x = log least + log(1 + e^(t − log least))
        (t) => Math.log(shape) - logLeast - (shape + 1) * softplus(t - logLeast) + t,
        (t) => 1 - (shape + 1) * expit(t - logLeast),
      );
      return { ...marginal, quantile: (u) => logLeast + Math.log(Math.expm1(-Math.log1p(-u) / shape)) };
    },
  },
  "beta": {
    parameters: { a: POSITIVE, b: POSITIVE },
    build(a, b) {
      const constant = logGamma(a + b) - logGamma(a) - logGamma(b);
      return between(
        0,
        1,
        beta(a, b),
        (t) => constant - a * softplus(-t) - b * softplus(t),
        (t) => a * expit(-t) - b * expit(t),
      );
    },
  },
  "bernoulli": {
    parameters: { probability: { range: "probability" } },
    build: (probability) =>
      onIntegers(
        bernoulli(probability),
        (k) => k === 1 ? Math.log(probability) : k === 0 ? Math.log1p(-probability) : -Infinity,
      ),
  },
  "binomial": {
    parameters: { trials: { range: "count" }, probability: { range: "probability" } },
    build: (trials, probability) =>
      onIntegers(binomial(trials, probability), (k) => {
        if (k < 0 || k > trials) return -Infinity;
        const failures = trials - k;
        return logGamma(trials + 1) - logGamma(k + 1) - logGamma(failures + 1) +
          (k > 0 ? k * Math.log(probability) : 0) + (failures > 0 ? failures * Math.log1p(-probability) : 0);
      }),
  },
  "geometric": {
    parameters: { probability: { range: "probability" } },
    build: (probability) =>
      onIntegers(
        geometric(probability),
        (k) => k < 0 ? -Infinity : Math.log(probability) + (k > 0 ? k * Math.log1p(-probability) : 0),
      ),
  },
  "poisson": {
    parameters: { rate: POSITIVE },
    build: (rate) => onIntegers(poisson(rate), (k) => k < 0 ? -Infinity : k * Math.log(rate) - rate - logGamma(k + 1)),
  },
} as const satisfies Record<string, Family>;

export type FamilyName = keyof typeof families;

/** −|z| − 2 log(1 + e^−|z|). */
function logLogisticDensity(z: number): number {
  const size = Math.abs(z);
  return -size - 2 * Math.log1p(Math.exp(-size));
}
