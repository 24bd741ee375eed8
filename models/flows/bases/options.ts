/** Which base a flow has, as its configuration names it. */
import { z } from "zod";
import type { Random } from "../../../numerics/random/random.ts";
import type { Base } from "../base.ts";
import type { Workplace } from "../layer.ts";
import { ConditionalNormalBase } from "./conditional_normal.ts";
import { LogisticBase } from "./logistic.ts";
import { MixtureBase } from "./mixture.ts";
import { NormalBase } from "./normal.ts";
import { UniformBase } from "./uniform.ts";

const MOST_COMPONENTS = 1000;

export const baseOptions = z.union([
  z.enum(["normal", "logistic", "uniform", "conditional-normal"]),
  z.strictObject({ kind: z.literal("mixture"), components: z.int().min(1).max(MOST_COMPONENTS) }),
]).describe(
  "The law of the noise: independent normal, logistic or uniform variables; normals whose means and scales are learned and depend on the " +
    "class; or a learned mixture of normals, { kind: mixture, components }.",
);
export type BaseOptions = z.output<typeof baseOptions>;

export function buildBase(options: BaseOptions, width: number, place: Workplace, random: Random): Base {
  const { arithmetic, capacity, contextWidth } = place;
  if (typeof options === "object") return new MixtureBase(width, options.components, arithmetic, capacity, random);
  switch (options) {
    case "normal":
      return new NormalBase(width, arithmetic);
    case "logistic":
      return new LogisticBase(width);
    case "uniform":
      return new UniformBase(width);
    case "conditional-normal":
      return new ConditionalNormalBase(width, contextWidth, arithmetic, capacity);
  }
}

/** Numbers that a base takes of an arithmetic. */
export function baseSize(options: BaseOptions, width: number, contextWidth: number): number {
  if (typeof options === "object") return 2 * options.components * (2 * width + 1);
  return options === "conditional-normal" ? 4 * width * (contextWidth + 1) : 0;
}
