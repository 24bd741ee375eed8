/**
 * Rows turned over: [1, k, 1, N], an image one pixel high of which row r is pixel r. A dense layer is a convolution of single pixels there, which
 * runtimes do with the bias and the activation in the same pass, where a product of rows takes one for each.
 */
import type { Value } from "./graph.ts";
import { convolve, gather, kernelsOf, reshape, slice, transpose } from "./operations.ts";

const turned = new WeakMap<Value, Value>();

export function toFeatures(x: Value): Value {
  const [rows, width] = x.shape, shape = [1, width, 1, rows];
  return reshape(width === 1 ? x : transpose(x, [1, 0]), shape);
}

export function toRows(features: Value): Value {
  const [, width, , rows] = features.shape;
  const x = width === 1 ? reshape(features, [rows, 1]) : transpose(reshape(features, [width, rows]), [1, 0]);
  turned.set(x, features);
  return x;
}

/** What the rows were made of, where they were features. */
export function featuresOf(x: Value): Value | undefined {
  return turned.get(x);
}

/** Some of the features, in their order. */
export function pick(features: Value, chosen: readonly number[]): Value {
  const [first] = chosen;
  if (!chosen.every((feature, k) => feature === first + k)) return gather(features, chosen);
  return chosen.length === features.shape[1] ? features : slice(features, first, chosen.length);
}

/** Bᵀ h + c of the features h: x B + c of rows x, with B [from, to]. */
export function dense(h: Value, { values, shape: [from, to] }: Matrix, bias: ArrayLike<number>): Value {
  return convolve(h, kernelsOf(h.graph, values, { from, to, side: 1 }), h.graph.reals(bias, [to]));
}

interface Matrix {
  readonly values: ArrayLike<number>;
  readonly shape: readonly number[];
}
