/**
 * Planar layers: x = z + û h(a), a = wᵀz + b, with the log-determinant log(1 + k h′(a)), k = wᵀû > −1.
 *
 * Backwards, c = wᵀx + b gives a by a + k h(a) = c. For leaky ReLU that is linear on either side of 0. For tanh the left side is odd and rises,
 * and on a ≥ 0 it is concave for k > 0 and convex for k < 0: so Newton's method from one side of the solution for |c| comes to it
 * without ever crossing it, quadratically in the end, and needs no bracket. It is unrolled for as many steps as double precision needs,
 * for this k, over a grid of c.
 */
import { LEAK } from "../../../numerics/arithmetic/arithmetic.ts";
import type { Planar } from "../../../models/flows/layers/planar.ts";
import type { Value } from "../../graph/graph.ts";
import {
  absolute,
  add,
  divide,
  greater,
  less,
  linear,
  logarithm,
  multiply,
  negate,
  subtract,
  tangent,
  where,
} from "../../graph/operations.ts";
import type { Walk } from "../walk.ts";

/** What the map does along w: k, and 1 + k without what rounding would take of it. */
interface Bend {
  readonly k: number;
  readonly onePlusK: number;
}

const LEAST_SLOPE = 1e-20; // 1 + k where single precision would make it 0
const ENOUGH = 2e-8; // of the solution: a third of what single precision resolves
const MOST_STEPS = 64;
const STEPS_TO_THE_END = 100; // next to a cubic each step takes a third away
const GRID = 400;

export function writePlanar(walk: Walk, { w, b, activation, width, constrained }: Planar): void {
  const { graph } = walk, { uHat, wuHat: k } = constrained;
  const bend = { k, onePlusK: Math.max(constrained.onePlusWuHat, LEAST_SLOPE) };
  const along = add(linear(walk.x, graph.reals(w.values, [width, 1])), b.values[0]);
  const isForward = walk.direction === "forward";
  const a = isForward ? along : activation === "tanh" ? solved(along, bend) : unbent(along, bend);
  const h = activation === "tanh" ? tangent(a) : where(less(a, 0), multiply(a, LEAK), a);
  const step = linear(h, graph.reals(uHat, [1, width]));
  walk.x = isForward ? add(walk.x, step) : subtract(walk.x, step);
  const log = activation === "tanh"
    ? logarithm(slope(h, bend))
    : where(less(a, 0), Math.log1p(k * LEAK), Math.log(bend.onePlusK));
  walk.addForward(log);
}

/** 1 + k (1 − h²), without cancellation where k is near −1. */
function slope(h: Value, { k, onePlusK }: Bend): Value {
  const square = multiply(h, h);
  return k < 0 ? add(multiply(square, -k), onePlusK) : add(multiply(add(negate(square), 1), k), 1);
}

/** The a of a + k h(a) = c, h leaky ReLU. */
function unbent(c: Value, { k, onePlusK }: Bend): Value {
  return where(less(c, 0), multiply(c, 1 / (1 + k * LEAK)), multiply(c, 1 / onePlusK));
}

/** The a of a + k tanh(a) = c. */
function solved(c: Value, bend: Bend): Value {
  const { k, onePlusK } = bend, size = absolute(c);
  const ends = [multiply(size, 1 / onePlusK), add(size, -k)];
  // Below the solution for k > 0: the larger of two lower bounds; above it for k < 0: the smaller of two upper ones.
  const isFirst = k < 0 ? less(ends[0], ends[1]) : greater(ends[0], ends[1]);
  let a = where(isFirst, ends[0], ends[1]);
  for (let step = stepsFor(bend); step > 0; step--) {
    const h = tangent(a);
    const excess = subtract(add(a, multiply(h, k)), size);
    a = subtract(a, divide(excess, slope(h, bend)));
  }
  return where(less(c, 0), negate(a), a);
}

/** Steps after which every c of the grid is solved, and one more. Beyond the grid the start is the solution: tanh is ±1. */
export function stepsFor(bend: Bend): number {
  let most = 0;
  for (let i = 0; i <= GRID; i++) {
    // From tiny ones, at which a k near −1 makes it a cubic, to those beyond the bend.
    const c = (Math.abs(bend.k) + 20) * 10 ** (-8 * (1 - i / GRID));
    most = Math.max(most, stepsAt(bend, c));
  }
  return Math.min(most + 1, MOST_STEPS);
}

function stepsAt({ k, onePlusK }: Bend, c: number): number {
  const newton = (a: number) => {
    const h = Math.tanh(a);
    return a - (a + k * h - c) / (k < 0 ? onePlusK - k * h * h : 1 + k * (1 - h * h));
  };
  const start = k < 0 ? Math.min(c / onePlusK, c - k) : Math.max(c / onePlusK, c - k);
  let solution = start;
  for (let step = 0; step < STEPS_TO_THE_END; step++) solution = newton(solution);
  let steps = 0;
  for (let a = start; steps < MOST_STEPS && Math.abs(a - solution) > ENOUGH * Math.abs(solution); steps++) {
    a = newton(a);
  }
  return steps;
}
