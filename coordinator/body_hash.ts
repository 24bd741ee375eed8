/** Tells whether two bodies are the same JSON value, however their keys are ordered or their numbers written. */
import { createHash } from "node:crypto";

export function bodyHash(body: unknown): string {
  return createHash("sha256").update(JSON.stringify(sorted(body))).digest("hex");
}

/** The value with the keys of its objects in order; what begins an array tells it from an object. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return ["array", ...value.map(sorted)];
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return ["object", ...entries.map(([key, entry]) => [key, sorted(entry)])];
}
