/** Where chains start: at the user's places, at the model's own, or at random ones near 0, where the density is finite. */
import { InputError } from "../numerics/errors.ts";
import { Purpose, type Random } from "../numerics/random/random.ts";
import type { Target } from "../models/target.ts";

export interface Starts {
  /** Consecutive chains that share a start; 1 where each has its own. */
  readonly superchain: number;
  /** A user's start for each chain, in reported values. */
  readonly init?: readonly (readonly number[])[];
}

const START_ATTEMPTS = 100;

/** The position at which a chain starts: the user's, or the first of 100 tries at which density and gradient are finite. */
export function startOf(target: Target, { superchain, init }: Starts, chain: number, random: Random): Float64Array {
  const given = init?.[chain];
  if (given) {
    const position = target.unconstrain(given);
    if (isUsable(target, position)) return position;
    throw new InputError(`init.${chain}`, "the log density is not finite there. Give a start inside the support.");
  }
  const position = new Float64Array(target.dim);
  for (let attempt = 1; attempt <= START_ATTEMPTS; attempt++) {
    random.at(Math.floor(chain / superchain), attempt, Purpose.start);
    if (target.start) target.start(random, position);
    else drawStart(target, random, position);
    if (isUsable(target, position)) return position;
  }
  throw new InputError(
    "model",
    `the log density is finite at none of ${START_ATTEMPTS} starts drawn from (-2, 2) in every coordinate. ` +
      "Check the density, or give starts with `init`.",
  );
}

/** Uniform on (−2, 2) in every coordinate, and on what a discrete coordinate can be. */
function drawStart({ coding }: Target, random: Random, position: Float64Array): void {
  for (let i = 0; i < position.length; i++) {
    const u = random.uniform();
    if (coding === undefined) position[i] = 4 * u - 2;
    else if (u < 0.5) position[i] = coding === "spins" ? -1 : 0;
    else position[i] = 1;
  }
}

/** Whether the density and its gradient are finite there. */
export function isUsable(target: Target, position: Float64Array): boolean {
  if (!target.logDensityAndGradient) return Number.isFinite(target.logDensity(position));
  const gradient = new Float64Array(target.dim);
  return Number.isFinite(target.logDensityAndGradient(position, gradient)) && gradient.every(Number.isFinite);
}
