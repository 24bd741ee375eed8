/** Functions of the library with some of their arguments traced. */
import { Derivative } from "../../../models/modules/tape/derivative.ts";
import { library } from "../../../models/library/library.ts";
import type { Given } from "../../../models/library/numbers.ts";
import type { Value } from "../../../models/modules/tape/vector.ts";

/** A function of the library, by its name. */
export function named(name: string): (...given: readonly Given[]) => unknown {
  const found = library[name];
  if (!found) throw new Error(`the library has no ${name}`);
  // The registry knows no function's own arguments: what is wrong is refused when it is called.
  return found as (...given: readonly Given[]) => unknown;
}

export interface Differentiated {
  readonly value: number;
  readonly gradient: Float64Array;
}

/** Value and gradient at x. */
export function differentiate(f: (x: readonly Value[]) => unknown, x: readonly number[]): Differentiated {
  const gradient = new Float64Array(x.length);
  const value = new Derivative(x.length, f).valueAndGradient(Float64Array.from(x), gradient);
  return { value, gradient };
}

/** Value, and the partials in those arguments, numbers, whose places are given; the others are data. */
export function partialsOf(
  f: (...given: readonly Given[]) => unknown,
  x: readonly number[],
  places: readonly number[],
) {
  return differentiate(
    (traced) => f(...x.map((one, k) => places.includes(k) ? traced[places.indexOf(k)] : one)),
    places.map((k) => x[k]),
  );
}

/** d/dx_k by central differences extrapolated four times (Ridders), and how far the last two extrapolations differ. */
export function difference(
  f: (x: readonly number[]) => number,
  x: readonly number[],
  k: number,
  step: number,
): { slope: number; error: number } {
  const at = (h: number) => f(x.map((one, i) => i === k ? one + h : one));
  const LEVELS = 6, RATIO = 1.6;
  const table: number[][] = [];
  let best = { slope: NaN, error: Infinity };
  for (let level = 0, h = step; level < LEVELS; level++, h /= RATIO) {
    const up = x[k] + h, down = x[k] - h;
    const row = [(at(up - x[k]) - at(down - x[k])) / (up - down)];
    for (let j = 1; j <= level; j++) {
      const power = RATIO ** (2 * j);
      row.push((power * row[j - 1] - table[level - 1][j - 1]) / (power - 1));
      const error = Math.max(Math.abs(row[j] - row[j - 1]), Math.abs(row[j] - table[level - 1][j - 1]));
      if (error < best.error) best = { slope: row[j], error };
    }
    table.push(row);
  }
  return best;
}
