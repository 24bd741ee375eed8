/** The language's own names as a module sees them, where they meet traced values: Math as a value, Number, isNaN … */
import { ModuleError } from "../errors.ts";
import { type createMath, ROUNDING } from "./math.ts";
import { Traced } from "./traced.ts";

/** What the operators of the runtime lend. */
interface Operators {
  condition(name: string, value: Traced, site: number): boolean;
  truthy(value: unknown, site: number): boolean;
  text(value: unknown, site: number): unknown;
}

export function createGlobals({ condition, truthy, text }: Operators, math: ReturnType<typeof createMath>) {
  /** Number, isNaN … as a module sees them: conversions of a traced value are that value, questions about it are guards. */
  const numbers = {
    Number: Object.assign(
      function (value: unknown = 0): unknown {
        return value instanceof Traced ? value : Number(value);
      },
      constantsOf(Number),
      {
        isFinite: (value: unknown) => value instanceof Traced ? condition("finite", value, -1) : Number.isFinite(value),
        isNaN: (value: unknown) => value instanceof Traced ? condition("nan", value, -1) : Number.isNaN(value),
        isInteger: (value: unknown) =>
          value instanceof Traced ? condition("integer", value, -1) : Number.isInteger(value),
        isSafeInteger: (value: unknown) =>
          value instanceof Traced ? condition("integer", value, -1) : Number.isSafeInteger(value),
        parseFloat: (value: unknown) => value instanceof Traced ? value : Number.parseFloat(String(value)),
        parseInt: (value: unknown, radix?: number) => parseInteger(value, radix),
      },
    ),
    isFinite: (value: unknown) => value instanceof Traced ? condition("finite", value, -1) : isFinite(Number(value)),
    isNaN: (value: unknown) => value instanceof Traced ? condition("nan", value, -1) : isNaN(Number(value)),
    parseFloat: (value: unknown) => value instanceof Traced ? value : parseFloat(String(value)),
    parseInt: (value: unknown, radix?: number) => parseInteger(value, radix),
    Boolean: (value: unknown) => truthy(value, -1),
    String: Object.assign((value: unknown = "") => String(text(value, -1)), {
      raw: String.raw,
      fromCharCode: String.fromCharCode,
    }),
  };

  function parseInteger(value: unknown, radix?: number): number {
    if (value instanceof Traced) throw new ModuleError(null, `parseInt of a traced value. ${ROUNDING}`);
    return parseInt(String(value), radix);
  }

  return { Math: mathObject(math), ...numbers };
}

/** Math as a value (`const { exp } = Math`, `xs.map(Math.log)`): its functions do not know their place. */
function mathObject({ ofOne, ofTwo, ofMany, random }: ReturnType<typeof createMath>): Record<string, unknown> {
  const found: Record<string, unknown> = { ...constantsOf(Math), random };
  for (const [name, f] of Object.entries(ofOne)) found[name] = (a: unknown) => f(a, -1);
  for (const [name, f] of Object.entries(ofTwo)) found[name] = (a: unknown, b: unknown) => f(a, b, -1);
  for (const [name, f] of Object.entries(ofMany)) found[name] = (...args: unknown[]) => f(args, -1);
  return found;
}

/** The numbers among an object's own properties: Math.PI, Number.EPSILON. */
function constantsOf(object: object): Record<string, number> {
  const found: Record<string, number> = {};
  for (const name of Object.getOwnPropertyNames(object)) {
    const value: unknown = Reflect.get(object, name);
    if (typeof value === "number" && name !== "length") found[name] = value;
  }
  return found;
}
