/**
 * Arithmetic on single numbers as the tape knows it. A density of single numbers is recorded by these operations rather than as one operation on
 * arrays: so that a user's loop over terms is compiled as a loop, with the logarithm of a shared scale taken once.
 */
import { codeOf, VALUES } from "../modules/tape/operations.ts";
import { nodeOf, recording, type Tape } from "../modules/tape/tape.ts";
import { Traced } from "../modules/tape/traced.ts";
import type { Value } from "../modules/tape/vector.ts";

/** What an argument has to be, for a density to be recorded by its formula. */
export type Range = "real" | "positive" | "nonNegative" | "data";

function binary(name: string) {
  const code = codeOf(name), f = VALUES[code];
  return (a: Value, b: Value): Value => {
    if (!(a instanceof Traced) && !(b instanceof Traced)) return f(a, b);
    const tape = recording();
    return new Traced(tape, tape.binary(code, node(tape, a), node(tape, b), tape.site));
  };
}

function unary(name: string) {
  const code = codeOf(name), f = VALUES[code];
  return (a: Value): Value => {
    if (!(a instanceof Traced)) return f(a, 0);
    const tape = recording();
    return new Traced(tape, tape.unary(code, nodeOf(a), tape.site));
  };
}

function node(tape: Tape, value: Value): number {
  return value instanceof Traced ? nodeOf(value) : tape.constant(value);
}

export const add = binary("add");
export const sub = binary("sub");
export const mul = binary("mul");
export const div = binary("div");
export const square = unary("square");
export const exp = unary("exp");
export const log = unary("log");
export const abs = unary("abs");

/** Conditions that a tape holds already: the same one is not looked at again and again. */
const known = new WeakMap<Tape, Map<number, boolean>>();
const FINITE = 0, GREATER = 1, AT_LEAST = 2, CONDITIONS = 3;

function condition(tape: Tape, of: number, kind: number): boolean {
  let held = known.get(tape);
  if (!held) known.set(tape, held = new Map());
  const key = of * CONDITIONS + kind, found = held.get(key);
  if (found !== undefined) return found;
  const holds = kind === FINITE
    ? tape.guard("finite", of, 0, tape.site)
    : tape.guard(kind === GREATER ? "gt" : "ge", of, tape.constant(0), tape.site);
  held.set(key, holds);
  return holds;
}

/** Whether an argument is in its range. Of a traced one the record notes how it came out, and holds only where it does so again. */
export function isWithin(range: Range, value: Value): boolean {
  if (!(value instanceof Traced)) {
    if (range === "data") return true;
    return Number.isFinite(value) && (range === "real" || (range === "positive" ? value > 0 : value >= 0));
  }
  if (range === "data") return false;
  const tape = recording(), of = nodeOf(value);
  if (!condition(tape, of, FINITE)) return false;
  return range === "real" || condition(tape, of, range === "positive" ? GREATER : AT_LEAST);
}
