/**
 * A trained flow as a model: exact draws with their log densities, and a density with its gradient that every sampler can move on.
 * It computes by this project's own arithmetic, in single precision.
 */
import { z } from "zod";
import { openSingle } from "../../numerics/arithmetic/single.ts";
import { InputError } from "../../numerics/errors.ts";
import { Random } from "../../numerics/random/random.ts";
import type { ModelDefinition } from "../model.ts";
import { unchanged } from "../posteriors/coordinates.ts";
import type { BatchSampler, Target } from "../target.ts";
import { decodeTrained } from "../training/trained.ts";
import type { TrainedParameters } from "../training/training.ts";
import { contextOf, repeated } from "./class_context.ts";
import type { DataShape } from "./definition.ts";
import type { Batch } from "./flow.ts";
import { clampedTarget } from "./clamped.ts";
import type { NetworkFlow } from "./network.ts";
import { openTrained, parseTrained } from "./trained.ts";

const MOST_ROWS = 1024; // of a pass: beyond it nothing is gained
const MOST_NUMBERS = 1 << 16; // of a pass's rows, so that its scratch space stays within tens of megabytes

/** Of a flow's training and of its draws. */
export const relaxed = z.boolean().default(false)
  .describe("Fused multiply-adds: faster, and a numeric class of its own, wasm-relaxed.");

export const config = z.strictObject({
  kind: z.literal("flow"),
  sha256: z.string().regex(/^[0-9a-f]{64}$/).describe("The parameters that a training gave."),
  class: z.int().min(0).optional().describe(
    "Of a flow that is conditional on classes: the class, from 0, that is drawn.",
  ),
  temperature: z.number().positive().max(100).default(1)
    .describe("Scales the spread of the base; densities are those of the tempered flow. 1 is what was trained."),
  relaxed,
  clamp: z.array(z.number().nullable()).min(1).max(1_000_000).optional()
    .describe("For each column the value that it keeps, or null where it is hidden: the others are filled in."),
});

export const flow: ModelDefinition<typeof config> = {
  kind: "flow",
  summary: "A trained normalizing flow: exact draws with log densities, or a density that any sampler moves on.",
  config,
  build(options, assets) {
    if (!assets) throw new InputError("sha256", "a flow is known by what a training gave, and there is none here");
    const opened = openFlow(decodeTrained(assets.get(options.sha256)), options), target = targetOf(opened);
    return options.clamp ? hiddenOf(opened, target, options.clamp) : target;
  },
};

/** What is hidden of a row of the flow. */
function hiddenOf(
  { flow, shape, contexts }: OpenFlow,
  { variables, sample }: ReturnType<typeof targetOf>,
  clamp: readonly (number | null)[],
): Target {
  const isPixels = shape.preprocess === "dequantize" || shape.preprocess === "logit", context = contexts(1);
  return clampedTarget({
    flow,
    variables,
    clamp,
    interval: isPixels ? { low: 0, high: 1 } : null,
    ...(context ? { context } : {}),
    sample,
  });
}

type FlowOptions = Pick<z.output<typeof config>, "class" | "temperature"> & { readonly relaxed?: boolean };

/** A trained flow as a target. Throws InputError with a path relative to the model's configuration. */
export function flowTarget(trained: TrainedParameters, options: FlowOptions) {
  return targetOf(openFlow(trained, options));
}

function targetOf(
  { flow, shape, rows, context, contexts }: OpenFlow,
): Target & { readonly batches: BatchSampler; sample(random: Random, out: Float64Array): void } {
  const { dim } = flow;
  const log = new Float64Array(1), row = new Float64Array(dim);
  const oneRow = (x: Float64Array): Batch => ({ rows: 1, values: x });
  const draw = (z: Batch, x: Float64Array, logDensity: Float64Array) => {
    const given = contexts(z.rows);
    const { x: found, logDet } = flow.forward(z, given);
    x.set(found.values);
    const base = flow.logBase(z, given);
    for (let r = 0; r < z.rows; r++) logDensity[r] = base[r] - logDet[r];
  };
  const sample = (random: Random, out: Float64Array) => {
    const noise = new Float64Array(dim);
    flow.network.base.draw(random, 1, context, noise);
    draw(oneRow(noise), out, log);
  };
  return {
    dim,
    variables: [{ name: "x", shape: imageShape(shape) ?? [dim] }],
    numericClass: flow.numericClass,
    ...unchanged(dim),
    logDensity: (x) => flow.logDensity(oneRow(x), contexts(1))[0],
    logDensityAndGradient: (x, gradient) => flow.logDensityAndGradient(oneRow(x), gradient, contexts(1))[0],
    sample,
    start: sample,
    batches: {
      rows,
      draw(count, { seed, stream, step, stride }, x, logDensity) {
        const random = new Random(seed), noise = new Float64Array(count * dim);
        random.prepare({ stream, step, stride, count, numbers: 2 * dim });
        for (let r = 0; r < count; r++) {
          flow.network.base.draw(random.at(stream, step + r * stride), 1, context, row);
          for (let j = 0, at = r * dim; j < dim; j++, at++) noise[at] = row[j]; // a view of each row would take longer
        }
        draw({ rows: count, values: noise }, x, logDensity);
      },
    },
  };
}

/** The flow, the rows of one pass, and the context of a row and of any number of them. */
interface OpenFlow {
  readonly flow: NetworkFlow;
  readonly shape: DataShape;
  readonly rows: number;
  readonly context: Float64Array | null;
  contexts(count: number): Batch | undefined;
}

/** Throws InputError as `flowTarget`. */
export function openFlow(trained: TrainedParameters, options: FlowOptions): OpenFlow {
  const { shape } = parseTrained(trained);
  const rows = Math.max(1, Math.min(MOST_ROWS, Math.floor(MOST_NUMBERS / shape.dim)));
  const context = contextOf(shape, options.class);
  const open = (bytes: number) => openSingle({ bytes, relaxed: options.relaxed });
  const { flow } = openTrained(trained, open, rows, options.temperature);
  return { flow, shape, rows, context, contexts: (count) => repeated(context, count) };
}

/** Pictures of one channel are reported by row and column. */
function imageShape({ image }: DataShape): readonly number[] | undefined {
  return image && (image[2] === 1 ? image.slice(0, 2) : image);
}
