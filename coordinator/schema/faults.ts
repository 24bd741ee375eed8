/** What is wrong in a value, said to the one who sent it: where, what was expected, what was found. */
import { z } from "zod";
import type { Fault } from "./errors.ts";

type Issue = z.core.$ZodIssue;

const MOST_FAULTS = 100; // a wrong column of a million numbers is said a hundred times
const MOST_CHARACTERS = 60; // of what was sent, when it is said back

// A message that a schema gave itself is better than what can be said here.
const ZOD_OWN_WORDS = /^(Invalid|Too small|Too big|Unrecognized)/;

/** A zod error as faults: one for each issue, unknown keys each under their own path. `value` is what was parsed. */
export function faultsOf(error: z.ZodError, value: unknown): Fault[] {
  const faults = error.issues.flatMap((issue) => toFaults(issue, [], value));
  if (faults.length <= MOST_FAULTS) return faults;
  const rest = { path: "", message: `and ${faults.length - MOST_FAULTS} more of the kind` };
  return [...faults.slice(0, MOST_FAULTS), rest];
}

function toFaults(issue: Issue, base: readonly PropertyKey[], value: unknown): Fault[] {
  const keys = [...base, ...issue.path];
  const path = dotted(keys);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.slice(0, MOST_FAULTS).map((key) => ({
      path: dotted([...keys, key]),
      message: "is not known here. Remove it, or check its spelling.",
    }));
  }
  const found = at(value, keys);
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    // The alternative that fails deepest is the one that was meant.
    const depth = (issues: readonly Issue[]) => Math.max(...issues.map((inner) => inner.path.length));
    const deepest = issue.errors.reduce((a, b) => (depth(b) > depth(a) ? b : a));
    if (depth(deepest) > 0) return deepest.flatMap((inner) => toFaults(inner, keys, value));
    const wanted = new Set(issue.errors.flat().map((inner) => expected(inner)));
    return [{ path, message: sentence([...wanted].join(" or "), found) }];
  }
  if (ZOD_OWN_WORDS.test(issue.message)) return [{ path, message: sentence(expected(issue), found) }];
  const isOpen = issue.message.startsWith("expected ") && !/[.;,]/.test(issue.message);
  return [{ path, message: isOpen ? sentence(issue.message.slice("expected ".length), found) : issue.message }];
}

function sentence(wanted: string, found: unknown): string {
  return found === undefined ? `is required: expected ${wanted}` : `expected ${wanted}, found ${describe(found)}`;
}

function expected(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return TYPE_NAMES[issue.expected] ?? issue.expected;
    case "too_small":
    case "too_big": {
      const [bound, least] = issue.code === "too_small" ? [issue.minimum, true] : [issue.maximum, false];
      if (Math.abs(Number(bound)) === Number.MAX_SAFE_INTEGER) return "an integer within ±(2^53 − 1)";
      const unit = issue.origin === "array" || issue.origin === "set"
        ? ` ${Number(bound) === 1 ? "entry" : "entries"}`
        : issue.origin === "string"
        ? " characters"
        : "";
      const word = issue.inclusive === false
        ? (least ? "more than" : "less than")
        : issue.exact
        ? "exactly"
        : least
        ? "at least"
        : "at most";
      return `${word} ${bound}${unit}`;
    }
    case "invalid_value":
      return `${issue.values.length > 1 ? "one of " : ""}${
        issue.values.map((value) => JSON.stringify(value)).join(", ")
      }`;
    case "invalid_format":
      return issue.pattern ? `text of the form ${issue.pattern}` : `a well-formed ${issue.format}`;
    case "not_multiple_of":
      return `a multiple of ${issue.divisor}`;
    case "invalid_union":
      return "options" in issue && Array.isArray(issue.options) ? `one of ${issue.options.join(", ")}` : "another form";
    default:
      return issue.message;
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  number: "a finite number",
  int: "an integer",
  string: "text",
  boolean: "true or false",
  object: "an object",
  array: "an array",
  tuple: "an array",
  record: "an object",
};

/** A value in a few words, itself where it is short. */
export function describe(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "an empty array" : `an array of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value === "string") {
    return value.length > MOST_CHARACTERS ? `text of ${value.length} characters` : JSON.stringify(value);
  }
  if (value === Infinity || value === -Infinity) return `${value} (a number beyond the range of a double)`;
  if (typeof value === "number" && Math.abs(value) > Number.MAX_SAFE_INTEGER && Number.isInteger(value)) {
    return `${value} (beyond ±(2^53 − 1))`;
  }
  return String(value);
}

/** `model.covariance.0.1`; what a client made overlong is cut. */
export function dotted(path: readonly PropertyKey[]): string {
  return path.map((key) => {
    const text = String(key);
    return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
  }).join(".");
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, key)) return undefined;
    current = Reflect.get(current, key);
  }
  return current;
}
