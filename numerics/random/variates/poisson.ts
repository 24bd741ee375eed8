/**
 * Poisson variates: by inversion where the mean is below 10, else by the transformed rejection PTRS, at one to two tries a variate
 * whatever the mean. Its acceptance compares log probabilities that are written with Loader's deviance, so that means up to
 * 2^50 lose no digits to cancellation.
 *
 * Hörmann (1993), "The transformed rejection method for generating Poisson random variables", Insurance: Mathematics and Economics 12.
 */
import { deviance } from "../../special/deviance.ts";
import { stirlingError } from "../../special/gamma_function.ts";
import type { Random } from "../random.ts";

export const MOST_MEAN = 2 ** 50; // counts stay exact integers
const SMALL = 10;

export function poissonVariate(mean: number, random: Random): number {
  return mean < SMALL ? byInversion(mean, random) : byRejection(mean, random);
}

function byInversion(mean: number, random: Random): number {
  let u = random.uniform(), probability = Math.exp(-mean), k = 0;
  while (u > probability) {
    u -= probability;
    k++;
    probability *= mean / k;
    if (probability === 0) break; // rounding has left a u that no count takes up
  }
  return k;
}

function byRejection(mean: number, random: Random): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const insideSqueeze = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = random.uniform() - 0.5, v = random.uniform();
    const side = 0.5 - Math.abs(u);
    const k = Math.floor((2 * a / side + b) * u + mean + 0.43);
    if (side >= 0.07 && v <= insideSqueeze) return k;
    if (k < 0 || (side < 0.013 && v > side)) continue;
    if (Math.log(v * inverseAlpha / (a / (side * side) + b)) <= logProbability(k, mean)) return k;
  }
}

function logProbability(k: number, mean: number): number {
  if (k === 0) return -mean;
  return -stirlingError(k) - deviance(k, mean) - 0.5 * Math.log(2 * Math.PI * k);
}
