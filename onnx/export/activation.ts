import { type Activation, LEAK } from "../../numerics/arithmetic/arithmetic.ts";
import type { Value } from "../graph/graph.ts";
import { leakyRelu, relu, tangent } from "../graph/operations.ts";

/** What Arithmetic's `activate` does. */
export function activate(x: Value, activation: Activation): Value {
  switch (activation) {
    case "none":
      return x;
    case "relu":
      return relu(x);
    case "leaky-relu":
      return leakyRelu(x, LEAK);
    case "tanh":
      return tangent(x);
  }
}
