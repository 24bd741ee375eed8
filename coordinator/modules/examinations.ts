/**
 * Users' modules as jobs name them, `{ kind: "module", source, data? }`: each is examined before its job is taken, and what was found is pinned in
 * the job's spec. Clients cannot say it themselves.
 */
import { createHash } from "node:crypto";
import type { z } from "zod";
import { MOST_SOURCE, Pinned } from "../../models/modules/definition.ts";
import { valueNames } from "../../models/target.ts";
import type { Examined, ModuleText } from "../../workers/examination.ts";
import type { Engine } from "../engines/engine.ts";
import { type Check, type CheckSpec, ModuleFindings } from "../schema/check.ts";
import { QueueFullError, ValidationError } from "../schema/errors.ts";
import type { AssetFolder } from "../store/assets.ts";

const MOST_WAITING = 32;
const MOST_KEPT = 200; // of modules that were examined and whose jobs have not been taken yet
const MOST_MESSAGE = 1_000; // characters of a message that quotes a user's text
const RETRY_AFTER_SECONDS = 5;

export class Examinations {
  readonly #engine: Engine;
  readonly #assets: AssetFolder;
  /** By the module's hash, in the order of their coming. */
  readonly #pinned = new Map<string, Pinned>();
  #waiting = 0;

  constructor(engine: Engine, assets: AssetFolder) {
    this.#engine = engine;
    this.#assets = assets;
  }

  /** Examines the module that a job's body names; does nothing where it names none. Throws ValidationError, QueueFullError. */
  async prepare(body: unknown): Promise<void> {
    if (!namesModule(body)) return;
    const module = textOf(body.model), hash = hashOf(module);
    if (this.#pinned.has(hash)) return;
    const { compiled, check: _, ...found } = await this.#examined(module, "model.");
    const sha256 = this.#assets.put(new TextEncoder().encode(JSON.stringify(compiled)));
    this.#pinned.set(hash, believed(Pinned, { sha256, ...found }, "model."));
    for (const oldest of this.#pinned.keys()) if (this.#pinned.size > MOST_KEPT) this.#pinned.delete(oldest);
  }

  /** Examines a module and checks it, for the points of a seed. Throws ValidationError, QueueFullError. */
  async check({ source, data, seed }: CheckSpec): Promise<Check> {
    const module = { source, ...(data === undefined ? {} : { data }) };
    const { compiled: _, check, ...found } = await this.#examined({ ...module, check: { seed } }, "");
    const { coordinates, generated, simulates, warnings } = believed(Pinned.omit({ sha256: true }), found, "");
    const { gradient, transforms } = believed(ModuleFindings, check, "");
    return {
      ok: gradient.agrees && transforms.every(({ agrees }) => agrees),
      variables: valueNames([...coordinates, ...generated]),
      simulates,
      warnings,
      gradient,
      transforms,
    };
  }

  /** `under`: the path of the module in the body. */
  async #examined(module: ModuleText, under: string): Promise<Examined> {
    if (this.#waiting >= MOST_WAITING) {
      throw new QueueFullError(
        `${MOST_WAITING} modules wait to be examined, the most there may be.`,
        RETRY_AFTER_SECONDS,
      );
    }
    this.#waiting++;
    try {
      const result = await this.#engine.examine(module);
      if (!result.ok) throw wrong(result.path === "" ? "source" : result.path, result.message, under);
      return result.examined;
    } finally {
      this.#waiting--;
    }
  }

  /** The body with what was found of its module; other bodies as they are. */
  pin(body: unknown): unknown {
    if (!namesModule(body)) return body;
    const module = textOf(body.model);
    const examined = this.#pinned.get(hashOf(module));
    if (!examined) throw new Error("a module came that was not examined");
    return { ...body, model: { kind: "module", ...module, examined } };
  }
}

type Body = { readonly model: Record<string, unknown> };

function namesModule(body: unknown): body is Body {
  return isObject(body) && isObject(body.model) && body.model.kind === "module";
}

function textOf({ kind: _, source, data, ...others }: Record<string, unknown>): ModuleText {
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw wrong(unknown, "is no key of this model: it takes source and data");
  if (typeof source !== "string" || source.length === 0) {
    throw wrong("source", "expected the text of a TypeScript module");
  }
  if (source.length > MOST_SOURCE) {
    throw wrong("source", `expected at most ${MOST_SOURCE} characters, found ${source.length}. Send numbers as data.`);
  }
  return { source, ...(data === undefined ? {} : { data }) };
}

function hashOf({ source, data }: ModuleText): string {
  return createHash("sha256").update(JSON.stringify([source, data])).digest("hex");
}

function described({ path, message }: { path: PropertyKey[]; message: string }): string {
  const [part] = path;
  if (part === "coordinates") return `its variables: ${message}`;
  if (part === "generated") {
    return `what generated gives: ${message}. Give fewer numbers, and names of letters, digits and _.`;
  }
  return `${path.join(".")}: ${message}`;
}

/** What comes from a process that ran a user's code is believed as far as it has the right form. */
function believed<Schema extends z.ZodType>(schema: Schema, found: unknown, under: string): z.output<Schema> {
  const { success, data, error } = schema.safeParse(found);
  if (success) return data;
  throw wrong("source", described(error.issues[0]), under);
}

/** `under`: the path of the module in the body. */
function wrong(key: string, message: string, under = "model."): ValidationError {
  return new ValidationError([{ path: `${under}${key}`, message: message.slice(0, MOST_MESSAGE) }]);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
