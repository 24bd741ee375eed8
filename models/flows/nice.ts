/**
 * NICE: additive couplings, whose halves (the odd and the even columns) take turns, and a diagonal rescaling at the top.
 *
 * Dinh, Krueger & Bengio (2015), "NICE: Non-linear independent components estimation". Their architecture for images: 4 couplings,
 * hidden [1000, 1000, 1000, 1000, 1000], a logistic base.
 */
import { z } from "zod";
import { arrayBytes } from "../../numerics/dense/kernels.ts";
import { Purpose, Random } from "../../numerics/random/random.ts";
import { baseOptions, baseSize, buildBase } from "./bases/options.ts";
import { Mlp, mlps } from "./conditioners/mlp.ts";
import { dataEnd, dataEndSize } from "./data_end.ts";
import type { FlowDefinition } from "./definition.ts";
import type { Layer } from "./layer.ts";
import { AdditiveCoupling } from "./layers/additive_coupling.ts";
import { splitColumns } from "./layers/columns.ts";
import { Rescaling } from "./layers/rescaling.ts";
import { expectColumns } from "./real_nvp.ts";

const MOST_LAYERS = 64;
const MOST_UNITS = 16_384;

export const config = z.strictObject({
  kind: z.literal("nice"),
  couplings: z.int().min(3).max(MOST_LAYERS).default(4)
    .describe("Three at least: with fewer some columns depend on too few of the others."),
  hidden: z.array(z.int().min(1).max(MOST_UNITS)).min(1).max(16).default([200, 200])
    .describe("Widths of the hidden layers of each conditioner."),
  activation: z.enum(["relu", "tanh", "leaky-relu"]).default("relu"),
  residual: z.boolean().default(false).describe("Hidden layers of one width add what they are given."),
  mask: z.enum(["half", "alternating"]).default("alternating")
    .describe("Which columns say how the others move: the first half, or the even ones; the next coupling the others."),
  base: baseOptions.default("logistic"),
});

export const nice: FlowDefinition<typeof config> = {
  kind: "nice",
  summary:
    "NICE: additive couplings, which keep volumes, and one rescaling whose spectrum tells which dimensions matter.",
  config,
  build({ couplings, mask, base, ...options }, shape, place, seed) {
    expectColumns(shape.dim);
    const random = new Random(seed).at(0, 0, Purpose.start);
    const conditioner = mlps(options, random);
    // The rescaling is the first from the noise: it acts on what the couplings have made of the data.
    const layers: Layer[] = [new Rescaling(shape.dim, place)];
    for (let i = 0; i < couplings; i++) {
      layers.push(new AdditiveCoupling(shape.dim, splitColumns(shape.dim, mask, i % 2 === 1), conditioner, place));
    }
    return { layers: [...layers, ...dataEnd(shape, place)], base: buildBase(base, shape.dim, place, random) };
  },
  bytes({ couplings, mask, base, ...options }, shape, capacity) {
    const place = { capacity, contextWidth: shape.classes };
    const size = (swapped: boolean) => {
      const split = splitColumns(shape.dim, mask, swapped);
      const { passing, transformed } = split;
      return AdditiveCoupling.size(split, capacity) + Mlp.size(options, passing.length, transformed.length, place);
    };
    const pairs = Math.ceil(couplings / 2) * (size(false) + size(true));
    const rest = Rescaling.size(shape.dim, capacity) + baseSize(base, shape.dim, shape.classes) +
      dataEndSize(shape, capacity);
    const arrays = couplings * (4 + 8 * (options.hidden.length + 2)) + 8; // each rounded up
    return 4 * (pairs + rest) + arrays * arrayBytes(1);
  },
};
