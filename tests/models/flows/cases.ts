/** Small cases of every kind of flow and of every layer: what the tests of this folder run through. A new one is a line here. */
import { type Arithmetic } from "../../../numerics/arithmetic/arithmetic.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import type { z } from "zod";
import type { Base } from "../../../models/flows/base.ts";
import { baseOptions, buildBase } from "../../../models/flows/bases/options.ts";
import { mlps } from "../../../models/flows/conditioners/mlp.ts";
import type { DataShape, Network } from "../../../models/flows/definition.ts";
import type { Layer, Parameter, Workplace } from "../../../models/flows/layer.ts";
import { AdditiveCoupling } from "../../../models/flows/layers/additive_coupling.ts";
import { AffineCoupling } from "../../../models/flows/layers/affine_coupling.ts";
import { splitColumns } from "../../../models/flows/layers/columns.ts";
import { Actnorm } from "../../../models/flows/layers/actnorm.ts";
import { checkerboardCoupling } from "../../../models/flows/layers/checkerboard_coupling.ts";
import { InvertibleConvolution } from "../../../models/flows/layers/invertible_convolution.ts";
import { Part } from "../../../models/flows/layers/part.ts";
import { type ImageShape, Squeeze } from "../../../models/flows/layers/squeeze.ts";
import { nets } from "../../../models/flows/glow.ts";
import { splitChannels } from "../../../models/flows/image_columns.ts";
import { Logit } from "../../../models/flows/layers/logit.ts";
import { Permutation, randomOrder } from "../../../models/flows/layers/permutation.ts";
import { Planar } from "../../../models/flows/layers/planar.ts";
import { Rescaling } from "../../../models/flows/layers/rescaling.ts";
import { Standardization } from "../../../models/flows/layers/standardization.ts";
import { parametersOf } from "../../../models/flows/network.ts";
import { flows } from "../../../models/flows/registry.ts";
import { buildNetwork, type FlowConfig } from "../../../models/flows/trained.ts";

export const CAPACITY = 5;

export interface LayerCase {
  readonly name: string;
  /** Numbers of a row of context. */
  readonly contextWidth?: number;
  /** Where data lie that the layer can take back to noise; the real line where absent. */
  readonly data?: "unit";
  /** How far its parameters are moved from where they begin; 0.3 where absent. */
  readonly spread?: number;
  build(place: Workplace): Layer;
}

const random = () => new Random(7).at(0, 0, Purpose.test);
const net = (image: ImageShape, to: number, more: { blocks: number; residual: boolean }) =>
  nets(image, image[2], to, { channels: 3, ...more }, random());
const mlp = (residual = false) => mlps({ hidden: [6, 6], activation: "tanh", residual }, random());

export const layerCases: readonly LayerCase[] = [
  { name: "affine coupling", build: (place) => new AffineCoupling(3, splitColumns(3, "half", false), mlp(), place) },
  {
    name: "affine coupling with context, residual",
    contextWidth: 2,
    build: (place) => new AffineCoupling(4, splitColumns(4, "alternating", true), mlp(true), place),
  },
  { name: "additive coupling", build: (place) => new AdditiveCoupling(5, splitColumns(5, "half", true), mlp(), place) },
  { name: "permutation", build: (place) => new Permutation(randomOrder(5, random()), place) },
  { name: "rescaling", build: (place) => new Rescaling(3, place) },
  { name: "standardization", build: (place) => new Standardization(3, place) },
  { name: "logit", data: "unit", build: (place) => new Logit(3, place) },
  { name: "planar, tanh", build: (place) => new Planar(3, "tanh", place, random()) },
  { name: "planar, leaky relu", build: (place) => new Planar(3, "leaky-relu", place, random()) },
  { name: "squeeze", build: (place) => new Squeeze([2, 4, 2], place) },
  { name: "actnorm", build: (place) => new Actnorm(4, 3, place) },
  { name: "invertible convolution", build: (place) => new InvertibleConvolution(4, 3, place, random()) },
  {
    name: "part",
    build: (place) =>
      new Part(7, Int32Array.of(5, 0, 3), [new Planar(3, "tanh", place, random()), new Actnorm(1, 3, place)], place),
  },
  {
    name: "affine coupling of channels, convolutional",
    contextWidth: 2,
    build: (place) =>
      new AffineCoupling(
        18,
        splitChannels([2, 3, 3], false),
        net([2, 3, 1], 4, { blocks: 1, residual: false }),
        place,
        6,
      ),
  },
  {
    name: "affine coupling of channels, residual net",
    build: (place) =>
      new AffineCoupling(
        12,
        splitChannels([2, 3, 2], true),
        net([2, 3, 1], 2, { blocks: 2, residual: true }),
        place,
        6,
      ),
  },
  {
    name: "checkerboard coupling",
    build: (place) => checkerboardCoupling([3, 2, 2], true, net([3, 2, 2], 4, { blocks: 0, residual: false }), place),
  },
];

export interface FlowCase extends Pick<LayerCase, "spread"> {
  readonly name: string;
  readonly flow: FlowConfig;
  readonly shape: DataShape;
}

const plain = (dim: number, more: Partial<DataShape> = {}): DataShape => ({
  dim,
  classes: 0,
  preprocess: "none",
  ...more,
});
const small = { couplings: 3, hidden: [5], activation: "tanh" };
const nvp = (more: object = {}) => flows["real-nvp"].config.parse({ kind: "real-nvp", ...small, ...more });
const additive = (more: object = {}) => flows["nice"].config.parse({ kind: "nice", ...small, ...more });
const image = (more: object = {}) =>
  flows["glow"].config.parse({ kind: "glow", levels: 2, steps: 2, channels: 3, ...more });
const scales = (more: object = {}) => nvp({ images: { levels: 2, channels: 3, blocks: 1, ...more } });
const bent = (more: object = {}) => flows["planar"].config.parse({ kind: "planar", length: 4, ...more });

export const flowCases: readonly FlowCase[] = [
  { name: "real-nvp", flow: nvp(), shape: plain(2) },
  { name: "real-nvp of classes", flow: nvp({ base: "conditional-normal" }), shape: plain(5, { classes: 3 }) },
  { name: "real-nvp on tables", flow: nvp({ mask: "alternating" }), shape: plain(3, { preprocess: "standardize" }) },
  { name: "real-nvp on pixels", flow: nvp({ residual: true }), shape: plain(4, { preprocess: "logit" }) },
  { name: "real-nvp of two pixels", flow: nvp(), shape: plain(2, { preprocess: "logit" }) },
  { name: "nice", flow: additive(), shape: plain(2) },
  {
    name: "nice of two classes",
    flow: additive({ base: { kind: "mixture", components: 2 } }),
    shape: plain(2, { classes: 2, preprocess: "standardize" }),
  },
  { name: "nice, mixture", flow: additive({ base: { kind: "mixture", components: 3 } }), shape: plain(4) },
  { name: "nice of noise in a box", flow: additive({ base: "uniform" }), shape: plain(3) },
  { name: "glow", flow: image(), shape: plain(16, { image: [4, 4, 1] }), spread: 0.1 },
  {
    name: "glow of classes, additive, on pixels",
    flow: image({ coupling: "additive" }),
    spread: 0.02,
    shape: plain(32, { image: [4, 8, 1], classes: 2, preprocess: "logit" }),
  },
  // A spread at which no unit is so near to its kink that a difference crosses it.
  { name: "real-nvp of images", flow: scales(), shape: plain(16, { image: [4, 4, 1] }), spread: 0.08 },
  {
    name: "real-nvp of classes of images with an odd side",
    flow: scales({ levels: 1 }),
    spread: 0.1,
    shape: plain(12, { image: [3, 2, 2], classes: 2 }),
  },
  { name: "planar", flow: bent(), shape: plain(2) },
  { name: "planar, leaky relu", flow: bent({ activation: "leaky-relu" }), shape: plain(3) },
];

export interface BaseCase {
  readonly name: string;
  readonly contextWidth?: number;
  /** Where its noise lies; the real line where absent. */
  readonly noise?: "unit";
  build(width: number, place: Workplace): Base;
}

const base = (options: z.input<typeof baseOptions>) => (width: number, place: Workplace) =>
  buildBase(baseOptions.parse(options), width, place, random());

export const baseCases: readonly BaseCase[] = [
  { name: "normal", build: base("normal") },
  { name: "logistic", build: base("logistic") },
  { name: "uniform", noise: "unit", build: base("uniform") },
  { name: "conditional normal", contextWidth: 2, build: base("conditional-normal") },
  { name: "learned normal", build: base("conditional-normal") },
  { name: "learned mixture", build: base({ kind: "mixture", components: 3 }) },
  {
    name: "given mixture",
    build: (width, place) => {
      const [means, scales] = [[-2, 1], [0.5, 1]].map((rows) => rows.map((row) => new Array<number>(width).fill(row)));
      return base({ kind: "given-mixture", weights: [1, 3], means, scales })(width, place);
    },
  },
];

/** The case's network with parameters of every size moved away from where they begin. */
export function networkOf({ flow, shape, spread }: FlowCase, arithmetic: Arithmetic): Network {
  const network = buildNetwork(flow, shape, { arithmetic, capacity: CAPACITY }, 3);
  disturb(parametersOf(network), spread);
  return network;
}

/** Adds noise to what is learned; scales that are not learned become positive numbers, orders stay. */
export function disturb(parameters: readonly Parameter[], spread = 0.3): void {
  const noise = new Random(11).at(0, 0, Purpose.test);
  for (const { name, values, gradient } of parameters) {
    if (name.endsWith("order") || name.endsWith("signs")) continue;
    for (let k = 0; k < values.length; k++) {
      const step = spread * noise.normal();
      if (gradient) values[k] += step;
      else values[k] = name.endsWith("scale") ? Math.exp(step) : step;
    }
  }
}
