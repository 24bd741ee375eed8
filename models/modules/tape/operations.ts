/**
 * The operations that a tape can hold, each with its value and what it gives back to its operands, as JavaScript: what is recorded, the
 * interpreter and the compiled programs are all made of these lines, so they round alike. A and B are the operands, Y the value, G the adjoint of Y.
 *
 * Derivatives are those of Griewank & Walther, Evaluating Derivatives (2008), table 3.3; where a function has a corner (abs, max, min) it is
 * one of the two sides.
 */
import { compiled } from "../../../numerics/compiled.ts";

export interface Operation {
  readonly name: string;
  /** Absent of what has no value: guards. */
  readonly value?: string;
  readonly toA?: string;
  readonly toB?: string;
  /** Of a guard: it holds where this is true. */
  readonly holds?: string;
}

const FUNCTIONS_OF_ONE = {
  exp: { value: "Math.exp(A)", toA: "G * Y" },
  // Y + 1 would cancel where Y is near −1.
  expm1: { value: "Math.expm1(A)", toA: "G * Math.exp(A)" },
  log: { value: "Math.log(A)", toA: "G / A" },
  log1p: { value: "Math.log1p(A)", toA: "G / (1 + A)" },
  log2: { value: "Math.log2(A)", toA: "G / (A * Math.LN2)" },
  log10: { value: "Math.log10(A)", toA: "G / (A * Math.LN10)" },
  sqrt: { value: "Math.sqrt(A)", toA: "G * 0.5 / Y" },
  cbrt: { value: "Math.cbrt(A)", toA: "G / (3 * Y * Y)" },
  sin: { value: "Math.sin(A)", toA: "G * Math.cos(A)" },
  cos: { value: "Math.cos(A)", toA: "-G * Math.sin(A)" },
  tan: { value: "Math.tan(A)", toA: "G * (1 + Y * Y)" },
  asin: { value: "Math.asin(A)", toA: "G / Math.sqrt((1 - A) * (1 + A))" },
  acos: { value: "Math.acos(A)", toA: "-G / Math.sqrt((1 - A) * (1 + A))" },
  atan: { value: "Math.atan(A)", toA: "G / (1 + A * A)" },
  sinh: { value: "Math.sinh(A)", toA: "G * Math.cosh(A)" },
  cosh: { value: "Math.cosh(A)", toA: "G * Math.sinh(A)" },
  // 1 − Y² would cancel where Y is near ±1.
  tanh: { value: "Math.tanh(A)", toA: "G / Math.cosh(A) / Math.cosh(A)" },
  asinh: { value: "Math.asinh(A)", toA: "G / Math.hypot(1, A)" },
  acosh: { value: "Math.acosh(A)", toA: "G / Math.sqrt((A - 1) * (A + 1))" },
  atanh: { value: "Math.atanh(A)", toA: "G / ((1 - A) * (1 + A))" },
  abs: { value: "Math.abs(A)", toA: "A > 0 ? G : A < 0 ? -G : 0 * G" },
} satisfies Record<string, { value: string; toA: string }>;

/** The names of Math's functions of one number that have a derivative. */
export type MathFunction = keyof typeof FUNCTIONS_OF_ONE;
export const MATH_FUNCTIONS = Object.keys(FUNCTIONS_OF_ONE) as MathFunction[]; // its own keys alone

const COMPARISONS: Record<string, string> = {
  lt: "A < B",
  le: "A <= B",
  gt: "A > B",
  ge: "A >= B",
  eq: "A === B",
};
const PREDICATES: Record<string, string> = {
  truthy: "A !== 0 && A === A",
  finite: "Number.isFinite(A)",
  nan: "A !== A",
  integer: "Number.isInteger(A)",
};

export const OPERATIONS: readonly Operation[] = [
  { name: "input" },
  { name: "constant" },
  /** An operation on arrays: this is its first output, the others follow. */
  { name: "vector" },
  { name: "output" },
  /** A function of up to four numbers that brings its own derivatives. */
  { name: "scalar" },
  { name: "add", value: "A + B", toA: "G", toB: "G" },
  { name: "sub", value: "A - B", toA: "G", toB: "-G" },
  { name: "mul", value: "A * B", toA: "G * B", toB: "G * A" },
  { name: "div", value: "A / B", toA: "G / B", toB: "-G * Y / B" },
  { name: "rem", value: "A % B", toA: "G", toB: "-G * Math.round((A - Y) / B)" }, // A / B may round up to a whole number
  { name: "neg", value: "-A", toA: "-G" },
  { name: "square", value: "A * A", toA: "G * 2 * A" },
  {
    name: "pow",
    value: "A ** B",
    toA: "B === 0 ? 0 * G : G * B * A ** (B - 1)",
    toB: "A === 0 && B > 0 ? 0 * G : G * Y * Math.log(A)",
  },
  // A constant exponent has no adjoint, and a negative base no logarithm.
  { name: "power", value: "A ** B", toA: "B === 0 ? 0 * G : G * B * A ** (B - 1)" },
  { name: "atan2", value: "Math.atan2(A, B)", toA: "G * B / (A * A + B * B)", toB: "-G * A / (A * A + B * B)" },
  {
    name: "hypot",
    value: "Math.hypot(A, B)",
    toA: "Y === 0 ? 0 * G : G * (A / Y)",
    toB: "Y === 0 ? 0 * G : G * (B / Y)",
  },
  { name: "max", value: "Math.max(A, B)", toA: "A >= B ? G : 0", toB: "A >= B ? 0 : G" },
  { name: "min", value: "Math.min(A, B)", toA: "A <= B ? G : 0", toB: "A <= B ? 0 : G" },
  ...Object.entries(FUNCTIONS_OF_ONE).map(([name, formulas]) => ({ name, ...formulas })),
  ...Object.entries({ ...COMPARISONS, ...PREDICATES }).flatMap(([name, holds]) => [
    { name, holds },
    { name: `not ${name}`, holds: `!(${holds})` },
  ]),
];

const codes = new Map(OPERATIONS.map(({ name }, code) => [name, code]));

export function codeOf(name: string): number {
  const code = codes.get(name);
  if (code === undefined) throw new Error(`there is no operation ${name}`);
  return code;
}

export const INPUT = codeOf("input"),
  CONSTANT = codeOf("constant"),
  VECTOR = codeOf("vector"),
  OUTPUT = codeOf("output"),
  SCALAR = codeOf("scalar");

/** A formula with its letters replaced. */
export function filled(formula: string, letters: { A?: string; B?: string; Y?: string; G?: string }): string {
  return formula.replace(/\b[ABYG]\b/g, (letter) => {
    const text = letter === "A" ? letters.A : letter === "B" ? letters.B : letter === "Y" ? letters.Y : letters.G;
    if (text === undefined) throw new Error(`nothing for ${letter} in ${formula}`);
    return text;
  });
}

/** Whether a formula mentions a letter. */
export function mentions(formula: string | undefined, letter: "A" | "B" | "Y"): boolean {
  return formula !== undefined && new RegExp(`\\b${letter}\\b`).test(formula);
}

/** What each operation gives for its operands, by its code: NaN of what has no value of its own. */
export const VALUES = compiled<readonly ((a: number, b: number) => number)[]>(
  `return [${OPERATIONS.map(({ value = "NaN" }) => `(A, B) => ${value}`)}];`,
  {},
);
/** Whether each guard holds, by its code. */
export const HOLDS = compiled<readonly ((a: number, b: number) => boolean)[]>(
  `return [${OPERATIONS.map(({ holds = "false" }) => `(A, B) => ${holds}`)}];`,
  {},
);

/** How many operands each operation reads, vectors and scalars aside, by its code. */
export const OPERANDS = Uint8Array.from(OPERATIONS, ({ value, holds }) => {
  const formula = value ?? holds;
  return mentions(formula, "B") ? 2 : mentions(formula, "A") ? 1 : 0;
});
/** Whether it is a guard: 1 or 0. */
export const IS_GUARD = Uint8Array.from(OPERATIONS, ({ holds }) => (holds === undefined ? 0 : 1));
