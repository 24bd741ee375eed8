/** Renders a node by its kind. What no case names keeps its text, with its children rendered. */
import { binary, key, unary } from "./arithmetic.ts";
import { assignment, target, update } from "./assignments.ts";
import { logical, test } from "./booleans.ts";
import type { Emitter } from "./emitter.ts";
import { classNode, functionNode, typed } from "./functions.ts";
import { call, member, template } from "./members.ts";
import { REPLACED } from "./names.ts";
import { isType, type Node, start, unwrap } from "./nodes.ts";
import { statement } from "./statements.ts";

export function render(e: Emitter, node: Node): string {
  const assigned = (child: Node): string => target(e, child);
  if (isType(node)) return e.blank(node);
  switch (node.type) {
    case "Identifier":
      return identifier(e, node);
    case "BinaryExpression":
      return binary(e, node);
    case "UnaryExpression":
      return unary(e, node);
    case "LogicalExpression":
      return logical(e, node);
    case "AssignmentExpression":
      return assignment(e, node);
    case "UpdateExpression":
      return update(e, node, false);
    case "ConditionalExpression":
      return e.keep(node, (child) => child === node.test ? test(e, child) : e.render(child));
    case "MemberExpression":
    case "OptionalMemberExpression":
      return member(e, node);
    case "CallExpression":
    case "OptionalCallExpression":
      return call(e, node);
    case "TemplateLiteral":
      return template(e, node);
    case "TaggedTemplateExpression":
      // The tag gets the values themselves.
      return e.keep(node, (child) => child === node.quasi ? e.keep(child) : e.render(child));
    case "ObjectProperty":
      return property(e, node, e.render);
    case "ObjectPattern":
      return e.keep(node, (child) => child.type === "ObjectProperty" ? property(e, child, assigned) : target(e, child));
    case "ArrayPattern":
    case "RestElement":
      return e.keep(node, assigned);
    case "AssignmentPattern":
      return e.keep(node, (child) => child === node.left ? target(e, child) : e.render(child));
    case "TSParameterProperty":
      return e.weave(node, [node.parameter]);
    case "TSTypeAssertion":
    case "TSAsExpression":
    case "TSSatisfiesExpression":
    case "TSNonNullExpression":
    case "TSInstantiationExpression":
      return typed(e, node, node.expression);
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
    case "ObjectMethod":
    case "ClassMethod":
    case "ClassPrivateMethod":
      return functionNode(e, node);
    case "ClassDeclaration":
    case "ClassExpression":
      return "declare" in node && node.declare ? `;${e.blank(node)}` : classNode(e, node);
    default:
      return statement(e, node);
  }
}

function identifier(e: Emitter, node: Node & { type: "Identifier" }): string {
  const breaks = e.breaks(start(node), node.end ?? 0); // of a type behind the name
  const replaced = REPLACED.has(node.name) && e.meaning(node) === null;
  return `${replaced ? `ǂ.globals.${e.marked(start(node))}` : ""}${node.name}${breaks}`;
}

function property(e: Emitter, node: Node & { type: "ObjectProperty" }, renderValue: (value: Node) => string): string {
  const { value } = node;
  if (!node.shorthand) {
    return e.keep(node, (child) => {
      if (child === node.key) return node.computed ? key(e, child) : e.keep(child);
      return renderValue(child);
    });
  }
  const used = unwrap(value);
  const text = e.render(value);
  return used.type === "Identifier" && text !== used.name ? `${used.name}: ${text}` : text;
}
