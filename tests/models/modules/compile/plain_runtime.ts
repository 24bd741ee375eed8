/** A runtime of ordinary numbers: what is compiled against it computes what the source says. */
import type { Compiled } from "../../../../models/modules/compile/compile.ts";

type Binary = (a: never, b: never) => unknown;

const arithmetic = {
  add: (a: number, b: number) => a + b,
  sub: (a: number, b: number) => a - b,
  mul: (a: number, b: number) => a * b,
  div: (a: number, b: number) => a / b,
  rem: (a: number, b: number) => a % b,
  pow: (a: number, b: number) => a ** b,
};
const OPERATIONS: Record<string, (a: number, b: number) => number> = arithmetic;

const BITS: Record<string, (a: number, b: number) => number> = {
  "&": (a, b) => a & b,
  "|": (a, b) => a | b,
  "^": (a, b) => a ^ b,
  "<<": (a, b) => a << b,
  ">>": (a, b) => a >> b,
  ">>>": (a, b) => a >>> b,
};

type Holder = Record<PropertyKey, number>;

/** `sites`: the places of the operations that ran, in their order. */
export function plainRuntime(sites: number[] = []) {
  const noted = <F extends Binary>(operation: F) => (a: Parameters<F>[0], b: Parameters<F>[1], site: number) => {
    sites.push(site);
    return operation(a, b);
  };
  return {
    ...Object.fromEntries(Object.entries(arithmetic).map(([name, f]) => [name, noted(f)])),
    neg: (a: number) => -a,
    plus: (a: unknown) => Number(a),
    lt: (a: number, b: number) => a < b,
    le: (a: number, b: number) => a <= b,
    gt: (a: number, b: number) => a > b,
    ge: (a: number, b: number) => a >= b,
    eq: (a: unknown, b: unknown) => a === b,
    ne: (a: unknown, b: unknown) => a !== b,
    // deno-lint-ignore eqeqeq
    looseEq: (a: unknown, b: unknown) => a == b,
    // deno-lint-ignore eqeqeq
    looseNe: (a: unknown, b: unknown) => a != b,
    bit: (operator: string, a: number, b: number) => BITS[operator](a, b),
    bitNot: (a: number) => ~a,
    truthy: (a: unknown) => Boolean(a),
    and: (a: unknown, b: () => unknown) => a && b(),
    or: (a: unknown, b: () => unknown) => a || b(),
    after: (a: unknown, _next: unknown) => Number(a),
    update(object: Holder, key: PropertyKey, name: string, b: number) {
      return object[key] = OPERATIONS[name](object[key], b);
    },
    postfix(object: Holder, key: PropertyKey, name: string, b: number) {
      const old = Number(object[key]);
      object[key] = OPERATIONS[name](old, b);
      return old;
    },
    key: (a: PropertyKey) => a,
    put: (object: Holder, key: PropertyKey, value: number) => object[key] = value,
    typeOf: (a: unknown) => typeof a,
    discriminant: (a: unknown) => a,
    text: (a: unknown) => String(a),
    call: (object: Record<string, (...values: unknown[]) => unknown>, name: string, values: unknown[]) =>
      object[name](...values),
    library: (site: number, f: (...values: unknown[]) => unknown, ...values: unknown[]) => {
      sites.push(site);
      return f(...values);
    },
    globals: {
      Math,
      Number,
      isNaN,
      isFinite,
      parseInt,
      parseFloat,
      String,
      Boolean,
      JSON,
      Float64Array,
      Array,
      Object,
    },
    math: {
      ...Object.fromEntries(
        Object.getOwnPropertyNames(Math).map((name) => [name, Reflect.get(Math, name)]),
      ),
      max: (values: number[]) => Math.max(...values),
      min: (values: number[]) => Math.min(...values),
      hypot: (values: number[]) => Math.hypot(...values),
    },
  };
}

/** Runs compiled code: its exports. */
export function run(compiled: Compiled, library: Record<string, unknown> = {}, sites: number[] = []): Exports {
  const open: (runtime: unknown, library: unknown) => Exports = (0, eval)(compiled.code);
  return open(plainRuntime(sites), library);
}

export interface Exports extends Record<string, unknown> {
  logDensity(x: unknown, data?: unknown): unknown;
}
