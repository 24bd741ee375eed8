/** A Real NVP that was not trained, but is no identity either: its parameters are moved at random. */
import { openDouble } from "../../../../numerics/arithmetic/double.ts";
import { Purpose, Random } from "../../../../numerics/random/random.ts";
import { parametersOf } from "../../../../models/flows/network.ts";
import { realNvp } from "../../../../models/flows/real_nvp.ts";
import { buildNetwork, trainedFlow } from "../../../../models/flows/trained.ts";
import { encodeTrained } from "../../../../models/training/trained.ts";
import type { TrainedParameters } from "../../../../models/training/training.ts";

export function aFlow(dim: number, seed: number, amount = 0.2): TrainedParameters {
  const config = realNvp.config.parse({ kind: "real-nvp", couplings: 4, hidden: [12], base: "normal" });
  const shape = { dim, classes: 0, preprocess: "standardize" } as const;
  const network = buildNetwork(config, shape, { arithmetic: openDouble(), capacity: 1 }, seed);
  const random = new Random(seed).at(0, 0, Purpose.test);
  for (const { gradient, values } of parametersOf(network)) {
    if (gradient) { for (let i = 0; i < values.length; i++) values[i] += amount * random.normal(); }
  }
  return trainedFlow(network, config, shape);
}

/** The bytes of trained parameters under a name of 64 digits. */
export function asAsset(trained: TrainedParameters) {
  const bytes = encodeTrained(trained), sha256 = "0".repeat(64);
  return { sha256, bytes, assets: { get: () => bytes } };
}
