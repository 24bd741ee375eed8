/**
 * The beta law of a probability, by its two shapes or by its mean and size.
 *
 * Support: [0, 1]; at the ends the density is its limit, which may be infinite. Parameters are positive and finite.
 * Written with Loader's deviance, so that nothing cancels for large shapes. Johnson, Kotz & Balakrishnan (1995), chapter 25.
 */
import { deviance } from "../../numerics/special/deviance.ts";
import { stirlingError } from "../../numerics/special/gamma_function.ts";
import { digammaMinusLog, logBeta } from "../../numerics/special/gamma_ratio.ts";
import { density, domainOf, isPositive, isProbability } from "./density.ts";
import { remember } from "./remember.ts";

const LOG_2_PI = Math.log(2 * Math.PI);
const stirlingA = remember(stirlingError), stirlingB = remember(stirlingError), stirlingN = remember(stirlingError);
const slopeA = remember(digammaMinusLog), slopeB = remember(digammaMinusLog), slopeN = remember(digammaMinusLog);

/** power · log x, 0 where the power is. */
function multiplyLog(power: number, x: number): number {
  return power === 0 ? 0 : power * Math.log(x);
}

function logDensity(x: number, a: number, b: number): number {
  if (x === 0 || x === 1) return multiplyLog(a - 1, x) + multiplyLog(b - 1, 1 - x) - logBeta(a, b);
  const n = a + b;
  return 0.5 * (Math.log(a / n) + Math.log(b) - LOG_2_PI) + stirlingN(n) - stirlingA(a) - stirlingB(b) -
    deviance(a, n * x) - deviance(b, n * (1 - x)) - Math.log(x) - Math.log1p(-x);
}

function slope(x: number, a: number, b: number): number {
  return (a === 1 ? 0 : (a - 1) / x) - (b === 1 ? 0 : (b - 1) / (1 - x));
}

/** log x − ψ(a) + ψ(a + b) */
function shapeSlopeA(x: number, a: number, b: number): number {
  return Math.log((a + b) * x / a) - slopeA(a) + slopeN(a + b);
}

function shapeSlopeB(x: number, a: number, b: number): number {
  const ratio = (a + b) / b;
  return (x < 0.5 ? Math.log1p(-x) + Math.log(ratio) : Math.log(ratio * (1 - x))) - slopeB(b) + slopeN(a + b);
}

/** Beta(a, b). */
export const beta = density({
  name: "beta",
  takes: ["x", "a", "b"],
  domain: (x, a, b) => domainOf(isPositive(a) && isPositive(b), isProbability(x)),
  value: logDensity,
  partials: [slope, shapeSlopeA, shapeSlopeB],
});

/** Beta with mean mu in (0, 1) and size kappa: beta(mu kappa, (1 − mu) kappa). */
export const betaProportion = density({
  name: "betaProportion",
  takes: ["x", "mu", "kappa"],
  domain: (x, mu, kappa) => domainOf(mu > 0 && mu < 1 && isPositive(kappa), isProbability(x)),
  value: (x, mu, kappa) => logDensity(x, mu * kappa, (1 - mu) * kappa),
  partials: [
    (x, mu, kappa) => slope(x, mu * kappa, (1 - mu) * kappa),
    (x, mu, kappa) =>
      kappa * (shapeSlopeA(x, mu * kappa, (1 - mu) * kappa) - shapeSlopeB(x, mu * kappa, (1 - mu) * kappa)),
    (x, mu, kappa) =>
      mu * shapeSlopeA(x, mu * kappa, (1 - mu) * kappa) + (1 - mu) * shapeSlopeB(x, mu * kappa, (1 - mu) * kappa),
  ],
});
