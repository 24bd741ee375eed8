/** A flow before it has learned anything: its names, shapes and first values, and how much work it is. */
import { openSingle } from "../../../numerics/arithmetic/single.ts";
import type { Standardization as Scale } from "../../data/scale.ts";
import type { DataShape, Network } from "../../flows/definition.ts";
import { Standardization } from "../../flows/layers/standardization.ts";
import { parametersOf } from "../../flows/network.ts";
import { buildNetwork, flowBytes, type FlowConfig } from "../../flows/trained.ts";

const CONVOLUTIONAL = /squeeze|convolution|part/;
/** A squeezed image has a quarter of the pixels, one squeezed twice a sixteenth: each weight is used for about an eighth of them. */
const USES_A_PIXEL = 1 / 8;

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

export function burdenOf(network: Network, { image }: DataShape): Burden {
  const parameters = parametersOf(network);
  const count = (sum: number, { values }: { readonly values: ArrayLike<number> }) => sum + values.length;
  const learned = parameters.filter(({ gradient }) => gradient !== null).reduce(count, 0);
  const uses = image && network.layers.some(({ kind }) => CONVOLUTIONAL.test(kind))
    ? Math.max(1, image[0] * image[1] * USES_A_PIXEL)
    : 1;
  return { learned, all: parameters.reduce(count, 0), arrays: parameters.length, products: uses * learned };
}
