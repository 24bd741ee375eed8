/**
 * The realm in which a module's text runs: a context of its own with the language's built-in objects and nothing else, in which no text becomes
 * code. This is the inner wall; the outer ones are a worker without permissions and a process that can be killed.
 */
import vm from "node:vm";

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
const PRELUDE = `(() => {
  "use strict";
  for (const name of ["console", "WebAssembly", "SharedArrayBuffer", "Atomics", "queueMicrotask", "Date", "Intl", "Temporal", "WeakRef",
    "FinalizationRegistry", "eval", "Function", "Proxy", "Reflect", "escape", "unescape", "Promise", "Iterator", "DisposableStack",
    "AsyncDisposableStack"]) delete globalThis[name];
  Math.random = undefined;
  const { freeze, values } = Object, { parse } = JSON, { isArray } = Array;
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
})()`;

export function createRealm(): Realm {
  const context = vm.createContext(Object.create(null), { codeGeneration: { strings: false, wasm: false } });
  const run = (code: string, filename: string): unknown => new vm.Script(code, { filename }).runInContext(context);
  const made = run(PRELUDE, "ergodic") as Omit<Realm, "run">; // its text is above
  return { run, ...made };
}
