/** The text of values in one turn of the reverse sweep, each had once, in the way that was decided for it. */
import type { LoopPlan } from "./loop_plan.ts";
import type { LoopText } from "./loop_text.ts";
import type { Place } from "./places.ts";
import type { TurnText } from "./turn_text.ts";

export class RecalledValues {
  readonly #plan: LoopPlan;
  readonly #text: LoopText;
  readonly #turn: TurnText;
  /** The positions that have a variable by now. */
  readonly #named = new Set<number>();

  constructor(plan: LoopPlan, text: LoopText, turn: TurnText) {
    this.#plan = plan;
    this.#text = text;
    this.#turn = turn;
  }

  /** The value of an operand. */
  operand(place: Place): string {
    const { loop, recall } = this.#plan;
    switch (place.kind) {
      case "here":
        return this.at(place.position);
      case "before":
        return this.#turn.loaded(`${this.#text.array(recall.keptBefore.get(place.distance))}[r]`);
      case "shared":
        return loop.block.turns > 1 ? `s${place.node}` : this.#turn.loaded(`v[${place.node}]`);
      default:
        return this.#turn.load(place);
    }
  }

  /** The value of a position. */
  at(position: number): string {
    const name = `t${position}`;
    if (this.#named.has(position) || this.#plan.loop.fixed.has(position)) return name;
    this.#named.add(position);
    const line = this.#recall(position); // it may need lines of its own
    this.#turn.lines.push(line);
    return name;
  }

  #recall(position: number): string {
    const { loop, recall } = this.#plan, text = this.#text;
    switch (recall.known.get(position)) {
      case "memory":
        return `const t${position} = ${text.at("v", position)};`;
      case "kept":
        return `const t${position} = ${text.array(recall.kept.get(position))}[r];`;
      case "before":
        // As the next turn begins.
        return `const t${position} = ${text.array(recall.keptBefore.get(loop.distance(position) ?? 0))}[r + 1];`;
      default:
        return text.compute(position, (place) => this.operand(place));
    }
  }
}
