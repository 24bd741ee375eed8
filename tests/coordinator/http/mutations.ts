/** Valid JSON values with one thing made wrong, and what a request of the tests is. */
import fc from "fast-check";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface MalformedRequest {
  /** What is wrong, for the message of a failure. */
  readonly what: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** Sent without a Content-Length. */
  readonly chunked?: boolean;
  readonly statuses: readonly number[];
}

export const JSON_TYPE = { "Content-Type": "application/json" };
export const PACK_TYPE = { "Content-Type": "application/msgpack" };
export const UNREADABLE = [400];
export const WRONG = [422];

export type Path = readonly (string | number)[];

export function pathsOf(value: Json, path: Path = []): Path[] {
  const entries: [string | number, Json][] = Array.isArray(value)
    ? value.map((entry, i) => [i, entry])
    : typeof value === "object" && value !== null
    ? Object.entries(value)
    : [];
  return [path, ...entries.flatMap(([key, entry]) => pathsOf(entry, [...path, key]))];
}

export function at(value: Json, path: Path): Json {
  return path.reduce<Json>((current, key) => (current as { [key: string]: Json })[key], value);
}

/** The value with what is at `path` replaced, or left out where `entry` is undefined. */
export function replaced(value: Json, path: Path, entry: Json | undefined): Json {
  if (path.length === 0) return entry ?? null;
  const copy = structuredClone(value);
  const parent = at(copy, path.slice(0, -1)) as { [key: string]: Json };
  const key = path[path.length - 1];
  if (entry !== undefined) Object.defineProperty(parent, key, { value: entry, enumerable: true });
  else if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
  return copy;
}

const foreignValues: readonly Json[] = [null, true, -1, 0, 1.5, 1e300, 2 ** 53, "", "1", [], [[null]], {}, {
  kind: "x",
}, "é\u0000"];
const strangeKeys = [
  "__proto__",
  "constructor",
  "toString",
  "kind ",
  "",
  "Seed",
  "model.kind",
  "x".repeat(10_000),
  "\ud800",
  "💥",
];

/** One of the values with a foreign value, with nothing, or with an unknown key somewhere. It may be valid all the same. */
export function mutationsOf(valid: readonly Json[]): fc.Arbitrary<{ what: string; value: Json }> {
  return fc.constantFrom(...valid).chain((valid) => {
    const paths = pathsOf(valid);
    const objects = paths.filter((path) => at(valid, path)?.constructor === Object);
    return fc.oneof(
      fc.record({
        path: fc.constantFrom(...paths),
        entry: fc.oneof(fc.constantFrom(...foreignValues), fc.jsonValue() as fc.Arbitrary<Json>),
      })
        .map(({ path, entry }) => ({
          what: `a foreign value at ${path.join(".")}`,
          value: replaced(valid, path, entry),
        })),
      fc.constantFrom(...paths).map((path) => ({
        what: `nothing at ${path.join(".")}`,
        value: replaced(valid, path, undefined),
      })),
      fc.record({ path: fc.constantFrom(...objects), key: fc.oneof(fc.constantFrom(...strangeKeys), fc.string()) })
        .map(({ path, key }) => ({
          what: `an unknown key in ${path.join(".")}`,
          value: replaced(valid, [...path, key], 1),
        })),
    );
  });
}
