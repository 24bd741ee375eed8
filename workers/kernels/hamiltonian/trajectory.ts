/**
 * The trajectories of NUTS: doubled, forward or backward at random, until they turn around.
 *
 * A trajectory is a balanced binary tree of leapfrog steps. Its next state is drawn with weights exp(−H), uniformly within
 * each subtree as it is merged, and with a bias towards the newer half at the top. A subtree may go on while
 * rᵀρ > 0 at both of its ends, where ρ is the sum of its momenta (the generalised U-turn criterion), and the same holds
 * across the seam of its halves: for each half with the nearest state of the other one, without which trajectories that
 * close on themselves slip through. A subtree that ends anywhere inside is dropped whole: the choice of the trajectory has
 * to have the same probability from each of its states, or the target would not be kept.
 *
 * Hoffman & Gelman (2014); Betancourt (2017), "A conceptual introduction to Hamiltonian Monte Carlo", appendix A; the
 * checks across the seam as in Stan since 2.21. Momenta are whitened, see leapfrog.ts.
 */
import type { Random } from "../../../numerics/random/random.ts";
import type { Differentiable } from "../../../models/target.ts";
import { isNonFinite, type Leapfrog, newPhasePoint, type PhasePoint } from "./leapfrog.ts";

/** A leapfrog step that raises the energy by more is divergent: the integrator has left the level set. */
const MOST_ENERGY_ERROR = 1000;

/** exp(±600), and the sum of as many as a trajectory has, are doubles. */
const MOST_EXPONENT = 600;

/** What of a subtree is needed later. Merging exchanges arrays, so they are not readonly. */
export interface Subtree {
  /** Momenta at the end where its building began, and at the end where it stopped. */
  first: Float64Array;
  last: Float64Array;
  /** ρ. */
  sum: Float64Array;
  /** Σ exp(H₀ − H) over its states is weight · exp(offset); offset is 0 but for energies far from H₀, so that nothing overflows. */
  weight: number;
  offset: number;
  /** The state drawn from it. */
  position: Float64Array;
  gradient: Float64Array;
  logDensity: number;
  energy: number;
}

function newSubtree(dim: number): Subtree {
  return {
    first: new Float64Array(dim),
    last: new Float64Array(dim),
    sum: new Float64Array(dim),
    weight: NaN,
    offset: NaN,
    position: new Float64Array(dim),
    gradient: new Float64Array(dim),
    logDensity: NaN,
    energy: NaN,
  };
}

/** Where a trajectory starts. `grow` writes the next state into the same arrays. */
export interface TrajectoryStart {
  readonly position: Float64Array;
  readonly gradient: Float64Array;
  logDensity: number;
  readonly stepSize: number;
  readonly scale: Float64Array;
}

/** One trajectory after the other, in the same memory. What is public tells of the last one. */
export class Trajectory {
  /** Doublings that were completed. */
  depth = 0;
  leapfrogs = 0;
  nonFinite = 0;
  diverging = false;
  /** Σ min(1, exp(H₀ − H)) over all states visited. */
  acceptance = NaN;
  /** H of the state that was drawn. */
  energy = NaN;

  readonly #target: Differentiable;
  readonly #leapfrog: Leapfrog;
  readonly #maxDepth: number;
  readonly #backward: PhasePoint;
  readonly #forward: PhasePoint;
  readonly #whole: Subtree;
  readonly #grown: Subtree;
  /** spares[d] takes the second half of the subtrees of depth d + 2; leaves and pairs need none. */
  readonly #spares: Subtree[];
  /** The end that is being moved, and the signed step. */
  #point: PhasePoint;
  #step = NaN;
  #scale: Float64Array;
  #startEnergy = NaN;
  /** Of the moving end: as in Subtree. */
  #weight = NaN;
  #offset = NaN;

  constructor(target: Differentiable, leapfrog: Leapfrog, maxDepth: number) {
    const { dim } = target;
    this.#target = target;
    this.#leapfrog = leapfrog;
    this.#maxDepth = maxDepth;
    this.#backward = newPhasePoint(dim);
    this.#forward = newPhasePoint(dim);
    this.#point = this.#forward;
    this.#scale = new Float64Array(0);
    this.#whole = newSubtree(dim);
    this.#grown = newSubtree(dim);
    this.#spares = Array.from({ length: Math.max(0, maxDepth - 2) }, () => newSubtree(dim));
  }

  /** Draws a momentum, grows a trajectory from `state` and moves `state` to the one drawn from it. */
  grow(state: TrajectoryStart, random: Random): void {
    const whole = this.#whole, grown = this.#grown;
    this.#begin(state, random);
    while (this.depth < this.#maxDepth) {
      const isForward = random.uint32() >= 0x80000000;
      this.#point = isForward ? this.#forward : this.#backward;
      this.#step = isForward ? state.stepSize : -state.stepSize;
      const far = (isForward ? this.#backward : this.#forward).momentum;
      copy(this.#point.momentum, whole.last);
      if (!this.#build(this.depth, grown, random)) break;
      this.depth++;
      if (whole.offset !== grown.offset) align(whole, grown);
      if (random.uniform() * whole.weight < grown.weight) takeState(whole, grown);
      whole.weight += grown.weight;
      if (!this.continues(far, whole.last, whole.sum, grown.first, grown.last, grown.sum)) break;
      addTo(whole.sum, grown.sum);
    }
    copy(whole.position, state.position);
    copy(whole.gradient, state.gradient);
    state.logDensity = whole.logDensity;
    this.energy = whole.energy;
  }

  #begin(state: TrajectoryStart, random: Random): void {
    const whole = this.#whole, backward = this.#backward, forward = this.#forward;
    let squares = 0;
    for (let i = 0; i < state.position.length; i++) {
      const r = random.normal();
      squares += r * r;
      backward.momentum[i] = forward.momentum[i] = whole.sum[i] = r;
      backward.position[i] = forward.position[i] = whole.position[i] = state.position[i];
      backward.gradient[i] = forward.gradient[i] = whole.gradient[i] = state.gradient[i];
    }
    this.depth = this.leapfrogs = this.nonFinite = 0;
    this.diverging = false;
    this.acceptance = 0;
    this.#scale = state.scale;
    this.#startEnergy = 0.5 * squares - state.logDensity;
    whole.logDensity = state.logDensity;
    whole.energy = this.#startEnergy;
    whole.weight = 1;
    whole.offset = 0;
  }

  /** Builds 2^depth steps from the moving end into `into`. False where it diverged or turned around. */
  #build(depth: number, into: Subtree, random: Random): boolean {
    if (depth === 0) return this.#buildLeaf(into);
    if (depth === 1) return this.#buildPair(into, random);
    if (!this.#build(depth - 1, into, random)) return false;
    const second = this.#spares[depth - 2];
    if (!this.#build(depth - 1, second, random)) return false;
    if (!this.continues(into.first, into.last, into.sum, second.first, second.last, second.sum)) return false;
    if (into.offset !== second.offset) align(into, second);
    if (this.takesSecond(into.weight, second.weight, random)) takeState(into, second);
    into.weight += second.weight;
    addTo(into.sum, second.sum);
    const last = into.last;
    into.last = second.last;
    second.last = last;
    return true;
  }

  #buildLeaf(into: Subtree): boolean {
    if (!this.#advance()) return false;
    const { momentum } = this.#point;
    const { first, last, sum } = into;
    for (let i = 0; i < momentum.length; i++) first[i] = last[i] = sum[i] = momentum[i];
    this.#takePoint(into);
    into.weight = this.#weight;
    into.offset = this.#offset;
    return true;
  }

  /** Two leaves and their merger, of which there are most: for them the checks across the seam repeat that of the whole. */
  #buildPair(into: Subtree, random: Random): boolean {
    if (!this.#advance()) return false;
    const { momentum } = this.#point;
    const { first, last, sum } = into;
    copy(momentum, first);
    this.#takePoint(into);
    into.weight = this.#weight;
    into.offset = this.#offset;
    if (!this.#advance()) return false;
    let alongFirst = 0, alongLast = 0;
    for (let i = 0; i < momentum.length; i++) {
      const r = momentum[i];
      const whole = first[i] + r;
      alongFirst += whole * first[i];
      alongLast += whole * r;
      last[i] = r;
      sum[i] = whole;
    }
    if (!(alongFirst > 0 && alongLast > 0)) return false;
    let weight = this.#weight;
    if (into.offset !== this.#offset) {
      const offset = Math.max(into.offset, this.#offset);
      into.weight *= Math.exp(into.offset - offset);
      weight *= Math.exp(this.#offset - offset);
      into.offset = offset;
    }
    if (this.takesSecond(into.weight, weight, random)) this.#takePoint(into);
    into.weight += weight;
    return true;
  }

  /** One leapfrog step, and the weight of where it leads. False where it diverged. */
  #advance(): boolean {
    const point = this.#point;
    this.#leapfrog(this.#target, this.#scale, this.#step, point);
    this.leapfrogs++;
    if (isNonFinite(point.logDensity)) {
      this.nonFinite++;
      point.energy = Infinity;
    }
    const logWeight = this.#startEnergy - point.energy;
    if (!(logWeight >= -MOST_ENERGY_ERROR)) { // NaN too: a gradient that is not finite
      this.diverging = true;
      return false;
    }
    if (logWeight > -MOST_EXPONENT && logWeight < MOST_EXPONENT) {
      const weight = Math.exp(logWeight);
      this.acceptance += Math.min(1, weight);
      this.#weight = weight;
      this.#offset = 0;
    } else {
      this.acceptance += logWeight > 0 ? 1 : 0;
      this.#weight = 1;
      this.#offset = logWeight;
    }
    return true;
  }

  /** The moving end becomes the state drawn from `into`. */
  #takePoint(into: Subtree): void {
    const point = this.#point;
    copy(point.position, into.position);
    copy(point.gradient, into.gradient);
    into.logDensity = point.logDensity;
    into.energy = point.energy;
  }

  /** Whether the state of the second half replaces that of the first: with the second's share of the weight. */
  protected takesSecond(firstWeight: number, secondWeight: number, random: Random): boolean {
    return random.uniform() * (firstWeight + secondWeight) < secondWeight;
  }

  /**
   * Whether a tree of two neighbouring halves has not turned around, as a whole and across the seam. In the order of the
   * tree: the first half has momenta first0 … last0 with sum0, the second first1 … last1 with sum1.
   */
  protected continues(
    first0: Float64Array,
    last0: Float64Array,
    sum0: Float64Array,
    first1: Float64Array,
    last1: Float64Array,
    sum1: Float64Array,
  ): boolean {
    let wholeFirst = 0, wholeLast = 0, leftFirst = 0, leftLast = 0, rightFirst = 0, rightLast = 0;
    for (let i = 0; i < sum0.length; i++) {
      const a = first0[i], b = last0[i], c = first1[i], d = last1[i];
      const whole = sum0[i] + sum1[i];
      wholeFirst += whole * a;
      wholeLast += whole * d;
      const left = sum0[i] + c;
      leftFirst += left * a;
      leftLast += left * c;
      const right = b + sum1[i];
      rightFirst += right * b;
      rightLast += right * d;
    }
    return wholeFirst > 0 && wholeLast > 0 && leftFirst > 0 && leftLast > 0 && rightFirst > 0 && rightLast > 0;
  }
}

/** The state drawn from `from` becomes that of `to`; `from` gets arrays to write over. */
function takeState(to: Subtree, from: Subtree): void {
  const { position, gradient } = to;
  to.position = from.position;
  to.gradient = from.gradient;
  to.logDensity = from.logDensity;
  to.energy = from.energy;
  from.position = position;
  from.gradient = gradient;
}

/** Faster than `set` for the few dozen numbers that most positions have. */
function copy(from: Float64Array, to: Float64Array): void {
  for (let i = 0; i < from.length; i++) to[i] = from[i];
}

function addTo(sum: Float64Array, x: Float64Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] += x[i];
}

/** Brings two weights to the larger one of their offsets. */
function align(a: Subtree, b: Subtree): void {
  const offset = Math.max(a.offset, b.offset);
  a.weight *= Math.exp(a.offset - offset);
  b.weight *= Math.exp(b.offset - offset);
  a.offset = b.offset = offset;
}
