/** The log-Jacobians of the library's transforms, at what a module gave them, held against the determinant of differences. */
import { differentiate } from "../../../numerics/differentiation/ridders.ts";
import { logAbsDeterminant } from "../../../numerics/linear_algebra/log_abs_determinant.ts";
import { library, type LibraryFunction } from "../../library/library.ts";

/** Plain data. */
export interface TransformReport {
  readonly name: string;
  /** Calls that were compared. */
  readonly calls: number;
  /** The largest |log-Jacobian − log |det|| / max(1, |log |det||). */
  readonly error: number;
  readonly agrees: boolean;
}

/** A call that a module made, with plain numbers. */
export interface TransformCall {
  readonly name: string;
  readonly given: readonly unknown[];
}

const TOLERANCE = 1e-6;
const MOST_CALLS = 4; // of one transform
const MOST_FREE = 60; // entries of a call: the determinant takes their square

/**
 * Which entries of the value are free, from its entries in a row: those whose derivative is a square matrix. Not here: the direction of a
 * vector, which is not one to one; its term is the law of the length that is chosen with it.
 */
const free: Readonly<Record<string, (value: unknown) => number[]>> = {
  positive: entries,
  bounded: entries,
  lowerBounded: entries,
  upperBounded: entries,
  ordered: entries,
  positiveOrdered: entries,
  simplex: (value) => entries(value).slice(0, -1),
  choleskyCorrelation: (value) => lower(value, 0),
  correlation: (value) => lower(value, 0),
  choleskyCovariance: (value) => lower(value, 1),
  covariance: (value) => lower(value, 1),
};

/** A library whose transforms note what they are given. */
export function spiedLibrary(calls: TransformCall[]): Readonly<Record<string, LibraryFunction>> {
  const spied = Object.keys(free).map((name) => {
    const transform: (...given: never[]) => unknown = library[name];
    return [name, (...given: never[]) => {
      if (calls.filter((call) => call.name === name).length < MOST_CALLS) {
        const copy = given.map(copied);
        if (copy.every((one) => one !== null)) calls.push({ name, given: copy });
      }
      return transform(...given);
    }];
  });
  return { ...library, ...Object.fromEntries(spied) };
}

export function checkTransforms(calls: readonly TransformCall[], functions = library): TransformReport[] {
  const names = [...new Set(calls.map(({ name }) => name))];
  return names.flatMap((name) => {
    const errors = calls.filter((call) => call.name === name).map((call) => errorOf(call, functions)).filter((error) =>
      error !== null
    );
    if (errors.length === 0) return [];
    const error = errors.reduce((a, b) => Math.max(a, b));
    return [{ name, calls: errors.length, error, agrees: error <= TOLERANCE }];
  });
}

/** null where nothing can be said: the derivative is 0 or infinite to rounding, or the call is too large. */
function errorOf({ name, given: [u, ...rest] }: TransformCall, functions: typeof library): number | null {
  const at = entries(u), n = at.length;
  if (n === 0 || n > MOST_FREE) return null;
  const run = (place: readonly number[]) => applied(functions[name], [shapedLike(u, place), ...rest]);
  const { logJacobian } = run(at);
  const jacobian = new Float64Array(n * n);
  let sure = true;
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) {
      const along = (x: number) => free[name](run(at.with(j, x)).value)[i];
      const { derivative, error } = differentiate(along, at[j]);
      if (!(error <= 1e-7 * Math.max(1e-3, Math.abs(derivative)))) sure = false;
      jacobian[i * n + j] = derivative;
    }
  }
  const expected = logAbsDeterminant(jacobian, n);
  if (!sure || !Number.isFinite(expected) || !Number.isFinite(logJacobian)) return null;
  return Math.abs(logJacobian - expected) / Math.max(1, Math.abs(expected));
}

function applied(transform: LibraryFunction, given: readonly unknown[]): { value: unknown; logJacobian: number } {
  const found: unknown = Reflect.apply(transform, undefined, given);
  if (typeof found === "object" && found !== null && "value" in found && "logJacobian" in found) {
    const { value, logJacobian } = found;
    if (typeof logJacobian === "number") return { value, logJacobian };
  }
  throw new Error("a transform of numbers that gives no value with a log-Jacobian");
}

/** The numbers of a nested array, row-major. */
function entries(value: unknown): number[] {
  if (typeof value === "number") return [value];
  return Array.isArray(value) ? value.flatMap(entries) : [];
}

function lower(value: unknown, diagonal: 0 | 1): number[] {
  return Array.isArray(value) ? value.flatMap((row: unknown, i) => entries(row).slice(0, i + diagonal)) : [];
}

function shapedLike(shape: unknown, numbers: readonly number[]): unknown {
  let next = 0;
  const build = (part: unknown): unknown => Array.isArray(part) ? part.map(build) : numbers[next++];
  return build(shape);
}

/** null for what is no number and no nested array of numbers: a traced value, say. */
function copied(value: unknown): unknown {
  if (typeof value === "number") return value;
  if (ArrayBuffer.isView(value)) return copied([...Object.values(value)]);
  if (!Array.isArray(value)) return null;
  const parts = value.map(copied);
  return parts.some((part) => part === null) ? null : parts;
}
