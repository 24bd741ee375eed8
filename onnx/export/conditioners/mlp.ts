/**
 * A multilayer perceptron: h_1 = a(x W_0 + c V + b_0), h_{i+1} = a(h_i W_i + b_i), with what a residual layer is given added. Its rows are
 * turned over (onnx/graph/features.ts).
 */
import type { Mlp } from "../../../models/flows/conditioners/mlp.ts";
import { dense, toFeatures, toRows } from "../../graph/features.ts";
import type { Value } from "../../graph/graph.ts";
import { add, linear } from "../../graph/operations.ts";
import { activate } from "../activation.ts";

export function writeMlp(mlp: Mlp, x: Value, context: Value | null): Value {
  const { graph } = x, last = mlp.weights.length - 1;
  let h = toFeatures(x);
  mlp.weights.forEach((weights, i) => {
    let sum = dense(h, weights, mlp.bias[i].values);
    if (i === 0 && context && mlp.contextWeights) {
      const { values, shape } = mlp.contextWeights;
      sum = add(sum, toFeatures(linear(context, graph.reals(values, shape))));
    }
    const out = i === last ? sum : activate(sum, mlp.activation);
    h = i < last && mlp.addsInput(i) ? add(h, out) : out;
  });
  return toRows(h);
}
