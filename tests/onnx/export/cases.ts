/** Trained parameters of everything that can be exported. */
import { openSingle } from "../../../numerics/arithmetic/single.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import { trainedFlow } from "../../../models/flows/trained.ts";
import type { TrainedParameters } from "../../../models/training/training.ts";
import { type FlowCase, networkOf } from "../../models/flows/cases.ts";

/** A small flow whose parameters are away from where they begin. */
export function trainedOf(flowCase: FlowCase): TrainedParameters {
  const network = networkOf(flowCase, openSingle({ bytes: 2 ** 24 }));
  return trainedFlow(network, flowCase.flow, flowCase.shape);
}

export const energyCases: readonly (readonly [string, TrainedParameters])[] = [
  ["an RBM of bits", rbm(false)],
  ["an RBM with Gaussian visibles", rbm(true)],
  ["a Hopfield network", hopfield()],
];

export function normals(count: number, stream: number): Float32Array {
  const random = new Random(2).at(stream, 0, Purpose.test);
  return Float32Array.from({ length: count }, () => random.normal());
}

/** Seven visible and five hidden units. */
export function rbm(gaussian: boolean): TrainedParameters {
  return {
    config: { kind: "rbm", visible: gaussian ? "gaussian" : "bits" },
    arrays: {
      weights: { shape: [7, 5], values: normals(35, 1) },
      visibleBias: { shape: [7], values: normals(7, 2) },
      hiddenBias: { shape: [5], values: normals(5, 3) },
      ...(gaussian ? { variances: { shape: [7], values: normals(7, 4).map((v) => 0.2 + v * v) } } : {}),
    },
  };
}

/** Three patterns of nine units by Hebb's rule: fields are multiples of 1/9, some of them 0. */
export function hopfield(): TrainedParameters {
  const patterns = [[1, 1, 1, -1, -1, 1, -1, 1, 1], [1, -1, 1, 1, -1, -1, 1, 1, -1], [-1, 1, 1, 1, 1, -1, -1, 1, -1]];
  const weights = Float64Array.from({ length: 81 }, (_, k) => {
    const i = Math.floor(k / 9), j = k % 9;
    return i === j ? 0 : patterns.reduce((sum, pattern) => sum + pattern[i] * pattern[j], 0) / 9;
  });
  return {
    config: { kind: "hopfield" },
    arrays: { weights: { shape: [9, 9], values: weights }, bias: { shape: [9], values: new Float64Array(9) } },
  };
}
