/**
 * A trained flow as a pair of ONNX graphs: forward (z → x, log_det) and inverse (x → z, log_det, log_prob), with their manifest. Where the
 * flow is conditional on a class, both take a one-hot `context` beside. Pure: the same parameters give the same bytes.
 */
import { openDouble } from "../../numerics/arithmetic/double.ts";
import { openSingle } from "../../numerics/arithmetic/single.ts";
import type { Network } from "../../models/flows/definition.ts";
import type { Batch } from "../../models/flows/flow.ts";
import type { NetworkFlow } from "../../models/flows/network.ts";
import { openTrained, type TrainedFlow } from "../../models/flows/trained.ts";
import { encodeTrained } from "../../models/training/trained.ts";
import type { TrainedParameters } from "../../models/training/training.ts";
import { add } from "../graph/operations.ts";
import { Graph, OPSET } from "../graph/graph.ts";
import type { Direction } from "../import/hints.ts";
import { writeLogDensity } from "./bases.ts";
import { writeLayers } from "./layers.ts";
import { FlowManifest, FORMAT, graphFile, hashOf, type Port } from "./manifest.ts";
import { Walk } from "./walk.ts";

export interface ExportedFlow {
  readonly forward: Uint8Array<ArrayBuffer>;
  readonly inverse: Uint8Array<ArrayBuffer>;
  readonly manifest: FlowManifest;
}

const VECTORS = 4;
const TOLERANCE = 1e-5;
const MARGIN = 8; // between how far our single precision strays and what is allowed to others

/** Throws InputError (path `sha256`) where the parameters are not a flow's. */
export function exportFlow(trained: TrainedParameters): ExportedFlow {
  const { flow, about } = openTrained(trained, () => openDouble(), VECTORS);
  const { network } = flow, { shape } = about;
  const forward = writeFlow(network, shape, "forward"), inverse = writeFlow(network, shape, "inverse");
  const vectors = vectorsOf(flow, about);
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
      tolerance: toleranceOf(trained, about, vectors),
      vectors,
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

/** A few draws: there, and back from where they came to. */
function vectorsOf(flow: NetworkFlow, { shape: { dim, classes } }: TrainedFlow): FlowManifest["vectors"] {
  const context = contextOf(classes);
  const z = asSingle(flow.noise({ seed: 0, chain: 0, from: 0, to: VECTORS }, 1, context).values);
  const there = flow.forward(batch(z), context);
  const x = asSingle(there.x.values);
  const back = flow.inverse(batch(x), context);
  const rows = (values: Batch["values"], width = dim) =>
    Array.from({ length: VECTORS }, (_, r) => Array.from(values.subarray(r * width, (r + 1) * width)));
  return {
    ...(context ? { context: rows(context.values, classes) } : {}),
    forward: { z: rows(z), x: rows(there.x.values), logDet: [...there.logDet] },
    inverse: {
      x: rows(x),
      z: rows(back.z.values),
      logDet: [...back.logDet],
      logProb: [...flow.logDensity(batch(x), context)],
    },
  };
}

/** 1e-5, or what our own single precision strays from the vectors, with a margin. */
function toleranceOf(trained: TrainedParameters, { shape }: TrainedFlow, vectors: FlowManifest["vectors"]): number {
  const { flow } = openTrained(trained, (bytes) => openSingle({ bytes }), VECTORS);
  const context = contextOf(shape.classes), { forward, inverse } = vectors;
  const there = flow.forward(batch(Float64Array.from(forward.z.flat())), context);
  const x = batch(Float64Array.from(inverse.x.flat())), back = flow.inverse(x, context);
  const pairs: [ArrayLike<number>, readonly number[]][] = [
    [there.x.values, forward.x.flat()],
    [there.logDet, forward.logDet],
    [back.z.values, inverse.z.flat()],
    [back.logDet, inverse.logDet],
    [flow.logDensity(x, context), inverse.logProb],
  ];
  const strayed = pairs.flatMap(([found, expected]) =>
    expected.map((value, k) => Math.abs(found[k] - value) / (1 + Math.abs(value)))
  );
  return Math.max(TOLERANCE, MARGIN * Math.max(...strayed));
}

/** One-hot rows of the first classes in turn. */
function contextOf(classes: number): Batch | undefined {
  if (classes === 0) return undefined;
  const values = new Float64Array(VECTORS * classes);
  for (let r = 0; r < VECTORS; r++) values[r * classes + r % classes] = 1;
  return { rows: VECTORS, values };
}

function batch(values: Batch["values"]): Batch {
  return { rows: VECTORS, values };
}

/** Rounded to what single precision holds. */
function asSingle(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values, Math.fround);
}
