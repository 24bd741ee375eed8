/**
 * What the compiled text of a module calls in place of JavaScript's operators: with plain numbers they are those, with traced ones they go on
 * the tape. The last argument of each is the place in the source.
 */
import { ModuleError, type Site } from "../errors.ts";
import { createGlobals } from "./globals.ts";
import { createMath, ROUNDING } from "./math.ts";
import { codeOf, VALUES } from "./operations.ts";
import { fromPlace, nodeOf, recording } from "./tape.ts";
import { Traced } from "./traced.ts";

type Binary = "add" | "sub" | "mul" | "div" | "rem" | "pow" | "atan2" | "hypot" | "max" | "min";
type Comparison = "lt" | "le" | "gt" | "ge" | "eq";

/** What JavaScript's operators are with operands that are not traced, whatever these are. */
// deno-lint-ignore no-explicit-any
type Anything = any;
const plain: Record<string, (a: Anything, b: Anything) => unknown> = {
  ...{ add: (a, b) => a + b, sub: (a, b) => a - b, mul: (a, b) => a * b, div: (a, b) => a / b, rem: (a, b) => a % b },
  pow: (a, b) => a ** b,
  ...{ lt: (a, b) => a < b, le: (a, b) => a <= b, gt: (a, b) => a > b, ge: (a, b) => a >= b, eq: (a, b) => a === b },
};

const SQUARE = codeOf("square"), POWER = codeOf("power"), NEG = codeOf("neg");

export type Runtime = ReturnType<typeof createRuntime>;

/** Makes the operations of one module; `sites` are the places that they name. */
export function createRuntime(sites: readonly Site[]) {
  const refuse = (site: number, message: string) => new ModuleError(sites[site] ?? null, message);

  /** The node of an operand, which becomes a constant where it is a number. */
  function operand(value: unknown, site: number, what: string): number {
    if (value instanceof Traced) return nodeOf(value);
    if (typeof value === "number") return recording().constant(value);
    if (typeof value === "boolean" || value === null) return recording().constant(Number(value));
    if (value === undefined) {
      throw refuse(site, `${what} of a traced value and undefined. Look at the name or the index that gave undefined.`);
    }
    if (typeof value === "string") {
      throw refuse(
        site,
        `${what} of a traced value and text. Convert the text with Number(…) first; texts of traced values are not to be had.`,
      );
    }
    throw refuse(
      site,
      `${what} of a traced value and ${
        Array.isArray(value) ? "an array" : `a ${typeof value}`
      }. Take one element, or a function of arrays ("ergodic" has sum, dot, matVec).`,
    );
  }

  function traced(name: Binary, a: unknown, b: unknown, site: number): unknown {
    if (!(a instanceof Traced) && !(b instanceof Traced)) {
      const operation = plain[name];
      return operation ? operation(a, b) : VALUES[codes[name]](Number(a), Number(b));
    }
    const tape = recording();
    if (name === "pow" && typeof b === "number" && a instanceof Traced) return power(a, b, site);
    const left = operand(a, site, name), right = operand(b, site, name);
    return new Traced(tape, tape.binary(codes[name], left, right, site));
  }

  function power(a: Traced, exponent: number, site: number): unknown {
    const tape = recording(), node = nodeOf(a);
    if (exponent === 1) return a;
    if (exponent === 2) return new Traced(tape, tape.unary(SQUARE, node, site));
    return new Traced(tape, tape.binary(POWER, node, tape.constant(exponent), site));
  }

  function compare(name: Comparison, a: unknown, b: unknown, site: number): boolean {
    if (!(a instanceof Traced) && !(b instanceof Traced)) return Boolean(plain[name](a, b));
    if (name === "eq" && !isNumeric(a, b)) return false;
    const tape = recording();
    const left = operand(a, site, "a comparison"), right = operand(b, site, "a comparison");
    return tape.guard(name, left, right, site);
  }

  function condition(name: string, value: Traced, site: number): boolean {
    return recording().guard(name, nodeOf(value), 0, site);
  }

  const math = createMath({ refuse, binary: traced, pow: (a, b, site) => operations.pow(a, b, site) });

  /** The place before the first statement that a call of the library was made from is not known to it: told here. */
  function call(target: unknown, name: string, args: readonly unknown[], site: number): unknown {
    if (target instanceof Traced) {
      throw refuse(
        site,
        `.${name}() of a traced value: its text or its parts are not to be had. Report it with generated.`,
      );
    }
    if (typeof target === "object" && target !== null && Array.isArray(target)) {
      const found = target.some((value) => value instanceof Traced) || args.some((value) => value instanceof Traced);
      if (found && (name === "sort" || name === "toSorted")) return sorted(target, name, args[0], site);
      if (found && name !== "valueOf") {
        throw refuse(
          site,
          `.${name}() of an array with traced values, which compares or prints them. Write a loop with comparisons.`,
        );
      }
      if (name === "sort" || name === "toSorted") return sorted(target, name, args[0], site);
    }
    const method: unknown = isIndexable(target) ? target[name] : undefined;
    if (typeof method !== "function") throw new TypeError(`.${name} is not a function here`);
    return Reflect.apply(method, target, args);
  }

  /** A call of a function of the library. */
  function ofLibrary(site: number, f: unknown, ...args: unknown[]): unknown {
    if (typeof f !== "function") throw refuse(site, 'no function of "ergodic". See the list in docs/library.md.');
    try {
      return fromPlace(site, () => f(...args));
    } catch (error) {
      throw error instanceof ModuleError && !error.site ? refuse(site, error.message) : error;
    }
  }

  function sorted(target: unknown[], name: "sort" | "toSorted", comparator: unknown, site: number): unknown {
    const anyTraced = target.some((value) => value instanceof Traced);
    if (comparator === undefined && anyTraced) {
      throw refuse(site, `.${name}() without a comparison orders by text. Write .${name}((a, b) => a - b).`);
    }
    if (typeof comparator !== "function") return name === "sort" ? target.sort() : target.toSorted();
    const order = (a: unknown, b: unknown): number => {
      const difference: unknown = comparator(a, b);
      if (!(difference instanceof Traced)) return Number(difference);
      return compare("lt", difference, 0, site) ? -1 : compare("gt", difference, 0, site) ? 1 : 0;
    };
    return name === "sort" ? target.sort(order) : target.toSorted(order);
  }

  function plainBit(operator: string, a: number, b: number): number {
    switch (operator) {
      case "&":
        return a & b;
      case "|":
        return a | b;
      case "^":
        return a ^ b;
      case "<<":
        return a << b;
      case ">>":
        return a >> b;
      default:
        return a >>> b;
    }
  }

  const operations = {
    sites,
    add: (a: unknown, b: unknown, site: number): unknown =>
      typeof a === "number" && typeof b === "number" ? a + b : joined(a, b, site),
    sub: (a: unknown, b: unknown, site: number): unknown =>
      typeof a === "number" && typeof b === "number" ? a - b : traced("sub", a, b, site),
    mul: (a: unknown, b: unknown, site: number): unknown =>
      typeof a === "number" && typeof b === "number" ? a * b : traced("mul", a, b, site),
    div: (a: unknown, b: unknown, site: number): unknown =>
      typeof a === "number" && typeof b === "number" ? a / b : traced("div", a, b, site),
    rem: (a: unknown, b: unknown, site: number): unknown =>
      typeof a === "number" && typeof b === "number" ? a % b : traced("rem", a, b, site),
    pow: (a: unknown, b: unknown, site: number): unknown =>
      typeof a === "number" && typeof b === "number" ? (b === 2 ? a * a : a ** b) : traced("pow", a, b, site),
    neg: (a: unknown, site: number): unknown => {
      if (!(a instanceof Traced)) return -Number(a);
      const tape = recording();
      return new Traced(tape, tape.unary(NEG, nodeOf(a), site));
    },
    plus: (a: unknown, _site?: number): unknown => a instanceof Traced ? a : Number(a),
    lt: (a: unknown, b: unknown, site: number): boolean =>
      typeof a === "number" && typeof b === "number" ? a < b : compare("lt", a, b, site),
    le: (a: unknown, b: unknown, site: number): boolean =>
      typeof a === "number" && typeof b === "number" ? a <= b : compare("le", a, b, site),
    gt: (a: unknown, b: unknown, site: number): boolean =>
      typeof a === "number" && typeof b === "number" ? a > b : compare("gt", a, b, site),
    ge: (a: unknown, b: unknown, site: number): boolean =>
      typeof a === "number" && typeof b === "number" ? a >= b : compare("ge", a, b, site),
    eq: (a: unknown, b: unknown, site: number): boolean => compare("eq", a, b, site),
    ne: (a: unknown, b: unknown, site: number): boolean => !compare("eq", a, b, site),
    // deno-lint-ignore eqeqeq
    looseEq: (a: unknown, b: unknown, site: number): boolean =>
      a instanceof Traced || b instanceof Traced ? compare("eq", a, b, site) : a == b,
    looseNe: (a: unknown, b: unknown, site: number): boolean => !operations.looseEq(a, b, site),
    truthy: (a: unknown, site: number): boolean => a instanceof Traced ? condition("truthy", a, site) : Boolean(a),
    and: (a: unknown, b: () => unknown, site: number): unknown => operations.truthy(a, site) ? b() : a,
    or: (a: unknown, b: () => unknown, site: number): unknown => operations.truthy(a, site) ? a : b(),
    bit(operator: string, a: unknown, b: unknown, site: number): number {
      if (a instanceof Traced || b instanceof Traced) {
        throw refuse(site, `${operator} of a traced value, which cuts it to an integer. ${ROUNDING}`);
      }
      return plainBit(operator, Number(a), Number(b));
    },
    bitNot(a: unknown, site: number): number {
      if (a instanceof Traced) throw refuse(site, `~ of a traced value, which cuts it to an integer. ${ROUNDING}`);
      return ~Number(a);
    },
    after: (before: unknown, _now: unknown): unknown => operations.plus(before),
    update(target: unknown, key: PropertyKey, name: string, by: unknown, site: number): unknown {
      const value = changed(name, read(target, key), by, site);
      operations.put(target, key, value, site);
      return value;
    },
    postfix(target: unknown, key: PropertyKey, name: string, by: unknown, site: number): unknown {
      const before = operations.plus(read(target, key));
      operations.put(target, key, changed(name, before, by, site), site);
      return before;
    },
    put(target: unknown, key: PropertyKey, value: unknown, site: number): unknown {
      if (value instanceof Traced && ArrayBuffer.isView(target)) {
        throw refuse(
          site,
          "a traced value is stored in an array that rounds it. Use a Float64Array or an ordinary array.",
        );
      }
      if (!isIndexable(target)) throw new TypeError(`cannot set ${String(key)} of ${target}`);
      target[key] = value;
      return value;
    },
    key(value: unknown, site: number): PropertyKey {
      if (value instanceof Traced) {
        throw refuse(
          site,
          "a traced value as an index, which has no gradient. Index by the data, or sum over all the cases with their weights (logSumExp).",
        );
      }
      if (typeof value === "symbol" || typeof value === "number") return value;
      const name = String(value);
      if (name === "__proto__" || name === "constructor") {
        throw refuse(site, `${name} as a key. Write a class, or a Map for keys that may be any text.`);
      }
      return name;
    },
    typeOf: (a: unknown): string => a instanceof Traced ? "number" : typeof a,
    discriminant(a: unknown, site: number): unknown {
      if (a instanceof Traced) {
        throw refuse(site, "switch on a traced value, which compares it with constants. Write if (x < …) … else …");
      }
      return a;
    },
    text(a: unknown, site: number): unknown {
      if (a instanceof Traced) {
        throw refuse(site, "text of a traced value. Texts are made of data; report values with generated.");
      }
      return a;
    },
    call,
    library: ofLibrary,
    math: { ...math.ofOne, ...math.ofTwo, ...math.ofMany, random: math.random },
  };

  /** Addition, or the joining of texts. */
  function joined(a: unknown, b: unknown, site: number): unknown {
    if ((typeof a === "string" && b instanceof Traced) || (typeof b === "string" && a instanceof Traced)) {
      throw refuse(site, "text of a traced value. Texts are made of data; report values with generated.");
    }
    return traced("add", a, b, site);
  }

  function changed(name: string, value: unknown, by: unknown, site: number): unknown {
    switch (name) {
      case "add":
        return operations.add(value, by, site);
      case "sub":
        return operations.sub(value, by, site);
      case "mul":
        return operations.mul(value, by, site);
      case "div":
        return operations.div(value, by, site);
      case "rem":
        return operations.rem(value, by, site);
      case "pow":
        return operations.pow(value, by, site);
      default:
        return operations.bit(name, value, by, site);
    }
  }

  const { truthy, text } = operations;
  return { ...operations, globals: createGlobals({ condition, truthy, text }, math) };
}

const codes: Record<Binary, number> = {
  add: codeOf("add"),
  sub: codeOf("sub"),
  mul: codeOf("mul"),
  div: codeOf("div"),
  rem: codeOf("rem"),
  pow: codeOf("pow"),
  atan2: codeOf("atan2"),
  hypot: codeOf("hypot"),
  max: codeOf("max"),
  min: codeOf("min"),
};

function isNumeric(...values: unknown[]): boolean {
  return values.every((value) => value instanceof Traced || typeof value === "number");
}

function isIndexable(value: unknown): value is Record<PropertyKey, unknown> {
  return (typeof value === "object" && value !== null) || typeof value === "function" || typeof value === "string" ||
    typeof value === "number";
}

function read(target: unknown, key: PropertyKey): unknown {
  if (!isIndexable(target)) throw new TypeError(`cannot read ${String(key)} of ${target}`);
  return target[key];
}
