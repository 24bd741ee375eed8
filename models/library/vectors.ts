/** Arguments that are one vector or an array of them. */
import type { Argument } from "../modules/tape/vector.ts";
import { refuse } from "./numbers.ts";

/** Stan's: how far the sum of a simplex may be from one. */
const SIMPLEX_TOLERANCE = 1e-8;

/** Of one vector or an array of them: how many, and how long. */
export function vectors(what: string, { shape }: Argument, length?: number): { count: number | null; length: number } {
  const found = shape[shape.length - 1];
  if (shape.length < 1 || shape.length > 2 || (length !== undefined && found !== length)) {
    refuse(
      `${what}: expected an array of ${length === undefined ? "" : `${length} `}numbers, or an array of such, found ${
        shape.length === 0 ? "a number" : `shape [${shape.join(", ")}]`
      }`,
    );
  }
  return { count: shape.length === 2 ? shape[0] : null, length: found };
}

/** How many go together where each is one (null) or many. */
export function together(name: string, first: number | null, second: number | null): number {
  if (first !== null && second !== null && first !== second) {
    refuse(`${name}: found arrays of ${first} and of ${second} vectors. Give as many of each, or one.`);
  }
  return first ?? second ?? 1;
}

/** 0 of a simplex, NaN where an entry is, else −∞. */
export function simplexGap(x: Float64Array, start: number, length: number): number {
  let sum = 0, least = Infinity;
  for (let k = 0; k < length; k++) {
    sum += x[start + k];
    if (x[start + k] < least) least = x[start + k];
  }
  return sum !== sum ? NaN : least >= 0 && Math.abs(sum - 1) <= SIMPLEX_TOLERANCE ? 0 : -Infinity;
}
