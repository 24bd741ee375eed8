/**
 * Laws of a real number by a location and a scale: normal, Student's t, Cauchy, Laplace, logistic, Gumbel, uniform.
 *
 * Support: the real numbers (finite), or [low, high]. Scales and degrees of freedom are positive and finite, locations finite.
 * Stan Functions Reference, "Unbounded continuous distributions"; Johnson, Kotz & Balakrishnan (1994, 1995).
 */
import { digammaOverLog, logGammaRatio } from "../../numerics/special/gamma_ratio.ts";
import { log1pMinus } from "../../numerics/special/logarithms.ts";
import { density, domainOf, isPositive } from "./density.ts";
import { remember } from "./remember.ts";
import * as tape from "./scalars.ts";

const LOG_SQRT_2_PI = 0.5 * Math.log(2 * Math.PI);
const LOG_PI = Math.log(Math.PI);

function located(x: number, location: number, scale: number): number {
  return domainOf(isPositive(scale) && Number.isFinite(location), Number.isFinite(x));
}

/** log(1 + z²), also where z² overflows. */
function log1pSquare(z: number): number {
  return Math.abs(z) < 1e150 ? Math.log1p(z * z) : 2 * Math.log(Math.abs(z));
}

const logSigma = remember(Math.log);

/** N(mu, sigma²). */
export const normal = density({
  name: "normal",
  takes: ["x", "mu", "sigma"],
  domain: located,
  value(x, mu, sigma) {
    const z = (x - mu) / sigma;
    return -0.5 * z * z - logSigma(sigma) - LOG_SQRT_2_PI;
  },
  partials: [
    (x, mu, sigma) => (mu - x) / sigma / sigma,
    (x, mu, sigma) => (x - mu) / sigma / sigma,
    (x, mu, sigma) => {
      const z = (x - mu) / sigma;
      return (z - 1) * (z + 1) / sigma;
    },
  ],
  formula: {
    ranges: ["real", "real", "positive"],
    value: (x, mu, sigma) =>
      tape.sub(
        tape.mul(-0.5, tape.square(tape.div(tape.sub(x, mu), sigma))),
        tape.add(tape.log(sigma), LOG_SQRT_2_PI),
      ),
  },
});

const studentConstant = remember((nu) => logGammaRatio(0.5 * nu, 0.5) - 0.5 * (Math.log(nu) + LOG_PI));
/** ½ [ψ((ν + 1)/2) − ψ(ν/2) − 1/ν] */
const studentSlope = remember((nu) => 0.5 * (digammaOverLog(0.5 * nu, 0.5) + log1pMinus(1 / nu)));
const logStudentScale = remember(Math.log);

/** log(1 + z²/ν) */
function studentLog(z: number, nu: number): number {
  return log1pSquare(z / Math.sqrt(nu));
}

/** −d/dz of the log density of the standard law: (ν + 1) z / (ν + z²). */
function studentPull(z: number, nu: number): number {
  return z === 0 ? 0 : (nu + 1) / (nu / z + z);
}

/** The standard law's derivative in ν, with t = z²/ν: terms of 1/ν, which cancel, are left out. */
function studentNu(z: number, nu: number): number {
  const t = z * z / nu, odds = t < 1e100 ? t / (1 + t) : 1;
  // log(1 + t) − t / (1 + t)
  const excess = t < 0.5 ? log1pMinus(t) + t * odds : studentLog(z, nu) - odds;
  return studentSlope(nu) - 0.5 * excess + 0.5 * odds / nu;
}

/** Student's t with nu degrees of freedom, at mu, in units of sigma. */
export const studentT = density({
  name: "studentT",
  takes: ["x", "nu", "mu", "sigma"],
  domain: (x, nu, mu, sigma) =>
    domainOf(isPositive(nu) && isPositive(sigma) && Number.isFinite(mu), Number.isFinite(x)),
  value(x, nu, mu, sigma) {
    return studentConstant(nu) - logStudentScale(sigma) - 0.5 * (nu + 1) * studentLog((x - mu) / sigma, nu);
  },
  partials: [
    (x, nu, mu, sigma) => -studentPull((x - mu) / sigma, nu) / sigma,
    (x, nu, mu, sigma) => studentNu((x - mu) / sigma, nu),
    (x, nu, mu, sigma) => studentPull((x - mu) / sigma, nu) / sigma,
    (x, nu, mu, sigma) => {
      const z = (x - mu) / sigma;
      return (z * studentPull(z, nu) - 1) / sigma;
    },
  ],
});

/** Student's t of a positive number: the half of studentT at 0. */
export const halfStudentT = density({
  name: "halfStudentT",
  takes: ["x", "nu", "sigma"],
  domain: (x, nu, sigma) => domainOf(isPositive(nu) && isPositive(sigma), x >= 0 && x < Infinity),
  value(x, nu, sigma) {
    return Math.LN2 + studentConstant(nu) - logStudentScale(sigma) - 0.5 * (nu + 1) * studentLog(x / sigma, nu);
  },
  partials: [
    (x, nu, sigma) => -studentPull(x / sigma, nu) / sigma,
    (x, nu, sigma) => studentNu(x / sigma, nu),
    (x, nu, sigma) => (x / sigma * studentPull(x / sigma, nu) - 1) / sigma,
  ],
});

/** 2 z / (1 + z²), without overflow. */
function cauchyPull(z: number): number {
  return z === 0 ? 0 : 2 / (1 / z + z);
}

const logCauchyScale = remember(Math.log);

/** Cauchy. */
export const cauchy = density({
  name: "cauchy",
  takes: ["x", "mu", "sigma"],
  domain: located,
  value: (x, mu, sigma) => -LOG_PI - logCauchyScale(sigma) - log1pSquare((x - mu) / sigma),
  partials: [
    (x, mu, sigma) => -cauchyPull((x - mu) / sigma) / sigma,
    (x, mu, sigma) => cauchyPull((x - mu) / sigma) / sigma,
    (x, mu, sigma) => {
      const z = (x - mu) / sigma;
      return (z * cauchyPull(z) - 1) / sigma;
    },
  ],
});

const logLaplaceScale = remember(Math.log);

/** Laplace's double exponential, exp(−|x − mu| / scale) / (2 scale); its slope in x and mu at x = mu is given as 0. */
export const laplace = density({
  name: "laplace",
  takes: ["x", "mu", "scale"],
  domain: located,
  value: (x, mu, scale) => -Math.LN2 - logLaplaceScale(scale) - Math.abs(x - mu) / scale,
  partials: [
    (x, mu, scale) => -Math.sign(x - mu) / scale,
    (x, mu, scale) => Math.sign(x - mu) / scale,
    (x, mu, scale) => (Math.abs(x - mu) / scale - 1) / scale,
  ],
  formula: {
    ranges: ["real", "real", "positive"],
    value: (x, mu, scale) => tape.sub(tape.sub(-Math.LN2, tape.log(scale)), tape.div(tape.abs(tape.sub(x, mu)), scale)),
  },
});

const logLogisticScale = remember(Math.log);

/** Logistic. */
export const logistic = density({
  name: "logistic",
  takes: ["x", "mu", "scale"],
  domain: located,
  value(x, mu, scale) {
    const size = Math.abs(x - mu) / scale;
    return -size - 2 * Math.log1p(Math.exp(-size)) - logLogisticScale(scale);
  },
  partials: [
    (x, mu, scale) => -Math.tanh(0.5 * (x - mu) / scale) / scale,
    (x, mu, scale) => Math.tanh(0.5 * (x - mu) / scale) / scale,
    (x, mu, scale) => {
      const z = (x - mu) / scale;
      return (z * Math.tanh(0.5 * z) - 1) / scale;
    },
  ],
});

const logGumbelScale = remember(Math.log);

/** Gumbel's law of the largest, exp(−z − e⁻ᶻ) / scale with z = (x − mu) / scale. */
export const gumbel = density({
  name: "gumbel",
  takes: ["x", "mu", "scale"],
  domain: located,
  value(x, mu, scale) {
    const z = (x - mu) / scale;
    return -z - Math.exp(-z) - logGumbelScale(scale);
  },
  partials: [
    (x, mu, scale) => Math.expm1((mu - x) / scale) / scale,
    (x, mu, scale) => -Math.expm1((mu - x) / scale) / scale,
    (x, mu, scale) => {
      const z = (x - mu) / scale;
      return (-z * Math.expm1(-z) - 1) / scale;
    },
  ],
});

/** Uniform on [low, high], low < high. */
export const uniform = density({
  name: "uniform",
  takes: ["x", "low", "high"],
  domain: (x, low, high) => domainOf(low < high && Number.isFinite(high - low), x >= low && x <= high),
  value: (_x, low, high) => -Math.log(high - low),
  partials: [() => 0, (_x, low, high) => 1 / (high - low), (_x, low, high) => -1 / (high - low)],
});
