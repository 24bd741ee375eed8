/** A small language of densities: what random programs are made of. Written out as TypeScript by typescript.ts, and evaluated by duals.ts. */
export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "name"; readonly name: string }
  /** An element of x, of a local array or of the data. */
  | { readonly kind: "element"; readonly array: string; readonly index: Index }
  | { readonly kind: "unary"; readonly operator: Unary; readonly operand: Expression }
  | { readonly kind: "binary"; readonly operator: Binary; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "choice"; readonly test: Comparison; readonly yes: Expression; readonly no: Expression }
  | { readonly kind: "call"; readonly helper: string; readonly given: readonly Expression[] }
  /** array.reduce((sum, element) => step, start), over the names sum and element. */
  | { readonly kind: "reduce"; readonly array: string; readonly start: Expression; readonly step: Expression };

/** Functions that grow slowly, and `-`; written out by their formulas where Math has none. */
export type Unary =
  | "neg"
  | "sin"
  | "cos"
  | "tanh"
  | "atan"
  | "asinh"
  | "abs"
  | "bell"
  | "cauchy"
  | "root"
  | "cube"
  | "logOfSquare"
  | "expOfTanh";
export type Binary = "+" | "-" | "*" | "over" | "max" | "min" | "hypot" | "power";

export interface Comparison {
  readonly operator: "<" | "<=" | ">" | ">=";
  readonly left: Expression;
  readonly right: Expression;
}

/** (counter * step + offset) % size, or data.at[(counter + offset) % 12] % size; without a counter, offset. */
export interface Index {
  readonly counter: string | null;
  readonly step: number;
  readonly offset: number;
  readonly size: number;
  readonly gathered: boolean;
}

export type Statement =
  | { readonly kind: "let"; readonly name: string; readonly value: Expression }
  | { readonly kind: "assign"; readonly name: string; readonly operator: "=" | "+=" | "-="; readonly value: Expression }
  | {
    readonly kind: "put";
    readonly array: string;
    readonly index: Index;
    readonly operator: "=" | "+=";
    readonly value: Expression;
  }
  | {
    readonly kind: "for";
    readonly style: "for" | "while" | "forEach";
    readonly counter: string;
    readonly turns: number;
    readonly body: readonly Statement[];
  }
  | { readonly kind: "each"; readonly name: string; readonly array: string; readonly body: readonly Statement[] }
  | {
    readonly kind: "if";
    readonly test: Comparison;
    readonly yes: readonly Statement[];
    readonly no: readonly Statement[];
  }
  | { readonly kind: "leave"; readonly how: "break" | "continue"; readonly test: Comparison }
  /** array = array.map((element) => value). */
  | { readonly kind: "map"; readonly array: string; readonly value: Expression };

export interface RandomProgram {
  readonly dim: number;
  readonly data: { readonly y: readonly number[]; readonly at: readonly number[] };
  readonly helpers: readonly { name: string; parameters: readonly string[]; body: Expression }[];
  /** Local arrays by their names, with their sizes: each begins with x over and over. */
  readonly arrays: ReadonlyMap<string, number>;
  /** Adds to `sum`, which begins with 0 and is the result. */
  readonly body: readonly Statement[];
}
