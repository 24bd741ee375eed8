/** The registry of models as the wire tells it: what was trained, what was uploaded, and other names for these. */
import { z } from "zod";
import { BASES, DIRECTIONS, type Hints, ROLES } from "../../onnx/import/hints.ts";

const Warning = z.strictObject({ code: z.string(), message: z.string() });

const Tensor = z.strictObject({
  name: z.string(),
  type: z.string().describe("`float32`, `float64`, `int64` …"),
  shape: z.array(z.int()).describe("−1 for a dimension that may be any: the number of rows."),
  role: z.enum(ROLES).optional().describe("What it stands for, where that is known."),
}).meta({ id: "ModelTensor" });

/** One ONNX file of a model. */
export const GraphView = z.strictObject({
  sha256: z.string(),
  bytes: z.int(),
  direction: z.enum(DIRECTIONS).optional().describe("Of a flow: noise to data, or data to noise."),
  opset: z.int(),
  nodes: z.int(),
  parameters: z.int().describe("Numbers in its weights."),
  inputs: z.array(Tensor),
  outputs: z.array(Tensor),
}).meta({ id: "ModelGraph" });
export type GraphView = z.infer<typeof GraphView>;

export const ModelView = z.strictObject({
  name: z.string(),
  kind: z.string().describe(
    'Of a trained model, its kind: a job samples it with `model: { kind: "trained", name }` and that kind\'s options. Of an ' +
      "uploaded graph `flow`, `density` or `other`.",
  ),
  sha256: z.string().describe(
    "Of the trained parameters, or of the uploaded graph, the forward one where there are two.",
  ),
  createdAt: z.iso.datetime(),
  alias: z.string().optional().describe("What this name points to: `NAME`, or `NAME@SHA256`, whatever NAME becomes."),
  job: z.string().optional().describe("The training that made it."),
  arrays: z.array(z.strictObject({ name: z.string(), shape: z.array(z.int()) })).optional().describe(
    "What was learned; GET /v1/models/{name}/parameters downloads it.",
  ),
  direction: z.enum(DIRECTIONS).optional().describe("Of the graph that inputs and outputs are told of."),
  base: z.string().optional().describe("Of a flow: the law of its noise, `normal`, `logistic` or `uniform`."),
  dim: z.int().optional().describe("Numbers in a row of x."),
  contextDim: z.int().optional().describe("Numbers in a row of context, where the model is conditional on it."),
  inputs: z.array(Tensor).optional(),
  outputs: z.array(Tensor).optional(),
  warnings: z.array(Warning).optional().describe("What the checks of an uploaded graph found, and let pass."),
  vectors: z.strictObject({ error: z.number(), tolerance: z.number() }).optional().describe(
    "How far the graphs are from the vectors of the manifest that was uploaded with them, relative to 1 + |value|.",
  ),
  graphs: z.array(GraphView).optional().describe("Its ONNX files; GET /v1/models/{name}/onnx downloads them."),
}).meta({ id: "Model" });
export type ModelView = z.infer<typeof ModelView>;

/** A name in the graph. */
const TensorName = z.string().min(1).max(1024);
const role = (what: string) =>
  TensorName.optional().meta({ param: { description: `The name of the input or output that is ${what}.` } });

/** What a graph cannot tell of itself. */
export const UploadQuery = z.strictObject({
  direction: z.enum(DIRECTIONS).optional().meta({
    param: {
      description: "Of a flow: forward maps noise to data, inverse data to noise. Needed where names do not tell.",
    },
  }),
  base: z.enum(BASES).optional().meta({
    param: {
      description: "Of a flow: the law of its noise, independent coordinates of N(0, 1), logistic(0, 1) or U(0, 1).",
    },
  }),
  z: role("the noise"),
  x: role("the data"),
  context: role("what the model is conditional on"),
  logDet: role("log|det| of the map of this graph, a number a row"),
  logProb: role("log p(x), a number a row"),
  energy: role("−log p(x) and a constant, a number a row"),
  gradient: role("the gradient of logProb, or of the energy, with respect to x"),
});

export function hintsOf({ direction, base, ...roles }: z.output<typeof UploadQuery>): Hints {
  return { ...(direction ? { direction } : {}), ...(base ? { base } : {}), roles };
}

/** The body of a PUT that makes a name point to another; a manifest is the other JSON that is taken. */
export const AliasSpec = z.strictObject({
  alias: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}(@[0-9a-f]{8,64})?$/, {
    error: "expected the name of a model, or NAME@SHA256 (8 hex digits or more) for what it is now",
  }),
}).meta({ id: "AliasSpec", description: "Another name for a model that is there." });
