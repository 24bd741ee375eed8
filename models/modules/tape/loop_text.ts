/**
 * The text of one block of a program, both ways: a loop whose turns have one body or a few, or a straight line, which is a loop of one turn.
 *
 * What only the turn itself needs is a variable. Values that the reverse sweep needs are computed again where that costs little, else kept in an
 * array of their own, turn by turn; in the memory of all nodes are those that other blocks read, by the last turn alone where they read no
 * other. Adjoints are variables likewise, except where something may add to them by way of memory: an operand whose place varies from turn to
 * turn, or an operation on arrays.
 *
 * The order of additions is the interpreter's. A variable begins with the first that is added to it rather than with 0: that may leave −0 where
 * the interpreter has 0, of which nothing is left in the gradient, since all derivatives are linear and an input's adjoint begins with 0.
 */
import { CONSTANT, filled, mentions, type Operation, OPERATIONS, OUTPUT, SCALAR, VECTOR } from "./operations.ts";
import { type Place, Places } from "./places.ts";
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

/** In which turns' nodes something is in memory. */
type Turns = "none" | "last" | "all";

/** What one operation gives to one of its operands. */
interface Contribution {
  readonly place: Place;
  /** Of G, A, B and Y; null of a function of a few numbers. */
  readonly formula: string | null;
  readonly text: () => string;
}

/** Operations that cost no more than a store and a load. */
const CHEAP = new Set(["add", "sub", "mul", "neg", "square"]);
const MOST_AGAIN = 3, LOAD = 0.5; // operations that are computed again rather than kept, and what a load counts beside them

export class LoopText {
  readonly #program: Program;
  readonly #block: Block;
  readonly #places: Places;
  readonly #shared = new Set<number>();
  /** The distances at which the turn before is read, and whether adjoints are kept in a variable there. */
  readonly #before = new Map<number, boolean>();
  #values: Turns[] = [];
  #adjoints: Turns[] = [];
  /** Positions whose values are the same in all turns. */
  readonly #fixed = new Set<number>();
  /** How the reverse sweep has a position's value, of those that it needs. */
  readonly #known = new Map<number, "memory" | "again" | "kept" | "before">();
  /** The distances whose values, as each turn begins, are kept. */
  readonly #keptBefore = new Map<number, Float64Array>();
  readonly #kept = new Map<number, Float64Array>();
  /** How often, in a turn of each body, something is given to each position, and to each distance before, by body. */
  readonly #givenHere = new Map<number, number>();
  readonly #givenBefore: Map<number, number>[] = [];
  /** Distances of what never changes: see #isPassed. */
  readonly #passed = new Set<number>();
  readonly #given: (readonly Contribution[])[] = [];
  #captured: Captured = { tables: [], constants: [], functions: [] };
  #lines: string[] = [];
  /** Loads of the turn, and values computed again in it. */
  readonly #loads = new Map<string, string>();
  readonly #again = new Set<number>();

  constructor(program: Program, block: Block) {
    this.#program = program;
    this.#block = block;
    this.#places = new Places(program, block);
    const { touched, touchedPositions } = this.#places;
    for (const place of this.#places.of.flat()) if (place.kind === "shared") this.#shared.add(place.node);
    const firsts = [...this.#places.before.values()];
    for (const place of this.#places.of.flat()) {
      if (place.kind !== "before") continue;
      // What stands in the place of the turn before the first may be read otherwise as well: then all add to it in memory.
      const first = this.#places.before.get(place.distance) ?? -1;
      if (this.#shared.has(first)) touched.add(first);
      const positions = this.#places.fromEnd(place.distance);
      this.#before.set(
        place.distance,
        !touched.has(first) && firsts.filter((one) => one === first).length === 1 &&
          positions.every((position) => this.#hasVariable(position) && !touchedPositions.has(position)),
      );
    }
    for (let position = 0; block.turns > 1 && position < this.#size; position++) {
      const isFixed = (place: Place) =>
        place.kind === "literal" || place.kind === "shared" ||
        (place.kind === "here" && this.#fixed.has(place.position));
      if (this.#operation(position).value && this.#places.of[position].every(isFixed)) this.#fixed.add(position);
    }
  }

  get #size(): number {
    return this.#places.of.length;
  }

  #code(position: number): number {
    return this.#program.codes[this.#places.example(position)];
  }

  #operation(position: number): Operation {
    return OPERATIONS[this.#code(position)];
  }

  #isUndone(position: number): boolean {
    return this.#program.reverseCodes[this.#places.example(position)] !== 0;
  }

  /** Whether its value is a variable's first, not an array's. */
  #hasVariable(position: number): boolean {
    return this.#operation(position).value !== undefined || this.#code(position) === SCALAR;
  }

  /** The distance at which the next turn reads a position. */
  #distance(position: number): number | null {
    const distance = this.#places.firsts[this.#places.bodyOf(position) + 1] - position;
    return this.#before.has(distance) ? distance : null;
  }

  /** Whether the adjoint of a position is kept in a local variable. */
  #isLocal(position: number): boolean {
    if (!this.#hasVariable(position) || this.#places.touchedPositions.has(position)) return false;
    const distance = this.#distance(position);
    return distance === null || this.#before.get(distance) === true;
  }

  /** Marks the nodes whose values this block reads from memory, and those whose adjoints it reads or adds to there. */
  mark({ values, adjoints }: Memory): void {
    const { from, starts } = this.#block, { a, b, scalars } = this.#program;
    this.#places.of.forEach((places, position) => {
      const code = this.#code(position), isUndone = this.#isUndone(position), isLocal = this.#isLocal(position);
      const body = this.#places.bodyOf(position);
      for (const r of this.#places.turns[body]) {
        const node = starts[r] + position - this.#places.firsts[body];
        if (code === VECTOR) {
          for (const operand of this.#program.operandsOf(a[node])) {
            if (operand >= 0) values[operand] = adjoints[operand] = 1;
          }
        }
        if (code === VECTOR || code === OUTPUT) values[node] = 1;
        if (isUndone && !isLocal) adjoints[node] = 1;
        places.forEach((place, k) => {
          const operand = code === SCALAR ? scalars[a[node]].operands[k] : k === 0 ? a[node] : b[node];
          if (!isMemory(place) && !(place.kind === "before" && operand < from)) return;
          values[operand] = 1;
          if (isUndone) adjoints[operand] = 1;
        });
      }
    });
    // A turn of any body may read them, which is where the loop begins to carry them.
    for (const first of this.#places.before.values()) values[first] = adjoints[first] = 1;
  }

  /** Once all blocks have marked: how much of each position is in memory. The text of a body is one for all turns. */
  settle(memory: Memory): void {
    const { starts, turns } = this.#block;
    const extent = (nodes: Uint8Array, position: number): Turns => {
      if (this.#places.touchedPositions.has(position)) return "all";
      const body = this.#places.bodyOf(position);
      let found: Turns = "none";
      for (const r of this.#places.turns[body]) {
        if (!nodes[starts[r] + position - this.#places.firsts[body]]) continue;
        if (turns === 1 || r < turns - 1) return "all";
        found = "last";
      }
      return found;
    };
    for (let position = 0; position < this.#size; position++) {
      this.#values.push(extent(memory.values, position));
      this.#adjoints.push(
        this.#isUndone(position) && !this.#isLocal(position) ? "all" : extent(memory.adjoints, position),
      );
    }
    for (const distance of this.#before.keys()) {
      const positions = this.#places.fromEnd(distance);
      if (positions.some((position) => this.#adjoints[position] === "all")) {
        for (const position of positions) this.#adjoints[position] = "all";
      }
    }
    for (let position = 0; position < this.#size; position++) {
      if (this.#adjoints[position] !== "all") continue;
      const body = this.#places.bodyOf(position);
      for (const r of this.#places.turns[body]) memory.adjoints[starts[r] + position - this.#places.firsts[body]] = 1;
    }
    this.#count();
    for (const distance of this.#before.keys()) if (this.#isPassed(distance)) this.#passed.add(distance);
    this.#plan();
  }

  /** Decides how the reverse sweep has the values that it needs. */
  #plan(): void {
    const { turns } = this.#block;
    const needed = new Set<number>();
    const need = (place: Place) => {
      if (place.kind === "here") needed.add(place.position);
      if (place.kind === "before" && !this.#keptBefore.has(place.distance)) {
        this.#keptBefore.set(place.distance, new Float64Array(turns + 1));
      }
    };
    for (let position = 0; position < this.#size; position++) {
      const places = this.#places.of[position];
      for (const { formula } of this.#contributions(position)) {
        if (formula === null) places.forEach(need);
        else if (mentions(formula, "Y")) needed.add(position);
        if (mentions(formula ?? "", "A")) need(places[0]);
        if (mentions(formula ?? "", "B")) need(places[1]);
      }
    }
    for (const position of [...needed].sort((p, q) => p - q)) {
      const cost = this.#cost(position);
      if (this.#known.has(position)) continue;
      if (cost <= MOST_AGAIN) this.#known.set(position, "again");
      else if (turns === 1) this.#known.set(position, "memory");
      else {
        this.#known.set(position, "kept");
        this.#kept.set(position, new Float64Array(turns));
      }
    }
  }

  /** What is the same in all turns is known once for all. */
  #knowFixed(position: number): void {
    if (this.#known.has(position)) return;
    const isCheap = CHEAP.has(this.#operation(position).name);
    this.#known.set(position, isCheap ? "again" : "memory");
    if (!isCheap) return;
    for (const place of this.#places.of[position]) if (place.kind === "here") this.#knowFixed(place.position);
  }

  /**
   * What it costs to have the value of a position in the reverse sweep without keeping it; more than `most` where it is more than that or
   * can't be.
   */
  #cost(position: number, most = MOST_AGAIN): number {
    if (this.#known.has(position)) return 0;
    if (this.#fixed.has(position)) {
      this.#knowFixed(position);
      return 0;
    }
    if (!this.#hasVariable(position) || this.#values[position] === "all") {
      this.#known.set(position, "memory");
      return 0;
    }
    const distance = this.#distance(position);
    if (distance !== null && this.#keptBefore.has(distance)) {
      this.#known.set(position, "before");
      return 0;
    }
    if (!CHEAP.has(this.#operation(position).name)) return Infinity;
    let cost = 1;
    for (const place of this.#places.of[position]) {
      if (cost > most) break; // operands of operands are without number
      if (place.kind === "here") cost += this.#cost(place.position, most - cost);
      else if (place.kind === "before") cost += this.#keptBefore.has(place.distance) ? LOAD : Infinity;
      else if (place.kind !== "literal" && place.kind !== "shared") cost += LOAD;
    }
    return cost;
  }

  /** What a position gives to its operands, in order. */
  #contributions(position: number): readonly Contribution[] {
    return this.#given[position] ??= this.#found(position);
  }

  #found(position: number): Contribution[] {
    if (!this.#isUndone(position) || !this.#hasVariable(position)) return [];
    const { toA, toB } = this.#operation(position), places = this.#places.of[position];
    return places.flatMap((place, k): Contribution[] => {
      // An operand that is a constant has no adjoint.
      if (place.kind === "literal" || place.kind === "constants") return [];
      if (this.#code(position) === SCALAR) {
        const { operation } = this.#program.scalars[this.#program.a[this.#places.example(position)]];
        const slope = operation.partials[k];
        if (!slope) return [];
        return [{
          place,
          formula: null,
          text: () => `${this.#adjoint(position)} * ${this.#called(position, slope, (one) => this.#read(one))}`,
        }];
      }
      const formula = k === 0 ? toA : toB;
      if (!formula) return [];
      const letter = (name: "A" | "B", of: Place | undefined) => of && mentions(formula, name) ? this.#read(of) : "";
      return [{
        place,
        formula,
        text: () =>
          filled(formula, {
            A: letter("A", places[0]),
            B: letter("B", places[1]),
            Y: mentions(formula, "Y") ? this.#valueAt(position) : "",
            G: this.#adjoint(position),
          }),
      }];
    });
  }

  forward(captured: Captured): string {
    const { turns, lengths } = this.#block;
    this.#captured = captured;
    const shared = [...this.#shared].map((node) => `const s${node} = v[${node}];`);
    const fixed = [...this.#fixed].map((position) => this.#compute(position, (place) => this.#value(place)));
    const isLeft = (position: number) =>
      this.#values[position] === "last" && this.#places.bodyOf(position) === this.#lastBody &&
      this.#code(position) !== CONSTANT;
    const left: string[] = [], kept: string[] = [];
    const bodies = lengths.map((_, body) => {
      this.#begin();
      for (let position = this.#places.firsts[body]; position < this.#places.firsts[body + 1]; position++) {
        const { holds } = this.#operation(position), places = this.#places.of[position], code = this.#code(position);
        if (holds) {
          const [A = "", B = ""] = places.map((place) => this.#value(place));
          this.#lines.push(`if (!(${filled(holds, { A, B })})) return false;`);
        } else if (code === VECTOR || code === OUTPUT) {
          if (code === VECTOR) this.#lines.push(`run(${this.#vector(position)});`);
          this.#lines.push(`const t${position} = ${this.#at("v", position)};`);
        } else if (code !== CONSTANT) {
          if (!this.#fixed.has(position)) this.#lines.push(this.#compute(position, (place) => this.#value(place)));
          if (this.#values[position] === "all" || (turns === 1 && this.#known.get(position) === "memory")) {
            this.#lines.push(`${this.#at("v", position)} = t${position};`);
          }
          const array = this.#kept.get(position);
          if (array) this.#lines.push(`${this.#array(array)}[r] = t${position};`);
        }
        if (!isLeft(position)) continue;
        left.push(`v[${this.#lastNode(position)}] = l${position};`);
        this.#lines.push(`l${position} = t${position};`);
      }
      for (const distance of this.#before.keys()) {
        this.#lines.push(`p${distance} = t${this.#places.firsts[body + 1] - distance};`);
      }
      return this.#lines.join("\n");
    });
    for (const [position, how] of this.#known) {
      if (how === "memory" && this.#fixed.has(position) && this.#values[position] !== "all") {
        fixed.push(`v[${this.#places.example(position)}] = t${position};`);
      }
    }
    for (const [distance, array] of this.#keptBefore) {
      kept.push(`${this.#array(array)}[r] = p${distance};`);
      left.push(`${this.#array(array)}[${turns}] = p${distance};`);
    }
    if (turns === 1) return `{ ${shared.join(" ")} ${bodies[0]} }`;
    const lefts = Array.from({ length: this.#size }, (_, position) => position).filter(isLeft);
    return `{ ${shared.join(" ")} ${fixed.join(" ")}
      ${
      [...this.#before.keys()].map((distance) => `let p${distance} = v[${this.#places.before.get(distance)}];`).join(
        " ",
      )
    }
      ${lefts.map((position) => `let l${position} = 0;`).join(" ")}
      for (let r = 0; r < ${turns}; r++) {
        ${this.#start([...kept, ...bodies].join("\n"))} ${kept.join(" ")}
        ${this.#choice(bodies)}
      }
      ${left.join(" ")} }`;
  }

  reverse(captured: Captured): string {
    const { turns, lengths, bodies: bodyOf } = this.#block;
    this.#captured = captured;
    const shared: string[] = [], back: string[] = [];
    for (const node of this.#shared) {
      if (turns > 1) shared.push(`const s${node} = v[${node}];`);
      if (this.#places.touched.has(node)) continue;
      shared.push(`let h${node} = g[${node}];`);
      back.push(`g[${node}] = h${node};`);
    }
    for (const position of this.#fixed) {
      if (this.#known.get(position) === "memory") {
        shared.push(`const t${position} = v[${this.#places.example(position)}];`);
      } else if (this.#known.has(position)) {
        shared.push(this.#compute(position, (place) => this.#read(place)));
      }
    }
    const passed = this.#passed, steady = this.#steady();
    const before = [...this.#before].filter(([, isLocal]) => isLocal).map(([distance]) => distance);
    const bodies = lengths.map((_, body) => {
      this.#begin();
      const end = this.#places.firsts[body + 1];
      const begun = new Set<string>();
      /** Adds to a variable. The first that is added is what it begins with, or is added to that. */
      const add = (name: string, declares: boolean, first: string | null, text: string) => {
        const begin = `${declares ? "let " : ""}${name} = ${first === null ? text : `${first} + (${text})`};`;
        this.#lines.push(begun.has(name) ? `${name} += ${text};` : begin);
        begun.add(name);
      };
      for (const distance of before) {
        const position = end - distance;
        if (passed.has(distance)) continue;
        if (this.#isUndone(position)) add(`g${position}`, true, null, `q${distance}`);
        const count = this.#givenBefore[body].get(distance) ?? 0;
        const begin = this.#adjoints[position] === "all"
          ? this.#earlier(distance)
          : body === bodyOf[0] && count > 1
          ? `r > 0 ? 0 : g[${this.#places.before.get(distance)}]` // first, as the order of several matters
          : count === 0
          ? "0"
          : null; // with what it is given
        if (begin !== null) add(`q${distance}`, false, null, begin);
      }
      for (let position = end - 1; position >= this.#places.firsts[body]; position--) {
        if (this.#isUndone(position) && this.#code(position) === VECTOR) {
          this.#lines.push(`undo(${this.#vector(position)});`);
        }
        const contributions = this.#contributions(position);
        if (contributions.length === 0) continue;
        const own = `g${position}`;
        if (this.#isLocal(position) && !steady.has(position) && !begun.has(own)) {
          add(own, true, null, this.#first(position) ?? "0");
        }
        for (const { place, text } of contributions) {
          if (place.kind === "here" && steady.has(place.position)) continue;
          if (place.kind === "before" && passed.has(place.distance)) continue;
          const given = text();
          if (place.kind === "here" && this.#isLocal(place.position)) {
            add(`g${place.position}`, true, this.#first(place.position), given);
          } else if (place.kind === "before" && this.#before.get(place.distance)) {
            add(`q${place.distance}`, false, null, given);
          } else {
            this.#lines.push(`${this.#sum(place)} += ${given};`);
          }
        }
      }
      for (let position = this.#places.firsts[body]; position < end; position++) {
        if (this.#isPending(position)) this.#lines.push(`l${position} = 0;`);
      }
      return this.#lines.join("\n");
    });
    if (turns === 1) return `{ ${shared.join(" ")} ${bodies[0]} ${back.join(" ")} }`;
    const begin = before.map((distance) => {
      const last = this.#places.firsts[this.#lastBody + 1] - distance;
      return `let q${distance} = ${this.#adjoints[last] === "none" ? "0" : `g[${this.#lastNode(last)}]`};`;
    });
    const late = before.map((distance) => {
      const count = this.#givenBefore[bodyOf[0]].get(distance) ?? 0;
      const isSet = !passed.has(distance) &&
        (count > 1 || this.#adjoints[this.#places.firsts[bodyOf[0] + 1] - distance] === "all");
      return `g[${this.#places.before.get(distance)}] ${isSet ? "=" : "+="} q${distance};`;
    });
    const pending = Array.from({ length: this.#size }, (_, position) => position)
      .filter((position) => this.#isPending(position))
      .map((position) => `let l${position} = g[${this.#lastNode(position)}];`);
    const fixed = [...steady].filter(([, text]) => text !== null).map(([position, text]) =>
      `const g${position} = ${text};`
    );
    return `{ ${shared.join(" ")} ${begin.join(" ")} ${pending.join(" ")} ${fixed.join(" ")}
      for (let r = ${turns - 1}; r >= 0; r--) {
        ${this.#start(bodies.join("\n"))}
        ${this.#choice(bodies)}
      }
      ${late.join(" ")} ${back.join(" ")} }`;
  }

  #count(): void {
    for (let body = 0; body < this.#block.lengths.length; body++) this.#givenBefore.push(new Map());
    for (let position = 0; position < this.#size; position++) {
      const before = this.#givenBefore[this.#places.bodyOf(position)];
      for (const { place } of this.#contributions(position)) {
        if (place.kind === "here") this.#givenHere.set(place.position, (this.#givenHere.get(place.position) ?? 0) + 1);
        if (place.kind === "before") before.set(place.distance, (before.get(place.distance) ?? 0) + 1);
      }
    }
  }

  /** Whether each turn passes on to the one before what it was given itself, as that of a running sum: then it never changes. */
  #isPassed(distance: number): boolean {
    if (!this.#before.get(distance)) return false;
    return this.#places.fromEnd(distance).every((position, body) =>
      this.#adjoints[position] !== "all" && !this.#givenHere.has(position) &&
      this.#givenBefore[body].get(distance) === 1 &&
      this.#contributions(position).some(({ place, formula }) =>
        place.kind === "before" && place.distance === distance && formula === "G"
      )
    );
  }

  /** Adjoints that are the same in all turns, with their texts: null of what has another name. */
  #steady(): Map<number, string | null> {
    const steady = new Map<number, string | null>();
    for (let position = this.#size - 1; this.#block.turns > 1 && position >= 0; position--) {
      const distance = this.#distance(position);
      if (distance !== null && this.#passed.has(distance)) steady.set(position, null);
      if (!steady.has(position)) continue;
      const places = this.#places.of[position];
      const isFixed = (place: Place | undefined) =>
        place?.kind === "literal" || place?.kind === "shared" ||
        (place?.kind === "here" && this.#fixed.has(place.position) && this.#known.has(place.position));
      for (const { place, formula, text } of this.#contributions(position)) {
        if (place.kind !== "here" || formula === null || this.#givenHere.get(place.position) !== 1) continue;
        if (!this.#isLocal(place.position) || this.#distance(place.position) !== null) continue;
        if (this.#adjoints[place.position] !== "none" || mentions(formula, "Y")) continue;
        if (mentions(formula, "A") && !isFixed(places[0])) continue;
        if (mentions(formula, "B") && !isFixed(places[1])) continue;
        steady.set(place.position, text());
      }
    }
    return steady;
  }

  get #lastBody(): number {
    return this.#block.bodies[this.#block.turns - 1];
  }

  /** A position's node in the last turn, whose body is the position's. */
  #lastNode(position: number): number {
    const { starts, turns } = this.#block;
    return starts[turns - 1] + position - this.#places.firsts[this.#lastBody];
  }

  /** Whether its adjoint begins with what later blocks have given to the last turn's, and with 0 in the others. */
  #isPending(position: number): boolean {
    return this.#adjoints[position] === "last" && this.#places.bodyOf(position) === this.#lastBody &&
      this.#isUndone(position) && this.#isLocal(position) && this.#distance(position) === null;
  }

  /** What a position's adjoint begins with in each turn; null: with 0. */
  #first(position: number): string | null {
    if (this.#isPending(position)) return `l${position}`;
    return this.#adjoints[position] === "all" ? this.#at("g", position) : null;
  }

  #adjoint(position: number): string {
    if (!this.#isLocal(position)) return this.#at("g", position);
    const distance = this.#distance(position);
    return distance !== null && this.#passed.has(distance) ? `q${distance}` : `g${position}`;
  }

  #begin(): void {
    this.#lines = [];
    this.#loads.clear();
    this.#again.clear();
  }

  /** The line that computes a position. */
  #compute(position: number, text: (place: Place) => string): string {
    const { value } = this.#operation(position), places = this.#places.of[position];
    if (value) {
      const [A = "", B = ""] = places.map(text);
      return `const t${position} = ${filled(value, { A, B })};`;
    }
    const { operation } = this.#program.scalars[this.#program.a[this.#places.example(position)]];
    return `const t${position} = ${this.#called(position, operation.value, text)};`;
  }

  /** The value of an operand, on the way forward. */
  #value(place: Place): string {
    switch (place.kind) {
      case "here":
        return `t${place.position}`;
      case "before":
        return `p${place.distance}`;
      case "shared":
        return `s${place.node}`;
      default:
        return this.#load(place);
    }
  }

  /** The same on the way back. */
  #read(place: Place): string {
    switch (place.kind) {
      case "here":
        return this.#valueAt(place.position);
      case "before":
        return this.#loaded(`${this.#array(this.#keptBefore.get(place.distance))}[r]`);
      case "shared":
        return this.#block.turns > 1 ? `s${place.node}` : this.#loaded(`v[${place.node}]`);
      default:
        return this.#load(place);
    }
  }

  /** The value of a position, on the way back. */
  #valueAt(position: number): string {
    if (this.#again.has(position) || this.#fixed.has(position)) return `t${position}`;
    this.#again.add(position);
    switch (this.#known.get(position)) {
      case "memory":
        this.#lines.push(`const t${position} = ${this.#at("v", position)};`);
        break;
      case "kept":
        this.#lines.push(`const t${position} = ${this.#array(this.#kept.get(position))}[r];`);
        break;
      case "before": {
        const array = this.#array(this.#keptBefore.get(this.#distance(position) ?? 0));
        this.#lines.push(`const t${position} = ${array}[r + 1];`);
        break;
      }
      default: {
        const line = this.#compute(position, (place) => this.#read(place)); // it may need lines of its own
        this.#lines.push(line);
      }
    }
    return `t${position}`;
  }

  #load(place: Place): string {
    switch (place.kind) {
      case "literal":
        return place.text;
      case "constants":
        return this.#loaded(`${this.#array(place.values)}[${this.#block.turns === 1 ? 0 : "r"}]`);
      case "strided":
      case "table":
        return this.#loaded(`v[${this.#address(place)}]`);
      default:
        throw new Error(`${place.kind} is not loaded`);
    }
  }

  /** A load, once a turn. */
  #loaded(text: string): string {
    const known = this.#loads.get(text);
    if (known) return known;
    const name = `m${this.#loads.size}`;
    this.#loads.set(text, name);
    this.#lines.push(`const ${name} = ${text};`);
    return name;
  }

  /** What is added to where an operand's adjoint is no variable of the turn's. */
  #sum(place: Place): string {
    switch (place.kind) {
      case "here":
        return this.#at("g", place.position);
      case "before":
        return this.#earlier(place.distance);
      case "shared":
        return this.#places.touched.has(place.node) ? `g[${place.node}]` : `h${place.node}`;
      case "strided":
      case "table":
        return `g[${this.#address(place)}]`;
      default:
        throw new Error(`${place.kind} has no adjoint`);
    }
  }

  /** In memory, the adjoint of what the turn before has computed. */
  #earlier(distance: number): string {
    const first = this.#places.before.get(distance);
    return `g[${first === this.#block.from - distance ? "" : `r === 0 ? ${first} : `}i - ${distance}]`;
  }

  /** The call of a function of a few numbers, or of its derivative by one of them. */
  #called(position: number, f: FunctionOf4, text: (place: Place) => string): string {
    const given = this.#places.of[position].map(text);
    while (given.length < 4) given.push("0");
    return `F${numberIn(this.#captured.functions, f)}(${given.join(", ")})`;
  }

  #array(array: Float64Array | undefined): string {
    if (!array) throw new Error("a value was not kept");
    return `C${numberIn(this.#captured.constants, array)}`;
  }

  #address(place: Extract<Place, { kind: "strided" | "table" }>): string {
    if (place.kind === "table") return `T${numberIn(this.#captured.tables, place.nodes)}[r]`;
    if (place.step === 0 || this.#block.turns === 1) return `${place.node}`;
    return `${place.node} + r${place.step === 1 ? "" : ` * ${place.step}`}`;
  }

  /** A position's own place in an array of all nodes. */
  #at(array: "v" | "g", position: number): string {
    const { from, turns } = this.#block;
    if (turns === 1) return `${array}[${from + position}]`;
    return `${array}[i + ${position - this.#places.firsts[this.#places.bodyOf(position)]}]`;
  }

  /** The number of an operation on arrays in each turn. */
  #vector(position: number): string {
    const { starts, turns } = this.#block, body = this.#places.bodyOf(position);
    const numbers = new Int32Array(turns);
    for (const r of this.#places.turns[body]) {
      numbers[r] = this.#program.a[starts[r] + position - this.#places.firsts[body]];
    }
    return turns === 1 ? `${numbers[0]}` : `T${numberIn(this.#captured.tables, numbers)}[r]`;
  }

  /** Where a turn begins, if its text asks for it. */
  #start(text: string): string {
    const { from, starts, turns, lengths } = this.#block;
    if (!/\bi [+-] /.test(text)) return "";
    if (lengths.length === 1) return `const i = ${from} + r * ${lengths[0]};`;
    return `const i = T${numberIn(this.#captured.tables, starts.subarray(0, turns))}[r];`;
  }

  /** The body of a turn. */
  #choice(bodies: readonly string[]): string {
    if (bodies.length === 1) return bodies[0];
    const which = `T${numberIn(this.#captured.tables, Int32Array.from(this.#block.bodies))}[r]`;
    return `const body = ${which};
      ${
      bodies.map((text, body) => `${body < bodies.length - 1 ? `if (body === ${body}) ` : ""}{ ${text} }`).join(
        " else ",
      )
    }`;
  }
}

function isMemory({ kind }: Place): boolean {
  return kind === "shared" || kind === "strided" || kind === "table";
}

function numberIn<Item>(list: Item[], item: Item): number {
  const found = list.indexOf(item);
  return found >= 0 ? found : list.push(item) - 1;
}
