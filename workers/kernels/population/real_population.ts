/**
 * Particles on ℝ^dim, from a reference q along q^(1−β) p^β.
 *
 * Moves take their shape from the population, each half's from the other half. A particle's own part in the covariance by which it
 * is moved would bias the evidence by the order of dim / count: eight schools with 200 particles come out a sixth too low.
 * Copies of one particle are neighbours, so hardly any lineage is in both halves.
 */
import type { Random } from "../../../numerics/random/random.ts";
import type { Target } from "../../../models/target.ts";
import { GeometricPath, type TransitionConfig, type Walker } from "../annealing/geometric_path.ts";
import { addState, emptyShapeMoments, factorMoments } from "../proposal_shape.ts";
import type { Reference } from "../reference/reference.ts";
import type { Population } from "./population.ts";

export interface RealParticles {
  reference: Reference;
  /** [count × dim] */
  positions: Float64Array;
  /** [count]: log p and log q. */
  logDensities: Float64Array;
  logReferences: Float64Array;
  /** L of the moves' shape, of the lower half of the particles and of the upper one. */
  factors: [Float64Array, Float64Array];
  scale: number;
}

const DEFAULT_MOVES = { "random-walk": 10, "hmc": 3 } as const;
const MOST_SCALE_CHANGE = 2; // at one stage

export class RealPopulation implements Population<RealParticles> {
  readonly logBaseNormalizer = 0;
  readonly defaultMoves: number;
  nonFinite = 0;
  readonly #path: GeometricPath;
  readonly #walker: Walker;
  readonly #dim: number;

  /** `referenceOf` gives the reference once there are particles to be drawn from it. */
  constructor(
    readonly count: number,
    target: Target,
    transition: TransitionConfig,
    readonly referenceOf: () => Reference,
  ) {
    this.#dim = target.dim;
    this.#path = new GeometricPath(target, transition);
    this.#walker = { position: new Float64Array(target.dim), logDensity: NaN, logReference: NaN };
    this.defaultMoves = DEFAULT_MOVES[transition.kind];
  }

  create(): RealParticles {
    const reference = this.referenceOf();
    return {
      reference,
      positions: new Float64Array(this.count * this.#dim),
      logDensities: new Float64Array(this.count),
      logReferences: new Float64Array(this.count),
      factors: [reference.factor.slice(), reference.factor.slice()],
      scale: this.#path.initialScale,
    };
  }

  start(particles: RealParticles, random: Random): void {
    let nonFinite = 0;
    for (let i = 0; i < this.count; i++) {
      this.#path.start(particles.reference, random, this.#walker);
      nonFinite += this.#path.nonFinite;
      this.#put(particles, i);
    }
    this.nonFinite = nonFinite;
  }

  weigh({ logDensities, logReferences }: RealParticles, from: number, to: number, out: Float64Array): void {
    for (let i = 0; i < this.count; i++) out[i] = (to - from) * (logDensities[i] - logReferences[i]);
  }

  resample(particles: RealParticles, ancestors: Uint32Array): void {
    const dim = this.#dim, { positions, logDensities, logReferences } = particles;
    const before = positions.slice(), densities = logDensities.slice(), references = logReferences.slice();
    ancestors.forEach((ancestor, i) => {
      positions.set(before.subarray(ancestor * dim, (ancestor + 1) * dim), i * dim);
      logDensities[i] = densities[ancestor];
      logReferences[i] = references[ancestor];
    });
  }

  learn(particles: RealParticles): void {
    const half = this.count >> 1;
    this.#learn(particles, 0, half, this.count);
    this.#learn(particles, 1, 0, half);
  }

  /** The factor of one half from particles [from, to), which are the other. */
  #learn({ positions, factors }: RealParticles, half: 0 | 1, from: number, to: number): void {
    const dim = this.#dim, moments = emptyShapeMoments(dim);
    for (let i = from; i < to; i++) addState(moments, positions.subarray(i * dim, (i + 1) * dim));
    const factor = new Float64Array(moments.scatter.length);
    if (moments.count > 1 && factorMoments(moments, 1, factor)) factors[half] = factor; // else all are copies of one
  }

  adapt(particles: RealParticles, acceptance: number): void {
    if (this.#path.fixedScale !== null) return;
    const change = Math.exp(2 * (acceptance - this.#path.targetAcceptance));
    particles.scale *= Math.min(MOST_SCALE_CHANGE, Math.max(1 / MOST_SCALE_CHANGE, change));
  }

  move(particles: RealParticles, from: number, to: number, moves: number, beta: number, random: Random): number {
    const { reference, factors, scale } = particles, walker = this.#walker, half = this.count >> 1;
    let acceptance = 0, nonFinite = 0;
    for (let i = from; i < to; i++) {
      this.#get(particles, i);
      const factor = factors[i < half ? 0 : 1];
      for (let move = 0; move < moves; move++) {
        acceptance += this.#path.move(walker, reference, factor, beta, scale, random);
        nonFinite += this.#path.nonFinite;
      }
      this.#put(particles, i);
    }
    this.nonFinite = nonFinite;
    return acceptance / ((to - from) * moves);
  }

  read({ positions, logDensities }: RealParticles, index: number, position: Float64Array): number {
    position.set(positions.subarray(index * this.#dim, (index + 1) * this.#dim));
    return logDensities[index];
  }

  #get(particles: RealParticles, i: number): void {
    this.#walker.logDensity = this.read(particles, i, this.#walker.position);
    this.#walker.logReference = particles.logReferences[i];
  }

  #put(particles: RealParticles, i: number): void {
    particles.positions.set(this.#walker.position, i * this.#dim);
    particles.logDensities[i] = this.#walker.logDensity;
    particles.logReferences[i] = this.#walker.logReference;
  }
}
