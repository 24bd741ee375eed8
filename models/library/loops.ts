/**
 * The loops over the terms of a log density, one text for each law and each way to call it: so that V8 compiles the law's own functions into
 * the loop, where a loop that all laws share would call them one by one (measured: 10 to 20 times as slow).
 *
 * Numbers are read once, before the loop; the partials of one term are taken together.
 */

import { compiled } from "../../numerics/compiled.ts";
import type { FunctionOf4 } from "../modules/tape/scalar.ts";

export const INSIDE = 0, OUTSIDE = 1, WRONG = 2;

/** Where an argument's entries are. */
export interface Place {
  /** Null: in the operation's input. */
  readonly data: Float64Array | null;
  readonly offset: number;
  readonly stride: 0 | 1;
}

/** The arrays that hold the four arguments, and where each begins. */
type Arrays = [Float64Array, Float64Array, Float64Array, Float64Array];
type Offsets = [number, number, number, number];

export type SumLoop = (arrays: Arrays, offsets: Offsets, count: number) => number;
/** Adds weight times the partials to `out`, which lies as the input does. */
export type PartialsLoop = (
  arrays: Arrays,
  offsets: Offsets,
  count: number,
  weight: number,
  out: Float64Array,
) => void;

const NAMES = ["x", "a", "b", "c"];

/** `isArray`: which of the arguments have an entry for each term. */
export function sumLoop(domain: FunctionOf4, value: FunctionOf4, isArray: readonly boolean[]): SumLoop {
  return compiled(
    `return ([X, A, B, C], [xAt, aAt, bAt, cAt], count) => {
      ${reads(isArray, false)}
      let sum = 0;
      for (let i = 0; i < count; i++) {
        ${reads(isArray, true)}
        const where = domain(x, a, b, c);
        if (where === ${INSIDE}) sum += value(x, a, b, c);
        else sum += where === ${WRONG} || x !== x ? NaN : -Infinity;
      }
      return sum;
    };`,
    { domain, value },
  );
}

/** `derived`: which partials are wanted; the partials of the others are not called. */
export function partialsLoop(
  domain: FunctionOf4,
  partials: readonly (FunctionOf4 | null)[],
  isArray: readonly boolean[],
  derived: readonly boolean[],
): PartialsLoop {
  const wanted = NAMES.filter((_, k) => derived[k]);
  const sums = wanted.filter((name) => !isArray[NAMES.indexOf(name)]);
  const add = (name: string, slope: string) =>
    sums.includes(name) ? `${name}Sum += ${slope};` : `out[${name}At + i] += weight * ${slope};`;
  return compiled(
    `return ([X, A, B, C], [xAt, aAt, bAt, cAt], count, weight, out) => {
      ${reads(isArray, false)}
      ${sums.map((name) => `let ${name}Sum = 0;`).join("")}
      for (let i = 0; i < count; i++) {
        ${reads(isArray, true)}
        const where = domain(x, a, b, c);
        if (where === ${INSIDE}) {
          ${wanted.map((name) => add(name, `${name}Slope(x, a, b, c)`)).join("\n")}
        } else if (where === ${WRONG} || x !== x) {
          ${wanted.map((name) => add(name, "NaN")).join("\n")}
        }
      }
      ${sums.map((name) => `out[${name}At] += weight * ${name}Sum;`).join("\n")}
    };`,
    { domain, ...Object.fromEntries(wanted.map((name) => [`${name}Slope`, partials[NAMES.indexOf(name)]])) },
  );
}

function reads(isArray: readonly boolean[], inLoop: boolean): string {
  return NAMES.filter((_, k) => (isArray[k] ?? false) === inLoop)
    .map((name) => `const ${name} = ${name.toUpperCase()}[${name}At${inLoop ? " + i" : ""}];`).join(" ");
}
