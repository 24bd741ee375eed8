/** The log densities of bases at temperature 1: what makes log p(x) = log p(z) + log-determinant of an inverse graph. */
import type { Base } from "../../models/flows/base.ts";
import { ConditionalNormalBase } from "../../models/flows/bases/conditional_normal.ts";
import { LogisticBase } from "../../models/flows/bases/logistic.ts";
import { MixtureBase } from "../../models/flows/bases/mixture.ts";
import { NormalBase } from "../../models/flows/bases/normal.ts";
import { UniformBase } from "../../models/flows/bases/uniform.ts";
import { logSumExp } from "../../numerics/special/logarithms.ts";
import { ROWS, type Value } from "../graph/graph.ts";
import {
  add,
  asReal,
  exponential,
  greater,
  largestOfLast,
  less,
  linear,
  logarithm,
  logLogistic,
  multiply,
  negate,
  reshape,
  smallestOfLast,
  subtract,
  sumLast,
} from "../graph/operations.ts";

const HALF_LOG_TAU = 0.5 * Math.log(2 * Math.PI);

/** log p(z) of every row, [N]. */
export function writeLogDensity(base: Base, z: Value, context: Value | null): Value {
  if (base instanceof NormalBase) return standardNormal(z, base.width * HALF_LOG_TAU);
  if (base instanceof LogisticBase) return sumLast(logLogistic(z));
  if (base instanceof UniformBase) return inBox(z);
  if (base instanceof ConditionalNormalBase) return conditionalNormal(base, z, context);
  if (base instanceof MixtureBase) return mixture(base, z);
  throw new Error(`a base of kind ${base.kind} cannot be written as ONNX yet: see onnx/export/bases.ts`);
}

/** −½ ‖z‖² − constant. */
function standardNormal(z: Value, constant: number): Value {
  return add(multiply(sumLast(multiply(z, z)), -0.5), -constant);
}

/** 0 inside of the box (0, 1)ⁿ, −∞ outside: the logarithm of whether every column is. */
function inBox(z: Value): Value {
  const isInside = multiply(asReal(greater(z, 0)), asReal(less(z, 1)));
  return reshape(logarithm(smallestOfLast(isInside)), [ROWS]);
}

function conditionalNormal(base: ConditionalNormalBase, z: Value, context: Value | null): Value {
  const { mean, logScale, contextMeans, contextLogScales, width } = base, { graph } = z;
  const constant = width * HALF_LOG_TAU;
  if (!context) {
    const shrink = graph.reals(Array.from(logScale.values, (s) => Math.exp(-s)), [width]);
    const sum = Array.from(logScale.values).reduce((sum, s) => sum + s, 0);
    return standardNormal(multiply(subtract(z, graph.reals(mean.values, [width])), shrink), constant + sum);
  }
  const [means, logScales] = [[contextMeans, mean], [contextLogScales, logScale]].map(([slopes, own]) =>
    linear(context, graph.reals(slopes.values, slopes.shape), graph.reals(own.values, own.shape))
  );
  const standard = multiply(subtract(z, means), exponential(negate(logScales)));
  return subtract(standardNormal(standard, constant), sumLast(logScales));
}

/** log Σ_k exp(term_k), term_k = log π_k − Σ_j ½ ((z_j − μ_kj) / σ_kj)² + log σ_kj + ½ log 2π, the largest term taken out. */
function mixture({ logits, means, logScales, components, width }: MixtureBase, z: Value): Value {
  const { graph } = z, total = logSumExp(logits.values), shape = [1, components, width];
  const constants = Array.from(logits.values, (logit, k) => {
    const own = logScales.values.subarray(k * width, (k + 1) * width);
    return Array.from(own).reduce((sum, s) => sum - s - HALF_LOG_TAU, logit - total);
  });
  const shrink = graph.reals(Array.from(logScales.values, (s) => Math.exp(-s)), shape);
  const distance = multiply(subtract(reshape(z, [ROWS, 1, width]), graph.reals(means.values, shape)), shrink);
  const terms = add(multiply(sumLast(multiply(distance, distance)), -0.5), graph.reals(constants, [components]));
  const largest = largestOfLast(terms);
  const sum = logarithm(sumLast(exponential(subtract(terms, largest))));
  return add(sum, reshape(largest, [ROWS]));
}
