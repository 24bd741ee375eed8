/** A stack of planar layers. Rezende & Mohamed (2015), "Variational inference with normalizing flows". */
import { z } from "zod";
import { arrayBytes } from "../../numerics/dense/kernels.ts";
import { Purpose, Random } from "../../numerics/random/random.ts";
import { baseOptions, baseSize, buildBase } from "./bases/options.ts";
import { dataEnd, dataEndSize } from "./data_end.ts";
import type { FlowDefinition } from "./definition.ts";
import { Planar } from "./layers/planar.ts";

const MOST_LAYERS = 1024;

export const config = z.strictObject({
  kind: z.literal("planar"),
  length: z.int().min(1).max(MOST_LAYERS).default(32).describe("Layers."),
  activation: z.enum(["tanh", "leaky-relu"]).default("tanh"),
  base: baseOptions.default("normal"),
});

export const planar: FlowDefinition<typeof config> = {
  kind: "planar",
  summary: "Planar flow: each layer bends space along one direction. Its inverse is numeric.",
  config,
  build({ length, activation, base }, shape, place, seed) {
    const random = new Random(seed).at(0, 0, Purpose.start);
    const layers = Array.from({ length }, () => new Planar(shape.dim, activation, place, random));
    return { layers: [...layers, ...dataEnd(shape, place)], base: buildBase(base, shape.dim, place, random) };
  },
  bytes({ length, base }, shape, capacity) {
    const numbers = length * Planar.size(shape.dim, capacity) + baseSize(base, shape.dim, shape.classes) +
      dataEndSize(shape, capacity);
    return 4 * numbers + (8 * length + 8) * arrayBytes(1);
  },
};
