/** Couplings: x_2 = h_2 + m(h_1), or h_2 ⊙ exp(s(h_1)) + t(h_1) with s = bound ⊙ tanh(raw), Σ s the log-determinant; and their inverses. */
import type { AdditiveCoupling } from "../../../models/flows/layers/additive_coupling.ts";
import type { AffineCoupling } from "../../../models/flows/layers/affine_coupling.ts";
import type { Split } from "../../../models/flows/layers/columns.ts";
import type { Value } from "../../graph/graph.ts";
import {
  add,
  beside,
  columns,
  exponential,
  multiply,
  negate,
  subtract,
  sumLast,
  tangent,
} from "../../graph/operations.ts";
import { writeConditioner } from "../conditioners.ts";
import type { Walk } from "../walk.ts";

export function writeAdditiveCoupling(walk: Walk, { split, conditioner }: AdditiveCoupling): void {
  const passing = columns(walk.x, split.passing), moved = columns(walk.x, split.transformed);
  const shift = writeConditioner(conditioner, passing, walk.context);
  walk.x = joined(passing, walk.direction === "forward" ? add(moved, shift) : subtract(moved, shift), split);
}

export function writeAffineCoupling(walk: Walk, { split, conditioner, bound }: AffineCoupling): void {
  const m = split.transformed.length;
  const passing = columns(walk.x, split.passing), moved = columns(walk.x, split.transformed);
  const told = writeConditioner(conditioner, passing, walk.context);
  const [raw, shift] = [0, m].map((first) => columns(told, Array.from({ length: m }, (_, j) => first + j)));
  const scale = multiply(tangent(raw), walk.graph.reals(bound.values, [m]));
  const out = walk.direction === "forward"
    ? add(multiply(moved, exponential(scale)), shift)
    : multiply(subtract(moved, shift), exponential(negate(scale)));
  walk.x = joined(passing, out, split);
  walk.addForward(sumLast(scale));
}

/** Each column in its place again. */
export function joined(passing: Value, transformed: Value, split: Split): Value {
  const places = [...split.passing, ...split.transformed];
  const order = new Int32Array(places.length);
  places.forEach((place, k) => order[place] = k);
  return split.transformed[0] === 0 && isStretch(split.transformed) && isStretch(split.passing)
    ? beside([transformed, passing])
    : columns(beside([passing, transformed]), order);
}

function isStretch(chosen: Int32Array): boolean {
  return chosen.every((column, j) => column === chosen[0] + j);
}
