/**
 * Real NVP over images. A level makes three couplings of a checkerboard, squeezes the image and makes three couplings by channels; half of the channels then
 * go on to the next level, the other half is noise. The last level makes four couplings of a checkerboard. Residual convolutional nets say how
 * pixels move; an actnorm a coupling takes the place of batch normalisation, so that a row's density depends on that row alone.
 *
 * Dinh, Sohl-Dickstein & Bengio (2017), "Density estimation using Real NVP", sections 3.4 to 3.7.
 */
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import type { Random } from "../../numerics/random/random.ts";
import { ConvNet, type ConvNetOptions } from "./conditioners/conv_net.ts";
import type { DataShape } from "./definition.ts";
import { expectEven, imageOf, nets, squeezedShape } from "./glow.ts";
import { channelColumns, splitChannels } from "./image_columns.ts";
import type { Layer, Workplace } from "./layer.ts";
import { Actnorm } from "./layers/actnorm.ts";
import { AffineCoupling } from "./layers/affine_coupling.ts";
import { checkerboard, checkerboardCoupling, MaskedConditioner } from "./layers/checkerboard_coupling.ts";
import { Part } from "./layers/part.ts";
import { type ImageShape, Squeeze } from "./layers/squeeze.ts";

const CHECKERBOARDS = 3;
const LAST_CHECKERBOARDS = 4;
const BY_CHANNELS = 3;

export const imageOptions = z.strictObject({
  levels: z.int().min(1).max(8).default(2).describe(
    "Scales; height and width must be even at each of them but the last.",
  ),
  channels: z.int().min(1).max(1024).default(32).describe("Of the hidden layers of each convolutional net."),
  blocks: z.int().min(0).max(32).default(2).describe("Residual blocks of each net."),
});
type Options = z.output<typeof imageOptions>;

/** Layers from noise to data. */
export function imageLayers(options: Options, shape: DataShape, place: Workplace, random: Random): Layer[] {
  return level(options, imageOf("real-nvp with images", shape), 1, place, random);
}

/** Numbers that these layers take of an arithmetic, and arrays. */
export function imageSize(options: Options, shape: DataShape, place: Omit<Workplace, "arithmetic">) {
  const couplings = (options.levels - 1) * (CHECKERBOARDS + BY_CHANNELS) + LAST_CHECKERBOARDS;
  return {
    numbers: levelSize(options, imageOf("real-nvp with images", shape), 1, place),
    arrays: couplings * (40 + 8 * options.blocks) + 8 * options.levels,
  };
}

function level(options: Options, image: ImageShape, number: number, place: Workplace, random: Random): Layer[] {
  const net = netOf(options), [height, width, channels] = image;
  const checkerboards = (count: number) =>
    Array.from({ length: count }, (_, i) => [
      checkerboardCoupling(image, i % 2 === 1, nets(image, channels, 2 * channels, net, random), place),
      new Actnorm(height * width, channels, place),
    ]).flat();
  if (number === options.levels) {
    expectPixels(image, number);
    return checkerboards(LAST_CHECKERBOARDS);
  }
  expectEven(image, "images.levels", number, number);
  const squeezed = squeezedShape(image), half = squeezed[2] / 2, pixels = squeezed[0] * squeezed[1];
  const byChannels = Array.from({ length: BY_CHANNELS }, (_, i) => [
    new AffineCoupling(
      pixels * squeezed[2],
      splitChannels(squeezed, i % 2 === 1),
      nets(squeezed, half, 2 * half, net, random),
      place,
      pixels,
    ),
    new Actnorm(pixels, squeezed[2], place),
  ]).flat();
  const next = level(options, [squeezed[0], squeezed[1], half], number + 1, place, random);
  return [
    new Part(pixels * squeezed[2], channelColumns(squeezed, 0, half), next, place),
    ...byChannels,
    new Squeeze(image, place),
    ...checkerboards(CHECKERBOARDS),
  ];
}

function levelSize(options: Options, image: ImageShape, number: number, place: Omit<Workplace, "arithmetic">): number {
  const net = netOf(options), { capacity } = place, [height, width, channels] = image, pixels = height * width;
  const transformed = checkerboard(image, false); // the larger half, where there is one
  const checkerboards = ConvNet.size({ height, width, from: channels, to: 2 * channels }, net, place) +
    MaskedConditioner.size(pixels * channels, capacity) +
    AffineCoupling.size({ passing: transformed, transformed }, capacity, transformed.length / channels) +
    Actnorm.size(pixels, channels, capacity);
  if (number === options.levels) {
    expectPixels(image, number);
    return LAST_CHECKERBOARDS * checkerboards;
  }
  expectEven(image, "images.levels", number, number);
  const squeezed = squeezedShape(image), half = squeezed[2] / 2, small = squeezed[0] * squeezed[1];
  const split = splitChannels(squeezed, false);
  const byChannels = ConvNet.size({ height: squeezed[0], width: squeezed[1], from: half, to: 2 * half }, net, place) +
    AffineCoupling.size(split, capacity, small) + Actnorm.size(small, squeezed[2], capacity);
  return CHECKERBOARDS * checkerboards + BY_CHANNELS * byChannels + Squeeze.size(image, capacity) +
    Part.size(small * half, capacity) +
    levelSize(options, [squeezed[0], squeezed[1], half], number + 1, place);
}

function netOf({ channels, blocks }: Options): ConvNetOptions {
  return { channels, blocks, residual: true };
}

/** A checkerboard needs squares of both colours. */
function expectPixels([height, width]: ImageShape, number: number): void {
  if (height * width >= 2) return;
  throw new InputError(
    "images.levels",
    `the last level would couple pixels of images of 1 × 1. Use at most ${number - 1} levels.`,
  );
}
