/** Tests: what an `if`, a loop or `?:` asks. A traced value is asked by the runtime, which notes the branch. */
import type { LogicalExpression } from "@babel/types";
import type { Emitter } from "./emitter.ts";
import { type Node, unwrap } from "./nodes.ts";

const COMPARISONS = new Set(["==", "!=", "===", "!==", "<", "<=", ">", ">=", "in", "instanceof"]);

/** Whether an expression certainly gives true or false. */
export function isBoolean(wrapped: Node): boolean {
  const node = unwrap(wrapped);
  switch (node.type) {
    case "BooleanLiteral":
      return true;
    case "BinaryExpression":
      return COMPARISONS.has(node.operator);
    case "UnaryExpression":
      return node.operator === "!" || node.operator === "delete";
    case "LogicalExpression":
      return node.operator !== "??" && isBoolean(node.left) && isBoolean(node.right);
    default:
      return false;
  }
}

/** An expression that is only asked whether it holds. */
export function test(e: Emitter, node: Node): string {
  const bare = unwrap(node);
  if (bare.type === "LogicalExpression" && bare.operator !== "??") {
    return e.weave(node, ["(", bare.left, ` ${bare.operator} `, bare.right, ")"], (child) => test(e, child));
  }
  if (isBoolean(node) || e.isPlain(node)) return e.operand(node);
  return e.weave(node, ["ǂ.truthy(", bare, `, ${e.site(bare)})`]);
}

export function logical(e: Emitter, node: LogicalExpression): string {
  const { left, right, operator } = node;
  if (operator === "??" || isBoolean(left) || e.isPlain(left)) return e.keep(node);
  return e.weave(node, [operator === "&&" ? "ǂ.and(" : "ǂ.or(", left, ", () => (", right, `), ${e.site(node)})`]);
}
