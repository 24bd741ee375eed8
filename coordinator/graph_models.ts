/** Graphs of the registry as jobs name them: `{ kind: "onnx", name, backend?, temperature?, class? }`, a flow or a density. */
import type { Port } from "../models/flows/ports.ts";
import { type Asked, type Backends, type Choice, chooseBackend } from "../onnx/session/backends.ts";
import { BACKENDS } from "../onnx/session/session.ts";
import { BASES, type Role } from "../onnx/import/hints.ts";
import { ValidationError } from "./schema/errors.ts";
import type { StoredModel } from "./store/models.ts";
import { aboutOf, graphOf, type StoredGraph } from "./uploads/stored.ts";

const ASKED: readonly Asked[] = ["auto", ...BACKENDS];

/** What names stand for. */
interface Registry {
  get(name: string): StoredModel | undefined;
}

/** What a job's body, which may be anything, asks for, where what it is given depends on the machine: then `backends` have to be known. */
export function askedBackend(body: unknown, models: Registry): Asked | null {
  if (!isObject(body) || !isObject(body.model) || body.model.kind !== "onnx") return null;
  const { name, backend = "auto" } = body.model;
  const asked = ASKED.find((word) => word === backend);
  if (!asked || asked === "wasm") return null;
  const model = typeof name === "string" ? models.get(name) : undefined;
  return model && (model.kind !== "density" || asked === "native") ? asked : null;
}

/**
 * The body with what the name stands for in its place, and with the backend that is chosen of those there are: neither changes later. Other
 * bodies as they are. Throws ValidationError for a name that is not there, or of a graph that cannot be sampled.
 */
export function nameGraph(body: unknown, models: Registry, backends: Backends | null): unknown {
  if (!isObject(body) || !isObject(body.model) || body.model.kind !== "onnx") return body;
  const { kind, name, backend = "auto", temperature, class: chosen, ...others } = body.model;
  const unknown = Object.keys(others);
  if (unknown.length > 0) {
    throw wrong(unknown[0], "is no key of this model: it takes name, backend, temperature, class");
  }
  const asked = ASKED.find((word) => word === backend);
  if (!asked) throw wrong("backend", `expected ${ASKED.join(", ")}, found ${JSON.stringify(backend)}`);
  const graph = named(name, models);
  const isDensity = graph.kind === "density";
  return {
    ...body,
    model: {
      kind,
      ...(isDensity ? densityOptions(graph, "model.name") : flowOptions(graph, "model.name")),
      backend: asked,
      ...(isDensity ? boundBackend(asked, backends) : flowBackend(asked, backends)),
      ...(temperature === undefined ? {} : { temperature }),
      ...(chosen === undefined ? {} : { class: chosen }),
    },
  };
}

function known(backends: Backends | null): Backends {
  if (backends) return backends;
  throw new Error("the backends of this machine are not known yet");
}

function flowBackend(asked: Asked, backends: Backends | null): Choice {
  return asked === "wasm" ? { numericClass: "wasm" } : chooseBackend(asked, known(backends));
}

/**
 * Of a density, which is asked a row at a time: WebAssembly, unless native code is asked for, whose calls cost more than they save before a graph is
 * large, and whose bits are those of a processor.
 */
function boundBackend(asked: Asked, backends: Backends | null): Choice {
  if (asked === "native") return chooseBackend(asked, known(backends));
  if (asked !== "webgpu") return { numericClass: "wasm" };
  throw wrong(
    "backend",
    'a density is asked for one place at a time, to which a graphics processor answers too late: expected auto, wasm or native, found "webgpu"',
  );
}

function named(name: unknown, models: Registry): StoredModel {
  const model = typeof name === "string" ? models.get(name) : undefined;
  if (model) return model;
  throw wrong(
    "name",
    typeof name === "string"
      ? `there is no model ${
        JSON.stringify(name)
      } in the registry. Upload it first; GET /v1/models lists those that are there.`
      : "expected the name of a model",
  );
}

/** The graph of a density, as a job's model has it. Throws ValidationError (of `path`) where it has none that can be asked. */
function densityOptions(model: StoredModel, path: string) {
  const graph = graphOf(model);
  const port = (side: "inputs" | "outputs", role: Role) => (graph ? portOf(graph, side, role) : undefined);
  const x = port("inputs", "x"), logProb = port("outputs", "logProb"), energy = port("outputs", "energy");
  if (!graph || !x || !(logProb ?? energy)) {
    throw new ValidationError([{
      path,
      message:
        `the graph of ${
          JSON.stringify(model.name)
        } has no x, or no log_prob or energy, of floats and of known shape. ` +
        "Upload it again, and say which they are: x=NAME and logProb=NAME, or energy=NAME.",
    }]);
  }
  const context = port("inputs", "context"), gradient = port("outputs", "gradient");
  return {
    ...runsOf(graph),
    ports: {
      x,
      ...(context ? { context } : {}),
      ...(logProb ? { logProb } : { energy }),
      ...(gradient ? { gradient } : {}),
    },
  };
}

/** Which file a graph is, how long its runs take, and their rows where they have one number alone. */
export function runsOf(graph: StoredGraph): { sha256: string; parameters: number; batch?: number } {
  const { sha256, parameters, inputs } = graph;
  const [rows] = inputs.find(({ role }) => role === "x")?.shape ?? [];
  return { sha256, parameters, ...(rows > 0 ? { batch: rows } : {}) };
}

/** The graph from noise to data of a model, as a job's model has it. Throws ValidationError (of `path`) where it has none. */
export function flowOptions(model: StoredModel, path: string) {
  const name = JSON.stringify(model.name);
  const refuse = (message: string) => new ValidationError([{ path, message }]);
  const graph = graphOf(model, "forward");
  if (!graph && model.kind === "density") {
    throw refuse(`${name} is a density, which has no independent draws: make a job of it, POST /v1/jobs.`);
  }
  if (!graph && model.kind === "other") {
    throw refuse(
      `the graph of ${name} was found to be neither a flow nor a density. Upload it again and say which inputs and outputs are x and logProb ` +
        "(or energy), or its direction.",
    );
  }
  if (!graph) {
    throw refuse(
      `the model ${name} has no graph from noise to data, which drawing from it needs. Upload one with direction=forward.`,
    );
  }
  const about = aboutOf(model);
  const law = about.base ?? about.graphs?.find(({ base }) => base !== undefined)?.base;
  const base = BASES.find((known) => known === law);
  if (!base) {
    throw refuse(
      law === undefined
        ? `the law of the noise of ${name} was not said. Upload it with base=normal, logistic or uniform.`
        : `the noise of ${name} is of a law that was learned (${law}): sample it as { "kind": "trained", "name": ${name} }.`,
    );
  }
  const z = portOf(graph, "inputs", "z"), x = portOf(graph, "outputs", "x");
  if (!z || !x) throw refuse(`the graph of ${name} has no noise or no data of known shape`);
  const context = portOf(graph, "inputs", "context"), logDet = portOf(graph, "outputs", "logDet");
  return {
    sha256: graph.sha256,
    base,
    ports: { z, x, ...(context ? { context } : {}), ...(logDet ? { logDet } : {}) },
    parameters: graph.parameters,
  };
}

/** The input or output of a role, where it is of floats. */
export function portOf(graph: StoredGraph, side: "inputs" | "outputs", role: Role): Port | undefined {
  const found = graph[side].find((tensor) => tensor.role === role);
  if (!found || (found.type !== "float32" && found.type !== "float64")) return undefined;
  return { name: found.name, type: found.type, shape: found.shape.slice(1) };
}

function wrong(key: string, message: string): ValidationError {
  return new ValidationError([{ path: `model.${key}`, message }]);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
