/** Continuous families. Quantiles are closed forms where there are any, else numeric inverses of the distribution function. */
import { incompleteBeta } from "../../special/incomplete_beta.ts";
import { incompleteGamma } from "../../special/incomplete_gamma.ts";
import { expit, logit } from "../../special/logarithms.ts";
import { normalCdf, normalQuantile } from "../../special/normal_distribution.ts";
import { type Distribution, isProbability, requireFinite, requirePositive } from "./distribution.ts";
import { numericQuantile } from "./numeric.ts";

/** Uniform on (low, high). */
export function uniform(low = 0, high = 1): Distribution {
  requireFinite("low", low);
  requirePositive("high − low", high - low);
  return {
    cdf: (x) => x <= low ? 0 : x >= high ? 1 : (x - low) / (high - low),
    quantile: (p) => isProbability(p) ? low + p * (high - low) : NaN,
  };
}

/** F(x) = 1 − e^(−rate x), x ≥ 0. */
export function exponential(rate = 1): Distribution {
  requirePositive("rate", rate);
  return {
    cdf: (x) => x <= 0 ? 0 : -Math.expm1(-rate * x),
    quantile: (p) => isProbability(p) ? -Math.log1p(-p) / rate : NaN,
  };
}

/** F(x) = 1 / (1 + e^(−(x − location)/scale)). */
export function logistic(location = 0, scale = 1): Distribution {
  requireFinite("location", location);
  requirePositive("scale", scale);
  return {
    cdf: (x) => expit((x - location) / scale),
    quantile: (p) => isProbability(p) ? location + scale * logit(p) : NaN,
  };
}

/** Density ½ e^(−|x − location|/scale) / scale. */
export function laplace(location = 0, scale = 1): Distribution {
  requireFinite("location", location);
  requirePositive("scale", scale);
  return {
    cdf(x) {
      const half = 0.5 * Math.exp(-Math.abs(x - location) / scale);
      return x < location ? half : 1 - half;
    },
    quantile(p) {
      if (!isProbability(p)) return NaN;
      return p < 0.5 ? location + scale * Math.log(2 * p) : location - scale * Math.log(2 * (1 - p));
    },
  };
}

/** Density 1 / (π scale (1 + ((x − location)/scale)²)). */
export function cauchy(location = 0, scale = 1): Distribution {
  requireFinite("location", location);
  requirePositive("scale", scale);
  return {
    // Both tails by the arc tangent of the reciprocal, which keeps the small ones exact.
    cdf(x) {
      const z = (x - location) / scale;
      if (Math.abs(z) <= 1) return 0.5 + Math.atan(z) / Math.PI;
      return z < 0 ? Math.atan(-1 / z) / Math.PI : 1 - Math.atan(1 / z) / Math.PI;
    },
    quantile(p) {
      if (!isProbability(p)) return NaN;
      if (p === 0) return -Infinity;
      if (p === 1) return Infinity;
      if (p > 0.25 && p < 0.75) return location + scale * Math.tan(Math.PI * (p - 0.5));
      return p < 0.5 ? location - scale / Math.tan(Math.PI * p) : location + scale / Math.tan(Math.PI * (1 - p));
    },
  };
}

/** F(x) = 1 − e^(−(x/scale)^shape), x ≥ 0. */
export function weibull(shape: number, scale = 1): Distribution {
  requirePositive("shape", shape);
  requirePositive("scale", scale);
  return {
    cdf: (x) => x <= 0 ? 0 : -Math.expm1(-((x / scale) ** shape)),
    quantile: (p) => isProbability(p) ? scale * (-Math.log1p(-p)) ** (1 / shape) : NaN,
  };
}

/** F(x) = 1 − (least/x)^shape, x ≥ least. */
export function pareto(shape: number, least = 1): Distribution {
  requirePositive("shape", shape);
  requirePositive("least", least);
  return {
    cdf: (x) => x <= least ? 0 : -Math.expm1(shape * Math.log(least / x)),
    quantile: (p) => isProbability(p) ? least * Math.exp(-Math.log1p(-p) / shape) : NaN,
  };
}

/** F(x) = exp(−e^(−(x − location)/scale)): the law of maxima. */
export function gumbel(location = 0, scale = 1): Distribution {
  requireFinite("location", location);
  requirePositive("scale", scale);
  return {
    cdf: (x) => Math.exp(-Math.exp(-(x - location) / scale)),
    quantile: (p) => isProbability(p) ? location - scale * Math.log(-Math.log(p)) : NaN,
  };
}

/** N(mean, sd²). */
export function normal(mean = 0, sd = 1): Distribution {
  requireFinite("mean", mean);
  requirePositive("sd", sd);
  return {
    cdf: (x) => normalCdf((x - mean) / sd),
    quantile: (p) => mean + sd * normalQuantile(p),
  };
}

/** Density ∝ x^(shape − 1) e^(−rate x), x ≥ 0. */
export function gamma(shape: number, rate = 1): Distribution {
  requirePositive("shape", shape);
  requirePositive("rate", rate);
  const cdf = (x: number) => x <= 0 ? 0 : incompleteGamma(shape, rate * x);
  return { cdf, quantile: (p) => numericQuantile(cdf, p, 0) };
}

/** Density ∝ x^(a − 1) (1 − x)^(b − 1) on (0, 1). */
export function beta(a: number, b: number): Distribution {
  requirePositive("a", a);
  requirePositive("b", b);
  const cdf = (x: number) => x <= 0 ? 0 : x >= 1 ? 1 : incompleteBeta(a, b, x);
  return { cdf, quantile: (p) => numericQuantile(cdf, p, 0, 1) };
}

/** Student's t with `degrees` degrees of freedom. */
export function studentT(degrees: number): Distribution {
  requirePositive("degrees", degrees);
  /** P(T ≤ −size) for size ≥ 0. */
  const tail = (size: number) => {
    const square = size * size, total = degrees + square;
    if (total === Infinity) return 0;
    return 0.5 * incompleteBeta(0.5 * degrees, 0.5, degrees / total, square / total);
  };
  const cdf = (x: number) => Number.isNaN(x) ? NaN : x < 0 ? tail(-x) : 1 - tail(x);
  return {
    cdf,
    quantile(p) {
      if (!isProbability(p)) return NaN;
      if (p === 0) return -Infinity;
      return p <= 0.5
        ? numericQuantile((x) => tail(-x), p, -Infinity, 0)
        : -numericQuantile((x) => tail(-x), 1 - p, -Infinity, 0);
    },
  };
}
