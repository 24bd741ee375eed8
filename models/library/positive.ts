/**
 * Laws of a positive number: half-normal, half-Cauchy, lognormal, exponential, gamma, inverse gamma, chi-square, Weibull, Pareto, Rayleigh.
 *
 * Support: [0, ∞), (0, ∞) where the density has no value at 0, [minimum, ∞) for Pareto. At 0 the density is its limit, which may be
 * infinite. Parameters are positive and finite; mu of the lognormal is finite. The gamma family is written with Loader's deviance, so
 * that nothing cancels for large shapes. Stan Functions Reference, "Positive continuous distributions".
 */
import { deviance } from "../../numerics/special/deviance.ts";
import { stirlingError } from "../../numerics/special/gamma_function.ts";
import { digammaMinusLog } from "../../numerics/special/gamma_ratio.ts";
import { density, domainOf, isPositive } from "./density.ts";
import { remember } from "./remember.ts";
import * as tape from "./scalars.ts";

const LOG_2_PI = Math.log(2 * Math.PI);

const halfNormalConstant = remember((scale) => -0.5 * Math.log(Math.PI / 2) - Math.log(scale));

/** |x| of a normal with mean 0 and this scale. */
export const halfNormal = density({
  name: "halfNormal",
  takes: ["x", "scale"],
  domain: (x, scale) => domainOf(isPositive(scale), x >= 0 && x < Infinity),
  value(x, scale) {
    const z = x / scale;
    return halfNormalConstant(scale) - 0.5 * z * z;
  },
  partials: [
    (x, scale) => -x / scale / scale,
    (x, scale) => {
      const z = x / scale;
      return (z - 1) * (z + 1) / scale;
    },
  ],
});

const halfCauchyConstant = remember((scale) => -Math.log(Math.PI / 2) - Math.log(scale));

/** |x| of a Cauchy at 0 with this scale. Gelman (2006). */
export const halfCauchy = density({
  name: "halfCauchy",
  takes: ["x", "scale"],
  domain: (x, scale) => domainOf(isPositive(scale), x >= 0 && x < Infinity),
  value(x, scale) {
    const z = x / scale;
    return halfCauchyConstant(scale) - (z < 1e150 ? Math.log1p(z * z) : 2 * Math.log(z));
  },
  partials: [
    (x, scale) => x === 0 ? 0 : -2 / (scale / x + x / scale) / scale,
    (x, scale) => {
      const z = x / scale;
      return z < 1 ? (z - 1) * (z + 1) / (1 + z * z) / scale : (1 - 1 / z) * (1 + 1 / z) / (1 + 1 / z / z) / scale;
    },
  ],
});

const logSigma = remember(Math.log);

/** exp of a normal(mu, sigma). */
export const lognormal = density({
  name: "lognormal",
  takes: ["x", "mu", "sigma"],
  domain: (x, mu, sigma) => domainOf(isPositive(sigma) && Number.isFinite(mu), isPositive(x)),
  value(x, mu, sigma) {
    const log = Math.log(x), z = (log - mu) / sigma;
    return -0.5 * z * z - log - logSigma(sigma) - 0.5 * LOG_2_PI;
  },
  partials: [
    (x, mu, sigma) => -((Math.log(x) - mu) / sigma / sigma + 1) / x,
    (x, mu, sigma) => (Math.log(x) - mu) / sigma / sigma,
    (x, mu, sigma) => {
      const z = (Math.log(x) - mu) / sigma;
      return (z - 1) * (z + 1) / sigma;
    },
  ],
  formula: {
    ranges: ["positive", "real", "positive"],
    value: (x, mu, sigma) => {
      const log = tape.log(x);
      return tape.sub(
        tape.sub(tape.mul(-0.5, tape.square(tape.div(tape.sub(log, mu), sigma))), log),
        tape.add(tape.log(sigma), 0.5 * LOG_2_PI),
      );
    },
  },
});

const logRate = remember(Math.log);

/** rate exp(−rate x). */
export const exponential = density({
  name: "exponential",
  takes: ["x", "rate"],
  domain: (x, rate) => domainOf(isPositive(rate), x >= 0 && x < Infinity),
  value: (x, rate) => logRate(rate) - rate * x,
  partials: [(_x, rate) => -rate, (x, rate) => 1 / rate - x],
  formula: {
    ranges: ["nonNegative", "positive"],
    value: (x, rate) => tape.sub(tape.log(rate), tape.mul(rate, x)),
  },
});

/** ½ log(a / 2π) − log Γ(a) + log of Stirling's formula: what does not depend on x in the gamma family. */
const gammaConstant = remember((shape) => 0.5 * (Math.log(shape) - LOG_2_PI) - stirlingError(shape));
/** ψ(a) − log a */
const gammaSlope = remember(digammaMinusLog);

/** d/dx of (power) log x, 0 at 0 where the power is 0. */
function powerSlope(power: number, x: number): number {
  return power === 0 ? 0 : power / x;
}

/** A gamma of this shape and rate, mean shape / rate. */
export const gamma = density({
  name: "gamma",
  takes: ["x", "shape", "rate"],
  domain: (x, shape, rate) => domainOf(isPositive(shape) && isPositive(rate), x >= 0 && x < Infinity),
  value(x, shape, rate) {
    if (x === 0) return shape === 1 ? Math.log(rate) : shape < 1 ? Infinity : -Infinity;
    return gammaConstant(shape) - deviance(shape, rate * x) - Math.log(x);
  },
  partials: [
    (x, shape, rate) => powerSlope(shape - 1, x) - rate,
    (x, shape, rate) => Math.log(rate * x / shape) - gammaSlope(shape),
    (x, shape, rate) => shape / rate - x,
  ],
});

/** Chi-square: gamma(nu / 2, 1 / 2). */
export const chiSquare = density({
  name: "chiSquare",
  takes: ["x", "nu"],
  domain: (x, nu) => domainOf(isPositive(nu), x >= 0 && x < Infinity),
  value(x, nu) {
    if (x === 0) return nu === 2 ? -Math.LN2 : nu < 2 ? Infinity : -Infinity;
    return gammaConstant(0.5 * nu) - deviance(0.5 * nu, 0.5 * x) - Math.log(x);
  },
  partials: [
    (x, nu) => powerSlope(0.5 * nu - 1, x) - 0.5,
    (x, nu) => 0.5 * (Math.log(x / nu) - gammaSlope(0.5 * nu)),
  ],
});

/** 1 / x of a gamma(shape, rate = scale). */
export const inverseGamma = density({
  name: "inverseGamma",
  takes: ["x", "shape", "scale"],
  domain: (x, shape, scale) => domainOf(isPositive(shape) && isPositive(scale), isPositive(x)),
  value: (x, shape, scale) => gammaConstant(shape) - deviance(shape, scale / x) - Math.log(x),
  partials: [
    (x, shape, scale) => (scale / x - (shape + 1)) / x,
    (x, shape, scale) => Math.log(scale / x / shape) - gammaSlope(shape),
    (x, shape, scale) => shape / scale - 1 / x,
  ],
});

/** Weibull: (shape / scale) (x / scale)^(shape − 1) exp(−(x / scale)^shape). */
export const weibull = density({
  name: "weibull",
  takes: ["x", "shape", "scale"],
  domain: (x, shape, scale) => domainOf(isPositive(shape) && isPositive(scale), x >= 0 && x < Infinity),
  value(x, shape, scale) {
    if (x === 0) return shape === 1 ? -Math.log(scale) : shape < 1 ? Infinity : -Infinity;
    const z = Math.log(x / scale);
    return Math.log(shape / scale) + (shape - 1) * z - Math.exp(shape * z);
  },
  partials: [
    (x, shape, scale) => x === 0 ? (shape === 1 ? -1 / scale : NaN) : (shape * (1 - (x / scale) ** shape) - 1) / x,
    (x, shape, scale) => 1 / shape - Math.log(x / scale) * Math.expm1(shape * Math.log(x / scale)),
    (x, shape, scale) => x === 0 ? -shape / scale : shape * Math.expm1(shape * Math.log(x / scale)) / scale,
  ],
});

/** Pareto: shape minimum^shape / x^(shape + 1) from minimum on. */
export const pareto = density({
  name: "pareto",
  takes: ["x", "minimum", "shape"],
  domain: (x, minimum, shape) => domainOf(isPositive(minimum) && isPositive(shape), x >= minimum && x < Infinity),
  value: (x, minimum, shape) => Math.log(shape / x) - shape * Math.log(x / minimum),
  partials: [
    (x, _minimum, shape) => -(shape + 1) / x,
    (_x, minimum, shape) => shape / minimum,
    (x, minimum, shape) => 1 / shape - Math.log(x / minimum),
  ],
});

/** Rayleigh: the length of two independent normal(0, scale). */
export const rayleigh = density({
  name: "rayleigh",
  takes: ["x", "scale"],
  domain: (x, scale) => domainOf(isPositive(scale), isPositive(x)),
  value(x, scale) {
    const z = x / scale;
    return Math.log(z / scale) - 0.5 * z * z;
  },
  partials: [
    (x, scale) => 1 / x - x / scale / scale,
    (x, scale) => {
      const z = x / scale;
      return (z * z - 2) / scale;
    },
  ],
});
