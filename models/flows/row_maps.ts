/**
 * What is asked of a flow about a few rows: their log densities, the noise that they come from, the data that noise gives. Of trained flows by
 * our own arithmetic, of uploaded ones by their graphs.
 */
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import type { Assets, OpenGraph } from "../model.ts";
import { decodeTrained } from "../training/trained.ts";
import type { NumericClass } from "../target.ts";
import { openFlow } from "./model.ts";
import { logNoise, NOISES } from "./noise.ts";
import { arrayOf, contextOf, Port, rowsOfRun, sizeOf, valuesOf } from "./ports.ts";

export interface RowMaps {
  /** Numbers of a row of data, and of noise. */
  readonly dim: number;
  /** Each takes rows [rows × dim]; rejects with InputError (path `name`) where the model has no such map. */
  logDensity(x: Float64Array): Promise<Float64Array>;
  encode(x: Float64Array): Promise<Float64Array>;
  decode(z: Float64Array): Promise<Float64Array>;
  close(): Promise<void>;
}

const Graph = z.strictObject({
  sha256: z.string(),
  parameters: z.int(),
  batch: z.int().optional(),
  input: Port,
  context: Port.optional(),
  /** By roles. */
  outputs: z.partialRecord(z.enum(["z", "x", "logDet", "logProb", "energy"]), Port),
});
type Graph = z.output<typeof Graph>;

/** A flow by what is known of it: never from the wire. */
export const RowMapsOptions = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("trained"), sha256: z.string(), class: z.int().optional() }),
  z.strictObject({
    kind: z.literal("graphs"),
    numericClass: z.custom<NumericClass>((value) => typeof value === "string"),
    base: z.enum(NOISES).optional(),
    /** Noise to data. */
    forward: Graph.optional(),
    /** Data to noise, or to a density. */
    inverse: Graph.optional(),
    class: z.int().optional(),
  }),
]);
export type RowMapsOptions = z.output<typeof RowMapsOptions>;

export function openRowMaps(options: RowMapsOptions, assets: Assets): RowMaps {
  return options.kind === "trained" ? trainedMaps(options, assets) : graphMaps(options, assets);
}

function trainedMaps(options: Extract<RowMapsOptions, { kind: "trained" }>, assets: Assets): RowMaps {
  const { flow, contexts } = openFlow(decodeTrained(assets.get(options.sha256)), { ...options, temperature: 1 });
  const { dim } = flow;
  const batch = (values: Float64Array) => ({ rows: values.length / dim, values });
  const contextFor = (values: Float64Array) => contexts(values.length / dim);
  return {
    dim,
    logDensity: (x) => Promise.resolve(flow.logDensity(batch(x), contextFor(x))),
    encode: (x) => Promise.resolve(Float64Array.from(flow.inverse(batch(x), contextFor(x)).z.values)),
    decode: (z) => Promise.resolve(Float64Array.from(flow.forward(batch(z), contextFor(z)).x.values)),
    close: () => Promise.resolve(),
  };
}

function graphMaps(options: Extract<RowMapsOptions, { kind: "graphs" }>, assets: Assets): RowMaps {
  const { base, numericClass } = options;
  const open = (graph: Graph | undefined) => graph && new GraphMap(graph, options.class, numericClass, assets);
  const forward = open(options.forward), inverse = open(options.inverse);
  const known = forward ?? inverse;
  if (!known) throw new InputError("name", "this model has no graph that works on rows");
  const dim = sizeOf(known.graph.input);
  return {
    dim,
    async logDensity(x) {
      const outputs: Graph["outputs"] = inverse?.graph.outputs ?? {};
      if (inverse && outputs.logProb) return (await inverse.run(x, ["logProb"]))[0];
      if (inverse && outputs.energy) return (await inverse.run(x, ["energy"]))[0].map((energy) => -energy);
      if (!inverse || !outputs.z || !outputs.logDet || !base) {
        throw new InputError(
          "name",
          "this model tells no densities: they need a graph from data to log_prob, or to noise and log_det, whose base is known",
        );
      }
      const [z, logDet] = await inverse.run(x, ["z", "logDet"]);
      return logDet.map((value, r) => value + logNoise(base, 1, z.subarray(r * dim, (r + 1) * dim)));
    },
    async encode(x) {
      if (inverse?.graph.outputs.z) return (await inverse.run(x, ["z"]))[0];
      throw new InputError("name", "this model has no graph from data to noise: upload it with direction=inverse");
    },
    async decode(z) {
      if (forward?.graph.outputs.x) return (await forward.run(z, ["x"]))[0];
      throw new InputError("name", "this model has no graph from noise to data: upload it with direction=forward");
    },
    async close() {
      await forward?.close();
      await inverse?.close();
    },
  };
}

/** A graph over any number of rows, in runs of one size. */
class GraphMap {
  readonly #rows: number;
  readonly #chosen: number | undefined;
  readonly #open: () => Promise<OpenGraph>;
  #opening: Promise<OpenGraph> | null = null;

  constructor(readonly graph: Graph, chosen: number | undefined, numericClass: NumericClass, { openGraph }: Assets) {
    const { sha256, parameters, batch, input, outputs, context } = graph;
    this.#rows = batch ?? rowsOfRun([input, ...Object.values(outputs)], parameters);
    this.#chosen = chosen;
    contextOf(context, chosen, 1); // a class that is missing is said at once
    this.#open = () => {
      if (!openGraph) throw new InputError("name", "there is no runtime for graphs here");
      return openGraph(sha256, numericClass);
    };
  }

  /** The outputs of these roles, each [rows × its width]. */
  async run(values: Float64Array, roles: readonly (keyof Graph["outputs"])[]): Promise<Float64Array[]> {
    const open = await (this.#opening ??= this.#open());
    const { input, context, outputs } = this.graph;
    const rows = this.#rows, width = sizeOf(input), count = values.length / width;
    const ports = roles.flatMap((role) => outputs[role] ?? []);
    const results = ports.map((port) => new Float64Array(count * sizeOf(port)));
    const fixed = contextOf(context, this.#chosen, rows);
    for (let first = 0; first < count; first += rows) {
      const given = arrayOf(input, rows);
      given.set(values.subarray(first * width, Math.min(count, first + rows) * width));
      const found = await open.run({ ...fixed, [input.name]: { shape: [rows, ...input.shape], values: given } });
      ports.forEach((port, i) => {
        const size = sizeOf(port);
        results[i].set(valuesOf(found, port, rows).subarray(0, Math.min(rows, count - first) * size), first * size);
      });
    }
    return results;
  }

  async close(): Promise<void> {
    const open = await this.#opening;
    await open?.close();
  }
}
