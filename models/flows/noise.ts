/** The laws that the noise of a graph can have: independent coordinates, N(0, 1), logistic(0, 1) or uniform on (0, 1). */
import type { Random } from "../../numerics/random/random.ts";
import { logit } from "../../numerics/special/logarithms.ts";

export const NOISES = ["normal", "logistic", "uniform"] as const;
export type Noise = (typeof NOISES)[number];

/** Fills a row with z = temperature · ε, as its array keeps it, and returns the log density there. A uniform has no temperature but 1. */
export function drawNoise(law: Noise, temperature: number, random: Random, z: Float32Array | Float64Array): number {
  for (let j = 0; j < z.length; j++) {
    if (law === "uniform") z[j] = random.uniform();
    else z[j] = temperature * (law === "normal" ? random.normal() : logit(random.uniform()));
  }
  return logNoise(law, temperature, z);
}

/** log p(z), of a row. */
export function logNoise(law: Noise, temperature: number, z: ArrayLike<number>): number {
  let log = -z.length * Math.log(temperature);
  for (let j = 0; j < z.length; j++) {
    const standard = z[j] / temperature, size = Math.abs(standard);
    if (law === "normal") log -= 0.5 * standard * standard + 0.5 * Math.log(2 * Math.PI);
    else if (law === "logistic") log -= size + 2 * Math.log1p(Math.exp(-size));
    else if (!(z[j] >= 0 && z[j] <= 1)) return -Infinity;
  }
  return log;
}
