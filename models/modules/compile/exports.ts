/** What a module exports. */
import type { Program } from "@babel/types";
import { closest } from "./names.ts";
import { isType, type Node, propertyName, refuse } from "./nodes.ts";
import type { Scopes } from "./scopes.ts";
import { ModuleError } from "../errors.ts";

export interface Export {
  readonly exported: string;
  readonly local: string;
}

export function findExports(program: Program, scopes: Scopes): Export[] {
  const found: Export[] = [];
  for (const statement of program.body) {
    if (statement.type !== "ExportNamedDeclaration" || statement.exportKind === "type") continue;
    const { declaration } = statement;
    if (declaration && !isType(declaration) && !("declare" in declaration && declaration.declare)) {
      for (const name of declaredNames(declaration)) found.push({ exported: name, local: name });
    }
    for (const specifier of statement.specifiers) {
      if (specifier.type !== "ExportSpecifier" || specifier.exportKind === "type") continue;
      // A name that only a type declares exports a type.
      if (!scopes.top.has(specifier.local.name)) continue;
      const exported = propertyName(specifier.exported, false) ?? specifier.local.name;
      found.push({ exported, local: specifier.local.name });
    }
  }
  return found;
}

function* declaredNames(node: Node): Generator<string> {
  switch (node.type) {
    case "VariableDeclaration":
      for (const { id } of node.declarations) yield* declaredNames(id);
      return;
    case "FunctionDeclaration":
    case "ClassDeclaration":
      if (node.id) yield node.id.name;
      return;
    case "Identifier":
      yield node.name;
      return;
    case "AssignmentPattern":
      return yield* declaredNames(node.left);
    case "RestElement":
      return yield* declaredNames(node.argument);
    case "ArrayPattern":
      for (const element of node.elements) if (element) yield* declaredNames(element);
      return;
    case "ObjectPattern":
      for (const property of node.properties) {
        yield* declaredNames(property.type === "RestElement" ? property.argument : property.value);
      }
  }
}

/** What else the service looks for. */
const OPTIONAL = ["gradient", "initial", "generated", "prior", "simulate"];

const TOP = { line: 1, column: 1, text: "" };

/** Throws ModuleError where the exports make no model. */
export function checkExports(exports: readonly Export[], scopes: Scopes): void {
  const names = exports.map(({ exported }) => exported);
  const near = (name: string): string => {
    if (scopes.top.has(name)) return `Write export before ${name}.`;
    const other = closest(name, names);
    return other ? `Rename ${other}, which is exported, to ${name}.` : "";
  };
  if (!names.includes("logDensity")) {
    const what = near("logDensity") || "Write export function logDensity(x, data) { … return a number }.";
    throw new ModuleError(TOP, `the module exports no logDensity. ${what}`);
  }
  if (!names.includes("dim") && !names.includes("variables")) {
    const what = near("dim") || near("variables") ||
      "Write export const dim = 3, or export const variables = { mu: [], theta: [8] }.";
    throw new ModuleError(TOP, `the module exports neither dim nor variables. ${what}`);
  }
}

/** A function under a name that is nearly one of those: it would be passed over without a word. */
export function checkSpelling(source: string, program: Program, exports: readonly Export[]): void {
  const names = exports.map(({ exported }) => exported);
  for (const statement of program.body) {
    if (statement.type !== "ExportNamedDeclaration" || statement.declaration?.type !== "FunctionDeclaration") continue;
    const { id } = statement.declaration;
    if (!id || OPTIONAL.includes(id.name)) continue;
    const meant = closest(id.name, OPTIONAL.filter((name) => !names.includes(name)));
    if (meant) {
      refuse(
        source,
        id,
        `found an export named ${id.name}, which nothing looks for. Did you mean ${meant}? Otherwise remove export.`,
      );
    }
  }
}

export function renderExports(exports: readonly Export[]): string {
  return `return { ${exports.map(({ exported, local }) => `${JSON.stringify(exported)}: ${local}`).join(", ")} };`;
}
