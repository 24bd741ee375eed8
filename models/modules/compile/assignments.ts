/** Assignments, `op=`, `++` and `--`. What stands left of them is evaluated once, as in the source. */
import type { AssignmentExpression, MemberExpression, UpdateExpression } from "@babel/types";
import { key, opening, OPERATIONS } from "./arithmetic.ts";
import type { Emitter } from "./emitter.ts";
import { children, isType, type Node, propertyName, unwrap } from "./nodes.ts";

type Part = string | Node;

export function assignment(e: Emitter, node: AssignmentExpression): string {
  const { operator } = node;
  const left = unwrap(node.left);
  if (operator === "=") return plainAssignment(e, node, left);
  const binary = operator.slice(0, -1);
  if (left.type !== "Identifier" && left.type !== "MemberExpression") {
    e.refuse(node, `found ${operator} on what is no variable. Assign to a variable.`);
  }
  if (binary === "??" || e.isPlain(node)) return e.weave(node, ["(", left, ` ${operator} `, node.right, ")"]);
  const site = e.site(node);
  if (left.type === "MemberExpression") return memberUpdate(e, node, left, binary, node.right, site);
  const [before, ...after] = computed(binary, node.right, site);
  return e.weave(node, [`(${left.name} = ${before}`, left, ", ", ...after, ")"]);
}

/** `x = v`, `o.p = v`, `[a, b] = v` stay; `o[k] = v` is the runtime's. */
function plainAssignment(e: Emitter, node: AssignmentExpression, left: Node): string {
  if (left.type === "MemberExpression" && left.computed && left.object.type !== "Super") {
    return e.weave(
      node,
      ["ǂ.put(", left.object, ", ", left.property, ", ", node.right, `, ${e.site(node)})`],
      (child) => {
        return child === left.property ? key(e, child) : e.operand(child);
      },
    );
  }
  const bare = (child: Node): string => child.type === "MemberExpression" ? e.render(child) : target(e, child);
  return e.keep(node, (child) => child === node.left ? e.weave(child, [left], bare) : e.render(child));
}

/** An operator's call: the text before its first operand, and what follows the comma behind that. */
function computed(operator: string, right: Part, site: number): [string, ...Part[]] {
  switch (operator) {
    case "&&":
      return ["ǂ.and(", "() => (", right, `), ${site})`];
    case "||":
      return ["ǂ.or(", "() => (", right, `), ${site})`];
    default:
      return [opening(operator), right, `, ${site})`];
  }
}

/** `o.p op= b`, `o[k] op= b`, and their `++` that adds a step: to the new value. */
function memberUpdate(
  e: Emitter,
  node: Node,
  left: MemberExpression,
  operator: string,
  right: Part,
  site: number,
): string {
  const { object, property } = left;
  const place = namedPlace(e, left);
  if (place !== null) {
    const [before, ...after] = computed(operator, right, site);
    return e.weave(node, [`(${place} = ${before}`, left, ", ", ...after, ")"]);
  }
  if (property.type === "PrivateName") {
    const field = `ǂo.#${property.id.name}`;
    const [before, ...after] = computed(operator, "ǂb()", site);
    const text = `${field} = ${before}${field}, ${after.join("")}`;
    return e.weave(node, [`((ǂo, ǂb) => (${text}))(`, object, ", () => (", right, "))"]);
  }
  const keyed = (child: Node): string => child === property ? keyOf(e, left) : e.operand(child);
  if (operator in OPERATIONS && (typeof right === "string" || isQuiet(e, right))) {
    const name = JSON.stringify(OPERATIONS[operator]);
    return e.weave(node, ["ǂ.update(", object, ", ", property, `, ${name}, `, right, `, ${site})`], keyed);
  }
  const [before, ...after] = computed(operator, "ǂb()", site);
  const value = `${before}ǂo[ǂk], ${after.join("")}`;
  const text = operator === "&&" || operator === "||"
    ? `${before}ǂo[ǂk], () => ǂ.put(ǂo, ǂk, ǂb(), ${site}), ${site})`
    : `ǂ.put(ǂo, ǂk, ${value}, ${site})`;
  return e.weave(node, [`((ǂo, ǂk, ǂb) => ${text})(`, object, ", ", property, ", () => (", right, "))"], keyed);
}

/** A member that can be named twice, as its evaluation changes nothing, and that the runtime can't be given: `this.#p`, `super.p`. */
function namedPlace(e: Emitter, left: MemberExpression): string | null {
  const { object, property } = left;
  if (object.type === "Super") {
    if (left.computed || property.type !== "Identifier") {
      e.refuse(left, "found an assignment to super[…]. Assign to this[…].");
    }
    return `super.${property.name}`;
  }
  if (property.type !== "PrivateName") return null;
  if (object.type === "ThisExpression") return `this.#${property.id.name}`;
  return object.type === "Identifier" ? `${object.name}.#${property.id.name}` : null;
}

/** A member's key as a value: `o.p` has the text p. */
function keyOf(e: Emitter, left: MemberExpression): string {
  if (left.computed) return key(e, left.property);
  return JSON.stringify(propertyName(left.property, false));
}

/** Whether an expression changes nothing, so that it can be evaluated before what is updated is read. */
function isQuiet(e: Emitter, node: Node): boolean {
  switch (node.type) {
    case "CallExpression": {
      const callee = unwrap(node.callee);
      const known = e.meaning(callee)?.imported ||
        (callee.type === "MemberExpression" && e.isFree(unwrap(callee.object), "Math"));
      return Boolean(known) && node.arguments.every((one) => isQuiet(e, one));
    }
    case "OptionalCallExpression":
    case "NewExpression":
    case "AssignmentExpression":
    case "UpdateExpression":
    case "TaggedTemplateExpression":
    case "SpreadElement":
    case "ClassExpression":
      return false;
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return true;
    case "UnaryExpression":
      return node.operator !== "delete" && isQuiet(e, node.argument);
    default:
      return children(node).every((child) => isType(child) || isQuiet(e, child));
  }
}

/** `x++` and its kind. `unused`: nothing takes its value. */
export function update(e: Emitter, node: UpdateExpression, unused: boolean): string {
  const target = unwrap(node.argument);
  const old = !node.prefix && !unused;
  const { operator } = node;
  if (target.type === "Identifier" && e.isPlain(node)) {
    return e.weave(node, node.prefix ? [`(${operator}`, target, ")"] : ["(", target, `${operator})`]);
  }
  const step = operator === "++" ? "-1" : "1"; // x − (−1) is x + 1 to the bit, and never joins text
  const site = e.site(node);
  if (target.type === "Identifier") return stepped(e, node, target, target.name, step, site, old);
  if (target.type !== "MemberExpression") {
    e.refuse(node, `found ${operator} on what is no variable. Assign to a variable.`);
  }
  if (!old) return memberUpdate(e, node, target, "-", step, site);
  const place = namedPlace(e, target);
  if (place !== null) return stepped(e, node, target, place, step, site, old);
  const { object, property } = target;
  if (property.type === "PrivateName") {
    const field = `ǂo.#${property.id.name}`;
    return e.weave(node, [`((ǂo) => ǂ.after(${field}, ${field} = ǂ.sub(${field}, ${step}, ${site})))(`, object, ")"]);
  }
  return e.weave(node, ["ǂ.postfix(", object, ", ", property, `, "sub", ${step}, ${site})`], (child) => {
    return child === property ? keyOf(e, target) : e.operand(child);
  });
}

function stepped(
  e: Emitter,
  node: Node,
  target: Node,
  place: string,
  step: string,
  site: number,
  old: boolean,
): string {
  return e.weave(node, [`${old ? `ǂ.after(${place}, ` : "("}${place} = ǂ.sub(`, target, `, ${step}, ${site}))`]);
}

/** What a pattern assigns to: a computed member takes its value by the runtime, through a setter. */
export function target(e: Emitter, node: Node): string {
  const bare = unwrap(node);
  switch (bare.type) {
    case "MemberExpression":
      if (!bare.computed || bare.object.type === "Super") return e.weave(node, [bare], e.render);
      return e.weave(node, [
        "((ǂo, ǂk) => ({ set v(ǂv) { ǂ.put(ǂo, ǂk, ǂv, ",
        `${e.site(bare)}); } }))(`,
        bare.object,
        ", ",
        bare.property,
        ").v",
      ], (child) => child === bare.property ? key(e, child) : e.operand(child));
    case "Identifier":
      return node === bare ? e.render(bare) : e.weave(node, [bare]);
    default:
      return e.render(node);
  }
}
