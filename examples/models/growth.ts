// The height of seedlings over days: a line for all, and an error of which only the order of magnitude is known.
//
//   height_i ~ N(start + rate · day_i, sigma²), start ~ N(5, 2²), rate ~ N(0, 1), sigma ~ exponential(1)
//
// `prior` and `simulate` say the same once more, as a simulation, which lets `check` hold the density against it.
import { exponential, type ModuleRandom, normal, positive } from "ergodic";

interface Data {
  day: number[];
  height: number[];
}
interface Line {
  start: number;
  rate: number;
  logSigma: number;
}

export const variables = { start: [], rate: [], logSigma: [] };

export function logDensity({ start, rate, logSigma }: Line, { day, height }: Data): number {
  const sigma = positive(logSigma);
  let lp = normal(start, 5, 2) + normal(rate, 0, 1) + exponential(sigma.value, 1) + sigma.logJacobian;
  for (let i = 0; i < day.length; i++) lp += normal(height[i], start + rate * day[i], sigma.value);
  return lp;
}

export function generated({ logSigma }: Line) {
  return { sigma: Math.exp(logSigma) };
}

export function prior(random: ModuleRandom): Line {
  return { start: random.normal(5, 2), rate: random.normal(0, 1), logSigma: Math.log(random.exponential(1)) };
}

export function simulate({ start, rate, logSigma }: Line, random: ModuleRandom, { day }: Data): Data {
  return { day, height: day.map((d) => random.normal(start + rate * d, Math.exp(logSigma))) };
}
