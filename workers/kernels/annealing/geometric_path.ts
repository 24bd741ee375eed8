/**
 * The path π_β ∝ q^(1−β) p^β from a reference q to a target p on ℝ^dim, and moves that keep π_β: a random walk or Hamiltonian
 * trajectories of fixed length, both in the coordinates in which the given covariance L Lᵀ is the identity.
 */
import { z } from "zod";
import type { Random } from "../../../numerics/random/random.ts";
import type { Differentiable, Target } from "../../../models/target.ts";
import {
  isNonFinite,
  type Leapfrog,
  leapfrogDense,
  leapfrogDiagonal,
  newPhasePoint,
  requireGradient,
  sumOfSquares,
} from "../hamiltonian/leapfrog.ts";
import { applyFactor } from "../proposal_shape.ts";
import { drawReference, logReference, logReferenceAndGradient, type Reference } from "../reference/reference.ts";

export const transitionConfig = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("random-walk"),
    scale: z.number().positive().max(1e9).optional()
      .describe("Multiplies the reference's standard deviations. Default: begins at 2.38/√dim and adapts in warmup."),
  }),
  z.strictObject({
    kind: z.literal("hmc"),
    stepSize: z.number().positive().max(1e9).optional()
      .describe("Of the leapfrog, in units of the reference's standard deviations. Default: adapts in warmup."),
    steps: z.int().min(1).max(1000).default(5).describe("Leapfrog steps of a trajectory."),
  }),
]);
export type TransitionConfig = z.output<typeof transitionConfig>;

/** Where a walker is, and what is known of it there. */
export interface Walker {
  readonly position: Float64Array;
  /** log p and log q. */
  logDensity: number;
  logReference: number;
}

const STEP_JITTER = 0.2; // so that no trajectory closes on itself at every temperature
const WALK_ACCEPTANCE = 0.3, TRAJECTORY_ACCEPTANCE = 0.8;

/** hmc where the model has a gradient, else random-walk. */
export function defaultTransition(target: Target): TransitionConfig {
  return transitionConfig.parse({ kind: target.logDensityAndGradient ? "hmc" : "random-walk" });
}

export class GeometricPath {
  /** The scale that the configuration fixes; null where it is to be adapted. */
  readonly fixedScale: number | null;
  readonly initialScale: number;
  /** The acceptance to adapt the scale to. */
  readonly targetAcceptance: number;
  /** Evaluations of the last call that were NaN or +∞. */
  nonFinite = 0;

  readonly #target: Target;
  readonly #steps: number;
  readonly #tempered: TemperedDensity | null;
  readonly #point;
  readonly #white: Float64Array;
  readonly #proposal: Float64Array;

  /** Throws InputError where hmc is asked for and the model has no gradient. */
  constructor(target: Target, transition: TransitionConfig) {
    const { dim } = target;
    this.#target = target;
    this.#point = newPhasePoint(dim);
    this.#white = new Float64Array(dim);
    this.#proposal = new Float64Array(dim);
    if (transition.kind === "hmc") {
      this.#tempered = new TemperedDensity(requireGradient(target));
      this.#steps = transition.steps;
      this.fixedScale = transition.stepSize ?? null;
      this.initialScale = this.fixedScale ?? 0.8 * dim ** -0.25;
      this.targetAcceptance = TRAJECTORY_ACCEPTANCE;
    } else {
      this.#tempered = null;
      this.#steps = 0;
      this.fixedScale = transition.scale ?? null;
      this.initialScale = this.fixedScale ?? 2.38 / Math.sqrt(dim);
      this.targetAcceptance = WALK_ACCEPTANCE;
    }
  }

  /** Draws the walker from the reference. */
  start(reference: Reference, random: Random, walker: Walker): void {
    walker.logReference = drawReference(reference, random, walker.position, this.#white);
    this.nonFinite = 0;
    walker.logDensity = this.#checked(this.#target.logDensity(walker.position));
  }

  /** log f_to(x) − log f_from(x). −∞ outside the target's support. */
  weigh({ logDensity, logReference }: Walker, from: number, to: number): number {
    return (to - from) * (logDensity - logReference);
  }

  /** Moves the walker, which is inside the support, by one transition at β. `factor` is L. Returns the acceptance probability. */
  move(
    walker: Walker,
    reference: Reference,
    factor: Float64Array,
    beta: number,
    scale: number,
    random: Random,
  ): number {
    this.nonFinite = 0;
    return this.#tempered
      ? this.#trajectory(this.#tempered, walker, reference, factor, beta, scale, random)
      : this.#walk(walker, reference, factor, beta, scale, random);
  }

  #walk(
    walker: Walker,
    reference: Reference,
    factor: Float64Array,
    beta: number,
    scale: number,
    random: Random,
  ): number {
    const { position } = walker, proposal = this.#proposal, white = this.#white;
    for (let i = 0; i < white.length; i++) white[i] = random.normal();
    applyFactor(factor, white, proposal);
    for (let i = 0; i < proposal.length; i++) proposal[i] = position[i] + scale * proposal[i];
    const logDensity = this.#checked(this.#target.logDensity(proposal));
    const logReferenceThere = logReference(reference, proposal, white);
    return this.#accept(
      walker,
      blend(beta, logDensity, logReferenceThere) - blend(beta, walker.logDensity, walker.logReference),
      proposal,
      logDensity,
      logReferenceThere,
      random,
    );
  }

  #trajectory(
    tempered: TemperedDensity,
    walker: Walker,
    reference: Reference,
    factor: Float64Array,
    beta: number,
    scale: number,
    random: Random,
  ): number {
    const point = this.#point, { position, momentum, gradient } = point;
    const stepSize = scale * (1 + STEP_JITTER * (2 * random.uniform() - 1));
    for (let i = 0; i < momentum.length; i++) momentum[i] = random.normal();
    tempered.beta = beta;
    tempered.reference = reference;
    position.set(walker.position);
    const before = 0.5 * sumOfSquares(momentum) - tempered.logDensityAndGradient(position, gradient);
    const leapfrog: Leapfrog = factor.length === position.length ? leapfrogDiagonal : leapfrogDense;
    // Where the density ends, so does the trajectory: from its other end it would not come here either.
    for (let step = 0; step < this.#steps; step++) {
      leapfrog(tempered, factor, stepSize, point);
      if (!Number.isFinite(point.logDensity)) break;
    }
    return this.#accept(
      walker,
      Number.isFinite(point.logDensity) ? before - point.energy : -Infinity,
      position,
      this.#checked(tempered.logTarget),
      tempered.logReference,
      random,
    );
  }

  #accept(
    walker: Walker,
    logRatio: number,
    position: Float64Array,
    logDensity: number,
    logReferenceThere: number,
    random: Random,
  ): number {
    const acceptance = logDensity > -Infinity && !Number.isNaN(logRatio) ? Math.min(1, Math.exp(logRatio)) : 0;
    if (random.uniform() < acceptance) {
      walker.position.set(position);
      walker.logDensity = logDensity;
      walker.logReference = logReferenceThere;
    }
    return acceptance;
  }

  #checked(logDensity: number): number {
    if (!isNonFinite(logDensity)) return logDensity;
    this.nonFinite++;
    return -Infinity;
  }
}

/** (1 − β) log q + β log p, also where p is 0. */
function blend(beta: number, logDensity: number, logReferenceThere: number): number {
  return beta === 0 ? logReferenceThere : (1 - beta) * logReferenceThere + beta * logDensity;
}

/** log π_β with its gradient; remembers the two parts of its last value. */
class TemperedDensity implements Differentiable {
  readonly dim: number;
  beta = 1;
  reference: Reference | null = null;
  logTarget = NaN;
  logReference = NaN;
  readonly #target: Differentiable;
  readonly #slope: Float64Array;
  readonly #white: Float64Array;

  constructor(target: Differentiable) {
    this.#target = target;
    this.dim = target.dim;
    this.#slope = new Float64Array(target.dim);
    this.#white = new Float64Array(target.dim);
  }

  logDensity(x: Float64Array): number {
    return this.logDensityAndGradient(x, new Float64Array(this.dim));
  }

  logDensityAndGradient(x: Float64Array, gradient: Float64Array): number {
    const { beta, reference } = this, slope = this.#slope;
    if (!reference) throw new Error("the reference is set before the density is asked for");
    this.logTarget = this.#target.logDensityAndGradient(x, gradient);
    this.logReference = logReferenceAndGradient(reference, x, slope, this.#white);
    for (let i = 0; i < gradient.length; i++) gradient[i] = (1 - beta) * slope[i] + beta * gradient[i];
    return blend(beta, this.logTarget, this.logReference);
  }
}
