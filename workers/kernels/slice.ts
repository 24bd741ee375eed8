/**
 * Univariate slice sampling, coordinate by coordinate, with stepping out and shrinkage.
 *
 * Given x, a level log y = log p(x) − e, e ~ Exp(1), defines the slice {x_i : log p > log y}. An interval of the coordinate's
 * width is laid at random around x_i, grows by that width at each end until it is outside the slice (at most maxSteps
 * widths in all, dealt out to the two ends at random, which keeps it exact), and points drawn uniformly from it shrink it
 * until one is inside the slice. A step is one sweep over all coordinates. Where log p is NaN or +∞ a point counts as
 * outside, and is counted.
 *
 * Widths adapt in warmup: at its ½, ¼, ⅛ …, a width becomes three times the mean move of its coordinate since the last
 * time, as two uniform points on an interval are a third of it apart on average.
 *
 * Neal (2003), "Slice sampling", section 4, figures 3 and 5.
 */
import { z } from "zod";
import type { Random } from "../../numerics/random/random.ts";
import { InputError } from "../../numerics/errors.ts";
import type { Target } from "../../models/target.ts";
import type { BaseInfo, BaseState, Kernel, KernelDefinition, Plan } from "./kernel.ts";

const width = z.number().positive().max(1e9);

export const config = z.strictObject({
  kind: z.literal("slice"),
  width: z.union([width, z.array(width).min(1)]).optional()
    .describe(
      "Width of the first interval, one for all coordinates or one each. Default: begins at 1 and adapts in warmup.",
    ),
  maxSteps: z.int().min(1).max(10_000).default(32)
    .describe("The interval grows to at most so many widths."),
});

export interface State extends BaseState {
  /** [dim] */
  widths: Float64Array;
  /** Transitions made, up to the end of warmup. */
  step: number;
  /** [dim]: Σ |move| since the widths last changed. */
  moves: Float64Array;
  /** Steps that `moves` holds. */
  counted: number;
}

export interface Info extends BaseInfo {
  /** Evaluations of the log density. */
  evaluations: number;
}

function build(target: Target, options: z.output<typeof config>, { warmup }: Plan): Kernel<State, Info> {
  const { dim } = target;
  const { maxSteps } = options;
  if (Array.isArray(options.width) && options.width.length !== dim) {
    throw new InputError("width", `width must have ${dim} numbers, one a coordinate, found ${options.width.length}.`);
  }
  const initialWidths = Array.isArray(options.width)
    ? Float64Array.from(options.width)
    : new Float64Array(dim).fill(options.width ?? 1);
  const adapts = options.width === undefined;
  const point = new Float64Array(dim);
  const info: Info = { evaluations: 0, nonFinite: 0 };

  /** The log density with coordinate i of `point` at value. */
  function evaluate(i: number, value: number): number {
    point[i] = value;
    info.evaluations++;
    const logDensity = target.logDensity(point);
    if (logDensity < Infinity) return logDensity;
    info.nonFinite++;
    return -Infinity;
  }

  /** Moves coordinate i; `point` is the position before and after. Returns its log density. */
  function moveCoordinate(i: number, width: number, logDensity: number, random: Random): number {
    const origin = point[i];
    const level = logDensity - random.exponential();
    let left = origin - width * random.uniform();
    let right = left + width;
    let leftSteps = Math.floor(maxSteps * random.uniform());
    let rightSteps = maxSteps - 1 - leftSteps;
    while (leftSteps-- > 0 && evaluate(i, left) > level) left -= width;
    while (rightSteps-- > 0 && evaluate(i, right) > level) right += width;
    for (;;) {
      const value = left + random.uniform() * (right - left);
      // Rounding can shrink the interval to the origin alone: it is inside the slice by definition.
      if (value === origin || !(right - left > 0)) break;
      const logDensityThere = evaluate(i, value);
      if (logDensityThere > level) return logDensityThere;
      if (value < origin) left = value;
      else right = value;
    }
    point[i] = origin;
    return logDensity;
  }

  function adapt(state: State): void {
    const { widths, moves, position } = state;
    state.step++;
    state.counted++;
    if (!isWindowEnd(state.step, warmup)) return;
    for (let i = 0; i < position.length; i++) {
      const learned = 3 * moves[i] / state.counted;
      if (learned > 0 && learned < Infinity) widths[i] = learned;
    }
    moves.fill(0);
    state.counted = 0;
  }

  return {
    init: (position) => ({
      position: position.slice(),
      logDensity: target.logDensity(position),
      widths: initialWidths.slice(),
      step: 0,
      moves: new Float64Array(adapts && warmup > 0 ? dim : 0),
      counted: 0,
    }),

    step(state: State, random: Random): Info {
      const { position, widths, moves } = state;
      const adapting = adapts && state.step < warmup;
      info.evaluations = 0;
      info.nonFinite = 0;
      point.set(position);
      for (let i = 0; i < dim; i++) {
        state.logDensity = moveCoordinate(i, widths[i], state.logDensity, random);
        if (adapting) moves[i] += Math.abs(point[i] - position[i]);
      }
      position.set(point);
      if (adapting) adapt(state);
      return info;
    },

    relocate(state: State, position: Float64Array): void {
      state.position.set(position);
      state.logDensity = target.logDensity(position);
    },
  };
}

/** True at the whole, the half, a quarter … of warmup, rounded up. */
function isWindowEnd(step: number, warmup: number): boolean {
  for (let end = warmup; end >= step; end = Math.ceil(end / 2)) {
    if (end === step) return true;
    if (end === 1) return false;
  }
  return false;
}

export const slice: KernelDefinition<typeof config, State, Info> = {
  kind: "slice",
  summary: "Univariate slice sampling with stepping out and shrinkage: nothing to tune, no gradient needed.",
  config,
  requires: () => ["real"],
  statistics: [{ name: "n_steps", type: "int32", read: (info) => info.evaluations }],
  build,
};
