/**
 * The height of seedlings over days: a straight line, and an error of which only the order of magnitude is known.
 *
 *   height_i ~ Normal(start + rate · day_i, σ²)      start ~ Normal(5, 2²)      rate ~ Normal(0, 1)      σ ~ Gamma(3, 2)
 *
 * `prior` and `simulate` say the same once more, as a simulation, which lets `check` hold the density against it.
 */
import { gamma, normal, positive, type Random } from "ergodic";

export const variables = { start: [], rate: [], logSigma: [] };

interface Parameters {
  start: number;
  rate: number;
  logSigma: number;
}

interface Data {
  day: number[];
  height: number[];
}

export function logDensity({ start, rate, logSigma }: Parameters, { day, height }: Data): number {
  const sigma = positive(logSigma);
  let log = normal(start, 5, 2) + normal(rate, 0, 1) + gamma(sigma.value, 3, 2) + sigma.logJacobian;
  for (let i = 0; i < day.length; i++) log += normal(height[i], start + rate * day[i], sigma.value);
  return log;
}

export function generated({ logSigma }: Parameters) {
  return { sigma: Math.exp(logSigma) };
}

export function prior(random: Random): Parameters {
  return { start: random.normal(5, 2), rate: random.normal(0, 1), logSigma: Math.log(random.gamma(3, 2)) };
}

export function simulate({ start, rate, logSigma }: Parameters, random: Random, { day }: Data): Data {
  return { day, height: day.map((d) => random.normal(start + rate * d, Math.exp(logSigma))) };
}
