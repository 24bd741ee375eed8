/** What clients ask of flows of the registry, a few rows at a time: each by the model as a job would have it. */
import type { z } from "zod";
import type { RowMapsOptions } from "../../models/flows/row_maps.ts";
import type { Port } from "../../models/flows/ports.ts";
import { parseTrained } from "../../models/flows/trained.ts";
import { decodeTrained } from "../../models/training/trained.ts";
import { NOISES } from "../../models/flows/noise.ts";
import type { RowQuestion } from "../../workers/desk.ts";
import { type Backends, chooseBackend } from "../../onnx/session/backends.ts";
import { flowOptions, portOf, runsOf } from "../graph_models.ts";
import { ValidationError } from "../schema/errors.ts";
import { faultsOf } from "../schema/faults.ts";
import { ModelSpec } from "../schema/job.ts";
import {
  type Encoded,
  InterpolationSpec,
  type LogProbs,
  MOST_NUMBERS,
  type Reconstruction,
  RowsSpec,
  type Sample,
  SampleSpec,
} from "../schema/model_uses.ts";
import type { StoredModel } from "../store/models.ts";
import type { Store } from "../store/store.ts";
import { noModel } from "../trained_models.ts";
import { aboutOf, type StoredGraph } from "../uploads/stored.ts";
import type { Desk } from "./desk.ts";

/** Each method takes a body that may be anything; throws NotFoundError, ValidationError, QueueFullError. */
export class FlowUses {
  readonly #store: Store;
  readonly #desk: Desk;
  readonly #backends: () => Promise<Backends>;
  readonly #chooseSeed: () => number;

  constructor(store: Store, desk: Desk, backends: () => Promise<Backends>, chooseSeed: () => number) {
    this.#store = store;
    this.#desk = desk;
    this.#backends = backends;
    this.#chooseSeed = chooseSeed;
  }

  async sample(name: string, body: unknown): Promise<Sample> {
    const model = this.#model(name);
    const { count, seed = this.#chooseSeed(), temperature, class: chosen } = parsed(SampleSpec, body);
    const dim = this.#dim(model);
    if (count * dim > MOST_NUMBERS) throw tooMuch("count", `count × ${dim}`, count * dim);
    const options = { temperature, ...(chosen === undefined ? {} : { class: chosen }) };
    const named = isTrainedFlow(model)
      ? { kind: "flow", sha256: model.sha256 }
      : { kind: "onnx", ...flowOptions(model, "name"), ...chooseBackend("auto", await this.#backends()) };
    const spec = parsed(ModelSpec, { ...named, ...options });
    if (!("sha256" in spec) || spec.sha256 === undefined) throw new Error("a flow without its bytes");
    const found = await this.#desk.ask({ type: "draw", model: spec, count, seed }, [spec.sha256]);
    const logProb = found.subarray(count * dim);
    return {
      x: rowsOf(found.subarray(0, count * dim), dim),
      ...(logProb.every(Number.isNaN) ? {} : { logProb: finite(logProb) }),
      seed,
    };
  }

  async logProb(name: string, body: unknown): Promise<LogProbs> {
    const model = this.#model(name);
    const { x, class: chosen } = parsed(RowsSpec, body);
    return { logProb: finite(await this.#ask("logDensity", model, flat(x, this.#dim(model)), chosen)) };
  }

  async encode(name: string, body: unknown): Promise<Encoded> {
    const model = this.#model(name);
    const { x, class: chosen } = parsed(RowsSpec, body);
    const dim = this.#dim(model);
    return { z: rowsOf(await this.#ask("encode", model, flat(x, dim), chosen), dim) };
  }

  /** To noise and back: what it differs by is what the flow loses to rounding. */
  async reconstruct(name: string, body: unknown): Promise<Reconstruction> {
    const model = this.#model(name);
    const { x, class: chosen } = parsed(RowsSpec, body);
    const dim = this.#dim(model), given = flat(x, dim);
    const back = await this.#ask("decode", model, await this.#ask("encode", model, given, chosen), chosen);
    const error = back.reduce((worst, value, i) => Math.max(worst, Math.abs(value - given[i])), 0);
    return { x: rowsOf(back, dim), error: Number.isFinite(error) ? error : null };
  }

  /** Between the noises of two rows, along a straight line. */
  async interpolate(name: string, body: unknown): Promise<{ x: Reconstruction["x"] }> {
    const model = this.#model(name);
    const { from, to, steps, class: chosen } = parsed(InterpolationSpec, body);
    const dim = this.#dim(model);
    if (steps * dim > MOST_NUMBERS) throw tooMuch("steps", `steps × ${dim}`, steps * dim);
    const ends = await this.#ask("encode", model, flat([from, to], dim, ["from", "to"]), chosen);
    const path = Float64Array.from({ length: steps * dim }, (_, i) => {
      const share = Math.floor(i / dim) / (steps - 1), j = i % dim;
      return (1 - share) * ends[j] + share * ends[dim + j];
    });
    return { x: rowsOf(await this.#ask("decode", model, path, chosen), dim) };
  }

  #model(name: string): StoredModel {
    const model = this.#store.models.get(name);
    if (!model) throw noModel(name);
    return model;
  }

  /** Numbers of a row. Throws ValidationError where a model is not one that works on rows. */
  #dim(model: StoredModel): number {
    const dim = aboutOf(model).graphs?.find((graph) => graph.dim !== undefined)?.dim;
    if (dim !== undefined) return dim;
    if (isTrainedFlow(model)) return parseTrained(decodeTrained(this.#store.assets.get(model.sha256))).shape.dim;
    throw wrong(
      "name",
      `${model.name} is a model of kind ${model.kind}: only flows and densities are asked in this way. Make a job of it.`,
    );
  }

  async #ask(type: RowQuestion, model: StoredModel, rows: Float64Array, chosen?: number): Promise<Float64Array> {
    const options = await this.#rowMaps(model, chosen);
    const graphs = options.kind === "trained" ? [options] : [options.forward, options.inverse];
    const named = graphs.flatMap((graph) => (graph ? [graph.sha256] : []));
    return await this.#desk.ask({ type, model: options }, named, rows);
  }

  async #rowMaps(model: StoredModel, chosen: number | undefined): Promise<RowMapsOptions> {
    const given = chosen === undefined ? {} : { class: chosen };
    if (isTrainedFlow(model)) return { kind: "trained", sha256: model.sha256, ...given };
    const { graphs = [], base: law } = aboutOf(model);
    const said = law ?? graphs.find(({ base }) => base !== undefined)?.base;
    const base = NOISES.find((known) => known === said);
    const [forward] = graphs.filter(({ direction }) => direction === "forward").map(asGraph);
    const [inverse] = graphs.filter(({ direction }) => direction !== "forward").map(asGraph);
    const { numericClass } = chooseBackend("auto", await this.#backends());
    return {
      kind: "graphs",
      numericClass,
      ...(base ? { base } : {}),
      ...(forward ? { forward } : {}),
      ...(inverse ? { inverse } : {}),
      ...given,
    };
  }
}

type Graph = NonNullable<Extract<RowMapsOptions, { kind: "graphs" }>["forward"]>;

function asGraph(graph: StoredGraph): Graph {
  const input = portOf(graph, "inputs", graph.direction === "forward" ? "z" : "x");
  if (!input) throw wrong("name", "this model's graph has no input of rows of known shape");
  const context = portOf(graph, "inputs", "context");
  const outputs: Graph["outputs"] = {};
  for (const role of ["z", "x", "logDet", "logProb", "energy"] as const) {
    const port: Port | undefined = portOf(graph, "outputs", role);
    if (port) outputs[role] = port;
  }
  return { ...runsOf(graph), input, ...(context ? { context } : {}), outputs };
}

function isTrainedFlow(model: StoredModel): boolean {
  return model.kind === "flow" && aboutOf(model).arrays !== undefined;
}

function parsed<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body);
  if (!result.success) throw new ValidationError(faultsOf(result.error, body));
  return result.data;
}

/** `paths`: of each row, where it is not x. */
function flat(rows: readonly (readonly number[])[], dim: number, paths?: readonly string[]): Float64Array {
  if (rows.length * dim > MOST_NUMBERS) throw tooMuch("x", `rows × ${dim}`, rows.length * dim);
  const values = new Float64Array(rows.length * dim);
  rows.forEach((row, r) => {
    if (row.length !== dim) {
      throw wrong(paths?.[r] ?? `x.${r}`, `expected ${dim} numbers, as the model has dimensions, found ${row.length}`);
    }
    values.set(row, r * dim);
  });
  return values;
}

function rowsOf(values: Float64Array, dim: number): (number | null)[][] {
  return Array.from({ length: values.length / dim }, (_, r) => finite(values.subarray(r * dim, (r + 1) * dim)));
}

function finite(values: Float64Array): (number | null)[] {
  return Array.from(values, (value) => (Number.isFinite(value) ? value : null));
}

function tooMuch(path: string, what: string, found: number): ValidationError {
  return wrong(
    path,
    `an answer has at most ${MOST_NUMBERS} numbers, found ${what} = ${found}. Make a job of it: POST /v1/jobs.`,
  );
}

function wrong(path: string, message: string): ValidationError {
  return new ValidationError([{ path, message }]);
}
