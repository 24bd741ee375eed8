/**
 * The random numbers that a module's `prior` and `simulate` are given: variates of the usual laws, each drawn exactly from our counter-based
 * generator. Arguments are those of the log densities of the library, so that a simulation reads like the density it belongs to.
 */
import { binomialVariate, MOST_TRIALS } from "../../numerics/random/variates/binomial.ts";
import { gammaVariate, logGammaVariate } from "../../numerics/random/variates/gamma.ts";
import { MOST_MEAN, poissonVariate } from "../../numerics/random/variates/poisson.ts";
import type { Random } from "../../numerics/random/random.ts";

export interface ModuleRandom {
  /** On the open interval (low, high). */
  uniform(low?: number, high?: number): number;
  normal(mu?: number, sigma?: number): number;
  halfNormal(scale?: number): number;
  lognormal(mu?: number, sigma?: number): number;
  exponential(rate?: number): number;
  gamma(shape: number, rate?: number): number;
  inverseGamma(shape: number, scale?: number): number;
  beta(a: number, b: number): number;
  cauchy(mu?: number, scale?: number): number;
  halfCauchy(scale?: number): number;
  studentT(nu: number, mu?: number, sigma?: number): number;
  laplace(mu?: number, scale?: number): number;
  logistic(mu?: number, scale?: number): number;
  weibull(shape: number, scale?: number): number;
  poisson(rate: number): number;
  binomial(n: number, p: number): number;
  bernoulli(p: number): number;
  /** Of mean mu and variance mu + mu²/phi. */
  negativeBinomial(mu: number, phi: number): number;
  /** 1 … K, with probabilities in proportion to the weights. */
  categorical(weights: readonly number[]): number;
  dirichlet(alpha: readonly number[]): number[];
  /** low … high, both included. */
  integer(low: number, high: number): number;
}

export function moduleRandom(random: Random): ModuleRandom {
  const normal = (mu = 0, sigma = 1) => number("mu", mu) + positive("sigma", sigma) * random.normal();
  const gamma = (shape: number, rate = 1) => gammaVariate(positive("shape", shape), random) / positive("rate", rate);
  const poisson = (rate: number) => poissonVariate(between("rate", rate, 0, MOST_MEAN), random);
  const halfCauchy = (scale = 1) => positive("scale", scale) * Math.tan(Math.PI / 2 * random.uniform());
  const sign = () => random.uniform() < 0.5 ? -1 : 1;
  return Object.freeze(
    {
      uniform(low = 0, high = 1) {
        if (!(number("low", low) < number("high", high))) {
          throw new RangeError(`random.uniform expects low < high, found ${low} and ${high}`);
        }
        return low + (high - low) * random.uniform();
      },
      normal,
      halfNormal: (scale = 1) => Math.abs(normal(0, scale)),
      lognormal: (mu = 0, sigma = 1) => Math.exp(normal(mu, sigma)),
      exponential: (rate = 1) => random.exponential() / positive("rate", rate),
      gamma,
      inverseGamma: (shape, scale = 1) => positive("scale", scale) / gamma(shape),
      beta(a, b) {
        // In logarithms, so that small shapes do not give 0 / 0.
        const x = logGammaVariate(positive("a", a), random), y = logGammaVariate(positive("b", b), random);
        return 1 / (1 + Math.exp(y - x));
      },
      cauchy: (mu = 0, scale = 1) => number("mu", mu) + sign() * halfCauchy(scale),
      halfCauchy,
      studentT(nu, mu = 0, sigma = 1) {
        const spread = Math.sqrt(positive("nu", nu) / (2 * gamma(nu / 2)));
        return number("mu", mu) + positive("sigma", sigma) * random.normal() * spread;
      },
      laplace: (mu = 0, scale = 1) => number("mu", mu) + sign() * positive("scale", scale) * random.exponential(),
      logistic(mu = 0, scale = 1) {
        const u = random.uniform();
        return number("mu", mu) + positive("scale", scale) * (Math.log(u) - Math.log1p(-u));
      },
      weibull: (shape, scale = 1) =>
        positive("scale", scale) * Math.pow(random.exponential(), 1 / positive("shape", shape)),
      poisson,
      binomial: (n, p) => binomialVariate(integer("n", n, 0, MOST_TRIALS), between("p", p, 0, 1), random),
      bernoulli: (p) => Number(random.uniform() < between("p", p, 0, 1)),
      negativeBinomial: (mu, phi) => poisson(gamma(positive("phi", phi), phi / positive("mu", mu))),
      categorical(weights) {
        const parts = list("weights", weights);
        const total = parts.reduce((sum, w) => sum + between("a weight", w, 0, Number.MAX_VALUE), 0);
        if (!(total > 0 && total < Infinity)) {
          throw new RangeError(
            "random.categorical expects weights with a positive sum",
          );
        }
        let left = random.uniform() * total;
        const last = parts.findLastIndex((w) => w > 0);
        for (let k = 0; k < last; k++) {
          left -= parts[k];
          if (left < 0) return k + 1;
        }
        return last + 1;
      },
      dirichlet(alpha) {
        const logs = list("alpha", alpha).map((shape) => logGammaVariate(positive("alpha", shape), random));
        const most = logs.reduce((a, b) => Math.max(a, b));
        const parts = logs.map((x) => Math.exp(x - most));
        const total = parts.reduce((a, b) => a + b);
        return parts.map((part) => part / total);
      },
      integer(low, high) {
        const count = integer("high", high, low, low + 2 ** 32 - 1) - integer("low", low, -(2 ** 52), 2 ** 52) + 1;
        return low + random.integer(count);
      },
    } satisfies ModuleRandom,
  );
}

function number(name: string, value: number): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new RangeError(`random: ${name} must be a finite number, found ${shown(value)}`);
}

function positive(name: string, value: number): number {
  if (number(name, value) > 0) return value;
  throw new RangeError(`random: ${name} must be positive, found ${value}`);
}

function between(name: string, value: number, low: number, high: number): number {
  if (number(name, value) >= low && value <= high) return value;
  throw new RangeError(`random: ${name} must be from ${low} to ${high}, found ${value}`);
}

function integer(name: string, value: number, low: number, high: number): number {
  if (Number.isInteger(between(name, value, low, high))) return value;
  throw new RangeError(`random: ${name} must be an integer, found ${value}`);
}

/** Copied, so that none of the array's own methods is called. */
function list(name: string, values: readonly number[]): number[] {
  if ((Array.isArray(values) || ArrayBuffer.isView(values)) && values.length > 0) {
    return Array.from({ length: values.length }, (_, i) => values[i]);
  }
  throw new RangeError(`random: ${name} must be a list of numbers, found ${shown(values)}`);
}

/** Without running what a module put into it. */
function shown(value: unknown): string {
  return typeof value === "number" ? `${value}` : typeof value === "string" ? JSON.stringify(value) : typeof value;
}
