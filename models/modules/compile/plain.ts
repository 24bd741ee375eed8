/**
 * Which names and expressions certainly hold ordinary numbers, such as loop counters: their arithmetic stays what it is. A name is plain if
 * everything it is ever given is.
 */
import type { Node } from "@babel/types";
import { unwrap } from "./nodes.ts";
import type { Binding, Scopes } from "./scopes.ts";

export type IsPlain = (node: Node) => boolean;

export function findPlain(scopes: Scopes): IsPlain {
  const bindings = new Set(scopes.declarations.values());
  const not = new Set<Binding>();
  const dependents = new Map<Binding, Binding[]>();
  for (const binding of bindings) {
    const holds = (binding.kind === "var" || binding.kind === "let" || binding.kind === "const") &&
      binding.values.every((value) => value !== null && shape(value, binding));
    if (!holds) not.add(binding);
  }
  // What is given something that is not plain is not plain either.
  const left = [...not];
  for (let binding = left.pop(); binding; binding = left.pop()) {
    for (const one of dependents.get(binding) ?? []) {
      if (not.has(one)) continue;
      not.add(one);
      left.push(one);
    }
  }

  /** Whether an expression gives a number if the names in it do; notes who depends on them. */
  function shape(node: Node, dependent: Binding): boolean {
    return plainShape(node, (binding) => {
      const others = dependents.get(binding);
      if (others) others.push(dependent);
      else dependents.set(binding, [dependent]);
      return true;
    });
  }

  function plainShape(wrapped: Node, ask: (binding: Binding) => boolean): boolean {
    const node = unwrap(wrapped);
    switch (node.type) {
      case "NumericLiteral":
        return true;
      case "Identifier": {
        const binding = scopes.references.get(node);
        if (binding) return ask(binding);
        // The placeholder of a declaration without a value, or a number of the language.
        return scopes.declarations.has(node) || (scopes.references.has(node) && NUMBERS.has(node.name));
      }
      case "UnaryExpression":
        return (node.operator === "-" || node.operator === "+" || node.operator === "~") &&
          plainShape(node.argument, ask);
      case "BinaryExpression":
        return ARITHMETIC.has(node.operator) && plainShape(node.left, ask) && plainShape(node.right, ask);
      case "AssignmentExpression":
        return ARITHMETIC.has(node.operator.slice(0, -1)) && plainShape(node.left, ask) && plainShape(node.right, ask);
      case "UpdateExpression":
        return plainShape(node.argument, ask);
      default:
        return false;
    }
  }

  // An expression asks about its operands, and they about theirs: remembered, that takes one look at each.
  const known = new Map<Node, boolean>();
  const isPlain = (node: Node): boolean => {
    let answer = known.get(node);
    if (answer === undefined) {
      answer = plainShape(node, (binding) => !not.has(binding));
      known.set(node, answer);
    }
    return answer;
  };
  return isPlain;
}

const NUMBERS = new Set(["NaN", "Infinity"]);
const ARITHMETIC = new Set(["+", "-", "*", "/", "%", "**", "&", "|", "^", "<<", ">>", ">>>"]);
