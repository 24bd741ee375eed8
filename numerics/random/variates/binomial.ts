/**
 * Binomial variates: by inversion where n min(p, 1 − p) is below 10, else by the transformed rejection BTRS, at one to two tries a
 * variate. Its acceptance compares log probabilities that are written with Loader's deviance.
 *
 * Hörmann (1993), "The generation of binomial random variates", Journal of Statistical Computation and Simulation 46.
 */
import { deviance } from "../../special/deviance.ts";
import { stirlingError } from "../../special/gamma_function.ts";
import type { Random } from "../random.ts";

export const MOST_TRIALS = 2 ** 50;
const SMALL = 10;

export function binomialVariate(n: number, p: number, random: Random): number {
  if (p > 0.5) return n - binomialVariate(n, 1 - p, random);
  if (n === 0 || p === 0) return 0;
  return n * p < SMALL ? byInversion(n, p, random) : byRejection(n, p, random);
}

function byInversion(n: number, p: number, random: Random): number {
  const odds = p / (1 - p);
  let u = random.uniform(), probability = Math.exp(n * Math.log1p(-p)), k = 0;
  while (u > probability && k < n) {
    u -= probability;
    probability *= odds * (n - k) / (k + 1);
    k++;
    if (probability === 0) break; // rounding has left a u that no count takes up
  }
  return k;
}

function byRejection(n: number, p: number, random: Random): number {
  const spread = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const insideSqueeze = 0.92 - 4.2 / b;
  const alpha = (2.83 + 5.1 / b) * spread;
  const mode = Math.floor((n + 1) * p);
  const height = logProbability(mode, n, p);
  for (;;) {
    const u = random.uniform() - 0.5, v = random.uniform();
    const side = 0.5 - Math.abs(u);
    const k = Math.floor((2 * a / side + b) * u + n * p + 0.5);
    if (side >= 0.07 && v <= insideSqueeze) return k;
    if (k < 0 || k > n) continue;
    if (Math.log(v * alpha / (a / (side * side) + b)) <= logProbability(k, n, p) - height) return k;
  }
}

/** Loader (2000), "Fast and accurate computation of binomial probabilities". */
function logProbability(k: number, n: number, p: number): number {
  if (k === 0) return n * Math.log1p(-p);
  if (k === n) return n * Math.log(p);
  return stirlingError(n) - stirlingError(k) - stirlingError(n - k) - deviance(k, n * p) -
    deviance(n - k, n * (1 - p)) + 0.5 * Math.log(n / (2 * Math.PI * k * (n - k)));
}
