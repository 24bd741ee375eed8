/** The inverse temperatures 0 = β_0 < β_1 < … < β_n = 1 that an annealed run goes through. */
import { z } from "zod";
import { InputError } from "../../../numerics/errors.ts";

const MOST_TEMPERATURES = 1_000_000;

export const scheduleOptions = {
  temperatures: z.int().min(1).max(MOST_TEMPERATURES).default(100)
    .describe("Steps of a run, each a little nearer to the model: what makes the weights more even."),
  power: z.number().min(0.05).max(20).default(1)
    .describe("Step k of n is at inverse temperature (k/n)^power: above 1 there are more of them near the reference."),
  betas: z.array(z.number().gt(0).max(1)).min(1).max(MOST_TEMPERATURES).optional()
    .describe("The inverse temperatures themselves, rising to 1, in place of `temperatures` and `power`."),
};

export interface ScheduleOptions {
  readonly temperatures: number;
  readonly power: number;
  readonly betas?: readonly number[] | undefined;
}

/** [n + 1], from 0 to 1. Throws InputError where `betas` do not rise to 1. */
export function scheduleOf({ temperatures, power, betas }: ScheduleOptions): Float64Array {
  if (!betas) return Float64Array.from({ length: temperatures + 1 }, (_, k) => (k / temperatures) ** power);
  betas.forEach((beta, k) => {
    const before = k === 0 ? 0 : betas[k - 1];
    if (!(beta > before)) {
      throw new InputError(`betas.${k}`, `betas must rise: expected more than ${before}, found ${beta}`);
    }
  });
  if (betas.at(-1) !== 1) {
    throw new InputError(`betas.${betas.length - 1}`, `betas must end at 1, found ${betas.at(-1)}`);
  }
  const schedule = new Float64Array(betas.length + 1);
  schedule.set(betas, 1);
  return schedule;
}

export function temperaturesOf({ temperatures, betas }: ScheduleOptions): number {
  return betas?.length ?? temperatures;
}
