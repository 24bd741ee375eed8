/**
 * Laws of whole numbers: Bernoulli, binomial, Poisson, negative binomial, beta-binomial, geometric. The outcome (and the number of trials)
 * is data: a whole number has no gradient.
 *
 * Support: 0 … n, or the whole numbers from 0; other numbers have probability 0. Probabilities lie in [0, 1], rates, means and shapes are
 * positive and finite (a rate or mean may be 0), logits and log rates finite. Large counts are written with Loader's deviance, so that
 * nothing cancels. Stan Functions Reference, "Binary distributions", "Bounded discrete distributions", "Unbounded discrete distributions".
 */
import { deviance } from "../../numerics/special/deviance.ts";
import { logChoose, logFactorial, stirlingErrorOfCount } from "../../numerics/special/factorial.ts";
import { stirlingError } from "../../numerics/special/gamma_function.ts";
import { digammaDifference, digammaOverLog, logGammaRatio } from "../../numerics/special/gamma_ratio.ts";
import { expit, log1pMinus, softplus } from "../../numerics/special/logarithms.ts";
import { addSoftplusSlopes, softplusSum } from "../../numerics/wasm/logistic.ts";
import type { Value, VectorOperation } from "../modules/tape/vector.ts";
import { density, domainOf, isCount, isPositive, isProbability } from "./density.ts";
import { remember } from "./remember.ts";
import * as tape from "./scalars.ts";

const LOG_2_PI = Math.log(2 * Math.PI);
/** Up to here the plain formula loses no more than the last two digits, and is faster. */
const FEW = 100;

const isBit = (y: Value) => y === 0 || y === 1;
const isFew = (y: Value): y is number => typeof y === "number" && isCount(y) && y <= FEW;

/** P(y = 1) = p. */
export const bernoulli = density({
  name: "bernoulli",
  takes: ["y", "p"],
  domain: (y, p) => domainOf(isProbability(p), isBit(y)),
  value: (y, p) => y === 1 ? Math.log(p) : Math.log1p(-p),
  partials: [null, (y, p) => y === 1 ? 1 / p : -1 / (1 - p)],
});

/** P(y = 1) = 1 / (1 + exp(−logit)). */
export const bernoulliLogit = density({
  name: "bernoulliLogit",
  takes: ["y", "logit"],
  domain: (y, logit) => domainOf(Number.isFinite(logit), isBit(y)),
  value: (y, logit) => -softplus(y === 1 ? -logit : logit),
  partials: [null, (y, logit) => y === 1 ? expit(-logit) : -expit(logit)],
  faster([y, logit]) {
    if (logit.values.length < LEAST_FOR_WASM || y.shape.join() !== logit.shape.join()) return null;
    return y.values.every(isBit) ? bernoulliLogits(y.values, logit.traced ? null : logit.values) : null;
  },
});

const LEAST_FOR_WASM = 16; // below it the copies cost more than they save

/** The log likelihood of many bits, with logits from the input or of data, right to one unit in the last place of 1 a bit. */
function bernoulliLogits(y: Float64Array, logits: Float64Array | null): VectorOperation {
  const signs = y.map((bit) => 1 - 2 * bit);
  return {
    name: "bernoulliLogit",
    outputs: 1,
    forward: (input, output) => void (output[0] = -softplusSum(signs, logits ?? input, 0)),
    backward: (input, _output, outputAdjoint, inputAdjoint) =>
      addSoftplusSlopes(signs, input, 0, -outputAdjoint[0], inputAdjoint),
  };
}

/** log of the binomial probability of y in n trials, by p and q = 1 − p, both given so that neither is lost. */
function logBinomial(y: number, n: number, p: number, q: number, logP: number, logQ: number): number {
  const rest = n - y;
  if (y === 0) return rest === 0 ? 0 : rest * logQ;
  if (rest === 0) return y * logP;
  if (n <= FEW || p < 1e-300 || q < 1e-300) return logChoose(n, y) + y * logP + rest * logQ;
  return stirlingErrorOfCount(n) - stirlingErrorOfCount(y) - stirlingErrorOfCount(rest) - deviance(y, n * p) -
    deviance(rest, n * q) - 0.5 * (LOG_2_PI + Math.log(y) + Math.log(rest / n));
}

/** Successes in n trials, each of probability p. */
export const binomial = density({
  name: "binomial",
  takes: ["y", "n", "p"],
  domain: (y, n, p) => domainOf(isCount(n) && isProbability(p), isCount(y) && y <= n),
  value: (y, n, p) => logBinomial(y, n, p, 1 - p, Math.log(p), Math.log1p(-p)),
  partials: [
    null,
    null,
    (y, n, p) => y === 0 ? n === 0 ? 0 : -n / (1 - p) : y === n ? n / p : (y - n * p) / (p * (1 - p)),
  ],
});

/** y − n expit(logit) */
function logitSlope(y: number, n: number, logit: number): number {
  if (Math.abs(logit) < 1) return y - 0.5 * n - 0.5 * n * Math.tanh(0.5 * logit);
  return logit > 0 ? n * expit(-logit) - (n - y) : y - n * expit(logit);
}

/** binomial(y, n, 1 / (1 + exp(−logit))). */
export const binomialLogit = density({
  name: "binomialLogit",
  takes: ["y", "n", "logit"],
  domain: (y, n, logit) => domainOf(isCount(n) && Number.isFinite(logit), isCount(y) && y <= n),
  value: (y, n, logit) => logBinomial(y, n, expit(logit), expit(-logit), -softplus(-logit), -softplus(logit)),
  partials: [null, null, logitSlope],
});

/** Poisson of this rate ≥ 0. */
export const poisson = density({
  name: "poisson",
  takes: ["y", "rate"],
  domain: (y, rate) => domainOf(rate >= 0 && rate < Infinity, isCount(y)),
  value: (y, rate) => logPoisson(y, rate, y === 0 ? 0 : Math.log(rate)),
  partials: [null, (y, rate) => y === 0 ? -1 : y / rate - 1],
});

function logPoisson(y: number, rate: number, logRate: number): number {
  if (y <= FEW || !(rate > 1e-300)) return (y === 0 ? 0 : y * logRate) - rate - logFactorial(y);
  return -stirlingErrorOfCount(y) - deviance(y, rate) - 0.5 * (LOG_2_PI + Math.log(y));
}

/** poisson(y, exp(logRate)). */
export const poissonLog = density({
  name: "poissonLog",
  takes: ["y", "logRate"],
  domain: (y, logRate) => domainOf(Number.isFinite(logRate), isCount(y)),
  value: (y, logRate) => logPoisson(y, Math.exp(logRate), logRate),
  partials: [null, (y, logRate) => y - Math.exp(logRate)],
  formula: {
    ranges: ["data", "real"],
    holds: isFew,
    value: (y, logRate) =>
      tape.sub(tape.sub(tape.mul(y, logRate), tape.exp(logRate)), typeof y === "number" ? logFactorial(y) : NaN),
  },
});

const logPhi = remember(Math.log), stirlingPhi = remember(stirlingError);

function logNegativeBinomial(y: number, mu: number, phi: number): number {
  if (y === 0) return -phi * Math.log1p(mu / phi);
  if (mu === 0) return -Infinity;
  // The binomial probability of y among y + phi, times phi / (y + phi)
  const n = y + phi, ratio = mu / phi;
  const p = ratio < 1 ? ratio / (1 + ratio) : 1 / (1 + 1 / ratio), q = 1 / (1 + ratio);
  return stirlingError(n) - stirlingErrorOfCount(y) - stirlingPhi(phi) - deviance(y, n * p) - deviance(phi, n * q) -
    0.5 * (LOG_2_PI + Math.log(y) + Math.log(n) - logPhi(phi));
}

/** ψ(y + φ) − ψ(φ) − log(1 + μ/φ) + (μ − y)/(μ + φ), of which most cancels where φ is large. */
function phiSlope(y: number, mu: number, phi: number): number {
  const t = (y - mu) / (phi + mu);
  // Near −1, the end of log(1 + t), 1 + t is known better than t.
  return digammaOverLog(phi, y) + (t > -0.5 ? log1pMinus(t) : Math.log((phi + y) / (phi + mu)) - t);
}

/** Negative binomial with this mean and shape: variance mu + mu² / phi. Stan's neg_binomial_2. */
export const negativeBinomial = density({
  name: "negativeBinomial",
  takes: ["y", "mu", "phi"],
  domain: (y, mu, phi) => domainOf(mu >= 0 && mu < Infinity && isPositive(phi), isCount(y)),
  value: logNegativeBinomial,
  partials: [
    null,
    (y, mu, phi) => y === 0 ? -1 / (1 + mu / phi) : (y / mu - 1) / (1 + mu / phi),
    phiSlope,
  ],
});

/** negativeBinomial(y, exp(logMu), phi). */
export const negativeBinomialLog = density({
  name: "negativeBinomialLog",
  takes: ["y", "logMu", "phi"],
  domain: (y, logMu, phi) => domainOf(Number.isFinite(logMu) && logMu < 700 && isPositive(phi), isCount(y)),
  value: (y, logMu, phi) => {
    if (logMu > -600) return logNegativeBinomial(y, Math.exp(logMu), phi);
    // The mean underflows: its logarithm alone counts.
    return y === 0 ? -Math.exp(logMu) : logGammaRatio(phi, y) - logFactorial(y) + y * (logMu - Math.log(phi));
  },
  partials: [
    null,
    (y, logMu, phi) => (y - Math.exp(logMu)) / (1 + Math.exp(logMu) / phi),
    (y, logMu, phi) => phiSlope(y, Math.exp(logMu), phi),
  ],
});

/** By Stirling's formula and deviances from p = (y + a) / (n + a + b), into which every x log x goes: nothing cancels. */
function logBetaBinomial(y: number, n: number, a: number, b: number): number {
  if (n === 0) return 0;
  const rest = n - y, size = a + b, all = n + size, p = (y + a) / all, q = (rest + b) / all;
  let log = stirlingError(y + a) + stirlingError(rest + b) - stirlingError(all) -
    stirlingA(a) - stirlingB(b) + stirlingSize(size) -
    deviance(y, n * p) - deviance(rest, n * q) - deviance(a, size * p) - deviance(b, size * q) +
    0.5 * (Math.log(a / (y + a)) + Math.log(b / (rest + b)) + Math.log(all / size));
  if (y > 0 && rest > 0) {
    log += stirlingErrorOfCount(n) - stirlingErrorOfCount(y) - stirlingErrorOfCount(rest) -
      0.5 * (LOG_2_PI + Math.log(y) + Math.log(rest / n));
  }
  return log;
}

const stirlingA = remember(stirlingError), stirlingB = remember(stirlingError), stirlingSize = remember(stirlingError);

/** Successes in n trials of a probability that is beta(a, b). */
export const betaBinomial = density({
  name: "betaBinomial",
  takes: ["y", "n", "a", "b"],
  domain: (y, n, a, b) => domainOf(isCount(n) && isPositive(a) && isPositive(b), isCount(y) && y <= n),
  value: logBetaBinomial,
  partials: [
    null,
    null,
    (y, n, a, b) => digammaDifference(a, y) - digammaDifference(a + b, n),
    (y, n, a, b) => digammaDifference(b, n - y) - digammaDifference(a + b, n),
  ],
});

/** Failures before the first success, each trial of probability p in (0, 1]. */
export const geometric = density({
  name: "geometric",
  takes: ["y", "p"],
  domain: (y, p) => domainOf(p > 0 && p <= 1, isCount(y)),
  value: (y, p) => Math.log(p) + (y === 0 ? 0 : y * Math.log1p(-p)),
  partials: [null, (y, p) => 1 / p - (y === 0 ? 0 : y / (1 - p))],
});
