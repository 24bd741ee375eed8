/**
 * The manifest beside a pair of graphs: what they are, what they were made of, and numbers that whoever runs them can hold them to.
 *
 * Vectors are computed in double precision from inputs that single precision holds exactly. `tolerance` is what to allow, relative to 1 + |value|:
 * 1e-5, or more where the map itself carries single precision's rounding farther, as our own arithmetic shows.
 */
import { createHash } from "node:crypto";
import { z } from "zod";

export const FORMAT = "ergodic-onnx-1";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const rows = z.array(z.array(z.number()));

const Port = z.strictObject({
  name: z.string(),
  /** What it stands for; other names mean what docs/onnx.md says. */
  role: z.string(),
  /** "N" is the number of rows, any. */
  shape: z.array(z.union([z.literal("N"), z.int().min(1)])),
});
export type Port = z.output<typeof Port>;

const GraphFile = z.strictObject({
  file: z.string(),
  sha256,
  bytes: z.int().min(1),
  inputs: z.array(Port),
  outputs: z.array(Port),
});
export type GraphFile = z.output<typeof GraphFile>;

const common = {
  format: z.literal(FORMAT),
  opset: z.int().min(1),
  /** Of the trained parameters, as the registry keeps them. */
  parameters: sha256,
};

export const FlowManifest = z.strictObject({
  ...common,
  kind: z.literal("flow"),
  /** The architecture's kind. */
  flow: z.string(),
  dim: z.int().min(1),
  image: z.tuple([z.int().min(1), z.int().min(1), z.int().min(1)]).optional(),
  /** Width of the one-hot context, 0 where the flow is conditional on nothing. */
  classes: z.int().min(0),
  preprocess: z.enum(["none", "standardize", "dequantize", "logit"]),
  base: z.strictObject({
    kind: z.string(),
    /** `spread`: noise at temperature T has its scales times T, log_prob is that at 1. `none`: there is nothing to scale. */
    temperature: z.enum(["spread", "none"]),
  }),
  forward: GraphFile,
  inverse: GraphFile,
  tolerance: z.number().positive(),
  vectors: z.strictObject({
    context: rows.optional(),
    forward: z.strictObject({ z: rows, x: rows, logDet: z.array(z.number()) }),
    inverse: z.strictObject({ x: rows, z: rows, logDet: z.array(z.number()), logProb: z.array(z.number()) }),
  }),
});
export type FlowManifest = z.output<typeof FlowManifest>;

/** Of an energy model: its graphs by what they do, each with a few rows to hold it to. */
export const EnergyManifest = z.strictObject({
  ...common,
  kind: z.enum(["rbm", "hopfield"]),
  graphs: z.record(
    z.string(),
    GraphFile.extend({
      /** By the names of inputs and outputs. */
      vectors: z.record(z.string(), z.union([rows, z.array(z.number())])),
    }),
  ),
  tolerance: z.number().positive(),
});
export type EnergyManifest = z.output<typeof EnergyManifest>;

export const Manifest = z.discriminatedUnion("kind", [FlowManifest, EnergyManifest]);
export type Manifest = z.output<typeof Manifest>;

export function graphFile(
  file: string,
  bytes: Uint8Array,
  ports: { inputs: readonly Port[]; outputs: readonly Port[] },
): GraphFile {
  return {
    file,
    sha256: hashOf(bytes),
    bytes: bytes.byteLength,
    inputs: [...ports.inputs],
    outputs: [...ports.outputs],
  };
}

export function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
