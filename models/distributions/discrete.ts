/**
 * A finite table of probabilities. The coordinate is an index 0, 1 …; what is reported is the index, or the value that the table
 * gives it. `inverse-transform` searches the distribution function, `exact` draws by an alias table in constant time.
 */
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import { aliasTable } from "../../numerics/random/inverse_transform/alias.ts";
import { categorical } from "../../numerics/random/inverse_transform/discrete.ts";
import type { ModelDefinition } from "../model.ts";
import { independentTarget } from "./independent.ts";
import { onIntegers } from "./marginal.ts";

const MOST_VALUES = 1_000_000;

const config = z.strictObject({
  kind: z.literal("discrete"),
  probabilities: z.array(z.number().min(0)).min(1).max(MOST_VALUES)
    .describe("One number from 0 a value; they are divided by their sum."),
  values: z.array(z.number()).min(1).max(MOST_VALUES).optional()
    .describe("What is reported, all different. Default: 0, 1, 2 …"),
});

export const discrete: ModelDefinition<typeof config> = {
  kind: "discrete",
  summary: "A finite table of values and their probabilities.",
  config,
  build({ probabilities, values }) {
    const total = probabilities.reduce((a, b) => a + b, 0);
    if (!(total > 0 && total < Infinity)) {
      throw new InputError("probabilities", `their sum must be positive and finite, found ${total}`);
    }
    const count = probabilities.length;
    const places = placesOf(values, count);
    const logs = Float64Array.from(probabilities, (weight) => Math.log(weight / total));
    const table = categorical(probabilities);
    const marginal = onIntegers(table, (k) => logs[k] ?? -Infinity);
    const target = independentTarget(
      [values ? { ...marginal, toValue: (k) => values[k], toCoordinate: (x) => places.get(x) ?? NaN } : marginal],
      [{ name: "x", shape: [] }],
    );
    const alias = aliasTable(probabilities);
    return {
      ...target,
      sample(random, out) {
        out[0] = alias.draw(random);
      },
    };
  },
};

/** Value → index. Throws InputError where the values do not fit the probabilities, or one comes twice. */
function placesOf(values: readonly number[] | undefined, count: number): Map<number, number> {
  const places = new Map<number, number>();
  if (!values) return places;
  if (values.length !== count) {
    throw new InputError(
      "values",
      `there are ${count} probabilities, so there must be as many values; found ${values.length}`,
    );
  }
  values.forEach((value, k) => {
    const before = places.get(value);
    if (before !== undefined) {
      throw new InputError(
        `values.${k}`,
        `the values must be different; ${value} is also values.${before}. Add their probabilities.`,
      );
    }
    places.set(value, k);
  });
  return places;
}
