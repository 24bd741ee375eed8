/** A population of particles on a path of laws f_β from one that is drawn from exactly (β = 0) to the target (β = 1). */
import type { Random } from "../../../numerics/random/random.ts";

/** `Particles` is plain data: part of a checkpoint. The random generator stands at the chain's present step. */
export interface Population<Particles> {
  readonly count: number;
  /** log of the normalizer of f_0. */
  readonly logBaseNormalizer: number;
  /** Evaluations of the last call that were NaN or +∞. */
  readonly nonFinite: number;
  /** Transitions of a particle at a stage, where the sampler's configuration names none. */
  readonly defaultMoves: number;
  create(): Particles;
  /** Independent draws at β = 0. */
  start(particles: Particles, random: Random): void;
  /** Writes log f_to − log f_from of every particle. */
  weigh(particles: Particles, from: number, to: number, out: Float64Array): void;
  /** Particle i becomes a copy of particle ancestors[i], which do not fall. */
  resample(particles: Particles, ancestors: Uint32Array): void;
  /** Fits the moves to the population as it is now, all weights equal. */
  learn(particles: Particles): void;
  /** Fits the scale of the moves to the acceptance that they had. */
  adapt(particles: Particles, acceptance: number): void;
  /** Moves particles [from, to) by `moves` transitions that keep f_β each. Returns their mean acceptance probability. */
  move(particles: Particles, from: number, to: number, moves: number, beta: number, random: Random): number;
  /** Writes the target's coordinates of a particle and returns their log density. */
  read(particles: Particles, index: number, position: Float64Array): number;
}
