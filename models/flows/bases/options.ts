/** Which base a flow has, as its configuration names it. */
import { z } from "zod";
import { InputError } from "../../../numerics/errors.ts";
import type { Random } from "../../../numerics/random/random.ts";
import type { Base } from "../base.ts";
import type { Workplace } from "../layer.ts";
import { ConditionalNormalBase } from "./conditional_normal.ts";
import { LogisticBase } from "./logistic.ts";
import { type GivenMixture, MixtureBase } from "./mixture.ts";
import { NormalBase } from "./normal.ts";
import { UniformBase } from "./uniform.ts";

const MOST_COMPONENTS = 1000;

const GivenOptions = z.strictObject({
  kind: z.literal("given-mixture"),
  weights: z.array(z.number().positive()).min(1).max(MOST_COMPONENTS),
  means: z.array(z.array(z.number())).min(1),
  scales: z.array(z.array(z.number().positive())).min(1),
});
type GivenOptions = z.output<typeof GivenOptions>;

export const baseOptions = z.union([
  z.enum(["normal", "logistic", "uniform", "conditional-normal"]),
  z.strictObject({ kind: z.literal("mixture"), components: z.int().min(1).max(MOST_COMPONENTS) }),
  GivenOptions,
]).describe(
  "The law of the noise: independent normal, logistic or uniform variables; normals whose means and scales are learned and depend on the " +
    "class; a learned mixture of normals, { kind: mixture, components }; or a given one, { kind: given-mixture, weights, means, scales }, " +
    "means and scales a row a component.",
);
export type BaseOptions = z.output<typeof baseOptions>;

export function buildBase(options: BaseOptions, width: number, place: Workplace, random: Random): Base {
  const { arithmetic, capacity, contextWidth } = place;
  if (typeof options === "object") {
    return options.kind === "mixture"
      ? new MixtureBase(width, options.components, arithmetic, capacity, random)
      : new MixtureBase(width, options.weights.length, arithmetic, capacity, given(options, width));
  }
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

function given({ weights, means, scales }: GivenOptions, width: number): GivenMixture {
  for (const [name, rows] of Object.entries({ means, scales })) {
    if (rows.length !== weights.length) {
      throw new InputError(
        `base.${name}`,
        `expected a row for each of ${weights.length} weights, found ${rows.length}`,
      );
    }
    rows.forEach((row, k) => {
      if (row.length === width) return;
      throw new InputError(
        `base.${name}.${k}`,
        `expected one number for each of ${width} columns, found ${row.length}`,
      );
    });
  }
  const total = weights.reduce((a, b) => a + b);
  return { weights: weights.map((weight) => weight / total), means: means.flat(), scales: scales.flat() };
}

/** Numbers that a base takes of an arithmetic. */
export function baseSize(options: BaseOptions, width: number, contextWidth: number): number {
  if (typeof options === "object") {
    return options.kind === "mixture"
      ? 2 * options.components * (2 * width + 1)
      : options.weights.length * (2 * width + 1);
  }
  return options === "conditional-normal" ? 4 * width * (contextWidth + 1) : 0;
}
