/** Particles of an energy model, along its own path and by its own moves. */
import type { Annealing } from "../../../models/energy/annealing.ts";
import type { States, SweepKey } from "../../../models/energy/sweeps.ts";
import type { Target } from "../../../models/target.ts";
import { Purpose, type Random } from "../../../numerics/random/random.ts";
import type { Population } from "./population.ts";

export interface EnergyParticles {
  /** A row each. */
  states: States;
}

const DEFAULT_MOVES = 5;

export class EnergyPopulation implements Population<EnergyParticles> {
  readonly defaultMoves = DEFAULT_MOVES;
  readonly nonFinite = 0;
  readonly logBaseNormalizer: number;
  readonly #target: Target;
  readonly #annealing: Annealing;

  constructor(readonly count: number, target: Target, annealing: Annealing) {
    this.#target = target;
    this.#annealing = annealing;
    this.logBaseNormalizer = annealing.logBaseNormalizer;
  }

  create(): EnergyParticles {
    return { states: this.#annealing.createStates(this.count) };
  }

  start({ states }: EnergyParticles, random: Random): void {
    this.#annealing.start(states, this.count, this.#keyOf(random, Purpose.anneal, 0, 0, 1));
  }

  weigh({ states }: EnergyParticles, from: number, to: number, out: Float64Array): void {
    this.#annealing.weigh(states, this.count, from, to, out);
  }

  resample({ states }: EnergyParticles, ancestors: Uint32Array): void {
    const { units } = this.#annealing, before = states.slice();
    ancestors.forEach((ancestor, i) =>
      states.set(before.subarray(ancestor * units, (ancestor + 1) * units), i * units)
    );
  }

  learn(): void {} // there is nothing to fit

  adapt(): void {}

  move({ states }: EnergyParticles, from: number, to: number, moves: number, beta: number, random: Random): number {
    const { units } = this.#annealing, rows = states.subarray(from * units, to * units);
    for (let m = 0; m < moves; m++) {
      this.#annealing.move(rows, to - from, beta, this.#keyOf(random, Purpose.step, from, m, moves));
    }
    return 1;
  }

  read({ states }: EnergyParticles, index: number, position: Float64Array): number {
    this.#annealing.toPosition(states, index, position);
    return this.#target.logDensity(position);
  }

  /** Particle i of chain c has the stream c · count + i, so that no two have the same numbers. */
  #keyOf(random: Random, purpose: Purpose, particle: number, m: number, moves: number): SweepKey {
    const { seed, stream, step } = random.place;
    return { seed, purpose, stream: stream * this.count + particle, step: step * moves + m };
  }
}
