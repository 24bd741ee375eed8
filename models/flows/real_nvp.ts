/**
 * Real NVP over vectors: affine couplings whose masks take turns, a permutation between each two of them where the data have more than two
 * columns. Over images, where `images` asks for it: real_nvp_image.ts.
 *
 * Dinh, Sohl-Dickstein & Bengio (2017), "Density estimation using Real NVP".
 */
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import { Purpose, Random } from "../../numerics/random/random.ts";
import { arrayBytes } from "../../numerics/dense/kernels.ts";
import { baseOptions, baseSize, buildBase } from "./bases/options.ts";
import { Mlp, mlps } from "./conditioners/mlp.ts";
import { dataEnd, dataEndSize } from "./data_end.ts";
import type { FlowDefinition } from "./definition.ts";
import type { Layer } from "./layer.ts";
import { AffineCoupling } from "./layers/affine_coupling.ts";
import { splitColumns } from "./layers/columns.ts";
import { Permutation, randomOrder } from "./layers/permutation.ts";
import { imageLayers, imageOptions, imageSize } from "./real_nvp_image.ts";

const MOST_LAYERS = 256;
const MOST_UNITS = 16_384;

export const config = z.strictObject({
  kind: z.literal("real-nvp"),
  couplings: z.int().min(2).max(MOST_LAYERS).default(8),
  hidden: z.array(z.int().min(1).max(MOST_UNITS)).min(1).max(16).default([64, 64])
    .describe("Widths of the hidden layers of each conditioner."),
  activation: z.enum(["relu", "tanh", "leaky-relu"]).default("relu"),
  residual: z.boolean().default(false).describe("Hidden layers of one width add what they are given."),
  mask: z.enum(["half", "alternating"]).default("half")
    .describe("Which columns say how the others move: the first half, or the even ones; the next coupling the others."),
  permute: z.boolean().default(true)
    .describe("Permute the columns at random between couplings, where there are more than two."),
  images: imageOptions.optional().describe(
    "Over images: convolutional nets, couplings of checkerboards and channels, several scales. The options of vectors (couplings to permute) then say " +
      "nothing.",
  ),
  base: baseOptions.default("normal"),
});

export const realNvp: FlowDefinition<typeof config> = {
  kind: "real-nvp",
  summary: "Real NVP: affine couplings whose scales and shifts perceptrons compute, or over images convolutional nets.",
  config,
  build({ couplings, mask, permute, images, base, ...options }, shape, place, seed) {
    expectColumns(shape.dim);
    const random = new Random(seed).at(0, 0, Purpose.start);
    if (images) {
      const layers = imageLayers(images, shape, place, random);
      return { layers: [...layers, ...dataEnd(shape, place)], base: buildBase(base, shape.dim, place, random) };
    }
    const conditioner = mlps(options, random);
    const layers: Layer[] = [];
    for (let i = 0; i < couplings; i++) {
      if (i > 0 && permute && shape.dim > 2) layers.push(new Permutation(randomOrder(shape.dim, random), place));
      layers.push(new AffineCoupling(shape.dim, splitColumns(shape.dim, mask, i % 2 === 1), conditioner, place));
    }
    return { layers: [...layers, ...dataEnd(shape, place)], base: buildBase(base, shape.dim, place, random) };
  },
  bytes({ couplings, mask, images, base, ...options }, shape, capacity) {
    const place = { capacity, contextWidth: shape.classes };
    const ends = baseSize(base, shape.dim, shape.classes) + dataEndSize(shape, capacity);
    if (images) {
      const { numbers, arrays } = imageSize(images, shape, place);
      return 4 * (numbers + ends) + (arrays + 32) * arrayBytes(1);
    }
    const size = (swapped: boolean) => {
      const split = splitColumns(shape.dim, mask, swapped);
      const { passing, transformed } = split;
      return AffineCoupling.size(split, capacity) + Mlp.size(options, passing.length, 2 * transformed.length, place);
    };
    const pairs = Math.ceil(couplings / 2) * (size(false) + size(true));
    const rest = couplings * Permutation.size(shape.dim, capacity) + ends;
    const arrays = couplings * (8 + 8 * (options.hidden.length + 2)); // each rounded up
    return 4 * (pairs + rest) + arrays * arrayBytes(1);
  },
};

/** A coupling moves some columns by what others say. */
export function expectColumns(dim: number): void {
  if (dim < 2) {
    throw new InputError("data", `couplings need rows of at least two columns, found ${dim}. Use a planar flow.`);
  }
}
