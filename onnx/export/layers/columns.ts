/** Layers that act on each column by itself, or move columns: what they do is known when the graph is written. */
import type { Logit } from "../../../models/flows/layers/logit.ts";
import type { Permutation } from "../../../models/flows/layers/permutation.ts";
import type { Rescaling } from "../../../models/flows/layers/rescaling.ts";
import type { Standardization } from "../../../models/flows/layers/standardization.ts";
import { add, divide, logarithm, logLogistic, multiply, negate, sigmoid, subtract } from "../../graph/operations.ts";
import { columns } from "../../graph/columns.ts";
import type { Walk } from "../walk.ts";

/** x_j = z_{order_j}. */
export function writePermutation(walk: Walk, { order }: Permutation): void {
  const forward = Int32Array.from(order.values), back = new Int32Array(forward.length);
  forward.forEach((column, j) => back[column] = j);
  walk.x = columns(walk.x, walk.direction === "forward" ? forward : back);
}

/** x = z ⊙ exp(−s). */
export function writeRescaling(walk: Walk, { logScale: { values } }: Rescaling): void {
  const sign = walk.direction === "forward" ? -1 : 1;
  walk.x = multiply(walk.x, walk.graph.reals(Array.from(values, (s) => Math.exp(sign * s)), [values.length]));
  walk.addForward(-Array.from(values).reduce((sum, s) => sum + s, 0));
}

/** x = mean + scale ⊙ z. */
export function writeStandardization(walk: Walk, { mean, scale }: Standardization): void {
  const shift = walk.graph.reals(mean.values, mean.shape), stretch = walk.graph.reals(scale.values, scale.shape);
  walk.x = walk.direction === "forward"
    ? add(multiply(walk.x, stretch), shift)
    : divide(subtract(walk.x, shift), stretch);
  walk.addForward(Array.from(scale.values, Math.log).reduce((sum, log) => sum + log, 0));
}

/** x = (p − a) / (1 − 2a), p = σ(z). Forward the log-determinant is Σ log p (1 − p) − log(1 − 2a). */
export function writeLogit(walk: Walk, { margin, width }: Logit): void {
  const room = 1 - 2 * margin;
  walk.addForward(-width * Math.log(room));
  if (walk.direction === "forward") {
    walk.addForward(logLogistic(walk.x));
    walk.x = divide(subtract(sigmoid(walk.x), margin), room);
    return;
  }
  const p = add(multiply(walk.x, room), margin);
  const log = logarithm(p), logOther = logarithm(add(negate(p), 1));
  walk.addForward(add(log, logOther));
  walk.x = subtract(log, logOther);
}
