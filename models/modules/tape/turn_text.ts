/** The text of one turn, line by line, in which nothing is loaded twice. */
import type { LoopText } from "./loop_text.ts";
import type { Place } from "./places.ts";

export class TurnText {
  readonly lines: string[] = [];
  readonly #loop: LoopText;
  readonly #loads = new Map<string, string>();

  constructor(loop: LoopText) {
    this.#loop = loop;
  }

  /** The value of an operand that no variable has. */
  load(place: Place): string {
    switch (place.kind) {
      case "literal":
        return place.text;
      case "constants":
        return this.loaded(this.#loop.constant(place.values));
      case "strided":
      case "table":
        return this.loaded(`v[${this.#loop.address(place)}]`);
      default:
        throw new Error(`${place.kind} is not loaded`);
    }
  }

  /** A load, once a turn. */
  loaded(text: string): string {
    const known = this.#loads.get(text);
    if (known) return known;
    const name = `m${this.#loads.size}`;
    this.#loads.set(text, name);
    this.lines.push(`const ${name} = ${text};`);
    return name;
  }
}
