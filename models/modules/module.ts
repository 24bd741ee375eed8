/**
 * A user's module, opened: its text has been compiled (compile/), runs in a realm of its own, and is seen as a target. Only to be done where the
 * text may do no harm: in a worker of a node for modules.
 */
import { library, type LibraryFunction } from "../library/library.ts";
import { Random } from "../../numerics/random/random.ts";
import { countValues, type NonFiniteTerm, type Target, type Variable } from "../target.ts";
import { unchanged } from "../posteriors/coordinates.ts";
import { calling, FILENAME } from "./calls.ts";
import type { Columns } from "./compile/columns.ts";
import type { Compiled } from "./compile/compile.ts";
import { handed, readPlace, readVariables } from "./coordinates.ts";
import { ModuleError, type Site } from "./errors.ts";
import { shapesOf, writeGenerated } from "./generated.ts";
import { replicateOfModule } from "./replicate.ts";
import { createRealm, type Realm } from "./realm.ts";
import { Derivative } from "./tape/derivative.ts";
import { createRuntime } from "./tape/runtime.ts";

/** What the service has to know of a module before it runs. Plain data. */
export interface Examination {
  readonly coordinates: readonly Variable[];
  /** Quantities that are reported beside them. */
  readonly generated: readonly Variable[];
  readonly gradient: "given" | "derived";
  /** The module can draw from its prior and simulate data. */
  readonly simulates: boolean;
  readonly warnings: readonly string[];
}

export interface ModuleTarget extends Target {
  logDensityAndGradient(x: Float64Array, gradient: Float64Array): number;
  /** Since the last call, by their places; at most a few. */
  takeNonFiniteTerms(): NonFiniteTerm[];
}

type Function = (...given: unknown[]) => unknown;

export class OpenModule {
  readonly coordinates: readonly Variable[];
  readonly dim: number;
  readonly #functions: ReadonlyMap<string, Function>;
  readonly #realm: Realm;
  readonly #sites: readonly Site[];
  readonly #columns: Columns;

  /** `imports`: what "ergodic" is to it. Throws ModuleError. */
  constructor(compiled: Compiled, imports: Readonly<Record<string, LibraryFunction>> = library) {
    this.#realm = createRealm();
    this.#sites = compiled.sites;
    this.#columns = compiled.columns;
    const runtime = createRuntime(compiled.sites);
    const exports = calling("the module", () => {
      const make = this.#realm.run(compiled.code, FILENAME);
      if (typeof make !== "function") throw new Error("compiled text that is no function");
      const operations = { ...runtime, globals: { ...runtime.globals, ...this.#realm.globals } };
      return { ...make(operations, imports) } as Record<string, unknown>; // whatever it is, a spread of it is a record
    }, compiled.columns);
    this.coordinates = calling("variables", () => readVariables(exports));
    this.dim = countValues(this.coordinates);
    const functions = new Map<string, Function>();
    for (const name of ["logDensity", "gradient", "initial", "generated", "prior", "simulate"]) {
      const found = exports[name];
      if (isFunction(found)) functions.set(name, found);
      else if (found !== undefined) throw new ModuleError(null, `${name}: expected a function, found ${typeof found}.`);
    }
    if (!functions.has("logDensity")) throw new ModuleError(null, "exports no function logDensity(x, data).");
    this.#functions = functions;
  }

  /** The data as the module gets them: any JSON, frozen. */
  data(data: unknown): unknown {
    return data === undefined ? undefined : this.#realm.frozen(JSON.stringify(data));
  }

  /** What an exported function gives; undefined where there is none. */
  call(name: string, ...given: readonly unknown[]): unknown {
    const f = this.#functions.get(name);
    return f && calling(name, () => f(...given), this.#columns);
  }

  has(name: string): boolean {
    return this.#functions.has(name);
  }

  /** x as the module gets it. */
  handed(values: ArrayLike<unknown>): unknown {
    return handed(Array.from(values), this.coordinates, this.#realm.array);
  }

  /** An array of the module's realm. */
  array(values: readonly unknown[]): unknown[] {
    return this.#realm.array(values);
  }

  site(index: number): Site | null {
    return this.#sites[index] ?? null;
  }

  /** `data`: of the module's own realm, by `data`. `generated`: as examined; looked for where absent. */
  target(data: unknown, generated: readonly Variable[] = this.#generatedShapes(data)): ModuleTarget {
    const { dim } = this;
    const replicate = replicateOfModule(this, data, generated);
    const derivative = this.derivative(data);
    const terms = new Map<number, number>();
    const note = () => {
      const site = terms.size < MOST_TERMS ? derivative.findNonFinite() : -1;
      terms.set(site, (terms.get(site) ?? 0) + 1);
    };
    const plain = (x: Float64Array): number => numberOf("logDensity", this.call("logDensity", this.handed(x), data));
    return {
      dim,
      variables: [...this.coordinates, ...generated],
      numericClass: "v8",
      logDensity: this.has("gradient") ? plain : (x) => calling("logDensity", () => derivative.value(x)),
      logDensityAndGradient: (x, gradient) => {
        if (this.has("gradient")) {
          const out = this.array(new Array(dim).fill(0));
          this.call("gradient", this.handed(x), out, data);
          for (let i = 0; i < dim; i++) gradient[i] = numberOf("gradient", out[i]);
          return plain(x);
        }
        const value = calling("logDensity", () => derivative.valueAndGradient(x, gradient));
        if (Number.isFinite(value) && !areFinite(gradient)) note();
        return value;
      },
      takeNonFiniteTerms: () => {
        const found = [...terms].map(([site, count]) => ({ ...(this.site(site) ?? NOWHERE), count }));
        terms.clear();
        return found;
      },
      constrain: (x, out) => {
        out.set(x);
        if (generated.length === 0) return;
        const given = this.call("generated", this.handed(x), data);
        calling("generated", () => writeGenerated(given, generated, out.subarray(dim)));
      },
      unconstrain: unchanged(dim).unconstrain,
      ...(replicate ? { replicate } : {}),
      ...(this.has("initial") ? { start: (_, out) => out.set(this.#initial(data)) } : {}),
    };
  }

  derivative(data: unknown): Derivative {
    return new Derivative(this.dim, (x) => this.call("logDensity", this.handed(x), data));
  }

  #initial(data: unknown): Float64Array {
    const given = this.call("initial", data);
    return calling("initial", () => readPlace("initial", given, this.coordinates));
  }

  #generatedShapes(data: unknown): Variable[] {
    if (!this.has("generated")) return [];
    const [x] = this.#places(data);
    const given = this.call("generated", this.handed(x), data);
    return calling("generated", () => shapesOf(given, this.coordinates));
  }

  /** Where it is looked at: its own start, and random ones as chains have them. */
  #places(data: unknown): Float64Array[] {
    const random = new Random(EXAMINED_SEED).at(0, 0);
    const places = Array.from(
      { length: EXAMINED_PLACES },
      () => Float64Array.from({ length: this.dim }, () => 4 * random.uniform() - 2),
    );
    return this.has("initial") ? [this.#initial(data), ...places] : places;
  }

  /** Runs every part of it at a few places. Throws ModuleError for what no job could run. */
  examine(data: unknown): Examination {
    const generated = this.#generatedShapes(data);
    const target = this.target(data, generated);
    const places = this.#places(data);
    const out = new Float64Array(countValues(target.variables)), gradient = new Float64Array(this.dim);
    const isMoved = new Uint8Array(this.dim);
    let finite = 0;
    for (const x of places) {
      const value = target.logDensityAndGradient(x, gradient);
      if (!Number.isFinite(value)) continue;
      finite++;
      target.constrain(x, out);
      for (let i = 0; i < this.dim; i++) if (gradient[i] !== 0) isMoved[i] = 1;
    }
    if (!this.has("gradient") && !calling("logDensity", () => this.derivative(data).isPure(places[0]))) {
      throw new ModuleError(
        null,
        "logDensity gives two results at one place: it keeps something from one call to the next. Let it depend on x and data alone.",
      );
    }
    return {
      coordinates: this.coordinates,
      generated,
      gradient: this.has("gradient") ? "given" : "derived",
      simulates: this.has("prior") && this.has("simulate"),
      warnings: [
        ...target.takeNonFiniteTerms().map((term) =>
          `the gradient is not finite at ${term.count} of ${places.length} places that were tried: ${described(term)}`
        ),
        ...(finite > 0 && finite === places.length && !isMoved.every(Boolean)
          ? [
            `logDensity does not depend on coordinate ${
              isMoved.indexOf(0) + 1
            }, whose posterior then has no end. Give it a prior.`,
          ]
          : []),
      ],
    };
  }
}

const EXAMINED_PLACES = 8;
const EXAMINED_SEED = 1;
const MOST_TERMS = 8;
const NOWHERE: Site = { line: 0, column: 0, text: "" };

export function described({ line, column, text }: Site): string {
  return line === 0 ? "the term is not known" : `line ${line}, column ${column}: ${text}`;
}

/** Opens a module on its data. */
export function openModule(
  compiled: Compiled,
  data: unknown,
): { module: OpenModule; data: unknown; target(): ModuleTarget } {
  const module = new OpenModule(compiled);
  const inside = module.data(data);
  return { module, data: inside, target: () => module.target(inside) };
}

function isFunction(value: unknown): value is Function {
  return typeof value === "function";
}

function numberOf(what: string, value: unknown): number {
  if (typeof value === "number") return value;
  throw new ModuleError(
    null,
    `${what} has to give numbers, found ${value === undefined ? "nothing: is there a return?" : typeof value}.`,
  );
}

/** 0 · x is NaN of what is not finite. By four, as each sum waits for itself; without calls, which take long until V8 inlines them. */
function areFinite(values: Float64Array): boolean {
  let a = 0, b = 0, c = 0, d = 0, i = 0;
  for (; i + 3 < values.length; i += 4) {
    a += 0 * values[i];
    b += 0 * values[i + 1];
    c += 0 * values[i + 2];
    d += 0 * values[i + 3];
  }
  for (; i < values.length; i++) a += 0 * values[i];
  return a + b + c + d === 0;
}
