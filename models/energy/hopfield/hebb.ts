/**
 * Hebb's rule, W_ij = (1/P) Σ_p y_i^p y_j^p. The formula gives 1 on the diagonal; it is set to 0, since a unit that supports itself
 * would make every state stable. Stores about 0.14 N random patterns.
 */
import type { HopfieldNetwork, Pattern } from "./network.ts";

/** At least one pattern, all of one length. */
export function hebb(patterns: readonly Pattern[]): HopfieldNetwork {
  const units = patterns[0].length;
  const weights = new Float64Array(units * units);
  for (let i = 0; i < units; i++) {
    for (let j = 0; j < i; j++) {
      let sum = 0; // an integer: the two halves of the matrix are the same bits
      for (const y of patterns) sum += y[i] * y[j];
      weights[i * units + j] = weights[j * units + i] = sum / patterns.length;
    }
  }
  return { units, weights, bias: new Float64Array(units) };
}
