/**
 * The text of one turn of a loop's reverse sweep.
 *
 * The order of additions is the interpreter's. A variable begins with the first that is added to it rather than with 0: that may leave −0 where
 * the interpreter has 0, of which nothing is left in the gradient, since all derivatives are linear and an input's adjoint begins with 0.
 */
import type { AdjointText } from "./adjoint_text.ts";
import type { Contribution } from "./contributions.ts";
import type { LoopPlan } from "./loop_plan.ts";
import type { LoopText } from "./loop_text.ts";
import { filled, mentions, VECTOR } from "./operations.ts";
import type { Place } from "./places.ts";
import { RecalledValues } from "./recalled_values.ts";
import { TurnText } from "./turn_text.ts";

export class ReverseTurn {
  readonly #plan: LoopPlan;
  readonly #text: LoopText;
  readonly #adjoints: AdjointText;
  readonly #body: number;
  readonly #turn: TurnText;
  readonly #values: RecalledValues;
  /** The variables that have something by now. */
  readonly #begun = new Set<string>();

  constructor(plan: LoopPlan, text: LoopText, adjoints: AdjointText, body: number) {
    this.#plan = plan;
    this.#text = text;
    this.#adjoints = adjoints;
    this.#body = body;
    this.#turn = new TurnText(text);
    this.#values = new RecalledValues(plan, text, this.#turn);
  }

  text(): string {
    const { loop, invariant } = this.#plan;
    const first = loop.places.firsts[this.#body], end = loop.places.firsts[this.#body + 1];
    for (const distance of loop.carried) if (!invariant.passed.has(distance)) this.#take(distance);
    for (let position = end - 1; position >= first; position--) this.#undo(position);
    for (let position = first; position < end; position++) {
      if (this.#adjoints.isPending(position)) this.#turn.lines.push(`l${position} = 0;`);
    }
    return this.#turn.lines.join("\n");
  }

  /** Takes what the turn after has given to this one, and begins what this one gives to the turn before. */
  #take(distance: number): void {
    const { loop } = this.#plan, position = loop.places.firsts[this.#body + 1] - distance;
    if (loop.isUndone(position)) this.#add(`g${position}`, true, null, `q${distance}`);
    const begin = this.#begin(distance, position);
    if (begin !== null) this.#add(`q${distance}`, false, null, begin);
  }

  /** What the adjoint carried to the turn before begins with; null: with what it is given. */
  #begin(distance: number, position: number): string | null {
    const { loop, memory, contributions } = this.#plan;
    if (memory.adjoints[position] === "all") return this.#adjoints.earlier(distance);
    const count = contributions.toBefore(this.#body, distance);
    if (this.#body === loop.block.bodies[0] && count > 1) {
      return `r > 0 ? 0 : g[${loop.places.before.get(distance)}]`; // first, as the order of several matters
    }
    return count === 0 ? "0" : null;
  }

  /** Undoes one operation: gives to its operands. */
  #undo(position: number): void {
    const { loop, contributions, invariant } = this.#plan, given = contributions.of[position];
    if (loop.isUndone(position) && loop.code(position) === VECTOR) {
      this.#turn.lines.push(`undo(${this.#text.vector(position)});`);
    }
    if (given.length === 0) return;
    const own = `g${position}`;
    if (loop.isLocal(position) && !invariant.steady.has(position) && !this.#begun.has(own)) {
      this.#add(own, true, null, this.#adjoints.first(position) ?? "0");
    }
    for (const contribution of given) {
      if (!this.#isInvariant(contribution.place)) this.#give(contribution.place, this.#given(position, contribution));
    }
  }

  /** Whether an operand's adjoint is computed once for all turns. */
  #isInvariant(place: Place): boolean {
    const { steady, passed } = this.#plan.invariant;
    return (place.kind === "here" && steady.has(place.position)) ||
      (place.kind === "before" && passed.has(place.distance));
  }

  /** Adds to an operand's adjoint. */
  #give(place: Place, given: string): void {
    const { loop } = this.#plan;
    if (place.kind === "here" && loop.isLocal(place.position)) {
      this.#add(`g${place.position}`, true, this.#adjoints.first(place.position), given);
    } else if (place.kind === "before" && loop.before.get(place.distance)) {
      this.#add(`q${place.distance}`, false, null, given);
    } else {
      const sum = this.#adjoints.sum(place);
      this.#turn.lines.push(`${sum} += ${given};`);
    }
  }

  /** What a position gives to one of its operands. */
  #given(position: number, { slope }: Contribution): string {
    const G = this.#adjoints.of(position), operand = (place: Place) => this.#values.operand(place);
    if (typeof slope !== "string") return `${G} * ${this.#text.called(position, slope, operand)}`;
    const [a, b] = this.#plan.loop.places.of[position];
    return filled(slope, {
      A: mentions(slope, "A") ? operand(a) : "",
      B: mentions(slope, "B") ? operand(b) : "",
      Y: mentions(slope, "Y") ? this.#values.at(position) : "",
      G,
    });
  }

  /** Adds to a variable. The first that is added is what it begins with, or is added to that. */
  #add(name: string, declares: boolean, first: string | null, text: string): void {
    const begin = `${declares ? "let " : ""}${name} = ${first === null ? text : `${first} + (${text})`};`;
    this.#turn.lines.push(this.#begun.has(name) ? `${name} += ${text};` : begin);
    this.#begun.add(name);
  }
}
