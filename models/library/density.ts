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
import { apply, type Argument, argument, type Value, type VectorOperation } from "../modules/tape/vector.ts";
import { applyScalar, type ScalarOperation } from "../modules/tape/scalar.ts";
import { Traced } from "../modules/tape/traced.ts";
import { dataOnly, type Given, type Numbers, refuse, shapeOf, single } from "./numbers.ts";

/** A function of x and up to three parameters. */
type Function4 = (x: number, a: number, b: number, c: number) => number;

export const INSIDE = 0, OUTSIDE = 1, WRONG = 2;

export interface Law<Names extends readonly string[]> {
  readonly name: string;
  /** The arguments' names, x first. */
  readonly takes: Names;
  /** INSIDE; OUTSIDE where x is not in the support; WRONG where a parameter is out of range. */
  domain: Function4;
  /** The log density inside. */
  value: Function4;
  /** Its derivative in each argument, inside; null in one that is a whole number. */
  readonly partials: readonly (Function4 | null)[];
}

/** The function of the library that a law gives. */
export function density<const Names extends readonly string[]>(law: Law<Names>) {
  const scalar = scalarOf(law);
  function call(...given: { [K in keyof Names]: Numbers }): number;
  function call(...given: { [K in keyof Names]: Given }): Value;
  function call(...given: readonly Given[]): Value {
    const { name, takes } = law;
    expectCount(name, takes, given.length);
    if (areValues(given) && given.every((value, k) => law.partials[k] || typeof value === "number")) {
      return applyScalar(scalar, given);
    }
    const read = takes.map((parameter, k) => argument(`${name}: ${parameter}`, given[k]));
    read.forEach((one, k) => law.partials[k] ?? dataOnly(`${name}: ${takes[k]}`, one));
    const traced = read.filter((one) => one.traced);
    return single(apply(densitySum(law, read), traced, []));
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

function areValues(given: readonly Given[]): given is readonly Value[] {
  return given.every((value) => typeof value === "number" || value instanceof Traced);
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

/** Where an argument's entries are: in an array of its own (data), or from `offset` in the operation's input. */
interface Place {
  readonly data: Float64Array | null;
  readonly offset: number;
  readonly stride: 0 | 1;
}

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

function densitySum<Names extends readonly string[]>(law: Law<Names>, given: readonly Argument[]): VectorOperation {
  const { name, domain, value, partials } = law;
  const count = commonLength(name, law.takes, given) ?? 1;
  const [p0, p1, p2, p3] = places(given);
  const derived = given.flatMap(({ traced }, k) => {
    const partial = partials[k];
    if (!traced || !partial) return [];
    const { offset, stride } = [p0, p1, p2, p3][k];
    return [{ partial, offset, stride }];
  });
  return {
    name,
    outputs: 1,
    forward(input, output) {
      const x = p0.data ?? input, a = p1.data ?? input, b = p2.data ?? input, c = p3.data ?? input;
      let sum = 0;
      for (let i = 0; i < count; i++) {
        const xi = x[p0.offset + i * p0.stride], ai = a[p1.offset + i * p1.stride];
        const bi = b[p2.offset + i * p2.stride], ci = c[p3.offset + i * p3.stride];
        const where = domain(xi, ai, bi, ci);
        if (where === INSIDE) sum += value(xi, ai, bi, ci);
        else sum += where === WRONG || xi !== xi ? NaN : -Infinity;
      }
      output[0] = sum;
    },
    backward(input, _output, outputAdjoint, inputAdjoint) {
      const weight = outputAdjoint[0];
      const x = p0.data ?? input, a = p1.data ?? input, b = p2.data ?? input, c = p3.data ?? input;
      for (let k = 0; k < derived.length; k++) {
        const { partial, offset, stride } = derived[k];
        let sum = 0;
        for (let i = 0; i < count; i++) {
          const xi = x[p0.offset + i * p0.stride], ai = a[p1.offset + i * p1.stride];
          const bi = b[p2.offset + i * p2.stride], ci = c[p3.offset + i * p3.stride];
          const where = domain(xi, ai, bi, ci);
          let slope = 0;
          if (where === INSIDE) slope = partial(xi, ai, bi, ci);
          else if (where === WRONG || xi !== xi) slope = NaN;
          if (stride === 0) sum += slope;
          else inputAdjoint[offset + i] += weight * slope;
        }
        if (stride === 0) inputAdjoint[offset] += weight * sum;
      }
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
