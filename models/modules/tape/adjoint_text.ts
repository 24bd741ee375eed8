/** The text of a loop's adjoints: variables, except where something may add to them by way of memory. */
import type { LoopPlan } from "./loop_plan.ts";
import type { LoopText } from "./loop_text.ts";
import type { Place } from "./places.ts";

export class AdjointText {
  readonly #plan: LoopPlan;
  readonly #text: LoopText;

  constructor(plan: LoopPlan, text: LoopText) {
    this.#plan = plan;
    this.#text = text;
  }

  /** The adjoint of a position. */
  of(position: number): string {
    const { loop, invariant } = this.#plan;
    if (!loop.isLocal(position)) return this.#text.at("g", position);
    const distance = loop.distance(position);
    return distance !== null && invariant.passed.has(distance) ? `q${distance}` : `g${position}`;
  }

  /** Whether it begins with what later blocks have given to the last turn's, and with 0 in the others. */
  isPending(position: number): boolean {
    const { loop, memory } = this.#plan;
    return memory.adjoints[position] === "last" && loop.places.bodyOf(position) === loop.lastBody &&
      loop.isUndone(position) && loop.isLocal(position) && loop.distance(position) === null;
  }

  /** What a position's adjoint begins with in each turn; null: with 0. */
  first(position: number): string | null {
    if (this.isPending(position)) return `l${position}`;
    return this.#plan.memory.adjoints[position] === "all" ? this.#text.at("g", position) : null;
  }

  /** What is added to where an operand's adjoint is no variable of the turn's. */
  sum(place: Place): string {
    switch (place.kind) {
      case "here":
        return this.#text.at("g", place.position);
      case "before":
        return this.earlier(place.distance);
      case "shared":
        return this.#plan.loop.places.touched.has(place.node) ? `g[${place.node}]` : `h${place.node}`;
      case "strided":
      case "table":
        return `g[${this.#text.address(place)}]`;
      default:
        throw new Error(`${place.kind} has no adjoint`);
    }
  }

  /** In memory, the adjoint of what the turn before has computed. */
  earlier(distance: number): string {
    const { places, block } = this.#plan.loop, first = places.before.get(distance);
    return `g[${first === block.from - distance ? "" : `r === 0 ? ${first} : `}i - ${distance}]`;
  }
}
