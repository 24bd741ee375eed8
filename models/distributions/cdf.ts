/**
 * Independent variables given by points of their distribution functions, drawn by the inverse transform.
 *
 * The coordinate of each is t = logit F(x), so that whatever F is, steps, flat stretches and all, t has the logistic law, x is
 * F⁻¹ of 1 / (1 + e⁻ᵗ), and every sampler that moves on ℝ can serve the model. The log density is that of t.
 */
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import { expit, logit } from "../../numerics/special/logarithms.ts";
import type { ModelDefinition } from "../model.ts";
import { independentTarget } from "./independent.ts";
import type { Marginal } from "./marginal.ts";
import { cubicCdf, linearCdf, type Points } from "./piecewise.ts";

const MOST_POINTS = 100_000;
const MOST_MARGINALS = 1000;

const pointList = z.array(z.tuple([z.number(), z.number()])).min(2).max(MOST_POINTS);

const config = z.strictObject({
  kind: z.literal("cdf"),
  points: pointList.optional()
    .describe("Pairs [x, F(x)] of one variable: x rises strictly, F from 0 to 1 without falling."),
  marginals: z.array(pointList).min(1).max(MOST_MARGINALS).optional()
    .describe("In place of `points`: a list of pairs for each of several independent variables."),
  interpolation: z.enum(["linear", "cubic"]).default("linear")
    .describe("Between the points: straight lines, or a monotone cubic, whose density is continuous."),
});

export const cdf: ModelDefinition<typeof config> = {
  kind: "cdf",
  summary: "Independent variables given by points of their cumulative distribution functions.",
  config,
  build({ points, marginals, interpolation }) {
    if ((points === undefined) === (marginals === undefined)) {
      throw new InputError("points", "expected either points or marginals");
    }
    const lists = points
      ? [pointsOf(points, "points")]
      : (marginals ?? []).map((list, i) => pointsOf(list, `marginals.${i}`));
    const laws = lists.map((list) => marginalOf(list, interpolation));
    return independentTarget(laws, [{ name: "x", shape: points ? [] : [laws.length] }]);
  },
};

function marginalOf(points: Points, interpolation: "linear" | "cubic"): Marginal {
  const distribution = interpolation === "linear" ? linearCdf(points) : cubicCdf(points);
  return {
    integers: false,
    distribution,
    quantile: logit,
    toValue: (t) => distribution.quantile(expit(t)),
    toCoordinate: (x) => logit(distribution.cdf(x)),
    logDensity: (t) => -Math.abs(t) - 2 * Math.log1p(Math.exp(-Math.abs(t))),
    slope: (t) => 1 - 2 * expit(t),
  };
}

function pointsOf(list: readonly (readonly [number, number])[], path: string): Points {
  const last = list.length - 1;
  list.forEach(([x, f], k) => {
    if (k > 0 && !(x > list[k - 1][0])) {
      throw new InputError(`${path}.${k}.0`, `x must rise: expected more than ${list[k - 1][0]}, found ${x}`);
    }
    if (k > 0 && !(f >= list[k - 1][1])) {
      throw new InputError(`${path}.${k}.1`, `F must not fall: expected at least ${list[k - 1][1]}, found ${f}`);
    }
  });
  if (list[0][1] !== 0) throw new InputError(`${path}.0.1`, `F must begin at 0, found ${list[0][1]}`);
  if (list[last][1] !== 1) throw new InputError(`${path}.${last}.1`, `F must end at 1, found ${list[last][1]}`);
  return { x: Float64Array.from(list, ([x]) => x), f: Float64Array.from(list, ([, f]) => f) };
}
