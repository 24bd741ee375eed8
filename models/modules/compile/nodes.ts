/** The syntax tree of a module, as @babel/parser gives it: its children, its places, and what type syntax wraps. */
import type { Node } from "@babel/types";
import { ModuleError, type Site } from "../errors.ts";

export type { Node };

const NOT_CHILDREN = new Set(["loc", "extra", "comments", "tokens", "errors", "type", "start", "end", "range"]);

export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string" &&
    "start" in value && typeof value.start === "number";
}

/** The children, in the order of the source. */
export function children(node: Node): Node[] {
  const found: Node[] = [];
  for (const [key, value] of Object.entries(node)) {
    if (NOT_CHILDREN.has(key)) continue;
    if (Array.isArray(value)) {
      for (const one of value) if (isNode(one)) found.push(one);
    } else if (isNode(value)) {
      found.push(value);
    }
  }
  return found.sort((a, b) => start(a) - start(b));
}

export const start = (node: Node): number => node.start ?? 0;
export const end = (node: Node): number => node.end ?? 0;

/** The syntax of types that also carries an expression or a parameter. */
const CARRIERS = new Set([
  "TSAsExpression",
  "TSSatisfiesExpression",
  "TSTypeAssertion",
  "TSNonNullExpression",
  "TSInstantiationExpression",
  "TSParameterProperty",
]);

/** Whether a node is of types alone: nothing of it runs. */
export function isType(node: Node): boolean {
  return node.type.startsWith("TS") && !CARRIERS.has(node.type);
}

/** What stands inside parentheses and type syntax. */
export function unwrap(node: Node): Node {
  for (;;) {
    switch (node.type) {
      case "ParenthesizedExpression":
      case "TSAsExpression":
      case "TSSatisfiesExpression":
      case "TSTypeAssertion":
      case "TSNonNullExpression":
      case "TSInstantiationExpression":
        node = node.expression;
        break;
      default:
        return node;
    }
  }
}

const LONGEST_TEXT = 60;

export function siteOf(source: string, node: Node): Site {
  const text = source.slice(start(node), Math.min(end(node), start(node) + 4 * LONGEST_TEXT)).replace(/\s+/g, " ");
  return {
    line: node.loc?.start.line ?? 1,
    column: (node.loc?.start.column ?? 0) + 1,
    text: text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT - 1)}…` : text,
  };
}

/** Ends the compilation at a node. */
export function refuse(source: string, node: Node, message: string): never {
  throw new ModuleError(siteOf(source, node), message);
}

/** The name of a property that the source spells out: `a.b`, `a["b"]`, `{ b: … }`. */
export function propertyName(key: Node, computed: boolean): string | null {
  if (key.type === "StringLiteral") return key.value;
  if (key.type === "NumericLiteral") return String(key.value);
  if (key.type === "TemplateLiteral" && key.quasis.length === 1) return key.quasis[0].value.cooked ?? null;
  return !computed && key.type === "Identifier" ? key.name : null;
}
