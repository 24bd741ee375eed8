/** The adjoints of a loop that are the same in all its turns, which are then computed once: as those of the terms of a running sum. */
import type { Contributions } from "./contributions.ts";
import type { Loop } from "./loop.ts";
import type { LoopMemory } from "./loop_memory.ts";
import { mentions } from "./operations.ts";
import type { Place } from "./places.ts";
import type { Recall } from "./recall.ts";

/** By what an adjoint is given, once a turn: the position that gives it, and its formula. */
export interface Giver {
  readonly position: number;
  readonly formula: string;
}

export class InvariantAdjoints {
  readonly #loop: Loop;
  readonly #contributions: Contributions;
  readonly #memory: LoopMemory;
  readonly #recall: Recall;
  /** Distances whose adjoints each turn passes on to the one before as they are. */
  readonly passed = new Set<number>();
  /** Positions whose adjoints never change, by what they are given: null of what is passed on. */
  readonly steady = new Map<number, Giver | null>();

  constructor(loop: Loop, contributions: Contributions, memory: LoopMemory, recall: Recall) {
    this.#loop = loop;
    this.#contributions = contributions;
    this.#memory = memory;
    this.#recall = recall;
    for (const distance of loop.before.keys()) if (this.#isPassed(distance)) this.passed.add(distance);
    if (loop.block.turns > 1) this.#findSteady();
  }

  /** Whether each turn passes on to the one before what it was given itself, as that of a running sum: then it never changes. */
  #isPassed(distance: number): boolean {
    if (!this.#loop.before.get(distance)) return false;
    return this.#loop.places.fromEnd(distance).every((position, body) =>
      this.#memory.adjoints[position] !== "all" && this.#contributions.toHere(position) === 0 &&
      this.#contributions.toBefore(body, distance) === 1 &&
      this.#contributions.of[position].some(({ place, slope }) =>
        place.kind === "before" && place.distance === distance && slope === "G"
      )
    );
  }

  #findSteady(): void {
    for (let position = this.#loop.size - 1; position >= 0; position--) {
      const distance = this.#loop.distance(position);
      if (distance !== null && this.passed.has(distance)) this.steady.set(position, null);
      if (!this.steady.has(position)) continue;
      for (const { place, slope } of this.#contributions.of[position]) {
        if (place.kind !== "here" || typeof slope !== "string") continue;
        if (!this.#isGivenOnce(place.position) || !this.#isFixed(slope, position)) continue;
        this.steady.set(place.position, { position, formula: slope });
      }
    }
  }

  /** Whether nothing but one contribution of its own turn makes an adjoint. */
  #isGivenOnce(position: number): boolean {
    return this.#contributions.toHere(position) === 1 && this.#loop.isLocal(position) &&
      this.#loop.distance(position) === null && this.#memory.adjoints[position] === "none";
  }

  /** Whether a derivative of a position reads nothing that changes from turn to turn. */
  #isFixed(formula: string, position: number): boolean {
    const [a, b] = this.#loop.places.of[position];
    const isFixed = (place: Place | undefined) =>
      place?.kind === "literal" || place?.kind === "shared" ||
      (place?.kind === "here" && this.#loop.fixed.has(place.position) && this.#recall.known.has(place.position));
    return !mentions(formula, "Y") && (!mentions(formula, "A") || isFixed(a)) &&
      (!mentions(formula, "B") || isFixed(b));
  }
}
