/** Operators: their arithmetic is the runtime's, except where numbers are plain. */
import type { BinaryExpression, UnaryExpression } from "@babel/types";
import { test } from "./booleans.ts";
import type { Emitter } from "./emitter.ts";
import { type Node, unwrap } from "./nodes.ts";

/** The runtime's functions. */
export const OPERATIONS: Readonly<Record<string, string>> = {
  "+": "add",
  "-": "sub",
  "*": "mul",
  "/": "div",
  "%": "rem",
  "**": "pow",
};

const COMPARISONS: Readonly<Record<string, string>> = {
  "<": "lt",
  "<=": "le",
  ">": "gt",
  ">=": "ge",
  "===": "eq",
  "!==": "ne",
  "==": "looseEq",
  "!=": "looseNe",
};

/** The beginning of a call that computes an operator: `ǂ.add(`. */
export function opening(operator: string): string {
  const name = OPERATIONS[operator] ?? COMPARISONS[operator];
  return name ? `ǂ.${name}(` : `ǂ.bit(${JSON.stringify(operator)}, `;
}

export function binary(e: Emitter, node: BinaryExpression): string {
  const { left, right, operator } = node;
  if (left.type === "PrivateName") return e.keep(node); // #field in object
  if (operator === "in") return e.weave(node, [key(e, left), " in ", right]);
  if (operator === "instanceof" || operator === "|>") return e.keep(node);
  const asItIs = (e.isPlain(left) && e.isPlain(right)) ||
    (operator in COMPARISONS && (comparesWithNothing(e, left) || comparesWithNothing(e, right))) ||
    ((operator === "===" || operator === "!==") && (isText(left) || isText(right)));
  // Written anew: `a <!--b` is a comment to who reads a script.
  if (asItIs) return e.weave(node, [left, ` ${operator} `, right]);
  return e.weave(node, [opening(operator), left, ", ", right, `, ${e.site(node)})`]);
}

function comparesWithNothing(e: Emitter, node: Node): boolean {
  const bare = unwrap(node);
  return bare.type === "NullLiteral" || e.isFree(bare, "undefined");
}

function isText(node: Node): boolean {
  const bare = unwrap(node);
  return bare.type === "StringLiteral" || bare.type === "TemplateLiteral" ||
    (bare.type === "UnaryExpression" && bare.operator === "typeof");
}

export function unary(e: Emitter, node: UnaryExpression): string {
  const { argument, operator } = node;
  switch (operator) {
    case "!":
      return e.weave(node, ["!", argument], (child) => test(e, child));
    case "typeof":
      return e.weave(node, ["ǂ.typeOf(", argument, ")"]);
    case "-":
    case "+":
      if (e.isPlain(argument)) return e.weave(node, [`${operator} `, argument]);
      return e.weave(node, [operator === "-" ? "ǂ.neg(" : "ǂ.plus(", argument, `, ${e.site(node)})`]);
    case "~":
      if (e.isPlain(argument)) return e.keep(node);
      return e.weave(node, ["ǂ.bitNot(", argument, `, ${e.site(node)})`]);
    default:
      return e.keep(node); // void, delete
  }
}

/** What stands in brackets: a traced value is no index. */
export function key(e: Emitter, node: Node): string {
  const bare = unwrap(node);
  if (bare.type === "StringLiteral" || bare.type === "NumericLiteral" || e.isPlain(node)) return e.operand(node);
  return `ǂ.key(${e.operand(node)}, ${e.site(node)})`;
}
