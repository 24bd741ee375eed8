/** A target of independent coordinates, each with its law: all of it can be drawn by the inverse transform. */
import { InputError } from "../../numerics/errors.ts";
import type { Random } from "../../numerics/random/random.ts";
import { checkStart } from "../posteriors/coordinates.ts";
import type { Target, Variable } from "../target.ts";
import type { Marginal } from "./marginal.ts";

/** One reported value a marginal, in their order; either all are integers or none. */
export function independentTarget(
  marginals: readonly Marginal[],
  variables: readonly Variable[],
): Target & Required<Pick<Target, "quantile" | "sample" | "sampleConditional">> {
  const dim = marginals.length;
  const integers = marginals.some((marginal) => marginal.integers);
  const draw = (i: number, random: Random) => marginals[i].quantile(random.uniform());
  const sample = (random: Random, out: Float64Array) => {
    for (let i = 0; i < dim; i++) out[i] = draw(i, random);
  };
  const logDensity = (x: Float64Array) => {
    let sum = 0;
    for (let i = 0; i < dim; i++) sum += marginals[i].logDensity(x[i]);
    return sum;
  };
  const target: Target = {
    dim,
    variables,
    numericClass: "v8",
    constrain(x, out) {
      for (let i = 0; i < dim; i++) out[i] = marginals[i].toValue(x[i]);
    },
    unconstrain(values) {
      checkStart(values, dim);
      return Float64Array.from(values, (value, i) => {
        const t = marginals[i].toCoordinate(value);
        if (Number.isFinite(t) && marginals[i].logDensity(t) > -Infinity) return t;
        throw new InputError(`${i}`, `expected a value inside the support of the distribution, found ${value}`);
      });
    },
    logDensity,
  };
  return {
    ...target,
    ...(integers ? { coding: "integers" } : {
      logDensityAndGradient(x, gradient) {
        for (let i = 0; i < dim; i++) gradient[i] = marginals[i].slope(x[i]);
        return logDensity(x);
      },
    }),
    sampleConditional: (i, _x, random) => draw(i, random),
    quantile(u, out) {
      for (let i = 0; i < dim; i++) out[i] = marginals[i].quantile(u[i]);
    },
    sample,
    start: sample,
  };
}
