/** A trained RBM or Hopfield network as ONNX graphs of its steps and its energy, with their manifest. Pure. */
import { InputError } from "../../numerics/errors.ts";
import { Purpose, Random } from "../../numerics/random/random.ts";
import type { HopfieldNetwork } from "../../models/energy/hopfield/network.ts";
import { fromTrained } from "../../models/energy/rbm.ts";
import { encodeTrained } from "../../models/training/trained.ts";
import type { TrainedParameters } from "../../models/training/training.ts";
import { OPSET } from "../graph/graph.ts";
import type { EnergyGraph } from "./energy/graphs.ts";
import { hopfieldGraphs } from "./energy/hopfield.ts";
import { rbmGraphs } from "./energy/rbm.ts";
import { EnergyManifest, FORMAT, graphFile, hashOf } from "./manifest.ts";

const TOLERANCE = 1e-5;

export interface ExportedEnergy {
  /** By their names in the manifest: `free_energy` is the file free_energy.onnx. */
  readonly graphs: Readonly<Record<string, Uint8Array<ArrayBuffer>>>;
  readonly manifest: EnergyManifest;
}

/** Throws InputError (path `sha256`) where the parameters are of another kind. */
export function exportEnergy(trained: TrainedParameters): ExportedEnergy {
  const graphs = Object.entries(graphsOf(trained));
  return {
    graphs: Object.fromEntries(graphs.map(([name, { bytes }]) => [name, bytes])),
    manifest: EnergyManifest.parse({
      format: FORMAT,
      kind: trained.config.kind,
      opset: OPSET,
      parameters: hashOf(encodeTrained(trained)),
      graphs: Object.fromEntries(graphs.map(([name, { bytes, inputs, outputs, vectors }]) => {
        return [name, { ...graphFile(`${name}.onnx`, bytes, { inputs, outputs }), vectors }];
      })),
      tolerance: TOLERANCE,
    }),
  };
}

function graphsOf(trained: TrainedParameters): Record<string, EnergyGraph> {
  const random = new Random(0).at(0, 0, Purpose.start);
  switch (trained.config.kind) {
    case "rbm":
      return rbmGraphs(fromTrained(trained).parameters, random);
    case "hopfield":
      return hopfieldGraphs(networkOf(trained), random);
    default:
      throw new InputError(
        "sha256",
        `flows, RBMs and Hopfield networks are written as ONNX, and these are the parameters of a ${trained.config.kind}`,
      );
  }
}

function networkOf({ arrays: { weights, bias } }: TrainedParameters): HopfieldNetwork {
  const units = bias?.values.length ?? 0;
  if (units === 0 || weights?.values.length !== units ** 2) {
    throw new InputError(
      "sha256",
      `a trained Hopfield network has weights and a bias, found shapes [${weights?.shape}] and [${bias?.shape}]`,
    );
  }
  return { units, weights: Float64Array.from(weights.values), bias: Float64Array.from(bias.values) };
}
