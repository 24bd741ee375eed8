/** What the operations of a loop give to the adjoints of their operands: the edges of the reverse sweep, in order and counted. */
import type { Loop } from "./loop.ts";
import { SCALAR } from "./operations.ts";
import type { Place } from "./places.ts";
import type { FunctionOf4 } from "./scalar.ts";

/** What one operation gives to one of its operands. */
export interface Contribution {
  readonly place: Place;
  /** A formula of G, A, B and Y; of a function of a few numbers, its derivative. */
  readonly slope: string | FunctionOf4;
}

export class Contributions {
  /** By position: to its operands, in order. */
  readonly of: readonly (readonly Contribution[])[];
  /** How often, in a turn of each body, something is given to each position, and to each distance before, by body. */
  readonly #here = new Map<number, number>();
  readonly #before: readonly Map<number, number>[];

  constructor(loop: Loop) {
    this.of = Array.from({ length: loop.size }, (_, position) => contributionsOf(loop, position));
    this.#before = loop.block.lengths.map(() => new Map());
    this.of.forEach((contributions, position) => {
      const before = this.#before[loop.places.bodyOf(position)];
      for (const { place } of contributions) {
        if (place.kind === "here") this.#here.set(place.position, this.toHere(place.position) + 1);
        if (place.kind === "before") before.set(place.distance, (before.get(place.distance) ?? 0) + 1);
      }
    });
  }

  /** How often a turn gives something to a position of its own. */
  toHere(position: number): number {
    return this.#here.get(position) ?? 0;
  }

  /** How often a turn of a body gives something to what the turn before has at a distance. */
  toBefore(body: number, distance: number): number {
    return this.#before[body].get(distance) ?? 0;
  }
}

function contributionsOf(loop: Loop, position: number): Contribution[] {
  if (!loop.isUndone(position) || !loop.hasVariable(position)) return [];
  const { toA, toB } = loop.operation(position), { program, places } = loop;
  const slopes = loop.code(position) === SCALAR
    ? program.scalars[program.a[places.example(position)]].operation.partials
    : [toA, toB];
  return places.of[position].flatMap((place, k): Contribution[] => {
    // An operand that is a constant has no adjoint.
    if (place.kind === "literal" || place.kind === "constants") return [];
    const slope = slopes[k];
    return slope ? [{ place, slope }] : [];
  });
}
