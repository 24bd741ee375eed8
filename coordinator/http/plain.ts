/** Holds a decoded body to what JSON can say, so that nothing behind the edge meets anything else. */
import { type Fault, ValidationError } from "../schema/errors.ts";
import { describe, dotted } from "../schema/faults.ts";
import { RequestError } from "./problem.ts";

const MOST_DEPTH = 100; // no spec needs ten; recursion anywhere behind the edge is safe
const MOST_FAULTS = 100;

type TypedArray = ArrayLike<number> & Iterable<number> & ArrayBufferView;

/**
 * The same value with typed arrays as arrays of numbers. Throws RequestError (400) where it is nested too deeply or holds
 * what JSON has not, and ValidationError (422) for numbers that are not finite.
 */
export function plain(value: unknown): unknown {
  const faults: Fault[] = [];
  const path: (string | number)[] = [];

  const walk = (value: unknown): unknown => {
    switch (typeof value) {
      case "string":
      case "boolean":
        return value;
      case "number":
        if (!Number.isFinite(value) && faults.length < MOST_FAULTS) {
          faults.push({ path: dotted(path), message: `expected a finite number, found ${describe(value)}` });
        }
        return value;
      case "object":
        if (value === null) return null;
        if (path.length >= MOST_DEPTH) {
          throw new RequestError("unreadable", `the body is nested deeper than ${MOST_DEPTH} levels. Make it flatter.`);
        }
        if (Array.isArray(value)) return walkArray(value);
        if (isTypedArray(value)) return walkArray([...value]);
        if (Object.getPrototypeOf(value) === Object.prototype) return walkObject(value);
    }
    throw new RequestError(
      "unreadable",
      `expected what JSON can say at ${dotted(path) || "the top"}, found ${foreign(value)}. ` +
        "Send numbers, text, true, false, null, arrays and objects with text as keys.",
    );
  };
  const walkArray = (values: unknown[]): unknown[] => {
    const depth = path.length;
    for (let i = 0; i < values.length; i++) {
      path[depth] = i;
      values[i] = walk(values[i]);
    }
    path.length = depth;
    return values;
  };
  const walkObject = (object: object): object => {
    const depth = path.length;
    for (const key of Object.keys(object)) {
      path[depth] = key;
      // A key `__proto__` is the object's own; it stays one, and no schema knows it.
      const entry = walk(Reflect.get(object, key));
      Object.defineProperty(object, key, { value: entry, enumerable: true, writable: true, configurable: true });
    }
    path.length = depth;
    return object;
  };

  const result = walk(value);
  if (faults.length > 0) throw new ValidationError(faults);
  return result;
}

function isTypedArray(value: object): value is TypedArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView) &&
    !(value instanceof BigInt64Array) && !(value instanceof BigUint64Array);
}

function foreign(value: unknown): string {
  return typeof value === "object" && value !== null ? `a ${value.constructor?.name ?? "thing"}` : typeof value;
}
