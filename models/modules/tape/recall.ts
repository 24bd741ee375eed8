/**
 * How the reverse sweep of a loop has the values that it needs: computed again where that costs little, else kept in an array of their own, turn by
 * turn. Storing against recomputing: Griewank & Walther (2008), chapter 12.
 */
import type { Contributions } from "./contributions.ts";
import type { Loop } from "./loop.ts";
import type { LoopMemory } from "./loop_memory.ts";
import { mentions } from "./operations.ts";
import type { Place } from "./places.ts";

/** Operations that cost no more than a store and a load. */
const CHEAP = new Set(["add", "sub", "mul", "neg", "square"]);
const MOST_AGAIN = 3, LOAD = 0.5; // operations that are computed again rather than kept, and what a load counts beside them

export class Recall {
  readonly #loop: Loop;
  readonly #memory: LoopMemory;
  /** How the reverse sweep has a position's value, of those that it needs. */
  readonly known = new Map<number, "memory" | "again" | "kept" | "before">();
  /** What is kept of each turn, by position. */
  readonly kept = new Map<number, Float64Array>();
  /** The distances whose values, as each turn begins, are kept. */
  readonly keptBefore = new Map<number, Float64Array>();

  constructor(loop: Loop, contributions: Contributions, memory: LoopMemory) {
    this.#loop = loop;
    this.#memory = memory;
    const { turns } = loop.block;
    for (const position of this.#needed(contributions)) {
      const cost = this.#cost(position);
      if (this.known.has(position)) continue;
      if (cost <= MOST_AGAIN) this.known.set(position, "again");
      else if (turns === 1) this.known.set(position, "memory");
      else {
        this.known.set(position, "kept");
        this.kept.set(position, new Float64Array(turns));
      }
    }
  }

  /** The positions whose values derivatives read, in order. What they read of the turn before is kept. */
  #needed(contributions: Contributions): number[] {
    const needed = new Set<number>();
    const need = (place: Place) => {
      if (place.kind === "here") needed.add(place.position);
      if (place.kind === "before" && !this.keptBefore.has(place.distance)) {
        this.keptBefore.set(place.distance, new Float64Array(this.#loop.block.turns + 1));
      }
    };
    this.#loop.places.of.forEach((places, position) => {
      for (const { slope } of contributions.of[position]) {
        if (typeof slope !== "string") {
          places.forEach(need);
          continue;
        }
        if (mentions(slope, "Y")) needed.add(position);
        if (mentions(slope, "A")) need(places[0]);
        if (mentions(slope, "B")) need(places[1]);
      }
    });
    return [...needed].sort((p, q) => p - q);
  }

  /** What is the same in all turns is known once for all. */
  #knowFixed(position: number): void {
    if (this.known.has(position)) return;
    const isCheap = CHEAP.has(this.#loop.operation(position).name);
    this.known.set(position, isCheap ? "again" : "memory");
    if (!isCheap) return;
    for (const place of this.#loop.places.of[position]) if (place.kind === "here") this.#knowFixed(place.position);
  }

  /**
   * What it costs to have the value of a position in the reverse sweep without keeping it; more than `most` where it is more than that or
   * can't be.
   */
  #cost(position: number, most = MOST_AGAIN): number {
    const loop = this.#loop;
    if (this.known.has(position)) return 0;
    if (loop.fixed.has(position)) {
      this.#knowFixed(position);
      return 0;
    }
    if (!loop.hasVariable(position) || this.#memory.values[position] === "all") {
      this.known.set(position, "memory");
      return 0;
    }
    const distance = loop.distance(position);
    if (distance !== null && this.keptBefore.has(distance)) {
      this.known.set(position, "before");
      return 0;
    }
    if (!CHEAP.has(loop.operation(position).name)) return Infinity;
    let cost = 1;
    for (const place of loop.places.of[position]) {
      if (cost > most) break; // operands of operands are without number
      if (place.kind === "here") cost += this.#cost(place.position, most - cost);
      else if (place.kind === "before") cost += this.keptBefore.has(place.distance) ? LOAD : Infinity;
      else if (place.kind !== "literal" && place.kind !== "shared") cost += LOAD;
    }
    return cost;
  }
}
