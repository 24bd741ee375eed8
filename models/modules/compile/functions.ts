/** Functions and classes without their types. */
import type { Class, ClassMethod, ClassPrivateMethod, Function as FunctionNode } from "@babel/types";
import { key } from "./arithmetic.ts";
import type { Emitter } from "./emitter.ts";
import { isType, type Node, start } from "./nodes.ts";

type Part = string | Node;

/** `(a, b = 1, ...rest)`, without a parameter `this`. */
function parameters(node: FunctionNode): Part[] {
  const real = node.params.filter((one) => !(one.type === "Identifier" && one.name === "this"));
  return ["(", ...real.flatMap((one, i): Part[] => i > 0 ? [", ", one] : [one]), ") "];
}

export function functionNode(e: Emitter, node: FunctionNode): string {
  switch (node.type) {
    case "ArrowFunctionExpression":
      // In parentheses or not as in the source; a line break may stand behind => and not before it.
      return e.weave(node, [...parameters(node), "=> ", node.body]);
    case "FunctionDeclaration":
    case "FunctionExpression":
      return e.weave(node, ["function ", ...(node.id ? [node.id] : []), ...parameters(node), node.body]);
    case "ObjectMethod":
      return e.weave(
        node,
        [...accessor(node.kind), ...name(node.key, node.computed), ...parameters(node), node.body],
        keyed(e, node),
      );
    case "ClassMethod":
    case "ClassPrivateMethod":
      return method(e, node);
  }
}

function accessor(kind: string): string[] {
  return kind === "get" || kind === "set" ? [`${kind} `] : [];
}

function name(node: Node, computed: boolean): Part[] {
  return computed ? ["[", node, "]"] : [node];
}

/** Renders a member's key if it is computed. */
function keyed(e: Emitter, owner: { key: Node; computed?: boolean }): (child: Node) => string {
  return (child) => {
    if (child !== owner.key) return e.operand(child);
    return owner.computed ? key(e, child) : e.keep(child);
  };
}

function method(e: Emitter, node: ClassMethod | ClassPrivateMethod): string {
  const computed = node.type === "ClassMethod" && node.computed;
  const head = [
    ...(node.static ? ["static "] : []),
    ...accessor(node.kind),
    ...name(node.key, computed),
    ...parameters(node),
  ];
  if (node.kind !== "constructor") return e.weave(node, [...head, node.body], keyed(e, node));
  const assignments = node.params.flatMap((one) => one.type === "TSParameterProperty" ? [fieldName(one.parameter)] : [])
    .map((field) => ` this.${field} = ${field};`).join("");
  if (assignments === "") return e.weave(node, [...head, node.body], keyed(e, node));
  // Fields that parameters declare are given their values once there is a `this`.
  const calls = node.body.body.findIndex((one) =>
    one.type === "ExpressionStatement" && one.expression.type === "CallExpression" &&
    one.expression.callee.type === "Super"
  );
  const statements = node.body.body.flatMap((one, i): Part[] => i === calls ? [one, assignments] : [one]);
  return e.weave(node, [...head, calls < 0 ? `{${assignments}` : "{", ...statements, "}"], keyed(e, node));
}

function fieldName(node: Node): string {
  if (node.type === "AssignmentPattern") return fieldName(node.left);
  return node.type === "Identifier" ? node.name : "";
}

export function classNode(e: Emitter, node: Class): string {
  const members = node.body.body.map((one) => one as Node);
  return e.weave(node, [
    "class ",
    ...(node.id ? [node.id, " "] : []),
    ...(node.superClass ? ["extends ", node.superClass, " "] : []),
    "{",
    ...members,
    "}",
  ], (child) => members.includes(child) ? classMember(e, child) : e.render(child));
}

function classMember(e: Emitter, node: Node): string {
  if (isType(node) || ("declare" in node && node.declare) || ("abstract" in node && node.abstract)) {
    return e.blank(node);
  }
  if (node.type !== "ClassProperty" && node.type !== "ClassPrivateProperty") return e.render(node);
  const computed = node.type === "ClassProperty" && Boolean(node.computed);
  const value = node.value ? [" = ", node.value] : [];
  return e.weave(
    node,
    [...(node.static ? ["static "] : []), ...name(node.key, computed), ...value, ";"],
    keyed(e, node),
  );
}

/** An expression with a type: in parentheses where the type held it together. */
export function typed(e: Emitter, node: Node, inner: Node): string {
  const loose = ["BinaryExpression", "LogicalExpression", "UnaryExpression", "UpdateExpression"].includes(inner.type);
  // A line break of `<T>x` may not end a `return`.
  return loose || start(inner) > start(node) ? e.weave(node, ["(", inner, ")"]) : e.weave(node, [inner]);
}
