/**
 * The realm in which a module's text runs: a context of its own with the language's built-in objects and nothing else, in which no text becomes
 * code. This is the inner wall; the outer ones are a worker without permissions and a process that can be killed.
 */
import vm from "node:vm";
import { ModuleError } from "./errors.ts";
import { Traced } from "./tape/traced.ts";

/** Functions of the realm: what they make belongs to it. */
export interface Realm {
  /** Runs the text of an expression. */
  run(code: string, filename: string): unknown;
  array(values: readonly unknown[]): unknown[];
  /** What a text in JSON says, frozen all through. */
  frozen(json: string): unknown;
  readonly globals: {
    readonly Array: unknown;
    readonly Object: unknown;
    readonly JSON: unknown;
    /** An array of numbers that may be traced, which begins with zeros. */
    readonly Float64Array: unknown;
  };
}

/** Runs once, before the module. Whatever depends on time, on chance or on the order of threads is taken away. */
const PRELUDE = `((requirePlain) => {
  "use strict";
  const { apply } = Reflect, { isArray } = Array;
  for (const name of ["console", "WebAssembly", "SharedArrayBuffer", "Atomics", "queueMicrotask", "Date", "Intl", "Temporal", "WeakRef",
    "FinalizationRegistry", "eval", "Function", "Proxy", "Reflect", "escape", "unescape", "Promise", "Iterator", "DisposableStack",
    "AsyncDisposableStack"]) delete globalThis[name];
  Math.random = undefined;
  // What compares values out of sight of what is rewritten: equal numbers are one key, traced ones that are equal here are not elsewhere.
  const watch = (prototype, names, what) => {
    for (const name of names) {
      const method = prototype[name];
      const watched = {
        [name](...given) {
          requirePlain(given, what + name);
          if (isArray(this)) requirePlain(this, what + name);
          return apply(method, this, given);
        },
      };
      Object.defineProperty(prototype, name, { value: watched[name] });
    }
  };
  watch(Map.prototype, ["get", "has", "delete"], "Map.");
  watch(Set.prototype, ["add", "has", "delete"], "Set.");
  watch(WeakMap.prototype, ["get", "has", "delete", "set"], "WeakMap.");
  watch(WeakSet.prototype, ["add", "has", "delete"], "WeakSet.");
  watch(Array.prototype, ["indexOf", "lastIndexOf", "includes"], "");
  watch(Object, ["is"], "Object.");
  delete Map.groupBy;
  const { set } = Map.prototype;
  Object.defineProperty(Map.prototype, "set", {
    value: {
      set(key, value) {
        requirePlain([key], "Map.set");
        return apply(set, this, [key, value]);
      },
    }.set,
  });
  const { freeze, values } = Object, { parse } = JSON;
  class Float64Array extends Array {
    static BYTES_PER_ELEMENT = 8;
    constructor(given, ...others) {
      if (others.length > 0) throw new TypeError("a Float64Array is made of a length or of numbers here");
      if (typeof given === "number") {
        super(given);
        super.fill(0);
      } else {
        super();
        if (given !== undefined && given !== null) for (const value of given) super.push(value);
      }
    }
    set(source, offset = 0) {
      let at = offset;
      for (const value of source) this[at++] = value;
    }
    subarray(begin, end) {
      return freeze(this.slice(begin, end));
    }
  }
  const freezeAll = (value) => {
    if (typeof value !== "object" || value === null) return value;
    if (isArray(value)) for (let i = 0; i < value.length; i++) freezeAll(value[i]);
    else for (const inner of values(value)) freezeAll(inner);
    return freeze(value);
  };
  return {
    array: (values) => {
      const made = [];
      for (let i = 0; i < values.length; i++) made[i] = values[i];
      return made;
    },
    frozen: (json) => freezeAll(parse(json)),
    globals: { Array, Object, JSON, Float64Array },
  };
})`;

/** Throws if any of them is traced. */
function requirePlain(values: ArrayLike<unknown>, what: string): void {
  for (let i = 0; i < values.length; i++) {
    if (values[i] instanceof Traced) {
      throw new ModuleError(
        null,
        `${what} of a traced value, which is compared where that can't be seen. Write comparisons (=== in a loop), or use keys from data.`,
      );
    }
  }
}

export function createRealm(): Realm {
  const context = vm.createContext(Object.create(null), { codeGeneration: { strings: false, wasm: false } });
  const run = (code: string, filename: string): unknown => new vm.Script(code, { filename }).runInContext(context);
  const prelude = run(PRELUDE, "ergodic") as (check: typeof requirePlain) => Omit<Realm, "run">; // its text is above
  const made = prelude(requirePlain);
  return { run, ...made };
}
