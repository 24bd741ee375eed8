/** What a graph cannot tell of itself, and its uploader does. */
import { z } from "zod";

export const DIRECTIONS = ["forward", "inverse"] as const;
export type Direction = (typeof DIRECTIONS)[number];

export const BASES = ["normal", "logistic", "uniform"] as const;
/** The law of a flow's noise, of independent coordinates: N(0, 1), logistic(0, 1), or uniform on (0, 1). */
export type BaseKind = (typeof BASES)[number];

/** What an input or output stands for. `gradient` is that of logProb, or of the energy, with respect to x. */
export const ROLES = ["z", "x", "context", "logDet", "logProb", "energy", "gradient"] as const;
export type Role = (typeof ROLES)[number];

export const Hints = z.strictObject({
  direction: z.enum(DIRECTIONS).optional(),
  base: z.enum(BASES).optional(),
  /** The names of inputs and outputs by their roles. */
  roles: z.partialRecord(z.enum(ROLES), z.string()),
});
export type Hints = z.infer<typeof Hints>;
