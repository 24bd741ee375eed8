/** The text of what the turns of a loop have in common, on the way forward and back: places in arrays, calls, and what stands around the bodies. */
import type { Loop } from "./loop.ts";
import { filled } from "./operations.ts";
import type { Place } from "./places.ts";
import type { FunctionOf4 } from "./scalar.ts";

/** What the text refers to by number: T0, C0, F0 … */
export interface Captured {
  readonly tables: Int32Array[];
  readonly constants: Float64Array[];
  readonly functions: FunctionOf4[];
}

export class LoopText {
  readonly #loop: Loop;
  readonly #captured: Captured;

  constructor(loop: Loop, captured: Captured) {
    this.#loop = loop;
    this.#captured = captured;
  }

  /** The line that computes a position. */
  compute(position: number, operand: (place: Place) => string): string {
    const { program, places } = this.#loop, { value } = this.#loop.operation(position);
    if (value) {
      const [A = "", B = ""] = places.of[position].map(operand);
      return `const t${position} = ${filled(value, { A, B })};`;
    }
    const { operation } = program.scalars[program.a[places.example(position)]];
    return `const t${position} = ${this.called(position, operation.value, operand)};`;
  }

  /** The call of a function of a few numbers, or of its derivative by one of them. */
  called(position: number, f: FunctionOf4, operand: (place: Place) => string): string {
    const given = this.#loop.places.of[position].map(operand);
    while (given.length < 4) given.push("0");
    return `F${numberIn(this.#captured.functions, f)}(${given.join(", ")})`;
  }

  /** An operand of what is the same in all turns. */
  fixed(place: Place): string {
    switch (place.kind) {
      case "literal":
        return place.text;
      case "here":
        return `t${place.position}`;
      case "shared":
        return `s${place.node}`;
      default:
        throw new Error(`${place.kind} changes from turn to turn`);
    }
  }

  array(array: Float64Array | undefined): string {
    if (!array) throw new Error("a value was not kept");
    return `C${numberIn(this.#captured.constants, array)}`;
  }

  /** A number for each turn. */
  constant(values: Float64Array): string {
    return `${this.array(values)}[${this.#loop.block.turns === 1 ? 0 : "r"}]`;
  }

  address(place: Extract<Place, { kind: "strided" | "table" }>): string {
    if (place.kind === "table") return `${this.#table(place.nodes)}[r]`;
    if (place.step === 0 || this.#loop.block.turns === 1) return `${place.node}`;
    return `${place.node} + r${place.step === 1 ? "" : ` * ${place.step}`}`;
  }

  /** A position's own place in an array of all nodes. */
  at(array: "v" | "g", position: number): string {
    const { block: { from, turns }, places } = this.#loop;
    if (turns === 1) return `${array}[${from + position}]`;
    return `${array}[i + ${position - places.firsts[places.bodyOf(position)]}]`;
  }

  /** The number of an operation on arrays in each turn. */
  vector(position: number): string {
    const { block: { turns }, places, program } = this.#loop, numbers = new Int32Array(turns);
    const nodes = this.#loop.nodesOf(position);
    places.turns[places.bodyOf(position)].forEach((r, n) => numbers[r] = program.a[nodes[n]]);
    return turns === 1 ? `${numbers[0]}` : `${this.#table(numbers)}[r]`;
  }

  /** Where a turn begins, if its text asks for it. */
  start(text: string): string {
    const { from, starts, turns, lengths } = this.#loop.block;
    if (!/\bi [+-] /.test(text)) return "";
    if (lengths.length === 1) return `const i = ${from} + r * ${lengths[0]};`;
    return `const i = ${this.#table(starts.subarray(0, turns))}[r];`;
  }

  /** The body of a turn. */
  choice(bodies: readonly string[]): string {
    if (bodies.length === 1) return bodies[0];
    const which = `${this.#table(Int32Array.from(this.#loop.block.bodies))}[r]`;
    const choices = bodies.map((text, body) =>
      `${body < bodies.length - 1 ? `if (body === ${body}) ` : ""}{ ${text} }`
    );
    return `const body = ${which};
      ${choices.join(" else ")}`;
  }

  #table(numbers: Int32Array): string {
    return `T${numberIn(this.#captured.tables, numbers)}`;
  }
}

function numberIn<Item>(list: Item[], item: Item): number {
  const found = list.indexOf(item);
  return found >= 0 ? found : list.push(item) - 1;
}
