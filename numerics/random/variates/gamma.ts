/**
 * Gamma variates of rate 1: d v is accepted, with d = shape − 1/3, v = (1 + x/√(9d))³ and x normal, by a squeeze and then exactly;
 * more than 95 % are. Below shape 1 a variate of shape + 1 is multiplied by U^(1/shape), which for a small shape is below the
 * smallest double, and 0, most of the time: where only its logarithm matters, take logGammaVariate.
 *
 * Marsaglia & Tsang (2000), "A simple method for generating gamma variables", ACM TOMS 26.
 */
import type { Random } from "../random.ts";

export function gammaVariate(shape: number, random: Random): number {
  return shape < 1 ? Math.exp(logGammaVariate(shape, random)) : fromNormal(shape, random);
}

/** The logarithm of the same variate. */
export function logGammaVariate(shape: number, random: Random): number {
  if (shape >= 1) return Math.log(fromNormal(shape, random));
  const larger = Math.log(fromNormal(shape + 1, random));
  return larger + Math.log(random.uniform()) / shape;
}

function fromNormal(shape: number, random: Random): number {
  const d = shape - 1 / 3, c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const root = 1 + c * x;
    if (root <= 0) continue;
    const v = root * root * root, u = random.uniform(), square = x * x;
    if (u < 1 - 0.0331 * square * square) return d * v;
    if (Math.log(u) < 0.5 * square + d * (1 - v + Math.log(v))) return d * v;
  }
}
