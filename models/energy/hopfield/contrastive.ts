/**
 * Contrastive training against spurious minima. It lowers the patterns and raises what recall finds near them,
 * W ← W + (η/P) (Σ_p y^p y^pᵀ − Σ_p y'^p y'^pᵀ), the diagonal back to 0: descent on Σ E(y) − Σ E(y'). (With a minus before η it
 * would climb.)
 *
 * A negative y' starts at its pattern with a fraction of the spins flipped, and evolves for a few sweeps only, so that just the
 * misleading valleys near by are raised and those that were learned survive: where all negatives have come back to their
 * patterns there is nothing to change.
 */
import { Purpose, Random } from "../../../numerics/random/random.ts";
import { fieldOf, type HopfieldNetwork, type Pattern } from "./network.ts";
import { hebb } from "./hebb.ts";

export interface ContrastiveOptions {
  /** η */
  readonly rate: number;
  /** The fraction of spins that is flipped where a negative starts. */
  readonly noise: number;
  /** Asynchronous sweeps that a negative evolves for. */
  readonly sweeps: number;
  /** Whether the biases learn too: b ← b + (η/P) (Σ y − Σ y'). */
  readonly bias: boolean;
}

/** Flips round(fraction · N) spins of y, chosen at random, in place; `scratch` has as many entries as y. */
export function corrupt(y: Pattern, fraction: number, random: Random, scratch: Int32Array): void {
  const flips = Math.round(fraction * y.length);
  for (let i = 0; i < scratch.length; i++) scratch[i] = i;
  for (let k = 0; k < flips; k++) {
    const other = k + random.integer(y.length - k);
    const i = scratch[other];
    scratch[other] = scratch[k];
    y[i] = -y[i];
  }
}

/** The negative of every pattern in update `update` (from 1): that of pattern p has the random numbers of stream p. */
export function negativesOf(
  network: HopfieldNetwork,
  patterns: readonly Pattern[],
  { noise, sweeps }: ContrastiveOptions,
  seed: number,
  update: number,
): Pattern[] {
  const random = new Random(seed);
  const scratch = new Int32Array(network.units);
  return patterns.map((pattern, p) => {
    random.at(p, update, Purpose.fantasy);
    const y = pattern.slice();
    corrupt(y, noise, random, scratch);
    for (let sweep = 0; sweep < sweeps; sweep++) {
      for (let i = 0; i < y.length; i++) {
        const z = fieldOf(network, i, y);
        if (z !== 0) y[i] = z > 0 ? 1 : -1;
      }
    }
    return y;
  });
}

/** W ← W + (η/P) (Σ y yᵀ − Σ y' y'ᵀ), in place. Returns the fraction of spins in which negatives differ from their patterns. */
export function contrast(
  { units, weights, bias }: HopfieldNetwork,
  patterns: readonly Pattern[],
  negatives: readonly Pattern[],
  options: Pick<ContrastiveOptions, "rate" | "bias">,
): number {
  const step = options.rate / patterns.length;
  let different = 0;
  patterns.forEach((y, p) => {
    const negative = negatives[p];
    const wrong = y.keys().filter((i) => y[i] !== negative[i]).toArray();
    const isWrong = new Uint8Array(units);
    for (const i of wrong) isWrong[i] = 1;
    different += wrong.length;
    // y_i y_j − y'_i y'_j is 2 y_i y_j where one of the two spins differs, else 0: also on the diagonal.
    for (const i of wrong) {
      if (options.bias) bias[i] += 2 * step * y[i];
      for (let j = 0; j < units; j++) {
        if (isWrong[j]) continue;
        const change = 2 * step * y[i] * y[j];
        weights[i * units + j] += change;
        weights[j * units + i] += change;
      }
    }
  });
  return different / (patterns.length * units);
}

/** Begins with Hebb's weights and makes so many updates. */
export function trainContrastively(
  patterns: readonly Pattern[],
  options: ContrastiveOptions & { readonly updates: number },
  seed: number,
): HopfieldNetwork {
  const network = hebb(patterns);
  for (let update = 1; update <= options.updates; update++) {
    contrast(network, patterns, negativesOf(network, patterns, options, seed, update), options);
  }
  return network;
}
