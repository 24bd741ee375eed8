/** A flow before it has learned anything: its names, shapes and first values, and how much work it is. */
import { openSingle } from "../../../numerics/arithmetic/single.ts";
import type { Standardization as Scale } from "../../data/scale.ts";
import { ConvNet } from "../../flows/conditioners/conv_net.ts";
import type { DataShape, Network } from "../../flows/definition.ts";
import type { Layer } from "../../flows/layer.ts";
import { AdditiveCoupling } from "../../flows/layers/additive_coupling.ts";
import { AffineCoupling } from "../../flows/layers/affine_coupling.ts";
import { MaskedConditioner } from "../../flows/layers/checkerboard_coupling.ts";
import { InvertibleConvolution } from "../../flows/layers/invertible_convolution.ts";
import { Part } from "../../flows/layers/part.ts";
import { Standardization } from "../../flows/layers/standardization.ts";
import { parametersOf } from "../../flows/network.ts";
import { buildNetwork, flowBytes, type FlowConfig } from "../../flows/trained.ts";

/** `scale`: of the training rows, where the flow begins with it. */
export function firstNetwork(flow: FlowConfig, shape: DataShape, scale: Scale | null, seed: number): Network {
  const arithmetic = openSingle({ bytes: flowBytes(flow, shape, 1) });
  const network = buildNetwork(flow, shape, { arithmetic, capacity: 1 }, seed);
  const end = network.layers.at(-1);
  if (scale && end instanceof Standardization) {
    end.mean.values.set(scale.mean);
    end.scale.values.set(scale.scale);
  }
  return network;
}

export interface Burden {
  /** Numbers that are learned, all numbers, and the arrays that they are in. */
  readonly learned: number;
  readonly all: number;
  readonly arrays: number;
  /** Products of a row on its way through, about: each weight once, or of images once for each place where it is used. */
  readonly products: number;
}

export function burdenOf(network: Network): Burden {
  const parameters = parametersOf(network);
  const count = (sum: number, { values }: { readonly values: ArrayLike<number> }) => sum + values.length;
  const learned = parameters.filter(({ gradient }) => gradient !== null).reduce(count, 0);
  return {
    learned,
    all: parameters.reduce(count, 0),
    arrays: parameters.length,
    products: learned + network.layers.reduce((sum, layer) => sum + reusesOf(layer), 0),
  };
}

/** Products of a row beyond the one for each number that is learned: weights of convolutions are used again at every pixel. */
function reusesOf(layer: Layer): number {
  if (layer instanceof Part) return layer.layers.reduce((sum, inner) => sum + reusesOf(inner), 0);
  if (layer instanceof InvertibleConvolution) return (layer.pixels - 1) * layer.channels ** 2;
  if (!(layer instanceof AffineCoupling || layer instanceof AdditiveCoupling)) return 0;
  const { conditioner } = layer, net = conditioner instanceof MaskedConditioner ? conditioner.inner : conditioner;
  if (!(net instanceof ConvNet)) return 0;
  return net.convolutions.reduce(
    (sum, { shape, weights }) => sum + (shape.height * shape.width - 1) * weights.values.length,
    0,
  );
}
