/** Replications of a model: parameters from its prior, and the posterior of data that were simulated with them. */
import type { Random } from "../numerics/random/random.ts";
import type { Replication, Target } from "./target.ts";

export type Replicate = (random: Random) => Replication;

/**
 * A law without data that can be drawn from exactly is its own posterior: its replications test the sampler. Undefined
 * where there is nothing to draw from, or where coordinates are not real numbers.
 */
export function replicateOf(target: Target): Replicate | undefined {
  if (target.replicate) return target.replicate.bind(target);
  const sample = target.sample?.bind(target);
  if (!sample || target.coding || target.hasFixedCoordinates) return undefined;
  return (random) => {
    const truth = new Float64Array(target.dim);
    sample(random, truth);
    return { truth, target };
  };
}
