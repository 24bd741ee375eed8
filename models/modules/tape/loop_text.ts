/** The text of one block of a program: `turns` turns of `period` operations, both ways. A straight line is a loop of one turn. */
import { CONSTANT, filled, mentions, OPERANDS, OPERATIONS, OUTPUT, SCALAR, VECTOR } from "./operations.ts";
import type { Program } from "./program.ts";
import type { Block } from "./roll.ts";
import type { FunctionOf4 } from "./scalar.ts";

/** Which nodes are in memory, 1 or 0 each: the others are variables of the text alone. */
export interface Memory {
  readonly values: Uint8Array;
  readonly adjoints: Uint8Array;
}

/** What the text refers to by number: T0, C0, F0 … */
export interface Captured {
  readonly tables: Int32Array[];
  readonly constants: Float64Array[];
  readonly functions: FunctionOf4[];
}

/** Where an operand is, in turn r. */
type Place =
  /** The same number in each turn. */
  | { readonly kind: "literal"; readonly text: string }
  /** A number for each turn. */
  | { readonly kind: "constants"; readonly values: Float64Array }
  /** What this turn, or the one before, has computed. */
  | { readonly kind: "here" | "before"; readonly position: number }
  /** A node from before the loop that all turns share. */
  | { readonly kind: "shared"; readonly node: number }
  /** node + r · step. */
  | { readonly kind: "strided"; readonly node: number; readonly step: number }
  | { readonly kind: "table"; readonly nodes: Int32Array };

export class LoopText {
  readonly #program: Program;
  readonly #block: Block;
  readonly #memory: Memory;
  readonly #captured: Captured;
  /** The operands of each position. */
  readonly #places: (readonly Place[])[] = [];
  /** Nodes from before the loop, and positions in it, to which something may add by way of memory. */
  readonly #touched = new Set<number>();
  readonly #touchedPositions = new Set<number>();
  /** The shared nodes, and the positions of the turn before, that are read. */
  readonly #shared = new Set<number>();
  readonly #before = new Set<number>();

  constructor(
    program: Program,
    block: Block,
    memory: Memory,
    captured: Captured = { tables: [], constants: [], functions: [] },
  ) {
    this.#program = program;
    this.#block = block;
    this.#memory = memory;
    this.#captured = captured;
    const { from, period } = block;
    for (let j = 0; j < period; j++) {
      const code = program.codes[from + j];
      if (code === VECTOR) this.#touchVectors(j);
      this.#places.push(
        code === SCALAR
          ? program.scalars[program.a[from + j]].operands.map((_, k) =>
            this.#placeOf((node) => this.#argument(node, k), j)
          )
          : [program.a, program.b].slice(0, OPERANDS[code]).map((operands) =>
            this.#placeOf((node) => operands[node], j)
          ),
      );
    }
    for (const place of this.#places.flat()) {
      if (place.kind === "shared") this.#shared.add(place.node);
      if (place.kind === "before") this.#before.add(place.position);
    }
    // What stands in the place of the turn before the first may be shared as well: then both add to it in memory.
    for (const position of this.#before) {
      const node = from - period + position;
      if (this.#shared.has(node)) this.#touched.add(node);
    }
  }

  /** The node of an argument of a function of a few numbers. */
  #argument(node: number, k: number): number {
    return this.#program.scalars[this.#program.a[node]].operands[k];
  }

  #placeOf(operandOf: (node: number) => number, position: number): Place {
    const { from, period, turns } = this.#block, { codes, values } = this.#program;
    const node = (r: number) => operandOf(from + r * period + position);
    const first = node(0);
    const all = (holds: (r: number) => boolean) => {
      for (let r = 0; r < turns; r++) if (!holds(r)) return false;
      return true;
    };
    if (all((r) => codes[node(r)] === CONSTANT)) {
      const text = literal(values[first]);
      if (text !== null && all((r) => Object.is(values[node(r)], values[first]))) return { kind: "literal", text };
      return { kind: "constants", values: Float64Array.from({ length: turns }, (_, r) => values[node(r)]) };
    }
    if (first >= from && all((r) => node(r) === first + r * period)) return { kind: "here", position: first - from };
    // A turn's own constants have no variable.
    if (
      turns > 1 && first >= from - period && codes[first + period] !== CONSTANT &&
      all((r) => node(r) === first + r * period)
    ) {
      return { kind: "before", position: first - from + period };
    }
    if (first < from && all((r) => node(r) === first)) return { kind: "shared", node: first };
    for (let r = 0; r < turns; r++) this.#touch(node(r));
    const step = turns > 1 ? node(1) - first : 0;
    if (all((r) => node(r) === first + r * step)) return { kind: "strided", node: first, step };
    return { kind: "table", nodes: Int32Array.from({ length: turns }, (_, r) => node(r)) };
  }

  #touchVectors(position: number): void {
    const { from, period, turns } = this.#block;
    for (let r = 0; r < turns; r++) {
      for (const node of this.#program.operandsOf(this.#program.a[from + r * period + position])) {
        if (node >= 0) this.#touch(node);
      }
    }
  }

  #touch(node: number): void {
    const { from, period } = this.#block;
    if (node >= from) this.#touchedPositions.add((node - from) % period);
    else this.#touched.add(node);
  }

  /** Marks the nodes whose values this block reads from memory, and those whose adjoints it reads or adds to there. */
  mark(): void {
    const { from, period, turns } = this.#block, { codes, reverseCodes, a, b } = this.#program;
    const { values, adjoints } = this.#memory;
    for (let j = 0; j < period; j++) {
      const code = codes[from + j], operation = OPERATIONS[code];
      const isUndone = reverseCodes[from + j] !== 0;
      const undone = isUndone ? [operation.toA, operation.toB] : [];
      const reads = (letter: "A" | "B" | "Y") => undone.some((formula) => mentions(formula, letter));
      const isScalar = code === SCALAR;
      const isRead = [reads("A"), reads("B")];
      const isLocal = this.#isLocal(j);
      for (let r = 0; r < turns; r++) {
        const node = from + r * period + j;
        if (code === VECTOR) {
          for (const operand of this.#program.operandsOf(a[node])) {
            if (operand >= 0) values[operand] = adjoints[operand] = 1;
          }
        }
        if (code === VECTOR || code === OUTPUT || reads("Y")) values[node] = 1;
        if (isUndone && !isLocal) adjoints[node] = 1;
        this.#places[j].forEach((place, k) => {
          const operand = isScalar ? this.#argument(node, k) : k === 0 ? a[node] : b[node];
          if (isScalar || isRead[k] || this.#isMemory(place) || this.#isFirst(place, r)) values[operand] = 1;
          if (isUndone && (this.#isMemory(place) || this.#isFirst(place, r))) adjoints[operand] = 1;
        });
      }
    }
  }

  #isMemory({ kind }: Place): boolean {
    return kind === "shared" || kind === "strided" || kind === "table";
  }

  /** What the first turn takes of the turn before is from before the loop. */
  #isFirst({ kind }: Place, turn: number): boolean {
    return kind === "before" && turn === 0;
  }

  /** Whether the values of a position are read from memory. */
  #isStored(position: number): boolean {
    return this.#memory.values[this.#block.from + position] === 1;
  }

  /** Whether something adds to the adjoints of a position in memory. */
  #isAddedTo(position: number): boolean {
    return this.#memory.adjoints[this.#block.from + position] === 1;
  }

  /** What has been added, by later blocks, to the adjoint of a position in the turn before. */
  #earlier(position: number): string {
    const { from, period } = this.#block;
    if (this.#isAddedTo(position)) return `g[i + ${position - period}]`;
    return `r > 0 ? 0 : g[${from - period + position}]`;
  }

  forward(): string {
    const { from, period, turns } = this.#block, { codes, a } = this.#program;
    const lines: string[] = [];
    for (let j = 0; j < period; j++) {
      const code = codes[from + j], { value, holds } = OPERATIONS[code];
      const [A = "", B = ""] = this.#places[j].map((place) => this.#value(place));
      const letters = { A, B };
      if (holds) lines.push(`if (!(${filled(holds, letters)})) return false;`);
      else if (code === VECTOR) lines.push(`run(${this.#vector(a, j)}); const t${j} = ${this.#at("v", j)};`);
      else if (code === OUTPUT) lines.push(`const t${j} = ${this.#at("v", j)};`);
      else if (value || code === SCALAR) {
        const text = value ? filled(value, letters) : this.#called(j, "value", (place) => this.#value(place));
        lines.push(`const t${j} = ${text};`);
        if (this.#isStored(j)) lines.push(`${this.#at("v", j)} = t${j};`);
      }
    }
    const shared = [...this.#shared].map((node) => `const s${node} = v[${node}];`);
    if (turns === 1) return `{ ${shared.join(" ")} ${lines.join("\n")} }`;
    const before = [...this.#before];
    return `{ ${shared.join(" ")}
      ${before.map((j) => `let p${j} = v[${from - period + j}];`).join(" ")}
      for (let r = 0, i = ${from}; r < ${turns}; r++, i += ${period}) {
        ${lines.join("\n")}
        ${before.map((j) => `p${j} = t${j};`).join(" ")}
      } }`;
  }

  reverse(): string {
    const { from, period, turns } = this.#block, { reverseCodes, a } = this.#program;
    const lines: string[] = [];
    for (let j = period - 1; j >= 0; j--) {
      const code = reverseCodes[from + j], { value, toA, toB } = OPERATIONS[code];
      if (code === VECTOR) {
        lines.push(`undo(${this.#vector(a, j)});`);
      } else if (value || code === SCALAR) {
        const places = this.#places[j];
        const [A = "", B = ""] = places.map((place) => this.#read(place));
        const G = this.#isLocal(j) ? `g${j}` : this.#at("g", j);
        const letters = { A, B, Y: this.#at("v", j), G };
        const slopes = code === SCALAR
          ? places.map((_, k) => this.#called(j, k, (place) => this.#read(place))).map((slope) =>
            slope && `${G} * ${slope}`
          )
          : [toA, toB].map((formula) => formula && filled(formula, letters));
        // An operand that is a constant has no adjoint.
        places.forEach((place, k) => {
          const slope = slopes[k];
          if (slope) lines.push(this.#add(place, slope));
        });
      }
    }
    const locals: string[] = [], shared: string[] = [], back: string[] = [];
    const before = turns > 1 ? [...this.#before].filter((j) => this.#isLocal(j)) : [];
    for (let j = 0; j < period; j++) {
      if (reverseCodes[from + j] === 0 || !this.#isLocal(j)) continue;
      // What nothing adds to in memory begins with 0 in each run.
      const first = before.includes(j) ? `q${j}` : this.#isAddedTo(j) ? this.#at("g", j) : "0";
      locals.push(`let g${j} = ${first};`);
    }
    for (const node of this.#shared) {
      if (this.#touched.has(node)) continue;
      shared.push(`let h${node} = g[${node}];`);
      back.push(`g[${node}] = h${node};`);
    }
    if (turns === 1) return `{ ${shared.join(" ")} ${locals.join(" ")} ${lines.join("\n")} ${back.join(" ")} }`;
    const last = from + (turns - 1) * period;
    return `{ ${shared.join(" ")}
      ${before.map((j) => `let q${j} = ${this.#isAddedTo(j) ? `g[${last + j}]` : "0"};`).join(" ")}
      for (let r = ${turns - 1}, i = ${last}; r >= 0; r--, i -= ${period}) {
        ${locals.join(" ")}
        ${before.map((j) => `q${j} = ${this.#earlier(j)};`).join(" ")}
        ${lines.join("\n")}
      }
      ${before.map((j) => `g[${from - period + j}] = q${j};`).join(" ")}
      ${back.join(" ")} }`;
  }

  /** Adds to the adjoint of an operand. */
  #add(place: Place, text: string): string {
    switch (place.kind) {
      case "literal":
      case "constants":
        return "";
      case "here":
        return this.#isLocal(place.position)
          ? `g${place.position} += ${text};`
          : `${this.#at("g", place.position)} += ${text};`;
      case "before":
        return this.#isLocal(place.position)
          ? `q${place.position} += ${text};`
          : `g[i + ${place.position - this.#block.period}] += ${text};`;
      case "shared":
        return this.#touched.has(place.node) ? `g[${place.node}] += ${text};` : `h${place.node} += ${text};`;
      default:
        return `g[${this.#address(place)}] += ${text};`;
    }
  }

  /** Whether the adjoint of a position is kept in a local variable. */
  #isLocal(position: number): boolean {
    const { from, period } = this.#block;
    const code = this.#program.codes[from + position];
    if (OPERATIONS[code].value === undefined && code !== SCALAR) return false;
    if (this.#touchedPositions.has(position)) return false;
    const first = from - period + position; // in the place of the turn before the first
    return !this.#before.has(position) || !(this.#touched.has(first) || this.#shared.has(first));
  }

  /** The value of an operand, on the way forward. */
  #value(place: Place): string {
    switch (place.kind) {
      case "here":
        return `t${place.position}`;
      case "before":
        return `p${place.position}`;
      case "shared":
        return `s${place.node}`;
      default:
        return this.#read(place);
    }
  }

  /** The same from memory. */
  #read(place: Place): string {
    switch (place.kind) {
      case "literal":
        return place.text;
      case "constants":
        return `C${numberIn(this.#captured.constants, place.values)}[${this.#block.turns === 1 ? 0 : "r"}]`;
      case "here":
        return this.#at("v", place.position);
      case "before":
        return `v[i + ${place.position - this.#block.period}]`;
      case "shared":
        return `v[${place.node}]`;
      case "strided":
      case "table":
        return `v[${this.#address(place)}]`;
    }
  }

  /** The call of a function of a few numbers, or of its derivative by one of them; empty where that is never asked for. */
  #called(position: number, which: "value" | number, text: (place: Place) => string): string {
    const { operation } = this.#program.scalars[this.#program.a[this.#block.from + position]];
    const f = which === "value" ? operation.value : operation.partials[which];
    if (!f) return "";
    const given = this.#places[position].map(text);
    while (given.length < 4) given.push("0");
    return `F${numberIn(this.#captured.functions, f)}(${given.join(", ")})`;
  }

  #address(place: Extract<Place, { kind: "strided" | "table" }>): string {
    if (place.kind === "table") return `T${numberIn(this.#captured.tables, place.nodes)}[r]`;
    return this.#block.turns === 1 ? `${place.node}` : `${place.node} + r * ${place.step}`;
  }

  /** A position's own place in an array of all nodes. */
  #at(array: "v" | "g", position: number): string {
    return this.#block.turns === 1 ? `${array}[${this.#block.from + position}]` : `${array}[i + ${position}]`;
  }

  /** The number of an operation on arrays: those of a turn follow those of the turn before. */
  #vector(a: Int32Array, position: number): string {
    const { from, period, turns } = this.#block;
    const first = a[from + position];
    return turns === 1 ? `${first}` : `${first} + r * ${a[from + period + position] - first}`;
  }
}

function numberIn<Item>(list: Item[], item: Item): number {
  const found = list.indexOf(item);
  return found >= 0 ? found : list.push(item) - 1;
}

/** A constant's text, which reads back as the same bits; null of what has none. */
function literal(value: number): string | null {
  if (!Number.isFinite(value)) return null;
  const text = Object.is(value, -0) ? "-0" : String(value);
  return text.startsWith("-") ? `(${text})` : text;
}
