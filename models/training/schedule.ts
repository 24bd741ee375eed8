/** Learning rates and momenta over a training. */
import { z } from "zod";

export const learningRateSchedule = z.enum(["constant", "linear", "cosine", "inverse"]);
export type LearningRateSchedule = z.output<typeof learningRateSchedule>;

const INVERSE_SCALE = 9; // the inverse schedule ends at a tenth

/**
 * The factor of the first learning rate at update number `update` (from 1) of `updates`: constant; falling to zero along a line or half
 * a cosine; or as 1 / (1 + 9 t), from 1 to a tenth, t from 0 to 1.
 */
export function rateFactor(schedule: LearningRateSchedule, update: number, updates: number): number {
  const t = (update - 1) / updates;
  switch (schedule) {
    case "constant":
      return 1;
    case "linear":
      return 1 - t;
    case "cosine":
      return 0.5 * (1 + Math.cos(Math.PI * t));
    case "inverse":
      return 1 / (1 + INVERSE_SCALE * t);
  }
}

/** A momentum, or one that goes from a first value to a last over so many epochs and stays there. */
export const momentumSchedule = z.union([
  z.number().min(0).lt(1),
  z.strictObject({ from: z.number().min(0).lt(1), to: z.number().min(0).lt(1), epochs: z.number().positive() }),
]);
export type MomentumSchedule = z.output<typeof momentumSchedule>;

/** The momentum after `epoch` epochs, a real number. */
export function momentumAt(schedule: MomentumSchedule, epoch: number): number {
  if (typeof schedule === "number") return schedule;
  const { from, to, epochs } = schedule;
  return from + (to - from) * Math.min(1, epoch / epochs);
}

/**
 * The weight of the newest parameters in their average after `update` updates: (averaging + 1) / (update + averaging), so that the
 * average reaches back over about 1 / (averaging + 1) of all updates, whenever one stops. Shamir & Zhang (2013), polynomial-decay
 * averaging.
 */
export function averagingWeight(averaging: number, update: number): number {
  return (averaging + 1) / (update + averaging);
}
