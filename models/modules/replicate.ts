/**
 * Replications of a module that exports `prior(random, data)` and `simulate(theta, random, data)`. `prior` gives parameters as logDensity takes
 * them: unconstrained coordinates, a flat array or an object by the variables' names. `simulate` is given them as logDensity
 * is, and gives the data that take the place of the job's; these come last, for what is not drawn: sizes, designs.
 */
import type { Replicate } from "../replication.ts";
import type { Variable } from "../target.ts";
import { calling } from "./calls.ts";
import { readPlace } from "./coordinates.ts";
import { ModuleError } from "./errors.ts";
import type { OpenModule } from "./module.ts";
import { moduleRandom } from "./random.ts";

const MOST_DEPTH = 100;

/** `data`: the job's, of the module's realm. Undefined where the module lacks one of the two. */
export function replicateOfModule(
  module: OpenModule,
  data: unknown,
  generated: readonly Variable[],
): Replicate | undefined {
  if (!module.has("prior") || !module.has("simulate")) return undefined;
  return (random) => {
    const chance = moduleRandom(random);
    const given = module.call("prior", chance, data);
    const truth = calling("prior", () => readPlace("prior", given, module.coordinates));
    const simulated = module.call("simulate", module.handed(truth), chance, data);
    if (simulated === undefined) throw new ModuleError(null, "simulate gives nothing: is there a return?");
    calling("simulate", () => requirePlain(simulated, "the data", 0));
    return { truth, target: module.target(module.data(simulated), generated) };
  };
}

/** JSON would make null of NaN and nothing of a function, without a word. */
function requirePlain(value: unknown, path: string, depth: number): void {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new ModuleError(null, `simulate: ${path} is ${value}; expected finite numbers.`);
  }
  if (value === null || typeof value === "number" || typeof value === "string" || typeof value === "boolean") return;
  if (typeof value !== "object" || depth > MOST_DEPTH) {
    throw new ModuleError(null, `simulate: ${path} is no JSON value: expected numbers, lists and objects of them.`);
  }
  for (const [key, inner] of Object.entries(value)) requirePlain(inner, `${path}.${key}`, depth + 1);
}
