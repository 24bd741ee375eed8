/** Statements. Each ends with a semicolon of its own, so that nothing joins what follows. */
import type { VariableDeclaration } from "@babel/types";
import { target, update } from "./assignments.ts";
import { test } from "./booleans.ts";
import type { Emitter } from "./emitter.ts";
import { isType, type Node, start, unwrap } from "./nodes.ts";

export function statement(e: Emitter, node: Node): string {
  switch (node.type) {
    case "ExpressionStatement":
      return closed(e, node, e.keep(node, (child) => unused(e, child)));
    case "VariableDeclaration":
      return node.declare ? `;${e.blank(node)}` : closed(e, node, e.keep(node));
    case "VariableDeclarator":
      // The mark of `let x!: number` goes with the type.
      return node.init ? e.weave(node, [node.id, " = ", node.init]) : e.weave(node, [node.id]);
    case "ReturnStatement":
    case "ThrowStatement":
    case "BreakStatement":
    case "ContinueStatement":
    case "Directive":
      return closed(e, node, e.keep(node));
    case "DoWhileStatement":
      return closed(e, node, e.keep(node, (child) => child === node.test ? test(e, child) : e.render(child)));
    case "IfStatement":
    case "WhileStatement":
      return e.keep(node, (child) => child === node.test ? test(e, child) : e.render(child));
    case "ForStatement":
      return e.keep(node, (child) => {
        if (child === node.test) return test(e, child);
        if (child === node.update) return unused(e, child);
        if (child === node.init) return child.type === "VariableDeclaration" ? e.keep(child) : unused(e, child);
        return e.render(child);
      });
    case "ForInStatement":
    case "ForOfStatement":
      return e.keep(node, (child) => child === node.left ? head(e, node.left) : e.render(child));
    case "SwitchStatement":
      return e.keep(node, (child) => child === node.discriminant ? discriminant(e, child) : e.render(child));
    case "SwitchCase":
      return e.keep(node, (child) => child === node.test ? discriminant(e, child) : e.render(child));
    case "InterpreterDirective": // #!
      return e.blank(node);
    case "ImportDeclaration":
    case "ExportAllDeclaration": // of types
      return `;${e.blank(node)}`;
    case "ExportNamedDeclaration": {
      const { declaration } = node;
      if (!declaration || isType(declaration)) return `;${e.blank(node)}`;
      return e.breaks(start(node), start(declaration)) + e.render(declaration);
    }
    default:
      return isTypeStatement(node) ? `;${e.blank(node)}` : e.keep(node);
  }
}

function isTypeStatement(node: Node): boolean {
  return "declare" in node && node.declare === true;
}

function closed(e: Emitter, node: Node, text: string): string {
  return e.source[(node.end ?? 0) - 1] === ";" ? text : `${text};`;
}

/** An expression whose value nothing takes. */
function unused(e: Emitter, node: Node): string {
  const bare = unwrap(node);
  if (bare.type === "UpdateExpression") return e.weave(node, [bare], () => update(e, bare, true));
  if (bare.type === "SequenceExpression" && bare === node) return e.keep(node, (child) => unused(e, child));
  return e.render(node);
}

/** What a loop gives its values to. */
function head(e: Emitter, node: VariableDeclaration | Node): string {
  return node.type === "VariableDeclaration" ? e.keep(node) : target(e, node);
}

/** What a switch compares. */
function discriminant(e: Emitter, node: Node): string {
  const bare = unwrap(node);
  if (bare.type === "StringLiteral" || bare.type === "NumericLiteral" || e.isPlain(node)) return e.render(node);
  return `ǂ.discriminant(${e.operand(node)}, ${e.site(node)})`;
}
