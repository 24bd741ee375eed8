/**
 * A first step size: doubled or halved until the acceptance probability of one leapfrog step crosses 0.8.
 * Hoffman & Gelman (2014), algorithm 4, with Stan's threshold and a fresh momentum at every try.
 */
import { InputError } from "../../../numerics/errors.ts";
import type { Random } from "../../../numerics/random/random.ts";
import type { Differentiable } from "../../../models/target.ts";
import { isNonFinite, type Leapfrog, type PhasePoint, sumOfSquares } from "../hamiltonian/leapfrog.ts";

const LOG_THRESHOLD = Math.log(0.8);
const LARGEST = 1e100; // a proper density falls off long before
const SMALLEST = 1e-100;

/** Where the search stands: a point of the chain, and the metric. */
export interface SearchStart {
  readonly position: Float64Array;
  readonly gradient: Float64Array;
  readonly logDensity: number;
  readonly scale: Float64Array;
}

/**
 * Searches from `stepSize` on. `scratch` is overwritten. Throws InputError where no step size is too large (the density is
 * flat) or none is small enough (it jumps).
 */
export function searchStepSize(
  target: Differentiable,
  leapfrog: Leapfrog,
  start: SearchStart,
  stepSize: number,
  random: Random,
  scratch: PhasePoint,
): { stepSize: number; nonFinite: number } {
  let nonFinite = 0;
  const isAcceptable = (): boolean => {
    const { position, momentum, gradient } = scratch;
    position.set(start.position);
    gradient.set(start.gradient);
    for (let i = 0; i < momentum.length; i++) momentum[i] = random.normal();
    const before = 0.5 * sumOfSquares(momentum) - start.logDensity;
    leapfrog(target, start.scale, stepSize, scratch);
    if (isNonFinite(scratch.logDensity)) {
      nonFinite++;
      return false;
    }
    return before - scratch.energy > LOG_THRESHOLD;
  };
  const grows = isAcceptable();
  do {
    stepSize *= grows ? 2 : 0.5;
    if (stepSize > LARGEST) {
      throw new InputError(
        "model",
        `no step is too large for this density: it is still accepted at a step size of ${stepSize}. ` +
          "The density seems to be flat, so improper: give every parameter a proper prior.",
      );
    }
    if (stepSize < SMALLEST) {
      throw new InputError(
        "model",
        `no step is small enough for this density: it is still rejected at a step size of ${stepSize}. ` +
          "Check that the gradient belongs to the log density and that the density is continuous at the start.",
      );
    }
  } while (isAcceptable() === grows);
  return { stepSize, nonFinite };
}
