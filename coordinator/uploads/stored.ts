/** What the registry keeps of a model beside its name, kind and hash, and what is told of it. */
import { z } from "zod";
import { Hints } from "../../onnx/import/hints.ts";
import { CheckedGraph } from "../../onnx/import/verdict.ts";
import type { GraphView, ModelView } from "../schema/models.ts";
import type { StoredModel } from "../store/models.ts";

/** One ONNX file of a model, with what was found of it. */
export const StoredGraph = CheckedGraph.extend({
  sha256: z.string(),
  bytes: z.int(),
  hints: Hints,
});
export type StoredGraph = z.infer<typeof StoredGraph>;

export const About = z.strictObject({
  /** The training that made it. */
  job: z.string().optional(),
  /** Of trained models. */
  arrays: z.array(z.strictObject({ name: z.string(), shape: z.array(z.int()).readonly() })).readonly().optional(),
  /** Of uploaded models, and of trained flows: forward before inverse. */
  graphs: z.array(StoredGraph).optional(),
  /** The law of a trained flow's noise, where it is one that no upload can name. */
  base: z.string().optional(),
  /** Why a trained flow has no graphs. */
  notExported: z.string().optional(),
  /** How far the graphs are from the vectors of their manifest, where one was held against them. */
  vectors: z.strictObject({ error: z.number(), tolerance: z.number() }).optional(),
  /** What an alias points to: its own kind and hash are those of the moment where a hash pins it. */
  alias: z.string().optional(),
});
export type About = z.infer<typeof About>;

export function aboutOf({ about }: Pick<StoredModel, "about">): About {
  return About.parse(about);
}

/** Of a flow, that of a direction; without one the first. */
export function graphOf(model: Pick<StoredModel, "about">, direction?: "forward" | "inverse"): StoredGraph | undefined {
  const { graphs = [] } = aboutOf(model);
  return direction === undefined ? graphs[0] : graphs.find((graph) => graph.direction === direction);
}

export function modelView(model: StoredModel): ModelView {
  const { name, kind, sha256, createdAt } = model;
  const { job, arrays, graphs = [], base, alias, vectors, notExported } = aboutOf(model);
  const [first] = graphs;
  const law = base ?? graphs.find((graph) => graph.base !== undefined)?.base;
  return {
    name,
    kind,
    ...(first?.direction === undefined ? {} : { direction: first.direction }),
    ...(law === undefined ? {} : { base: law }),
    sha256,
    createdAt,
    ...(alias === undefined ? {} : { alias }),
    ...(job === undefined ? {} : { job }),
    ...(arrays === undefined ? {} : { arrays: arrays.map(({ name, shape }) => ({ name, shape: [...shape] })) }),
    ...(notExported === undefined ? {} : { warnings: [{ code: "not-exported", message: notExported }] }),
    ...(first === undefined ? {} : {
      ...(first.dim === undefined ? {} : { dim: first.dim }),
      ...(first.contextDim === undefined ? {} : { contextDim: first.contextDim }),
      inputs: first.inputs,
      outputs: first.outputs,
      ...(vectors === undefined ? {} : { vectors }),
      warnings: graphs.flatMap(({ warnings }) => warnings),
      graphs: graphs.map(graphView),
    }),
  };
}

function graphView({ sha256, bytes, direction, opset, nodes, parameters, inputs, outputs }: StoredGraph): GraphView {
  return {
    sha256,
    bytes,
    ...(direction === undefined ? {} : { direction }),
    opset,
    nodes,
    parameters,
    inputs,
    outputs,
  };
}
