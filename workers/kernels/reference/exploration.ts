/**
 * Learns a mean and a covariance from a warmup: NUTS where the model has a gradient, else an adaptive random walk, explores, and the
 * moments of the second half are taken.
 */
import { clearMoments, type Moments } from "../adaptation/welford.ts";
import type { Random } from "../../../numerics/random/random.ts";
import type { Target } from "../../../models/target.ts";
import type { BaseInfo, BaseState, Kernel } from "../kernel.ts";
import { nuts } from "../nuts.ts";
import { addState, emptyShapeMoments, factorMoments, unitFactor } from "../proposal_shape.ts";
import { randomWalk } from "../random_walk.ts";

/** Plain data: part of a checkpoint. */
export interface Exploration {
  step: number;
  walk: BaseState;
  moments: Moments;
}

export interface Learned {
  readonly mean: Float64Array;
  readonly factor: Float64Array;
}

export class Explorer {
  readonly #kernel: Kernel<BaseState, BaseInfo>;
  readonly #steps: number;
  readonly #stepsADraw: number;

  constructor(target: Target, steps: number) {
    const gradient = target.logDensityAndGradient !== undefined;
    this.#kernel = gradient
      ? nuts.build(target, nuts.config.parse({ kind: "nuts" }), { warmup: steps })
      : randomWalk.build(target, randomWalk.config.parse({ kind: "random-walk" }), { warmup: steps });
    this.#steps = steps;
    this.#stepsADraw = gradient ? 1 : 3 * target.dim;
  }

  init(position: Float64Array, random: Random): Exploration {
    return { step: 0, walk: this.#kernel.init(position, random), moments: emptyShapeMoments(position.length) };
  }

  /** One step of the walk; counts what was not finite. */
  step(exploration: Exploration, random: Random): number {
    const { nonFinite } = this.#kernel.step(exploration.walk, random);
    exploration.step++;
    addState(exploration.moments, exploration.walk.position);
    if (exploration.step === Math.ceil(this.#steps / 2) && exploration.step < this.#steps) {
      clearMoments(exploration.moments);
    }
    return nonFinite;
  }

  /** What the second half has shown. A walk that never moved has shown nothing: then it is the unit normal around where it is. */
  learned({ moments, walk }: Exploration): Learned {
    const factor = unitFactor(walk.position.length);
    const found = moments.count > 1 && factorMoments(moments, this.#stepsADraw, factor);
    return { mean: (found ? moments.mean : walk.position).slice(), factor };
  }
}
