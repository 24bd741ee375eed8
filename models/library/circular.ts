/**
 * The von Mises law of an angle, exp(kappa cos(x − mu)) / (2π I₀(kappa)).
 *
 * Support: the real numbers; the density has period 2π and is a law on any interval of that length. kappa is positive (or 0: uniform) and
 * finite, mu finite. Mardia & Jupp (2000), section 3.5.4.
 */
import { besselRatio, besselRatioComplement, logScaledBesselI0 } from "../../numerics/special/bessel.ts";
import { density, domainOf } from "./density.ts";
import { remember } from "./remember.ts";

const LOG_2_PI = Math.log(2 * Math.PI);
const logScaledI0 = remember(logScaledBesselI0), ratio = remember(besselRatio);
const complement = remember(besselRatioComplement);

/** cos d − 1, without cancellation. */
function cosMinus1(d: number): number {
  const s = Math.sin(0.5 * d);
  return -2 * s * s;
}

export const vonMises = density({
  name: "vonMises",
  takes: ["x", "mu", "kappa"],
  domain: (x, mu, kappa) => domainOf(kappa >= 0 && kappa < Infinity && Number.isFinite(mu), Number.isFinite(x)),
  value: (x, mu, kappa) => kappa * cosMinus1(x - mu) - LOG_2_PI - logScaledI0(kappa),
  partials: [
    (x, mu, kappa) => -kappa * Math.sin(x - mu),
    (x, mu, kappa) => kappa * Math.sin(x - mu),
    (x, mu, kappa) => kappa > 1 ? complement(kappa) + cosMinus1(x - mu) : Math.cos(x - mu) - ratio(kappa),
  ],
});
