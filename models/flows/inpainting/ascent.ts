/**
 * Inpainting as NICE does it: a noisy ascent of the density with the observed columns clamped,
 * x_H ← clip(x_H + α_i (∂ log p(x_O, x_H)/∂x_H + ε)), ε ~ N(0, I), α_i = 10 / (100 + i).
 *
 * The noise is not that of Langevin dynamics, so what comes out is a reconstruction and no draw from p(x_H | x_O): for those there is
 * langevin.ts.
 *
 * Dinh, Krueger & Bengio (2015), section 5.2.
 */
import { Purpose, Random } from "../../../numerics/random/random.ts";
import type { Batch } from "../flow.ts";
import type { Hidden, Interval, Scored } from "./hidden.ts";

export interface Ascent {
  /** i = 0 … steps − 1. */
  readonly steps: number;
  /** To which every step is clipped. */
  readonly interval: Interval;
  /** Noise is a function of (seed, row, step). */
  readonly seed: number;
  /** Told of each step before it is made: log p of every row. */
  readonly watch?: (step: number, logDensity: Float64Array) => void;
}

export interface Reconstruction {
  readonly x: Batch;
  readonly logDensity: Float64Array;
  /** Steps of rows that were not made, their gradient not being finite. */
  readonly nonFinite: number;
}

export function ascend(
  flow: Scored,
  { x, context, columns }: Hidden,
  { steps, interval: { low, high }, seed, watch }: Ascent,
): Reconstruction {
  const { dim } = flow, now = { rows: x.rows, values: Float64Array.from(x.values) };
  const gradient = new Float64Array(x.rows * dim), random = new Random(seed);
  let nonFinite = 0;
  for (let i = 0; i < steps; i++) {
    const logDensity = flow.logDensityAndGradient(now, gradient, context), rate = 10 / (100 + i);
    watch?.(i, logDensity);
    for (let r = 0; r < x.rows; r++) {
      if (!columns.every((column) => Number.isFinite(gradient[r * dim + column]))) {
        nonFinite++;
        continue;
      }
      random.at(r, i + 1, Purpose.step);
      for (const column of columns) {
        const k = r * dim + column;
        const moved = now.values[k] + rate * (gradient[k] + random.normal());
        now.values[k] = Math.min(high, Math.max(low, moved));
      }
    }
  }
  return { x: now, logDensity: flow.logDensityAndGradient(now, gradient, context), nonFinite };
}
