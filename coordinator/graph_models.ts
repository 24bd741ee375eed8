/** Graphs of the registry as jobs name them: `{ kind: "onnx", name, backend?, temperature?, class? }`. */
import type { Port } from "../models/flows/ports.ts";
import { type Backends, chooseBackend } from "../onnx/session/backends.ts";
import { BACKENDS } from "../onnx/session/session.ts";
import { BASES, type Role } from "../onnx/import/hints.ts";
import { ValidationError } from "./schema/errors.ts";
import type { StoredModel } from "./store/models.ts";
import { aboutOf, graphOf, type StoredGraph } from "./uploads/stored.ts";

const ASKED = ["auto", ...BACKENDS] as const;

/** What names stand for. */
interface Registry {
  get(name: string): StoredModel | undefined;
}

/** Whether a job's body, which may be anything, is of a graph: then `backends` have to be known. */
export function namesGraph(body: unknown): boolean {
  return isObject(body) && isObject(body.model) && body.model.kind === "onnx";
}

/**
 * The body with what the name stands for in its place, and with the backend that is chosen of those there are: neither changes later. Other
 * bodies as they are. Throws ValidationError for a name that is not there, or not that of a graph from noise to data.
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
  if (!backends) throw new Error("the backends of this machine are not known yet");
  return {
    ...body,
    model: {
      kind,
      ...graphOptions(named(name, models), "model.name"),
      backend: asked,
      ...chooseBackend(asked, backends),
      ...(temperature === undefined ? {} : { temperature }),
      ...(chosen === undefined ? {} : { class: chosen }),
    },
  };
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

/** The graph from noise to data of a model, as a job's model has it. Throws ValidationError (of `path`) where it has none. */
export function graphOptions(model: StoredModel, path: string) {
  const name = JSON.stringify(model.name);
  const refuse = (message: string) => new ValidationError([{ path, message }]);
  const graph = graphOf(model, "forward");
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
