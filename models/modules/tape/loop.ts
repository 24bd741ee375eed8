/**
 * One block of a program as a loop, whose turns have one body or a few; a straight line is a loop of one turn. What is known of its positions from
 * the program alone, before it is known what other blocks read.
 */
import { type Operation, OPERATIONS, SCALAR } from "./operations.ts";
import { type Place, Places } from "./places.ts";
import type { Program } from "./program.ts";
import type { Block } from "./roll.ts";

export class Loop {
  readonly program: Program;
  readonly block: Block;
  readonly places: Places;
  /** The nodes from before the loop that all turns share. */
  readonly shared = new Set<number>();
  /** The distances at which the turn before is read, and whether adjoints are kept in a variable there. */
  readonly before = new Map<number, boolean>();
  /** Positions whose values are the same in all turns. */
  readonly fixed = new Set<number>();

  constructor(program: Program, block: Block) {
    this.program = program;
    this.block = block;
    this.places = new Places(program, block);
    for (const place of this.places.of.flat()) if (place.kind === "shared") this.shared.add(place.node);
    this.#findBefore();
    if (block.turns > 1) this.#findFixed();
  }

  #findBefore(): void {
    const { touched, touchedPositions } = this.places;
    const firsts = [...this.places.before.values()];
    for (const place of this.places.of.flat()) {
      if (place.kind !== "before") continue;
      // What stands in the place of the turn before the first may be read otherwise as well: then all add to it in memory.
      const first = this.places.before.get(place.distance) ?? -1;
      if (this.shared.has(first)) touched.add(first);
      const positions = this.places.fromEnd(place.distance);
      this.before.set(
        place.distance,
        !touched.has(first) && firsts.filter((one) => one === first).length === 1 &&
          positions.every((position) => this.hasVariable(position) && !touchedPositions.has(position)),
      );
    }
  }

  #findFixed(): void {
    const isFixed = (place: Place) =>
      place.kind === "literal" || place.kind === "shared" || (place.kind === "here" && this.fixed.has(place.position));
    this.places.of.forEach((places, position) => {
      if (this.operation(position).value && places.every(isFixed)) this.fixed.add(position);
    });
  }

  /** How many positions there are. */
  get size(): number {
    return this.places.of.length;
  }

  code(position: number): number {
    return this.program.codes[this.places.example(position)];
  }

  operation(position: number): Operation {
    return OPERATIONS[this.code(position)];
  }

  isUndone(position: number): boolean {
    return this.program.reverseCodes[this.places.example(position)] !== 0;
  }

  /** Whether its value is a variable's first, not an array's. */
  hasVariable(position: number): boolean {
    return this.operation(position).value !== undefined || this.code(position) === SCALAR;
  }

  /** The distance at which the next turn reads a position. */
  distance(position: number): number | null {
    const distance = this.places.firsts[this.places.bodyOf(position) + 1] - position;
    return this.before.has(distance) ? distance : null;
  }

  /** Whether the adjoint of a position is kept in a local variable. */
  isLocal(position: number): boolean {
    if (!this.hasVariable(position) || this.places.touchedPositions.has(position)) return false;
    const distance = this.distance(position);
    return distance === null || this.before.get(distance) === true;
  }

  /** The distances whose adjoints a variable carries from turn to turn. */
  get carried(): number[] {
    return [...this.before].filter(([, isLocal]) => isLocal).map(([distance]) => distance);
  }

  /** A position's nodes, in the turns of its body. */
  nodesOf(position: number): Int32Array {
    const { starts } = this.block, body = this.places.bodyOf(position);
    return this.places.turns[body].map((r) => starts[r] + position - this.places.firsts[body]);
  }

  get lastBody(): number {
    return this.block.bodies[this.block.turns - 1];
  }

  /** A position's node in the last turn, whose body is the position's. */
  lastNode(position: number): number {
    const { starts, turns } = this.block;
    return starts[turns - 1] + position - this.places.firsts[this.lastBody];
  }
}
