/**
 * A standard distribution on the line, drawn by the inverse transform x = inf{x : F(x) ≥ u} or by any other sampler.
 *
 * Samplers move on t ∈ ℝ: t = x for families on the whole line, log(x − least) for those on a half line, logit of the place in
 * the interval for those on one; the log density is normalised and that of t. Families on the integers have x itself.
 */
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import type { ModelDefinition } from "../model.ts";
import { families, type Family, type FamilyName, type ParameterRange } from "./families.ts";
import { independentTarget } from "./independent.ts";

const NAMES = Object.keys(families) as [FamilyName, ...FamilyName[]];

const config = z.strictObject({
  kind: z.literal("distribution"),
  family: z.enum(NAMES),
  parameters: z.record(z.string(), z.number()).default({}).describe(
    "By name: " + Object.entries<Family>(families).map(([name, { parameters }]) => {
      const of = Object.entries(parameters)
        .map(([key, parameter]) => parameter.default === undefined ? key : `${key} = ${parameter.default}`);
      return `${name} (${of.join(", ")})`;
    }).join("; ") + ".",
  ),
});

export const distribution: ModelDefinition<typeof config> = {
  kind: "distribution",
  summary:
    "A standard distribution on the line or on the integers: normal, gamma, beta, Student t, Poisson and others.",
  config,
  build: ({ family: name, parameters }) => {
    const family: Family = families[name];
    const given = valuesOf(name, family, parameters);
    if (name === "uniform" && !(given[0] < given[1])) {
      throw new InputError("parameters.high", `expected more than low (${given[0]}), found ${given[1]}`);
    }
    return independentTarget([family.build(...given)], [{ name: "x", shape: [] }]);
  },
};

/** The parameters in their family's order. Throws InputError for one that is missing, unknown or out of its range. */
function valuesOf(name: FamilyName, family: Family, given: Readonly<Record<string, number>>): number[] {
  const declared = Object.entries(family.parameters);
  const names = declared.map(([key]) => key).join(", ");
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(family.parameters, key));
  if (unknown !== undefined) {
    throw new InputError(`parameters.${unknown}`, `${name} has no parameter of this name; it has ${names}`);
  }
  return declared.map(([key, parameter]) => {
    const value = given[key] ?? parameter.default;
    if (value === undefined) throw new InputError(`parameters.${key}`, `${name} needs the parameter ${key}`);
    if (!isIn(parameter.range, value, name)) {
      throw new InputError(`parameters.${key}`, `expected ${RANGES[parameter.range]}, found ${value}`);
    }
    return value;
  });
}

const RANGES: Record<ParameterRange, string> = {
  real: "a number",
  positive: "a positive number",
  probability: "a number from 0 to 1",
  count: "an integer from 0",
};

function isIn(range: ParameterRange, value: number, family: FamilyName): boolean {
  switch (range) {
    case "real":
      return Number.isFinite(value);
    case "positive":
      return value > 0 && Number.isFinite(value);
    case "probability":
      return value >= (family === "geometric" ? Number.MIN_VALUE : 0) && value <= 1;
    case "count":
      return Number.isSafeInteger(value) && value >= 0;
  }
}
