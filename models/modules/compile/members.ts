/** Properties, calls and the functions of Math. */
import type {
  CallExpression,
  MemberExpression,
  OptionalCallExpression,
  OptionalMemberExpression,
  TemplateLiteral,
} from "@babel/types";
import { key } from "./arithmetic.ts";
import type { Emitter } from "./emitter.ts";
import { MATH_FUNCTIONS } from "./names.ts";
import { type Node, propertyName, unwrap } from "./nodes.ts";

/** Methods of arrays and numbers that compare values, or make text of them, out of sight of what is rewritten. */
const WATCHED: ReadonlySet<string> = new Set([
  "sort",
  "toSorted",
  "indexOf",
  "includes",
  "lastIndexOf",
  "join",
  "toString",
  "toFixed",
  "toPrecision",
  "toExponential",
  "valueOf",
  "localeCompare",
  "toLocaleString",
]);

export function member(e: Emitter, node: MemberExpression | OptionalMemberExpression): string {
  if (node.type === "OptionalMemberExpression" && !node.optional) e.continued.add(node.object);
  return e.keep(node, (child) => propertyOf(e, node, child));
}

/** A member's object or its property, rendered. */
function propertyOf(e: Emitter, node: MemberExpression | OptionalMemberExpression, child: Node): string {
  if (child !== node.property) return e.render(child);
  if (node.computed) return key(e, child);
  return child.type === "Identifier" ? child.name : e.keep(child);
}

export function call(e: Emitter, node: CallExpression | OptionalCallExpression): string {
  if (node.type === "OptionalCallExpression" && !node.optional) e.continued.add(node.callee);
  const callee = unwrap(node.callee);
  if (node.type === "CallExpression" && isOfLibrary(e, callee)) {
    const rest = node.arguments.flatMap((argument) => [", ", argument]);
    return e.weave(node, [`ǂ.library(${e.site(node)}, `, callee, ...rest, ")"]);
  }
  if (callee.type !== "MemberExpression" && callee.type !== "OptionalMemberExpression") return e.keep(node);
  const name = propertyName(callee.property, callee.computed);
  if (name === null || callee.object.type === "Super") return e.keep(node);
  if (callee.type === "MemberExpression" && e.isFree(unwrap(callee.object), "Math")) {
    return mathCall(e, node, name);
  }
  if (!WATCHED.has(name)) return e.keep(node);
  const site = e.site(node);
  const rest = [`, ${JSON.stringify(name)}, [`, ...argumentsOf(node), `], ${site})`];
  if (node.type !== "OptionalCallExpression") return e.weave(node, ["ǂ.call(", callee.object, ...rest]);
  if (e.continued.has(node)) {
    e.refuse(node, `found a chain by ?. that goes on behind ${name}(…). Declare a const for the part up to there.`);
  }
  // The arguments are evaluated only if there is an object.
  return e.weave(node, [
    "((ǂo, ǂa) => ǂo == null ? undefined : ",
    `ǂ.call(ǂo, ${JSON.stringify(name)}, ǂa(), ${site}))(`,
    callee.object,
    ", () => [",
    ...argumentsOf(node),
    "])",
  ]);
}

/** `normal`, `ergodic.normal`: functions that are imported. */
function isOfLibrary(e: Emitter, callee: Node): boolean {
  if (callee.type === "MemberExpression") return e.meaning(unwrap(callee.object))?.imported === "*";
  return Boolean(e.meaning(callee)?.imported);
}

function argumentsOf(node: CallExpression | OptionalCallExpression): (string | Node)[] {
  return node.arguments.flatMap((argument, i) => i > 0 ? [", ", argument] : [argument]);
}

function mathCall(e: Emitter, node: CallExpression | OptionalCallExpression, name: string): string {
  const count = MATH_FUNCTIONS[name];
  const site = `, ${e.site(node)})`;
  if (count === Infinity) return e.weave(node, [`ǂ.math.${name}([`, ...argumentsOf(node), `]${site}`]);
  const spread = node.arguments.some(({ type }) => type === "SpreadElement");
  if (spread || count !== node.arguments.length || node.type === "OptionalCallExpression") return e.keep(node);
  return e.weave(node, [`ǂ.math.${name}(`, ...argumentsOf(node), site]);
}

export function template(e: Emitter, node: TemplateLiteral): string {
  return e.keep(node, (child) => {
    if (child.type === "TemplateElement") return e.keep(child);
    return `ǂ.text(${e.operand(child)}, ${e.site(child)})`;
  });
}
