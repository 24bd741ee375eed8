/** The names that a module may use without declaring them, what stands in their place, and what to do about the others. */
/** The one thing that can be imported. */
export const LIBRARY = "ergodic";

/** Names whose functions know traced values: the runtime has its own. */
export const REPLACED: ReadonlySet<string> = new Set([
  "Array",
  "Boolean",
  "Float64Array",
  "JSON",
  "Math",
  "Number",
  "Object",
  "String",
  "isFinite",
  "isNaN",
  "parseFloat",
  "parseInt",
]);

/** Names of the language that stay what they are. */
const KEPT: ReadonlySet<string> = new Set([
  "undefined",
  "NaN",
  "Infinity",
  "Map",
  "Set",
  "WeakMap",
  "WeakSet",
  "Symbol",
  "RegExp",
  "Error",
  "AggregateError",
  "EvalError",
  "RangeError",
  "ReferenceError",
  "SyntaxError",
  "TypeError",
  "URIError",
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "Float32Array",
  "ArrayBuffer",
  "DataView",
]);

export function isAllowed(name: string): boolean {
  return REPLACED.has(name) || KEPT.has(name);
}

const TIME = "A density has no clock: put what it needs into the job's data.";
const OUTSIDE = "A module sees nothing outside itself: put what it needs into the job's data.";
const TEXT_AS_CODE = "Text cannot be run as code: write the function out.";

const REMEDIES: Readonly<Record<string, string>> = {
  eval: TEXT_AS_CODE,
  Function: TEXT_AS_CODE,
  Date: TIME,
  performance: TIME,
  Temporal: TIME,
  setTimeout: TIME,
  setInterval: TIME,
  setImmediate: TIME,
  queueMicrotask: TIME,
  Deno: OUTSIDE,
  process: OUTSIDE,
  fetch: OUTSIDE,
  globalThis: OUTSIDE,
  window: OUTSIDE,
  self: OUTSIDE,
  global: OUTSIDE,
  navigator: OUTSIDE,
  localStorage: OUTSIDE,
  Worker: OUTSIDE,
  WebSocket: OUTSIDE,
  XMLHttpRequest: OUTSIDE,
  postMessage: OUTSIDE,
  require: `Write import { … } from "${LIBRARY}": modules import nothing else.`,
  module: "Write export before what the module exports.",
  exports: "Write export before what the module exports.",
  console: "Return from generated(x, data) what you want to see.",
  alert: "Return from generated(x, data) what you want to see.",
  crypto: "Use the random argument of prior(random) and simulate(theta, random).",
  Promise: "A density is computed at once: write it without promises.",
  WebAssembly: "Write the computation in TypeScript.",
  SharedArrayBuffer: "Write a Float64Array.",
  Atomics: "Write ordinary reads and writes.",
  BigInt: "Write ordinary numbers.",
  BigInt64Array: "Write an Int32Array or a Float64Array.",
  BigUint64Array: "Write an Uint32Array or a Float64Array.",
  Float16Array: "Write a Float64Array.",
  Proxy: "Write a class with getters.",
  Reflect: "Write the property access itself.",
  WeakRef: "Hold the value itself.",
  FinalizationRegistry: "Hold the value itself.",
  Intl: "Leave formatting to who reads the draws.",
  structuredClone: "Copy by spreading: [...a], { ...o }.",
  arguments: "Write a rest parameter: (...values).",
};

/** What to do about a name that nothing declares. */
export function remedyForName(name: string, declared: Iterable<string>, libraryNames: readonly string[]): string {
  if (Object.hasOwn(REMEDIES, name)) return REMEDIES[name];
  if (libraryNames.includes(name)) return `Write import { ${name} } from "${LIBRARY}" at the top.`;
  const near = closest(name, [...declared, ...REPLACED]);
  if (near) return `Did you mean ${near}? Otherwise declare it.`;
  const inLibrary = closest(name, libraryNames);
  if (inLibrary) return `Did you mean ${inLibrary}, from "${LIBRARY}"? Otherwise declare it.`;
  return `Declare it, read it from data, or import it from "${LIBRARY}".`;
}

const LONGEST_NAME = 40; // the distance takes the product of the lengths
const MOST_CANDIDATES = 500;

/** The candidate with the fewest edits, if that is few. */
export function closest(name: string, candidates: readonly string[]): string | null {
  if (name.length > LONGEST_NAME) return null;
  let best: string | null = null;
  let fewest = Math.min(3, Math.ceil(name.length / 3) + 1);
  for (const candidate of candidates.slice(0, MOST_CANDIDATES)) {
    if (Math.abs(candidate.length - name.length) >= fewest || candidate === name) continue;
    const edits = distance(name.toLowerCase(), candidate.toLowerCase());
    if (edits < fewest) {
      fewest = edits;
      best = candidate;
    }
  }
  return best;
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}

/** The functions of Math with their numbers of arguments; those of any number take Infinity. */
export const MATH_FUNCTIONS: Readonly<Record<string, number>> = {
  abs: 1,
  acos: 1,
  acosh: 1,
  asin: 1,
  asinh: 1,
  atan: 1,
  atan2: 2,
  atanh: 1,
  cbrt: 1,
  ceil: 1,
  clz32: 1,
  cos: 1,
  cosh: 1,
  exp: 1,
  expm1: 1,
  floor: 1,
  fround: 1,
  hypot: Infinity,
  imul: 2,
  log: 1,
  log10: 1,
  log1p: 1,
  log2: 1,
  max: Infinity,
  min: Infinity,
  pow: 2,
  round: 1,
  sign: 1,
  sin: 1,
  sinh: 1,
  sqrt: 1,
  tan: 1,
  tanh: 1,
  trunc: 1,
};

export const MATH_CONSTANTS: ReadonlySet<string> = new Set([
  "E",
  "LN10",
  "LN2",
  "LOG10E",
  "LOG2E",
  "PI",
  "SQRT1_2",
  "SQRT2",
]);

/** What to do about a member of Math that is none. */
export function remedyForMath(name: string): string {
  if (name === "random") {
    return "The density at a point must always be the same: use the random argument of prior(random) and simulate(theta, random).";
  }
  const near = closest(name, [...Object.keys(MATH_FUNCTIONS), ...MATH_CONSTANTS]);
  return near ? `Did you mean Math.${near}?` : `Write it out, or look for it in "${LIBRARY}".`;
}
