/**
 * Glow: levels of steps of flow over images. A level squeezes the image, then makes `steps` steps, each an actnorm, an invertible 1×1 convolution and a
 * coupling by channels; half of the channels then go on to the next level, and the other half is noise, after a scale and a shift
 * that a convolution of the first half gives: the prior that is learned.
 *
 * Kingma & Dhariwal (2018), "Glow: generative flow with invertible 1×1 convolutions", figure 2.
 */
import { z } from "zod";
import { arrayBytes } from "../../numerics/dense/kernels.ts";
import { InputError } from "../../numerics/errors.ts";
import { Purpose, Random } from "../../numerics/random/random.ts";
import { baseOptions, baseSize, buildBase } from "./bases/options.ts";
import type { BuildConditioner } from "./conditioners/conditioner.ts";
import { ConvNet, type ConvNetOptions } from "./conditioners/conv_net.ts";
import { dataEnd, dataEndSize } from "./data_end.ts";
import type { DataShape, FlowDefinition } from "./definition.ts";
import { channelColumns, splitChannels } from "./image_columns.ts";
import type { Layer, Workplace } from "./layer.ts";
import { Actnorm } from "./layers/actnorm.ts";
import { AdditiveCoupling } from "./layers/additive_coupling.ts";
import { AffineCoupling } from "./layers/affine_coupling.ts";
import { InvertibleConvolution } from "./layers/invertible_convolution.ts";
import { Part } from "./layers/part.ts";
import { type ImageShape, Squeeze } from "./layers/squeeze.ts";

export const config = z.strictObject({
  kind: z.literal("glow"),
  levels: z.int().min(1).max(8).default(2).describe("Squeezes; height and width must be even at each of them."),
  steps: z.int().min(1).max(64).default(8).describe("Steps of flow in each level."),
  channels: z.int().min(1).max(1024).default(64).describe("Of the hidden layers of each convolutional net."),
  coupling: z.enum(["affine", "additive"]).default("affine"),
  base: baseOptions.default("normal"),
});
type Config = z.output<typeof config>;

export const glow: FlowDefinition<typeof config> = {
  kind: "glow",
  summary: "Glow: steps of actnorm, invertible 1×1 convolution and coupling over images, at several scales.",
  config,
  build(options, shape, place, seed) {
    const image = imageOf("glow", shape);
    const random = new Random(seed).at(0, 0, Purpose.start);
    const layers = level(options, image, 1, place, random);
    return { layers: [...layers, ...dataEnd(shape, place)], base: buildBase(options.base, shape.dim, place, random) };
  },
  bytes(options, shape, capacity) {
    const place = { capacity, contextWidth: shape.classes };
    const numbers = levelSize(options, imageOf("glow", shape), 1, place) +
      baseSize(options.base, shape.dim, shape.classes) + dataEndSize(shape, capacity);
    return 4 * numbers + options.levels * (options.steps * 80 + 80) * arrayBytes(1); // each array is rounded up
  },
};

/** Layers from noise to data. */
function level(options: Config, image: ImageShape, number: number, place: Workplace, random: Random): Layer[] {
  expectEven(image, "levels", number, number - 1);
  const squeezed = squeezedShape(image), [height, width, channels] = squeezed;
  const all = height * width * channels, pixels = height * width;
  const layers: Layer[] = [];
  if (number < options.levels) {
    const half = channels / 2, going = channelColumns(squeezed, 0, half);
    layers.push(new Part(all, going, level(options, [height, width, half], number + 1, place, random), place));
    const split = { passing: going, transformed: channelColumns(squeezed, half, channels) };
    layers.push(
      new AffineCoupling(all, split, nets(squeezed, half, 2 * half, priorOf(options), random), place, pixels),
    );
  }
  for (let step = options.steps; step > 0; step--) {
    const split = splitChannels(squeezed, step % 2 === 0), from = split.passing.length / pixels;
    const build = (outputs: number) => nets(squeezed, from, outputs * (channels - from), netOf(options), random);
    layers.push(
      options.coupling === "affine"
        ? new AffineCoupling(all, split, build(2), place, pixels)
        : new AdditiveCoupling(all, split, build(1), place),
    );
    layers.push(new InvertibleConvolution(pixels, channels, place, random));
    layers.push(new Actnorm(pixels, channels, place));
  }
  return [...layers, new Squeeze(image, place)];
}

function levelSize(options: Config, image: ImageShape, number: number, place: Omit<Workplace, "arithmetic">): number {
  expectEven(image, "levels", number, number - 1);
  const { capacity } = place;
  const squeezed = squeezedShape(image), [height, width, channels] = squeezed, pixels = height * width;
  const coupling = (net: ConvNetOptions, from: number, moved: number) =>
    ConvNet.size({ height, width, from, to: 2 * moved }, net, place) +
    AffineCoupling.size({ passing: new Int32Array(0), transformed: new Int32Array(pixels * moved) }, capacity, pixels);
  const half = Math.floor(channels / 2);
  let numbers = Squeeze.size(image, capacity) + options.steps * (
        coupling(netOf(options), channels - half, channels - half) +
        InvertibleConvolution.size(pixels, channels, capacity) + Actnorm.size(pixels, channels, capacity)
      );
  if (number < options.levels) {
    numbers += coupling(priorOf(options), half, half) + Part.size(pixels * half, capacity) +
      levelSize(options, [height, width, half], number + 1, place);
  }
  return numbers;
}

function netOf({ channels }: Config): ConvNetOptions {
  return { channels, blocks: 1, residual: false };
}

/** The learned prior is a small net. */
function priorOf({ channels }: Config): ConvNetOptions {
  return { channels: Math.max(1, channels >> 1), blocks: 0, residual: false };
}

/** Nets over images of this height and width. */
export function nets(
  [height, width]: ImageShape,
  from: number,
  to: number,
  options: ConvNetOptions,
  random: Random,
): BuildConditioner {
  return (_input, _output, place) => new ConvNet({ height, width, from, to }, options, place, random);
}

export function squeezedShape([height, width, channels]: ImageShape): ImageShape {
  return [height / 2, width / 2, 4 * channels];
}

export function imageOf(kind: string, { image }: DataShape): ImageShape {
  if (image) return image;
  throw new InputError(
    "data",
    `${kind} learns images; these rows have no height and width. Use real-nvp, or data with an image.`,
  );
}

/** Throws InputError where an image of an odd side would be squeezed; `most`: levels that would do. */
export function expectEven([height, width]: ImageShape, path: string, number: number, most: number): void {
  if (height % 2 === 0 && width % 2 === 0) return;
  const advice = most === 0 ? "Images must have even sides for this flow." : `Use at most ${most} levels.`;
  throw new InputError(
    path,
    `level ${number} would squeeze images of ${height} × ${width}, whose sides must be even. ${advice}`,
  );
}
