/** Densities of modules as the tape sees them: compiled text on a runtime, in a realm that all share. */
import { compile } from "../../../../models/modules/compile/compile.ts";
import { createRealm } from "../../../../models/modules/realm.ts";
import { library } from "../../../../models/library/library.ts";
import { Derivative } from "../../../../models/modules/tape/derivative.ts";
import { createRuntime } from "../../../../models/modules/tape/runtime.ts";

/** What the derivation is made of; tests of the tests put another in its place. */
export interface Tape {
  readonly createRuntime: typeof createRuntime;
  readonly Derivative: typeof Derivative;
}
const tapeItself: Tape = { createRuntime, Derivative };

const realm = createRealm();

/** The derivatives of a module's density: a function that makes new ones. */
export function densityOf(source: string, data: unknown, tape = tapeItself): () => Derivative {
  const compiled = compile(source);
  const runtime = tape.createRuntime(compiled.sites);
  const make = realm.run(compiled.code, "model.ts") as (...given: unknown[]) => Record<string, unknown>; // compile's text
  const { dim, logDensity } = make(
    { ...runtime, globals: { ...runtime.globals, ...realm.globals } },
    library,
  );
  if (typeof dim !== "number" || typeof logDensity !== "function") throw new Error("expected dim and logDensity");
  const frozen = realm.frozen(JSON.stringify(data));
  return () => new tape.Derivative(dim, (x) => logDensity(realm.array(x), frozen));
}
