/**
 * A flow as an ONNX graph, noise in and data out: exact draws, with their log densities where the graph tells its log-determinant. The noise
 * is made here, z = T ε with ε from a standard law, so that log p(x) = log p(z / T) − dim(z) log T − logDet.
 *
 * A job names such a model by its name in the registry. What the name stands for, and the backend that was chosen, are then fixed in its
 * spec: draws of two backends differ in rounding and are never mixed.
 *
 * All runs have one size, the last of a segment filled up, so that no kernel of a backend that is chosen by the size changes a bit.
 */
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import { Random } from "../../numerics/random/random.ts";
import { logit } from "../../numerics/special/logarithms.ts";
import type { Assets, GraphValues, ModelDefinition, OpenGraph } from "../model.ts";
import { unchanged } from "../posteriors/coordinates.ts";
import type { BatchSampler } from "../target.ts";

const MOST_ROWS = 1024;
const MOST_NUMBERS = 1 << 16; // of a run
const MOST_OPERATIONS = 2e10; // of a run: about a second of WebAssembly

const Port = z.strictObject({
  name: z.string(),
  type: z.enum(["float32", "float64"]),
  shape: z.array(z.int().min(1)).describe("Of a row."),
});
export type Port = z.output<typeof Port>;

export const config = z.strictObject({
  kind: z.literal("onnx"),
  sha256: z.string().regex(/^[0-9a-f]{64}$/).describe("The graph from noise to data."),
  base: z.enum(["normal", "logistic", "uniform"]).describe("The law of each coordinate of the noise."),
  ports: z.strictObject({ z: Port, x: Port, context: Port.optional(), logDet: Port.optional() })
    .describe("Which inputs and outputs of the graph are noise, data, context and log-determinant."),
  parameters: z.int().min(0).default(0).describe("Numbers that the graph holds: how long a run takes."),
  backend: z.enum(["auto", "webgpu", "native", "wasm"]).default("auto")
    .describe("What runs the graph: the first of webgpu, native and wasm that is there, or one by name."),
  numericClass: z.union([z.enum(["wasm", "native"]), z.templateLiteral(["webgpu:", z.string()])])
    .describe("The backend that was chosen."),
  insteadOf: z.string().optional().describe("Why it is not the backend that was asked for."),
  class: z.int().min(0).optional().describe("Of a graph with a context: the class, from 0, that is drawn."),
  temperature: z.number().positive().max(100).default(1)
    .describe("Scales the noise; densities are those of what is then drawn. 1 is what was trained."),
});
type Config = z.output<typeof config>;

export const onnx: ModelDefinition<typeof config> = {
  kind: "onnx",
  summary:
    "An ONNX graph of the registry that maps noise to data: exact draws, on a graphics processor, as native code or in Wasm.",
  config,
  build(options, assets) {
    const { ports, numericClass } = options;
    const { x } = ports, dim = sizeOf(x);
    return {
      dim,
      variables: [{ name: "x", shape: x.shape.length === 3 && x.shape[0] === 1 ? x.shape.slice(1) : x.shape }],
      numericClass,
      coding: "outcomes", // the graph says nothing of a place that it did not draw
      ...unchanged(dim),
      logDensity: () => 0,
      batches: graphSampler(options, assets),
    };
  },
};

function graphSampler(options: Config, assets: Assets | undefined): BatchSampler {
  const { sha256, ports, base, temperature, numericClass } = options;
  if (base === "uniform" && temperature !== 1) {
    throw new InputError("temperature", `uniform noise has no spread to scale: expected 1, found ${temperature}`);
  }
  const rows = rowsOf(options);
  const width = sizeOf(ports.z), dim = sizeOf(ports.x);
  const fixed: GraphValues = ports.context
    ? { [ports.context.name]: contextOf(ports.context, options.class, rows) }
    : {};
  if (!ports.context && options.class !== undefined) {
    throw new InputError("class", "this graph takes no context. Leave out the class.");
  }
  const noise = arrayOf(ports.z, rows);
  const logBase = new Float64Array(rows);
  let opening: Promise<OpenGraph> | null = null;
  return {
    rows,
    ...(ports.logDet ? {} : { isUnscored: true }),
    async draw(count, { seed, stream, step, stride }, x, logDensity) {
      if (!assets?.openGraph) throw new InputError("sha256", "there is no runtime for graphs here");
      const graph = await (opening ??= assets.openGraph(sha256, numericClass));
      const random = new Random(seed);
      noise.fill(0);
      for (let r = 0; r < count; r++) {
        logBase[r] = drawNoise(
          base,
          temperature,
          random.at(stream, step + r * stride),
          noise.subarray(r * width, (r + 1) * width),
        );
      }
      const results = await graph.run({ ...fixed, [ports.z.name]: { shape: [rows, ...ports.z.shape], values: noise } });
      x.set(valuesOf(results, ports.x, rows).subarray(0, count * dim));
      const logDet = ports.logDet && valuesOf(results, ports.logDet, rows);
      for (let r = 0; r < count; r++) logDensity[r] = logDet ? logBase[r] - logDet[r] : NaN;
    },
    async close() {
      const graph = await opening;
      opening = null;
      await graph?.close();
    },
  };
}

/** One row of z, as the graph's precision keeps it; returns log p of the tempered law there. */
function drawNoise(base: Config["base"], temperature: number, random: Random, z: Float32Array | Float64Array): number {
  let log = 0;
  for (let j = 0; j < z.length; j++) {
    if (base === "uniform") {
      z[j] = random.uniform();
      continue;
    }
    z[j] = temperature * (base === "normal" ? random.normal() : logit(random.uniform()));
    const standard = z[j] / temperature, size = Math.abs(standard);
    log -= base === "normal"
      ? 0.5 * standard * standard + 0.5 * Math.log(2 * Math.PI)
      : size + 2 * Math.log1p(Math.exp(-size));
  }
  return log - (base === "uniform" ? 0 : z.length * Math.log(temperature));
}

/** Rows of a run, a power of two. Dense layers take an operation or two a parameter and row, convolutions that for every pixel. */
function rowsOf({ ports: { z, x }, parameters }: Config): number {
  const pixels = x.shape.length === 3 ? x.shape[1] * x.shape[2] : 1;
  const bearable = Math.min(
    MOST_ROWS,
    MOST_NUMBERS / Math.max(sizeOf(z), sizeOf(x)),
    MOST_OPERATIONS / Math.max(1, 2 * parameters * pixels),
  );
  return 2 ** Math.max(0, Math.floor(Math.log2(bearable)));
}

/** One-hot rows. */
function contextOf(port: Port, chosen: number | undefined, rows: number): GraphValues[string] {
  const classes = sizeOf(port);
  if (chosen === undefined || chosen >= classes) {
    throw new InputError(
      "class",
      `this graph takes a context of ${classes} numbers, a class one-hot: expected one from 0 to ${
        classes - 1
      }, found ${chosen ?? "none"}`,
    );
  }
  const values = arrayOf(port, rows);
  for (let r = 0; r < rows; r++) values[r * classes + chosen] = 1;
  return { shape: [rows, ...port.shape], values };
}

/** Throws an Error where a run gave something else than the graph promised. */
function valuesOf(results: GraphValues, { name, shape }: Port, rows: number): Float32Array | Float64Array {
  const values = Object.hasOwn(results, name) ? results[name].values : undefined;
  const size = shape.reduce((a, b) => a * b, rows);
  if (values?.length === size) return values;
  throw new InputError(
    "name",
    `the graph's ${name} has ${values?.length ?? "no"} numbers for ${rows} rows, not ${size}`,
  );
}

function arrayOf(port: Port, rows: number): Float32Array | Float64Array {
  const size = rows * sizeOf(port);
  return port.type === "float64" ? new Float64Array(size) : new Float32Array(size);
}

function sizeOf({ shape }: Port): number {
  return shape.reduce((a, b) => a * b, 1);
}
