/** Where the operands of a loop's operations are, turn by turn. A straight line is a loop of one turn. */
import { CONSTANT, IS_GUARD, OPERANDS, SCALAR, VECTOR } from "./operations.ts";
import type { Program } from "./program.ts";
import { type Block, turnOf } from "./roll.ts";

/** Where an operand is, in turn r. */
export type Place =
  /** The same number in each turn. */
  | { readonly kind: "literal"; readonly text: string }
  /** A number for each turn. */
  | { readonly kind: "constants"; readonly values: Float64Array }
  /** What this turn has computed at a position. */
  | { readonly kind: "here"; readonly position: number }
  /** What the turn before has computed, so many nodes before this turn begins; in the first turn, what stands for it. */
  | { readonly kind: "before"; readonly distance: number }
  /** A node from before the loop that all turns share. */
  | { readonly kind: "shared"; readonly node: number }
  /** node + r · step. */
  | { readonly kind: "strided"; readonly node: number; readonly step: number }
  | { readonly kind: "table"; readonly nodes: Int32Array };

/** A position is a place in one of a block's bodies, which are laid one after the other. */
export class Places {
  readonly #program: Program;
  readonly #block: Block;
  /** The first position of each body, and after the last. */
  readonly firsts: readonly number[];
  /** The turns of each body. */
  readonly turns: readonly Int32Array[];
  /** The operands of each position. */
  readonly of: readonly (readonly Place[])[];
  /** Nodes from before the loop, and positions in it, to which something may add by way of memory. */
  readonly touched = new Set<number>();
  readonly touchedPositions = new Set<number>();
  /** By distance: the node, from before the loop, that the first turn has in the place of the turn before. */
  readonly before = new Map<number, number>();

  constructor(program: Program, block: Block) {
    this.#program = program;
    this.#block = block;
    const firsts = [0], turns: number[][] = block.lengths.map(() => []);
    for (const length of block.lengths) firsts.push(firsts[firsts.length - 1] + length);
    for (let r = 0; r < block.turns; r++) turns[block.bodies[r]].push(r);
    this.firsts = firsts;
    this.turns = turns.map((of) => Int32Array.from(of));
    this.of = block.lengths.flatMap((length, body) => Array.from({ length }, (_, j) => this.#operands(body, j)));
  }

  /** A position's node in its body's first turn: of which kind it is. */
  example(position: number): number {
    const body = this.bodyOf(position);
    return this.#block.starts[this.turns[body][0]] + position - this.firsts[body];
  }

  bodyOf(position: number): number {
    let body = 0;
    while (position >= this.firsts[body + 1]) body++;
    return body;
  }

  /** The position of each body that is so many nodes before its end. */
  fromEnd(distance: number): number[] {
    return this.#block.lengths.map((_, body) => this.firsts[body + 1] - distance);
  }

  #operands(body: number, j: number): Place[] {
    const { codes, a, b, scalars } = this.#program;
    const nodes = Int32Array.from(this.turns[body], (r) => this.#block.starts[r] + j);
    const code = codes[nodes[0]];
    if (code === VECTOR) {
      for (const node of nodes) {
        for (const operand of this.#program.operandsOf(a[node])) if (operand >= 0) this.#touch(operand);
      }
    }
    if (code === SCALAR) {
      return scalars[a[nodes[0]]].operands.map((_, k) =>
        this.#placeOf(body, nodes.map((node) => scalars[a[node]].operands[k]))
      );
    }
    return [a, b].slice(0, OPERANDS[code]).map((operands) => this.#placeOf(body, nodes.map((node) => operands[node])));
  }

  /** `nodes`: the operand in each turn of the body. */
  #placeOf(body: number, nodes: Int32Array): Place {
    const { from, starts, turns } = this.#block, { codes, values } = this.#program;
    const own = this.turns[body], first = nodes[0], begin = starts[own[0]];
    const byTurn = <Numbers extends Int32Array | Float64Array>(all: Numbers, one: (n: number) => number): Numbers => {
      for (let n = 0; n < own.length; n++) all[own[n]] = one(n);
      return all;
    };
    if (nodes.every((node) => codes[node] === CONSTANT)) {
      const text = literal(values[first]);
      if (text !== null && nodes.every((node) => Object.is(values[node], values[first]))) {
        return { kind: "literal", text };
      }
      return { kind: "constants", values: byTurn(new Float64Array(turns), (n) => values[nodes[n]]) };
    }
    if (first >= begin && nodes.every((node, n) => node - starts[own[n]] === first - begin)) {
      return { kind: "here", position: this.firsts[body] + first - begin };
    }
    const distance = this.#distanceBefore(own, nodes);
    if (distance !== null) return { kind: "before", distance };
    if (first < from && nodes.every((node) => node === first)) return { kind: "shared", node: first };
    for (const node of nodes) this.#touch(node);
    const step = own.length > 1 ? (nodes[1] - first) / (own[1] - own[0]) : 0;
    if (Number.isInteger(step) && nodes.every((node, n) => node === first + step * (own[n] - own[0]))) {
      return { kind: "strided", node: first - step * own[0], step };
    }
    return { kind: "table", nodes: byTurn(new Int32Array(turns), (n) => nodes[n]) };
  }

  /** How far before each turn the operand is, where the turn before has it. */
  #distanceBefore(own: Int32Array, nodes: Int32Array): number | null {
    const { from, lengths, starts } = this.#block, { codes } = this.#program;
    const begun = own[0] === 0 ? 1 : 0; // the first turn may have what it likes
    if (nodes.length <= begun) return null;
    const distance = starts[own[begun]] - nodes[begun];
    for (let n = begun; n < nodes.length; n++) if (starts[own[n]] - nodes[n] !== distance) return null;
    // Constants and guards have no variable.
    const isVariable = lengths.every((length, body) => {
      const code = codes[starts[this.turns[body][0]] + length - distance];
      return distance > 0 && distance <= length && code !== CONSTANT && !IS_GUARD[code];
    });
    const first = begun ? nodes[0] : this.before.get(distance) ?? from - distance;
    if (!isVariable || first < 0 || first >= from || (this.before.get(distance) ?? first) !== first) return null;
    this.before.set(distance, first);
    return distance;
  }

  #touch(node: number): void {
    const { from, starts, bodies } = this.#block;
    if (node < from) {
      this.touched.add(node);
      return;
    }
    const r = turnOf(this.#block, node);
    this.touchedPositions.add(this.firsts[bodies[r]] + node - starts[r]);
  }
}

/** A constant's text, which reads back as the same bits; null of what has none. */
function literal(value: number): string | null {
  if (!Number.isFinite(value)) return null;
  const text = Object.is(value, -0) ? "-0" : String(value);
  return text.startsWith("-") ? `(${text})` : text;
}
