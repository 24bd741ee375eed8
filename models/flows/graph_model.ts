/**
 * ONNX graphs of the registry. A density (x to log p) is in graphs/density.ts. A flow, noise in and data out: exact draws, with their log densities where the graph tells its log-determinant. The noise
 * is made here, z = T ε with ε from a standard law, so that log p(x) = log p(z / T) − dim(z) log T − logDet.
 *
 * A job names such a model by its name in the registry. What the name stands for, and the backend that was chosen, are then fixed in its
 * spec: draws of two backends differ in rounding and are never mixed.
 *
 * All runs have one size, what a segment does not need of them filled up, and each draw has its place in its run by its number: so no kernel of a
 * backend that is chosen by the size, or that takes the end of an array another way, changes a bit.
 */
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import { Random } from "../../numerics/random/random.ts";
import { DensityPorts, graphDensity } from "../graphs/density.ts";
import type { Assets, ModelDefinition } from "../model.ts";
import { unchanged } from "../posteriors/coordinates.ts";
import type { BatchSampler, Target } from "../target.ts";
import { type GraphRuns, openRuns } from "./graph_runs.ts";
import { drawNoise, NOISES } from "./noise.ts";
import { arrayOf, contextOf, Port, rowsOfRun, sizeOf } from "./ports.ts";

const FlowPorts = z.strictObject({ z: Port, x: Port, context: Port.optional(), logDet: Port.optional() });
type FlowPorts = z.output<typeof FlowPorts>;

export const config = z.strictObject({
  kind: z.literal("onnx"),
  sha256: z.string().regex(/^[0-9a-f]{64}$/).describe("The graph from noise to data, or from a place to its density."),
  base: z.enum(NOISES).optional().describe("Of a flow: the law of each coordinate of the noise."),
  ports: z.union([FlowPorts, DensityPorts]).describe(
    "Which inputs and outputs of the graph are noise, data, context and log-determinant; of a density x, log p, energy, gradient and context.",
  ),
  batch: z.int().min(1).optional().describe(
    "Of a density: the rows of every run, where the graph takes no other number.",
  ),
  parameters: z.int().min(0).default(0).describe("Numbers that the graph holds: how long a run takes."),
  backend: z.enum(["auto", "webgpu", "native", "wasm"]).default("auto")
    .describe(
      "What runs the graph: the first of webgpu, native and wasm that is there, or one by name. Of a density wasm or native; auto is wasm.",
    ),
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
    "An ONNX graph of the registry: a flow from noise to data, whose draws are exact, or a density, sampled with its gradient where the graph has one.",
  config,
  build(options, assets) {
    const { ports, temperature } = options;
    if ("z" in ports) return graphFlow(options, ports, assets);
    if (temperature !== 1) {
      throw new InputError("temperature", `a density has no noise to scale: leave it out. Found ${temperature}`);
    }
    return graphDensity({ ...options, ports }, assets);
  },
};

function graphFlow(options: Config, ports: FlowPorts, assets: Assets | undefined): Target {
  const { x } = ports, dim = sizeOf(x);
  return {
    dim,
    variables: [{ name: "x", shape: x.shape.length === 3 && x.shape[0] === 1 ? x.shape.slice(1) : x.shape }],
    numericClass: options.numericClass,
    coding: "outcomes", // the graph says nothing of a place that it did not draw
    ...unchanged(dim),
    logDensity: () => 0,
    batches: graphSampler(options, ports, assets),
  };
}

function graphSampler(options: Config, ports: FlowPorts, assets: Assets | undefined): BatchSampler {
  const { sha256, base, temperature, numericClass } = options;
  if (base === undefined) throw new InputError("base", "the law of a flow's noise is missing");
  if (base === "uniform" && temperature !== 1) {
    throw new InputError("temperature", `uniform noise has no spread to scale: expected 1, found ${temperature}`);
  }
  const { z, x, context, logDet } = ports;
  const rows = rowsOfRun([z, x], options.parameters);
  const width = sizeOf(z), dim = sizeOf(x);
  const fixed = Object.values(contextOf(context, options.class, rows));
  const places = { inputs: context ? [z, context] : [z], outputs: logDet ? [x, logDet] : [x], rows };
  const open = async () => {
    const graph = await openRuns(sha256, numericClass, places, assets ?? {});
    for (const { values } of fixed) graph.inputs[1].set(values);
    return graph;
  };
  const row = arrayOf(z, 1), logBase = new Float64Array(rows);
  let opening: Promise<GraphRuns> | null = null;
  return {
    rows,
    isWhole: true,
    ...(logDet ? {} : { isUnscored: true }),
    async draw(count, { index, seed, stream, step, stride }, out, logDensity) {
      const graph = await (opening ??= open());
      const [noise] = graph.inputs, [drawn, logDets] = graph.outputs;
      const random = new Random(seed);
      random.prepare({ stream, step, stride, count, numbers: 2 * width });
      const place = index % rows; // in its run
      noise.fill(0);
      for (let r = 0, at = place * width; r < count; r++, at += width) {
        logBase[r] = drawNoise(base, temperature, random.at(stream, step + r * stride), row);
        for (let j = 0; j < width; j++) noise[at + j] = row[j]; // a view of each row would take longer than the row
      }
      await graph.run();
      out.set(drawn.subarray(place * dim, (place + count) * dim));
      for (let r = 0; r < count; r++) logDensity[r] = logDet ? logBase[r] - logDets[place + r] : NaN;
    },
    async close() {
      const graph = await opening;
      opening = null;
      await graph?.close();
    },
  };
}
