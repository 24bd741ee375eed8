/**
 * What the density certainly loses: where the text alone shows that a coordinate, or arithmetic of coordinates, is rounded, used as an index or
 * as text. So these are refused in branches that are never reached, too. Only what is certain is followed: the density's first argument,
 * constants and destructuring of it, loops and callbacks over it. The runtime finds the rest when it meets it.
 */
import type { Identifier, Program } from "@babel/types";
import { densityFunction, ranks } from "./coordinates.ts";
import type { Export } from "./exports.ts";
import { MATH_FUNCTIONS } from "./names.ts";
import { children, end, isType, type Node, propertyName, refuse, siteOf, start, unwrap } from "./nodes.ts";
import type { IsPlain } from "./plain.ts";
import type { Binding, Scopes } from "./scopes.ts";

/** Something that is certainly traced: a number has rank 0, an array of numbers 1. The density's argument has names as well. */
interface Certain {
  readonly rank: number;
  readonly names?: ReadonlyMap<string, number>;
}

const NUMBER: Certain = { rank: 0 };

const ROUNDING: ReadonlySet<string> = new Set(["floor", "ceil", "round", "trunc", "sign", "fround", "clz32", "imul"]);
/** May give back an argument that is not traced. */
const CHOOSING: ReadonlySet<string> = new Set(["max", "min"]);
const ARITHMETIC: ReadonlySet<string> = new Set(["+", "-", "*", "/", "%", "**"]);
const BITS: ReadonlySet<string> = new Set(["&", "|", "^", "<<", ">>", ">>>"]);
const TEXT_METHODS: ReadonlySet<string> = new Set([
  "toFixed",
  "toString",
  "toPrecision",
  "toExponential",
  "toLocaleString",
]);
const TEXT_FUNCTIONS: ReadonlySet<string> = new Set(["String", "parseInt"]);
const INTEGERS =
  /^(Int8Array|Uint8Array|Uint8ClampedArray|Int16Array|Uint16Array|Int32Array|Uint32Array|Float32Array)$/;
/** Methods of arrays whose callback's first argument is an element. */
const OVER_ELEMENTS: ReadonlySet<string> = new Set([
  "map",
  "forEach",
  "filter",
  "some",
  "every",
  "find",
  "findIndex",
  "flatMap",
]);
const WRITING: ReadonlySet<string> = new Set(["fill", "splice", "push", "unshift", "copyWithin"]);

/** Throws ModuleError at the first use that loses a gradient for certain. */
export function checkCertain(
  source: string,
  program: Program,
  scopes: Scopes,
  exports: readonly Export[],
  isPlain: IsPlain,
): void {
  // With a gradient of its own the density is only ever given numbers.
  if (exports.some(({ exported }) => exported === "gradient")) return;
  const density = densityFunction(program, exports);
  const first = density?.params.find((one) => !(one.type === "Identifier" && one.name === "this"));
  if (!density || !first) return;

  const known = new Map<Binding, Certain>();
  const elementsStay = !writesElements(program, scopes);

  function note(pattern: Node, value: Certain | null): void {
    if (!value) return;
    switch (pattern.type) {
      case "Identifier": {
        const binding = scopes.declarations.get(pattern);
        if (binding && binding.assignments.length === 0) known.set(binding, value);
        return;
      }
      case "ObjectPattern":
        for (const property of pattern.properties) {
          if (property.type !== "ObjectProperty") continue;
          const name = propertyName(property.key, property.computed);
          if (name !== null) note(withoutDefault(property.value), memberOf(value, name));
        }
        return;
      case "ArrayPattern":
        for (const element of pattern.elements) {
          if (element && element.type !== "RestElement") note(withoutDefault(element), elementOf(value));
        }
    }
  }

  const elementOf = ({ rank }: Certain): Certain | null => rank >= 1 && elementsStay ? { rank: rank - 1 } : null;

  function memberOf({ names }: Certain, name: string): Certain | null {
    const rank = names?.get(name);
    return rank === undefined || !elementsStay ? null : { rank };
  }

  function certain(wrapped: Node): Certain | null {
    const node = unwrap(wrapped);
    switch (node.type) {
      case "Identifier": {
        const binding = scopes.references.get(node);
        return (binding && known.get(binding)) ?? null;
      }
      case "MemberExpression": {
        const object = certain(node.object);
        if (!object) return null;
        if (node.computed && (node.property.type === "NumericLiteral" || isPlain(node.property))) {
          return elementOf(object);
        }
        const name = propertyName(node.property, node.computed);
        return name === null ? null : memberOf(object, name);
      }
      case "UnaryExpression":
        return (node.operator === "-" || node.operator === "+") && isNumber(node.argument) ? NUMBER : null;
      case "BinaryExpression":
        return ARITHMETIC.has(node.operator) && (isNumber(node.left) || isNumber(node.right)) ? NUMBER : null;
      case "ConditionalExpression":
        return isNumber(node.consequent) && isNumber(node.alternate) ? NUMBER : null;
      case "CallExpression": {
        const name = mathFunction(node.callee);
        if (name === null || ROUNDING.has(name) || CHOOSING.has(name) || !Object.hasOwn(MATH_FUNCTIONS, name)) {
          return null;
        }
        return node.arguments.some(isNumber) ? NUMBER : null;
      }
      default:
        return null;
    }
  }

  function isNumber(node: Node): boolean {
    let answer = numbers.get(node);
    if (answer === undefined) {
      answer = certain(node)?.rank === 0;
      numbers.set(node, answer);
    }
    return answer;
  }
  const numbers = new Map<Node, boolean>();

  const isFree = (node: Node): node is Identifier =>
    node.type === "Identifier" && scopes.references.has(node) && !scopes.references.get(node);

  function mathFunction(callee: Node): string | null {
    const bare = unwrap(callee);
    if (bare.type !== "MemberExpression") return null;
    const object = unwrap(bare.object);
    return isFree(object) && object.name === "Math" ? propertyName(bare.property, bare.computed) : null;
  }

  const text = (node: Node): string => {
    const { text } = siteOf(source, node);
    return end(node) - start(node) > 40 ? "it" : text;
  };

  function lost(at: Node, value: Node, what: string, remedy: string): never {
    const { text: found } = siteOf(source, at);
    const subject = text(value);
    return refuse(
      source,
      at,
      `found ${found}: ${
        subject === "it" ? "its value depends" : `${subject} depends`
      } on the coordinates, and ${what} has no gradient. ${remedy}`,
    );
  }

  const asIndex = (at: Node, value: Node) =>
    lost(at, value, "an index", "Choose by an index from data or a loop; sum over the cases of a discrete parameter.");
  const asText = (at: Node, value: Node) =>
    lost(at, value, "text", "Compute with the number itself; return what you want to see from generated(x, data).");
  const asInteger = (at: Node, value: Node) =>
    lost(at, value, "rounding", "Round data instead, or sum over the values of a discrete parameter.");
  const asBits = (at: Node, value: Node) =>
    lost(at, value, "an operation on bits", "Write arithmetic, or use bits of data alone.");

  function check(node: Node): void {
    switch (node.type) {
      case "VariableDeclarator":
        if (node.init) note(node.id, certain(node.init));
        return;
      case "ForOfStatement": {
        const of = certain(node.right);
        if (of && node.left.type === "VariableDeclaration") note(node.left.declarations[0].id, elementOf(of));
        return;
      }
      case "BinaryExpression":
        if (BITS.has(node.operator)) {
          if (isNumber(node.left)) asBits(node, node.left);
          if (isNumber(node.right)) asBits(node, node.right);
        }
        if (node.operator === "+") {
          if (isText(node.left) && isNumber(node.right)) asText(node, node.right);
          if (isText(node.right) && isNumber(node.left)) asText(node, node.left);
        }
        if (node.operator === "in" && isNumber(node.left)) asIndex(node, node.left);
        return;
      case "AssignmentExpression":
        if (BITS.has(node.operator.slice(0, -1)) && isNumber(node.right)) asBits(node, node.right);
        return;
      case "UnaryExpression":
        if (node.operator === "~" && isNumber(node.argument)) asBits(node, node.argument);
        return;
      case "MemberExpression":
      case "OptionalMemberExpression":
        if (node.computed && isNumber(node.property)) asIndex(node, node.property);
        return;
      case "SwitchStatement":
        if (isNumber(node.discriminant)) {
          lost(node.discriminant, node.discriminant, "a switch", "Write if (… < …) with the bounds you mean.");
        }
        return;
      case "TemplateLiteral":
        for (const one of node.expressions) if (isNumber(one)) asText(one, one);
        return;
      case "TaggedTemplateExpression":
        return;
      case "NewExpression": {
        const { callee, arguments: [value] } = node;
        if (!value || !isFree(callee)) return;
        if (INTEGERS.test(callee.name) && certain(value)) asInteger(node, value);
        if ((callee.name === "Array" || callee.name === "Float64Array") && isNumber(value)) asIndex(node, value);
        return;
      }
      case "CallExpression":
        return checkCall(node);
    }
  }

  function checkCall(node: Node & { type: "CallExpression" }): void {
    const callee = unwrap(node.callee);
    const [first] = node.arguments;
    const math = mathFunction(callee);
    if (math !== null && ROUNDING.has(math)) {
      const value = node.arguments.find(isNumber);
      if (value) asInteger(node, value);
    }
    if (isFree(callee) && TEXT_FUNCTIONS.has(callee.name) && first && isNumber(first)) asText(node, first);
    if (callee.type !== "MemberExpression") return;
    const object = unwrap(callee.object);
    const method = propertyName(callee.property, callee.computed) ?? "";
    if (TEXT_METHODS.has(method) && isNumber(object)) asText(node, object);
    if (isFree(object) && first && isNumber(first)) {
      if (object.name === "JSON" && method === "stringify") asText(node, first);
      if (object.name === "Number" && method === "parseInt") asText(node, first);
    }
    if (first?.type !== "ArrowFunctionExpression" && first?.type !== "FunctionExpression") return;
    const over = certain(object);
    if (!over) return;
    const parameter = first.params[OVER_ELEMENTS.has(method) ? 0 : /^reduce(Right)?$/.test(method) ? 1 : Infinity];
    if (parameter) note(parameter, elementOf(over));
  }

  function walk(node: Node): void {
    if (isType(node)) return;
    check(node);
    if (node.type === "TaggedTemplateExpression") {
      walk(node.tag);
      for (const one of node.quasi.expressions) walk(one);
      return;
    }
    for (const child of children(node)) walk(child);
  }

  note(withoutDefault(first), { rank: 1, names: ranks(program, exports) });
  walk(density.body);
}

function withoutDefault(node: Node): Node {
  return node.type === "AssignmentPattern" ? node.left : node;
}

function isText(node: Node): boolean {
  const bare = unwrap(node);
  return bare.type === "StringLiteral" || bare.type === "TemplateLiteral";
}

/** Whether anything writes into an array that may be the density's argument: then an element may be any number. */
function writesElements(program: Program, scopes: Scopes): boolean {
  const old = (target: Node): boolean => {
    const at = root(target);
    const binding = at.type === "Identifier" ? scopes.references.get(at) : undefined;
    return !binding || !binding.values.every((value) => value !== null && isFresh(value));
  };
  const writes = (node: Node): boolean => {
    if (isType(node)) return false;
    switch (node.type) {
      case "AssignmentExpression":
      case "UpdateExpression": {
        const target = unwrap(node.type === "AssignmentExpression" ? node.left : node.argument);
        if (target.type === "MemberExpression" && old(target)) return true;
        break;
      }
      case "CallExpression": {
        const callee = unwrap(node.callee);
        if (callee.type !== "MemberExpression") break;
        if (WRITING.has(propertyName(callee.property, callee.computed) ?? "") && old(callee)) return true;
      }
    }
    return children(node).some(writes);
  };
  return writes(program);
}

/** What a chain of members begins with. */
function root(node: Node): Node {
  let at = unwrap(node);
  while (at.type === "MemberExpression") at = unwrap(at.object);
  return at;
}

/** Whether an expression makes an array or object of its own. */
function isFresh(node: Node): boolean {
  const bare = unwrap(node);
  switch (bare.type) {
    case "ArrayExpression":
      return bare.elements.every((one) => one?.type === "NumericLiteral");
    case "ObjectExpression":
      return bare.properties.length === 0;
    case "NewExpression":
    case "CallExpression":
      return true;
    default:
      return false;
  }
}
