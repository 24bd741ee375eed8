/** The laws that the noise of a graph can have: independent coordinates, N(0, 1), logistic(0, 1) or uniform on (0, 1). */
import type { Random } from "../../numerics/random/random.ts";

const HALF_LOG_2_PI = 0.5 * Math.log(2 * Math.PI);
/** Of so many factors from 1 to 2 the product is finite. */
const MOST_FACTORS = 512;

export const NOISES = ["normal", "logistic", "uniform"] as const;
export type Noise = (typeof NOISES)[number];

/** Fills a row with z = temperature · ε, as its array keeps it, and returns the log density there. A uniform has no temperature but 1. */
export function drawNoise(law: Noise, temperature: number, random: Random, z: Float32Array | Float64Array): number {
  for (let j = 0; j < z.length; j++) {
    if (law === "uniform") z[j] = random.uniform();
    else z[j] = temperature * (law === "normal" ? random.normal() : logistic(random));
  }
  return logNoise(law, temperature, z);
}

/** ln(u / (1 − u)), where 1 − u is exact: one logarithm, for there may be hundreds in a row. */
export function logistic(random: Random): number {
  const u = random.uniform();
  return Math.log(u / (1 - u));
}

/** log p(z), of a row. */
export function logNoise(law: Noise, temperature: number, z: ArrayLike<number>): number {
  let log = -z.length * Math.log(temperature), product = 1;
  for (let j = 0; j < z.length; j++) {
    const standard = z[j] / temperature, size = Math.abs(standard);
    if (law === "normal") log -= 0.5 * standard * standard + HALF_LOG_2_PI;
    else if (law === "logistic") {
      log -= size;
      product *= 1 + Math.exp(-size);
      if (j % MOST_FACTORS < MOST_FACTORS - 1) continue;
      log -= 2 * Math.log(product);
      product = 1;
    } else if (!(z[j] >= 0 && z[j] <= 1)) return -Infinity;
  }
  return log - 2 * Math.log(product);
}
