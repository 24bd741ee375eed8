/**
 * Recall: from a start downhill to a state that no single flip improves. y_i becomes the sign of its field z_i, and where that is 0
 * it stays.
 *
 * Asynchronous recall takes unit after unit; a flip lowers the energy by 2 |z_i|, so it ends after finitely many. Synchronous
 * recall takes all units at once, from the fields before; its energy may rise, and with symmetric weights it ends either in a
 * fixed point or going to and fro between two states (Bruck & Goodman 1988).
 */
import type { Random } from "../../../numerics/random/random.ts";
import { energyOf, fieldOf, fieldTolerances, type HopfieldNetwork, type Pattern } from "./network.ts";

/** What recall goes downhill on: any model whose coordinates have two values. */
export interface Landscape {
  readonly units: number;
  readonly low: number;
  readonly high: number;
  /** Above 0 where the higher value of unit i has the lower energy, the others being as in y; 0 where neither has. */
  field(i: number, y: Float64Array): number;
  energy(y: Float64Array): number;
}

export type Mode = "asynchronous" | "synchronous";
/** Of an asynchronous sweep: units in turn, or in an order drawn anew for each sweep. */
export type Order = "systematic" | "random";

/** What a sweep did. May be one object, written over by the next. */
export interface SweepResult {
  flips: number;
  /** The least |z| at which a unit flipped; ∞ where none did. */
  leastField: number;
  /** Fields that were NaN; their units stayed. */
  nonFinite: number;
}

/** A Hopfield network as a landscape. A field that is 0 but for the rounding of its sum is 0. */
export function landscapeOf(network: HopfieldNetwork): Landscape {
  const tolerances = fieldTolerances(network);
  return {
    units: network.units,
    low: -1,
    high: 1,
    field(i, y) {
      const z = fieldOf(network, i, y);
      return Math.abs(z) <= tolerances[i] ? 0 : z;
    },
    energy: (y) => energyOf(network, y),
  };
}

/** Sweeps over one landscape. Holds scratch space. */
export class Recaller {
  readonly #landscape: Landscape;
  readonly #order: Int32Array;
  readonly #fields: Float64Array;
  readonly #result: SweepResult = { flips: 0, leastField: Infinity, nonFinite: 0 };

  constructor(landscape: Landscape) {
    this.#landscape = landscape;
    this.#order = Int32Array.from({ length: landscape.units }, (_, i) => i);
    this.#fields = new Float64Array(landscape.units);
  }

  /** Takes every unit once, one after the other, in place. A sweep without a flip has shown that y is a fixed point. */
  asynchronous(y: Float64Array, order: Order, random: Random): SweepResult {
    this.#begin();
    if (order === "random") this.#shuffle(random);
    for (let k = 0; k < y.length; k++) {
      const i = order === "random" ? this.#order[k] : k;
      this.#update(i, this.#landscape.field(i, y), y);
    }
    return this.#result;
  }

  /** Takes all units at once, in place. */
  synchronous(y: Float64Array): SweepResult {
    this.#begin();
    for (let i = 0; i < y.length; i++) this.#fields[i] = this.#landscape.field(i, y);
    for (let i = 0; i < y.length; i++) this.#update(i, this.#fields[i], y);
    return this.#result;
  }

  #begin(): void {
    this.#result.flips = 0;
    this.#result.leastField = Infinity;
    this.#result.nonFinite = 0;
  }

  #update(i: number, z: number, y: Float64Array): void {
    const { low, high } = this.#landscape;
    if (Number.isNaN(z)) this.#result.nonFinite++;
    const value = z > 0 ? high : z < 0 ? low : y[i];
    if (value === y[i]) return;
    y[i] = value;
    this.#result.flips++;
    this.#result.leastField = Math.min(this.#result.leastField, Math.abs(z));
  }

  /** A permutation that depends on the numbers of this sweep alone. */
  #shuffle(random: Random): void {
    const order = this.#order;
    for (let k = 0; k < order.length; k++) order[k] = k;
    for (let k = order.length - 1; k > 0; k--) {
      const other = random.integer(k + 1);
      [order[k], order[other]] = [order[other], order[k]];
    }
  }
}

export interface RecallOptions {
  readonly mode?: Mode;
  readonly order?: Order;
  /** Gives up after so many sweeps. */
  readonly mostSweeps?: number;
}

/** How a recall went. */
export interface Recall {
  readonly state: Pattern;
  /** The energy at the start and after every sweep. */
  readonly energies: readonly number[];
  readonly flips: number;
  /** The least |z| at which a unit flipped; ∞ where none did. */
  readonly leastField: number;
  /** Whether the state is a fixed point. */
  readonly converged: boolean;
  /** 1 at a fixed point, 2 where synchronous recall goes to and fro, 0 where it was given up. */
  readonly cycle: 0 | 1 | 2;
}

const MOST_SWEEPS = 1000;

/** Runs a recall to its end. The start is left as it was; `random` serves the random order alone. */
export function recall(landscape: Landscape, start: Pattern, random: Random, options: RecallOptions = {}): Recall {
  const { mode = "asynchronous", order = "systematic", mostSweeps = MOST_SWEEPS } = options;
  const recaller = new Recaller(landscape);
  const state = start.slice();
  const energies = [landscape.energy(state)];
  let flips = 0, leastField = Infinity, before: Pattern | null = null;
  const end = (cycle: Recall["cycle"]): Recall => ({
    state,
    energies,
    flips,
    leastField,
    converged: cycle === 1,
    cycle,
  });
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    const last = state.slice();
    const result = mode === "synchronous" ? recaller.synchronous(state) : recaller.asynchronous(state, order, random);
    energies.push(landscape.energy(state));
    flips += result.flips;
    leastField = Math.min(leastField, result.leastField);
    if (result.flips === 0) return end(1);
    if (mode === "synchronous" && before && state.every((value, i) => value === before?.[i])) return end(2);
    before = last;
  }
  return end(0);
}
