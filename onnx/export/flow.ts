/**
 * A trained flow as a pair of ONNX graphs: forward (z → x, log_det) and inverse (x → z, log_det, log_prob), with their manifest. Where the
 * flow is conditional on a class, both take a one-hot `context` beside. Pure: the same parameters give the same bytes.
 */
import { openDouble } from "../../numerics/arithmetic/double.ts";
import type { Network } from "../../models/flows/definition.ts";
import { openTrained, type TrainedFlow } from "../../models/flows/trained.ts";
import { encodeTrained } from "../../models/training/trained.ts";
import type { TrainedParameters } from "../../models/training/training.ts";
import { add } from "../graph/operations.ts";
import { Graph, OPSET } from "../graph/graph.ts";
import type { Direction } from "../import/hints.ts";
import { writeLogDensity } from "./bases.ts";
import { writeLayers } from "./layers.ts";
import { FlowManifest, FORMAT, graphFile, hashOf, type Port } from "./manifest.ts";
import { VECTORS, vectorsOf } from "./vectors.ts";
import { Walk } from "./walk.ts";

export interface ExportedFlow {
  readonly forward: Uint8Array<ArrayBuffer>;
  readonly inverse: Uint8Array<ArrayBuffer>;
  readonly manifest: FlowManifest;
}

/** Throws InputError (path `sha256`) where the parameters are not a flow's, or those of one that diverged. */
export function exportFlow(trained: TrainedParameters): ExportedFlow {
  const { flow, about } = openTrained(trained, () => openDouble(), VECTORS);
  const { network } = flow, { shape } = about;
  const forward = writeFlow(network, shape, "forward"), inverse = writeFlow(network, shape, "inverse");
  return {
    forward,
    inverse,
    manifest: FlowManifest.parse({
      format: FORMAT,
      kind: "flow",
      flow: about.flow.kind,
      dim: shape.dim,
      ...(shape.image ? { image: shape.image } : {}),
      classes: shape.classes,
      preprocess: shape.preprocess,
      base: { kind: network.base.kind, temperature: network.base.kind === "uniform" ? "none" : "spread" },
      opset: OPSET,
      parameters: hashOf(encodeTrained(trained)),
      forward: graphFile("forward.onnx", forward, portsOf(about, "forward")),
      inverse: graphFile("inverse.onnx", inverse, portsOf(about, "inverse")),
      ...vectorsOf(trained, flow),
    }),
  };
}

/** One direction of a network as the bytes of an ONNX model. */
export function writeFlow(
  { layers, base }: Network,
  { dim, classes }: TrainedFlow["shape"],
  direction: Direction,
): Uint8Array<ArrayBuffer> {
  const graph = new Graph(direction);
  const input = graph.input(direction === "forward" ? "z" : "x", dim);
  const walk = new Walk(direction, input, classes > 0 ? graph.input("context", classes) : null);
  writeLayers(walk, layers);
  const logDet = walk.logDet();
  graph.output(direction === "forward" ? "x" : "z", walk.x);
  graph.output("log_det", logDet);
  if (direction === "inverse") graph.output("log_prob", add(writeLogDensity(base, walk.x, walk.context), logDet));
  return graph.encode();
}

function portsOf({ shape: { dim, classes } }: TrainedFlow, direction: Direction): { inputs: Port[]; outputs: Port[] } {
  const rows = (name: string, width: number): Port => ({ name, role: name, shape: ["N", width] });
  const number = (name: string, role: string): Port => ({ name, role, shape: ["N"] });
  const [from, to] = direction === "forward" ? ["z", "x"] : ["x", "z"];
  return {
    inputs: [rows(from, dim), ...(classes > 0 ? [rows("context", classes)] : [])],
    outputs: [
      rows(to, dim),
      number("log_det", "logDet"),
      ...(direction === "inverse" ? [number("log_prob", "logProb")] : []),
    ],
  };
}
