/** What a module's text says of its coordinates: which function is the density, and how the names are shaped. */
import type { Function as FunctionNode, Program } from "@babel/types";
import type { Export } from "./exports.ts";
import { type Node, propertyName, unwrap } from "./nodes.ts";

/** What a top-level name is given where it is declared. */
function declared(program: Program, name: string): Node | null {
  for (const statement of program.body) {
    const declaration = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    if (declaration?.type === "FunctionDeclaration" && declaration.id?.name === name) return declaration;
    if (declaration?.type !== "VariableDeclaration" || declaration.kind !== "const") continue;
    for (const { id, init } of declaration.declarations) {
      if (id.type === "Identifier" && id.name === name && init) return unwrap(init);
    }
  }
  return null;
}

function exported(program: Program, exports: readonly Export[], name: string): Node | null {
  const found = exports.find((one) => one.exported === name);
  return found ? declared(program, found.local) : null;
}

/** The density's function, where the source spells it out. */
export function densityFunction(program: Program, exports: readonly Export[]): FunctionNode | null {
  const found = exported(program, exports, "logDensity");
  switch (found?.type) {
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return found;
    default:
      return null;
  }
}

/** The number of indices of each variable, as far as the source spells them out: `{ mu: [], theta: [8] }` has 0 and 1. */
export function ranks(program: Program, exports: readonly Export[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const variables = exported(program, exports, "variables");
  if (variables?.type === "ArrayExpression") {
    for (const one of variables.elements) if (one?.type === "StringLiteral") found.set(one.value, 0);
  }
  if (variables?.type !== "ObjectExpression") return found;
  for (const one of variables.properties) {
    if (one.type !== "ObjectProperty") return new Map();
    const shape = unwrap(one.value);
    const name = propertyName(one.key, one.computed);
    const spread = shape.type !== "ArrayExpression" || shape.elements.some((size) => size?.type === "SpreadElement");
    if (name !== null && !spread) found.set(name, shape.elements.length);
  }
  return found;
}
