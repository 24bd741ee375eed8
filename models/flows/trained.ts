/** Flows that were trained: what of a network is kept, and the network again. */
import { z } from "zod";
import type { Arithmetic } from "../../numerics/arithmetic/arithmetic.ts";
import { InputError } from "../../numerics/errors.ts";
import type { TrainedParameters } from "../training/training.ts";
import type { DataShape, FlowDefinition, Network } from "./definition.ts";
import { temper, temperedSize } from "./bases/tempered.ts";
import { flowSize, NetworkFlow, parametersOf, reload } from "./network.ts";
import { flows } from "./registry.ts";

const configs = Object.values(flows).map(({ config }) => config);

const Shape = z.strictObject({
  dim: z.int().min(1),
  image: z.tuple([z.int().min(1), z.int().min(1), z.int().min(1)]).optional(),
  classes: z.int().min(0),
  preprocess: z.enum(["none", "standardize", "dequantize", "logit"]),
}).refine(({ dim, image }) => !image || image[0] * image[1] * image[2] === dim, {
  error: "the size of the image is not the number of columns",
});

/** The config of trained parameters that are a flow's. */
export const TrainedFlow = z.strictObject({
  kind: z.literal("flow"),
  flow: z.discriminatedUnion("kind", configs as [typeof configs[number], ...typeof configs[number][]]),
  shape: Shape,
});
export type TrainedFlow = z.output<typeof TrainedFlow>;

/** A configuration of any registered flow, as its schema gives it. */
export type FlowConfig = TrainedFlow["flow"];

/** Builds a network by its configuration, its parameters as the seed begins them. */
export function buildNetwork(
  flow: FlowConfig,
  shape: DataShape,
  place: { arithmetic: Arithmetic; capacity: number },
  seed: number,
): Network {
  const definition: FlowDefinition = flows[flow.kind];
  return definition.build(flow, shape, { ...place, contextWidth: shape.classes }, seed);
}

/** Bytes of a single-precision arithmetic for a network and a NetworkFlow over it. */
export function flowBytes(flow: FlowConfig, shape: DataShape, capacity: number): number {
  const definition: FlowDefinition = flows[flow.kind];
  return definition.bytes(flow, shape, capacity) + 4 * flowSize(shape.dim, shape.classes, capacity);
}

/** What is kept of a network, copied. */
export function trainedFlow(network: Network, flow: FlowConfig, shape: DataShape): TrainedParameters {
  const arrays = parametersOf(network).map((
    { name, shape, values },
  ) => [name, { shape: [...shape], values: values.slice() }]);
  return { config: { kind: "flow", flow, shape }, arrays: Object.fromEntries(arrays) };
}

/** What trained parameters say of their flow. Throws InputError (path `sha256`) where they are not a flow's. */
export function parseTrained({ config }: TrainedParameters): TrainedFlow {
  if (config.kind !== "flow") {
    throw new InputError("sha256", `these are the parameters of a model of kind ${config.kind}, not of a flow`);
  }
  const parsed = TrainedFlow.safeParse(config);
  if (parsed.success) return parsed.data;
  throw new InputError(
    "sha256",
    `the trained flow is not one that this version knows: ${parsed.error.issues[0].message}`,
  );
}

/**
 * The flow that was trained, over an arithmetic of its own; `open` is told the bytes that it needs. With a temperature it is the flow of
 * its tempered base, whose noise and densities are to be asked for at temperature 1.
 */
export function openTrained(
  trained: TrainedParameters,
  open: (bytes: number) => Arithmetic,
  capacity: number,
  temperature = 1,
): { flow: NetworkFlow; about: TrainedFlow } {
  const about = parseTrained(trained);
  const { dim, classes } = about.shape;
  const arithmetic = open(flowBytes(about.flow, about.shape, capacity) + 4 * temperedSize(dim, capacity));
  const network = buildNetwork(about.flow, about.shape, { arithmetic, capacity }, 0);
  restore(network, trained.arrays);
  const place = { arithmetic, capacity, contextWidth: classes };
  return { flow: new NetworkFlow(temper(network, temperature, place), dim, place), about };
}

/**
 * Sets every parameter of a network to what was kept, and makes it ready for use. Throws InputError (path `sha256`) where names or
 * shapes differ, or values are none that a network can have.
 */
export function restore(network: Network, arrays: TrainedParameters["arrays"]): void {
  const parameters = parametersOf(network);
  for (const { name, shape, values } of parameters) {
    const kept = Object.hasOwn(arrays, name) ? arrays[name] : undefined;
    if (!kept) throw new InputError("sha256", `the trained flow has no ${name}`);
    if (kept.shape.join() !== shape.join()) {
      throw new InputError("sha256", `the trained ${name} has shape [${kept.shape}], not [${shape}]`);
    }
    const odd = kept.values.findIndex((value) => !Number.isFinite(value));
    if (odd >= 0) {
      throw new InputError("sha256", `the trained ${name} has ${kept.values[odd]} at ${odd}: no finite number`);
    }
    values.set(kept.values);
  }
  const known = new Set(parameters.map(({ name }) => name));
  const unknown = Object.keys(arrays).find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw new InputError("sha256", `the trained flow has an array ${unknown} that its architecture does not`);
  }
  try {
    reload(network);
  } catch (error) {
    throw error instanceof InputError ? new InputError("sha256", `the trained ${error.path}: ${error.message}`) : error;
  }
}
