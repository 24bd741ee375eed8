/**
 * Log densities of one number, summed over arrays: how they are called, what they refuse, how they meet the tape.
 *
 * - Every argument is a number or an array; arrays have one shape, numbers go with every entry. The result is the sum over the
 *   entries, one operation on the tape, in the order of the entries.
 * - Normalising constants are included.
 * - Where x is outside the support the density is −∞, with zero partials. Where a parameter is out of range it is NaN, with NaN
 *   partials: a sampler refuses both, and counts the second as an error of the model. NaN in is NaN out.
 * - Partials are computed for what is traced, and only for that; data are captured once.
 */
import { Traced } from "../modules/tape/traced.ts";
import { apply, type Argument, argument, type Value, type VectorOperation } from "../modules/tape/vector.ts";
import { applyScalar, type FunctionOf4, type ScalarOperation } from "../modules/tape/scalar.ts";
import { INSIDE, OUTSIDE, type PartialsLoop, partialsLoop, type Place, type SumLoop, sumLoop, WRONG } from "./loops.ts";
import { isWithin, type Range } from "./scalars.ts";
import { dataOnly, type Given, type Numbers, refuse, shapeOf, single } from "./numbers.ts";

export interface Law<Names extends readonly string[]> {
  readonly name: string;
  /** The arguments' names, x first. */
  readonly takes: Names;
  /** INSIDE; OUTSIDE where x is not in the support; WRONG where a parameter is out of range. */
  domain: FunctionOf4;
  /** The log density inside. */
  value: FunctionOf4;
  /** Its derivative in each argument, inside; null in one that is a whole number. */
  readonly partials: readonly (FunctionOf4 | null)[];
  /**
   * The formula in the tape's own operations, for single numbers within the ranges: of laws that are cheaper than a call (measured: a loop over
   * normal terms runs five times as fast). Only where nothing in it overflows or cancels that does not in `value`.
   */
  readonly formula?: {
    readonly ranges: readonly Range[];
    /** Further conditions on those that are data. */
    holds?(x: Value, a: Value, b: Value, c: Value): boolean;
    value(x: Value, a: Value, b: Value, c: Value): Value;
  };
  /** A faster operation for some ways to call it; null for the others. */
  faster?(given: readonly Argument[]): VectorOperation | null;
}

/** The function of the library that a law gives. */
export function density<const Names extends readonly string[]>(law: Law<Names>) {
  const loops = loopsOf(law);
  const scalar = scalarOf(law);
  function call(...given: { [K in keyof Names]: Numbers }): number;
  function call(...given: { [K in keyof Names]: Given }): Value;
  function call(...given: readonly Given[]): Value {
    const { name, takes } = law;
    expectCount(name, takes, given.length);
    const ofFormula = recorded(law.formula, given);
    if (ofFormula !== null) return ofFormula;
    if (areValues(given) && given.every((value, k) => law.partials[k] || typeof value === "number")) {
      return applyScalar(scalar, given);
    }
    const read = takes.map((parameter, k) => argument(`${name}: ${parameter}`, given[k]));
    read.forEach((one, k) => law.partials[k] ?? dataOnly(`${name}: ${takes[k]}`, one));
    const traced = read.filter((one) => one.traced);
    return single(apply(law.faster?.(read) ?? densitySum(law, loops(read), read), traced, []));
  }
  return call;
}

/** The law of one number, the domain looked at. */
function scalarOf<Names extends readonly string[]>({ name, domain, value, partials }: Law<Names>): ScalarOperation {
  return {
    name,
    value(x, a, b, c) {
      const where = domain(x, a, b, c);
      return where === INSIDE ? value(x, a, b, c) : where === WRONG || x !== x ? NaN : -Infinity;
    },
    partials: partials.map((partial) =>
      partial && ((x, a, b, c) => {
        const where = domain(x, a, b, c);
        return where === INSIDE ? partial(x, a, b, c) : where === WRONG || x !== x ? NaN : 0;
      })
    ),
  };
}

/** Whether all are single numbers, traced or not. */
export function areValues(given: readonly Given[]): given is readonly Value[] {
  return given.every((value) => typeof value === "number" || value instanceof Traced);
}

/** A law's formula on the tape, where it has one and all arguments are single numbers within its ranges, one of them traced. */
function recorded(formula: Law<readonly string[]>["formula"], given: readonly Given[]): Value | null {
  if (!formula) return null;
  if (!areValues(given) || !given.some((one) => one instanceof Traced)) return null;
  const [x, a = 0, b = 0, c = 0] = given;
  // Each range is looked at, so that what the record notes does not depend on their order.
  let isInside = formula.holds?.(x, a, b, c) ?? true;
  given.forEach((one, k) => {
    if (!isWithin(formula.ranges[k], one)) isInside = false;
  });
  return isInside ? formula.value(x, a, b, c) : null;
}

export function expectCount(name: string, takes: readonly string[], found: number): void {
  if (found === takes.length) return;
  refuse(`${name}(${takes.join(", ")}): expected ${takes.length} arguments, found ${found}`);
}

/** The length of the arrays among arguments that go together; null where all are numbers. */
export function commonLength(name: string, takes: readonly string[], given: readonly Argument[]): number | null {
  const first = given.findIndex(({ shape }) => shape.length > 0);
  if (first < 0) return null;
  given.forEach((one, k) => {
    if (one.shape.length > 0 && one.shape.join() !== given[first].shape.join()) {
      refuse(
        `${name}: ${takes[first]} has ${shapeOf(given[first])} and ${takes[k]} ${shapeOf(one)}. ` +
          "Give arrays of one shape, or numbers, which go with every entry.",
      );
    }
  });
  return given[first].values.length;
}

const NO_ARGUMENT = new Float64Array(1);

/** Traced arguments lie one after the other in the operation's input; data in arrays of their own. */
export function places(given: readonly Argument[]): Place[] {
  let next = 0;
  const found: Place[] = given.map(({ traced, values, shape }) => {
    const stride = shape.length > 0 ? 1 : 0;
    if (!traced) return { data: values, offset: 0, stride };
    next += values.length;
    return { data: null, offset: next - values.length, stride };
  });
  while (found.length < 4) found.push({ data: NO_ARGUMENT, offset: 0, stride: 0 });
  return found;
}

/** The loops of a law for one way to call it. */
interface Loops {
  readonly sum: SumLoop;
  readonly partials: PartialsLoop;
}

/** The same for all ways, made when first needed. */
function loopsOf<Names extends readonly string[]>({ domain, value, partials }: Law<Names>) {
  const made = new Map<string, Loops>();
  return (given: readonly Argument[]): Loops => {
    const isArray = given.map(({ shape }) => shape.length > 0), derived = given.map(({ traced }) => traced);
    const key = `${isArray} ${derived}`;
    let found = made.get(key);
    if (!found) {
      found = {
        sum: sumLoop(domain, value, isArray),
        partials: partialsLoop(domain, partials, isArray, derived),
      };
      made.set(key, found);
    }
    return found;
  };
}

function densitySum<Names extends readonly string[]>(
  { name, takes }: Law<Names>,
  { sum, partials }: Loops,
  given: readonly Argument[],
): VectorOperation {
  const count = commonLength(name, takes, given) ?? 1;
  const [x, a, b, c] = places(given);
  const none = NO_ARGUMENT;
  const arrays: [Float64Array, Float64Array, Float64Array, Float64Array] = [
    x.data ?? none,
    a.data ?? none,
    b.data ?? none,
    c.data ?? none,
  ];
  const offsets: [number, number, number, number] = [x.offset, a.offset, b.offset, c.offset];
  const read = (input: Float64Array) => {
    if (!x.data) arrays[0] = input;
    if (!a.data) arrays[1] = input;
    if (!b.data) arrays[2] = input;
    if (!c.data) arrays[3] = input;
    return arrays;
  };
  return {
    name,
    outputs: 1,
    forward(input, output) {
      output[0] = sum(read(input), offsets, count);
    },
    backward(input, _output, outputAdjoint, inputAdjoint) {
      partials(read(input), offsets, count, outputAdjoint[0], inputAdjoint);
    },
  };
}

// What the laws ask of their parameters.

export function isPositive(x: number): boolean {
  return x > 0 && x < Infinity;
}

export function isCount(x: number): boolean {
  return x >= 0 && Number.isInteger(x);
}

export function isProbability(p: number): boolean {
  return p >= 0 && p <= 1;
}

/** INSIDE or OUTSIDE, where the parameters are right; else WRONG. */
export function domainOf(right: boolean, inside: boolean): number {
  return right ? inside ? INSIDE : OUTSIDE : WRONG;
}
