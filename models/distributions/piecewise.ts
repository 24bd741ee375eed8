/**
 * A distribution function through given points, nondecreasing between them: linear, or the cubic of Fritsch & Carlson (1980),
 * "Monotone piecewise cubic interpolation", whose density is continuous.
 */
import type { Distribution } from "../../numerics/random/inverse_transform/distribution.ts";
import { isProbability } from "../../numerics/random/inverse_transform/distribution.ts";

/** x strictly increasing; F nondecreasing from 0 to 1. */
export interface Points {
  readonly x: Float64Array;
  readonly f: Float64Array;
}

/** The last k with values[k] ≤ bound; values[0] ≤ bound is known. */
function lastUpTo(values: Float64Array, bound: number): number {
  let low = 0, high = values.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (values[middle] <= bound) low = middle;
    else high = middle;
  }
  return low;
}

/** The first k ≥ 1 with F_k ≥ p, for p in (0, 1]. */
function firstReaching(f: Float64Array, p: number): number {
  let low = 0, high = f.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (f[middle] >= p) high = middle;
    else low = middle;
  }
  return high;
}

/** `within(k, part)`: F at the part 0 … 1 of the way from point k to k + 1; `inverse(k, p)`: the part at which F is p. */
function piecewise(
  { x, f }: Points,
  within: (k: number, part: number) => number,
  inverse: (k: number, p: number) => number,
): Distribution {
  const last = x.length - 1;
  const place = (k: number, part: number) => x[k] + part * (x[k + 1] - x[k]);
  return {
    cdf(at) {
      if (Number.isNaN(at)) return NaN;
      if (at <= x[0]) return 0;
      if (at >= x[last]) return 1;
      const k = lastUpTo(x, at);
      return within(k, (at - x[k]) / (x[k + 1] - x[k]));
    },
    quantile(p) {
      if (!isProbability(p)) return NaN;
      if (p === 0) return place(lastUpTo(f, 0), 0); // the lower end of the support
      const k = firstReaching(f, p);
      return f[k] === p ? x[k] : place(k - 1, inverse(k - 1, p));
    },
  };
}

export function linearCdf(points: Points): Distribution {
  const { f } = points;
  return piecewise(
    points,
    (k, part) => f[k] + part * (f[k + 1] - f[k]),
    (k, p) => (p - f[k]) / (f[k + 1] - f[k]),
  );
}

export function cubicCdf(points: Points): Distribution {
  const { x, f } = points;
  const slopes = monotoneSlopes(points);
  /** The Hermite cubic in the part t: f_k + t (d_k h + t (…)). */
  const within = (k: number, t: number) => {
    const h = x[k + 1] - x[k], rise = f[k + 1] - f[k];
    const a = slopes[k] * h, b = slopes[k + 1] * h;
    return Math.min(Math.max(f[k] + t * (a + t * (3 * rise - 2 * a - b + t * (a + b - 2 * rise))), f[k]), f[k + 1]);
  };
  return piecewise(points, within, (k, p) => {
    let low = 0, high = 1;
    for (;;) {
      const middle = 0.5 * (low + high);
      if (!(middle > low && middle < high)) return high;
      if (within(k, middle) < p) low = middle;
      else high = middle;
    }
  });
}

/** The derivatives at the points that make the cubic monotone: weighted harmonic means of the slopes on both sides, 0 beside a flat piece. */
function monotoneSlopes({ x, f }: Points): Float64Array {
  const last = x.length - 1;
  const chord = (k: number) => (f[k + 1] - f[k]) / (x[k + 1] - x[k]);
  const slopes = new Float64Array(last + 1);
  for (let k = 1; k < last; k++) {
    const left = chord(k - 1), right = chord(k);
    if (left <= 0 || right <= 0) continue;
    const before = x[k] - x[k - 1], after = x[k + 1] - x[k];
    const a = 2 * after + before, b = after + 2 * before;
    slopes[k] = (a + b) / (a / left + b / right);
  }
  slopes[0] = endSlope(chord(0), slopes[1], last);
  slopes[last] = endSlope(chord(last - 1), slopes[last - 1], last);
  return slopes;
}

/** That of the parabola through the end, its slope bounded to [0, 3 chords], within which the cubic stays monotone. */
function endSlope(chord: number, inner: number, pieces: number): number {
  return pieces === 1 ? chord : Math.min(Math.max(0, 2 * chord - inner), 3 * chord);
}
