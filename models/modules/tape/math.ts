/** Math's functions as the compiled text of a module calls them: on plain numbers they are Math's, on traced ones they go on the tape or are refused. */
import { ModuleError } from "../errors.ts";
import { codeOf, MATH_FUNCTIONS, type MathFunction, VALUES } from "./operations.ts";
import { nodeOf, recording } from "./tape.ts";
import { Traced } from "./traced.ts";

type OfOne = (a: unknown, site: number) => unknown;
type OfTwo = (a: unknown, b: unknown, site: number) => unknown;
type OfMany = (args: readonly unknown[], site: number) => unknown;

/** What the operators of the runtime lend. */
interface Operators {
  refuse(site: number, message: string): ModuleError;
  binary(name: "atan2" | "hypot" | "max" | "min", a: unknown, b: unknown, site: number): unknown;
  pow: OfTwo;
}

export const ROUNDING = "A density that rounds a parameter has no gradient: round the data, or keep the real value.";

/** The functions by how many arguments they take. */
export function createMath({ refuse, binary, pow }: Operators) {
  function functionOfOne(name: MathFunction) {
    const code = codeOf(name), f = VALUES[code];
    return (a: unknown, site: number): unknown => {
      if (!(a instanceof Traced)) return f(Number(a), 0);
      const tape = recording();
      return new Traced(tape, tape.unary(code, nodeOf(a), site));
    };
  }

  function functionsOfOne(): Record<MathFunction, (a: unknown, site: number) => unknown> {
    const all = MATH_FUNCTIONS.map((name) => [name, functionOfOne(name)] as const);
    return Object.fromEntries(all) as Record<MathFunction, (a: unknown, site: number) => unknown>; // all of them are there
  }

  /** A function that has no derivative worth the name, or none at all. */
  function onPlain(name: string, f: (...args: number[]) => number, remedy: string) {
    return (...all: unknown[]): number => {
      const site = Number(all.pop());
      if (all.some((value) => value instanceof Traced)) {
        throw refuse(site, `${name} of a traced value, whose gradient is lost there. ${remedy}`);
      }
      return f(...all.map(Number));
    };
  }

  /** max, min, hypot: of any number of arguments. */
  function folded(name: "max" | "min" | "hypot", f: (...args: number[]) => number) {
    return (args: readonly unknown[], site: number): unknown => {
      if (!args.some((value) => value instanceof Traced)) return f(...args.map(Number));
      if (args.length === 1) return name === "hypot" ? differentiable.abs(args[0], site) : args[0];
      return args.reduce((a, b) => binary(name, a, b, site));
    };
  }

  const differentiable = functionsOfOne();
  const ofOne = {
    ...differentiable,
    floor: onPlain("Math.floor", Math.floor, ROUNDING),
    ceil: onPlain("Math.ceil", Math.ceil, ROUNDING),
    round: onPlain("Math.round", Math.round, ROUNDING),
    trunc: onPlain("Math.trunc", Math.trunc, ROUNDING),
    fround: onPlain("Math.fround", Math.fround, ROUNDING),
    sign: onPlain("Math.sign", Math.sign, "Write x > 0 ? 1 : -1 where the branch is meant."),
    clz32: onPlain("Math.clz32", Math.clz32, ROUNDING),
  } satisfies Record<string, OfOne>;
  const ofTwo = {
    pow,
    atan2: (a: unknown, b: unknown, site: number) => binary("atan2", a, b, site),
    imul: onPlain("Math.imul", Math.imul, "Write a * b."),
  } satisfies Record<string, OfTwo>;
  const ofMany = {
    max: folded("max", Math.max),
    min: folded("min", Math.min),
    hypot: folded("hypot", Math.hypot),
  } satisfies Record<string, OfMany>;
  const random = (): never => {
    throw new ModuleError(
      null,
      "Math.random: a density gives the same number for the same x. Take random numbers from `random` in prior and simulate.",
    );
  };
  return { ofOne, ofTwo, ofMany, random };
}
