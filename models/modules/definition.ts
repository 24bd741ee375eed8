/**
 * A user's own density: a TypeScript module. What the service has to know of it was found out when the job was taken, by a process that may die of it,
 * and is pinned in the job's spec: so the coordinator never reads, let alone runs, the text, and a job goes on after a restart with what it began with.
 */
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import type { ModelDefinition } from "../model.ts";
import { unchanged } from "../posteriors/coordinates.ts";
import { countValues, type Variable } from "../target.ts";

export const MOST_SOURCE = 1 << 20; // characters
const MOST_COORDINATES = 100_000;
const MOST_GENERATED = 10_000; // values of a draw
const MOST_WARNING = 1_000;

/** A name as it stands in tables and files. */
const NAME = /^[\p{L}\p{N}_$.-]{1,100}$/u;

function variables(most: number) {
  const shape = z.array(z.int().min(0).max(most)).max(8);
  return z.array(z.strictObject({ name: z.string().regex(NAME), shape }))
    .refine((list: readonly Variable[]) => countValues(list) <= most, { error: `expected at most ${most} values` });
}

/** What was found out of a module. */
export const Pinned = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/).describe("Of the compiled text."),
  coordinates: variables(MOST_COORDINATES).refine((list) => countValues(list) >= 1, { error: "expected a coordinate" }),
  generated: variables(MOST_GENERATED).describe("What is reported beside them."),
  gradient: z.enum(["given", "derived"]),
  simulates: z.boolean().describe("It draws from its prior and simulates data."),
  warnings: z.array(z.string().max(MOST_WARNING)).max(20),
});
export type Pinned = z.output<typeof Pinned>;

export const config = z.strictObject({
  kind: z.literal("module"),
  source: z.string().min(1).max(MOST_SOURCE).describe(
    'TypeScript: exports `variables` (or `dim`) and `logDensity(x, data)`, and what else docs/modules.md tells of. Imports from "ergodic" alone.',
  ),
  data: z.unknown().refine(isJson, {
    error: "expected JSON: numbers that are finite, text, true, false, null, arrays, objects",
  })
    .optional().describe("Any JSON; the module's functions get it as their last argument."),
  examined: Pinned.optional().describe(
    "What was found out of it when the job was taken. The service adds it: leave it out.",
  ),
});

export const module: ModelDefinition<typeof config> = {
  kind: "module",
  summary: "Your own log density, in TypeScript; its gradient is derived from the text.",
  config,
  build({ examined, data }, assets) {
    if (!examined) throw new InputError("source", "the module was not examined: only a service can take it");
    const { sha256, coordinates, generated, simulates } = examined;
    if (assets?.openModule) return assets.openModule(sha256, data, generated);
    const dim = countValues(coordinates);
    const elsewhere = (): never => {
      throw new Error("a user's module is run by workers of modules alone");
    };
    // Here only its shape is known.
    return {
      dim,
      variables: [...coordinates, ...generated],
      numericClass: "v8",
      ...unchanged(dim),
      constrain: elsewhere,
      logDensity: elsewhere,
      logDensityAndGradient: elsewhere,
      ...(simulates ? { replicate: elsewhere } : {}),
    };
  },
};

function isJson(value: unknown): boolean {
  const rest: unknown[] = [value];
  while (rest.length > 0) {
    const next = rest.pop();
    if (typeof next === "number") {
      if (!Number.isFinite(next)) return false;
    } else if (typeof next === "object" && next !== null) {
      for (const inner of Array.isArray(next) ? next : Object.values(next)) rest.push(inner);
    } else if (next !== undefined && next !== null && typeof next !== "string" && typeof next !== "boolean") {
      return false;
    }
  }
  return true;
}
