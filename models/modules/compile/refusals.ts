/**
 * Syntax that no module may have: what waits, what makes code of text, what reaches for prototypes, and what TypeScript adds to JavaScript beyond types.
 */
import type { Program } from "@babel/types";
import { isAllowed, LIBRARY, MATH_CONSTANTS, MATH_FUNCTIONS, remedyForMath, remedyForName } from "./names.ts";
import { children, isType, type Node, propertyName, refuse, unwrap } from "./nodes.ts";
import { checkName, isLibrary } from "./imports.ts";
import type { Scopes } from "./scopes.ts";

/** The sign that the compiler's own names begin with. */
export const OURS = "ǂ";

export function checkSyntax(source: string, program: Program, scopes: Scopes, libraryNames: readonly string[]): void {
  /** `inClass`: whether `this.constructor` is a class of the module. */
  function visit(node: Node, inClass: boolean, ofFunction: boolean): void {
    const found = complaint(node, inClass);
    if (found) refuse(source, found.at ?? node, found.message);
    if (isType(node) || ("declare" in node && node.declare)) return;
    switch (node.type) {
      case "Identifier":
        checkIdentifier(node, ofFunction);
        return visitAll(node, inClass, ofFunction);
      case "MemberExpression":
      case "OptionalMemberExpression": {
        checkMember(node.object, propertyName(node.property, node.computed), node, node.property);
        break;
      }
      case "VariableDeclarator":
        if (node.init && node.id.type === "ObjectPattern") {
          for (const one of node.id.properties) {
            if (one.type === "ObjectProperty") {
              checkMember(node.init, propertyName(one.key, one.computed), one, one.key);
            }
          }
        }
        break;
      case "ClassDeclaration":
      case "ClassExpression":
        return visitAll(node, true, ofFunction);
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ObjectMethod":
      case "ClassMethod":
      case "ClassPrivateMethod":
        return visitAll(node, inClass, true);
      case "AssignmentExpression":
        checkTarget(node.left);
        break;
      case "UpdateExpression":
        checkTarget(node.argument);
        break;
    }
    visitAll(node, inClass, ofFunction);
  }

  function visitAll(node: Node, inClass: boolean, ofFunction: boolean): void {
    for (const child of children(node)) visit(child, inClass, ofFunction);
  }

  function checkIdentifier(node: Node & { type: "Identifier" }, ofFunction: boolean): void {
    if (node.name.startsWith(OURS)) {
      refuse(source, node, `found the name ${node.name}; names with ${OURS} are the compiler's. Rename it.`);
    }
    if (!scopes.references.has(node)) return;
    const binding = scopes.references.get(node);
    if (binding) return;
    if (isAllowed(node.name) || (node.name === "arguments" && ofFunction)) return;
    const remedy = remedyForName(node.name, scopes.top.keys(), libraryNames);
    refuse(source, node, `found ${node.name}, which nothing declares. ${remedy}`);
  }

  /** A member of Math or of the library must be there. */
  function checkMember(wrapped: Node, name: string | null, node: Node, key: Node): void {
    const object = unwrap(wrapped);
    if (object.type !== "Identifier" || name === null) return;
    if (object.name === "Math" && scopes.references.has(object) && !scopes.references.get(object)) {
      if (!Object.hasOwn(MATH_FUNCTIONS, name) && !MATH_CONSTANTS.has(name)) {
        refuse(source, node, `found Math.${name}, which is not taken. ${remedyForMath(name)}`);
      }
    }
    if (isLibrary(scopes.references.get(object))) checkName(source, key, name, libraryNames);
  }

  function checkTarget(node: Node): void {
    const target = unwrap(node);
    if (target.type === "MemberExpression") {
      const object = unwrap(target.object);
      if (object.type === "Identifier" && isLibrary(scopes.references.get(object))) {
        refuse(source, target, `found an assignment to a member of "${LIBRARY}". Declare a function of your own.`);
      }
    }
  }

  function checkAssignments(): void {
    for (const where of scopes.assignedFree) {
      const remedy = "Declare a variable of your own.";
      refuse(source, where, `found an assignment to ${where.name}, which is the language's. ${remedy}`);
    }
    for (const binding of new Set(scopes.references.values())) {
      if (binding?.imported && binding.assignments.length > 0) {
        const where = binding.assignments[0];
        refuse(
          source,
          where,
          `found an assignment to ${binding.name}, which is imported. Declare a variable of your own.`,
        );
      }
    }
  }

  visitAll(program, false, false);
  checkAssignments();
}

interface Complaint {
  readonly message: string;
  readonly at?: Node;
}

const PROTOTYPES = "found __proto__. Write a class, or copy the properties by { ...object }.";
const WAITING = "A density is computed at once: write it without async and await.";

function complaint(node: Node, inClass: boolean): Complaint | null {
  switch (node.type) {
    case "AwaitExpression":
      return { message: `found await. ${WAITING}` };
    case "YieldExpression":
      return { message: "found yield. Fill an array and return it." };
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
    case "ObjectMethod":
    case "ClassMethod":
    case "ClassPrivateMethod":
      if (node.async) return { message: `found an async function. ${WAITING}` };
      if (node.generator) return { message: "found a generator function. Fill an array and return it." };
      if ("decorators" in node && node.decorators?.length) return decorated(node.decorators[0]);
      if (node.type === "ObjectMethod") return named(node.key, node.computed, false);
      return null;
    case "ForOfStatement":
      return node.await ? { message: `found for await. ${WAITING}` } : null;
    case "Import":
    case "ImportExpression":
      return {
        message: `found import(…). Write import { … } from "${LIBRARY}" at the top: nothing else can be imported.`,
      };
    case "MetaProperty":
      return node.meta.name === "new"
        ? { message: "found new.target. Give the constructor an argument instead." }
        : { message: "found import.meta. A module has no address: put what it needs into the job's data." };
    case "DebuggerStatement":
      return { message: "found debugger. Remove it." };
    case "WithStatement":
      return { message: "found with. Write the object's name before each property." };
    case "RegExpLiteral":
      return isPattern(node.pattern, node.flags)
        ? null
        : { message: "found a regular expression that can't be read. Correct its pattern or its flags." };
    case "BigIntLiteral":
      return { message: "found a BigInt. Write an ordinary number, without the n." };
    case "Decorator":
      return decorated(node);
    case "TSEnumDeclaration":
      return node.declare ? null : { message: `found an enum. Write const ${node.id.name} = { … } as const.` };
    case "TSModuleDeclaration":
      return node.declare ? null : { message: "found a namespace. Write an object, or plain declarations." };
    case "TSImportEqualsDeclaration":
      return { message: `found import … =. Write import { … } from "${LIBRARY}".` };
    case "TSExportAssignment":
      return { message: "found export =. Write export before each declaration." };
    case "TSNamespaceExportDeclaration":
      return { message: "found export as namespace. Write export before each declaration." };
    case "ExportDefaultDeclaration":
      return { message: "found export default. Export by name: export function logDensity(x, data) { … }." };
    case "ExportAllDeclaration":
      return node.exportKind === "type"
        ? null
        : { message: "found export *. Export by name what this module declares." };
    case "ExportNamedDeclaration":
      return node.source && node.exportKind !== "type"
        ? { message: "found an export from another module. Declare it here and export it." }
        : null;
    case "ExportSpecifier":
      return propertyName(node.exported, false) === "default"
        ? { message: "found an export named default. Export by name: export { logDensity }." }
        : null;
    case "ClassAccessorProperty":
      return { message: "found accessor. Write a field, or get and set." };
    case "VariableDeclaration":
      return node.kind === "using" || node.kind === "await using"
        ? { message: `found ${node.kind}. Write const.` }
        : null;
    case "V8IntrinsicIdentifier":
    case "JSXElement":
    case "JSXFragment":
      return { message: "found what is neither TypeScript nor JavaScript. Remove it." };
    case "ObjectProperty":
      return named(node.key, node.computed, false);
    case "ObjectPattern":
      for (const property of node.properties) {
        if (property.type !== "ObjectProperty") continue;
        const found = named(property.key, property.computed, !inClass);
        if (found) return found;
      }
      return null;
    case "MemberExpression":
    case "OptionalMemberExpression": {
      const object = unwrap(node.object);
      const name = propertyName(node.property, node.computed);
      if (object.type === "Identifier" && object.name === "arguments" && (name === "callee" || name === "caller")) {
        return { message: `found arguments.${name}. Give the function a name and call it by that.` };
      }
      return named(node.property, node.computed, !inClass);
    }
    default:
      return null;
  }
}

function named(key: Node, computed: boolean, constructorToo: boolean): Complaint | null {
  const name = propertyName(key, computed);
  if (name === "__proto__") return { message: PROTOTYPES, at: key };
  if (name === "constructor" && constructorToo) {
    return {
      message: "found .constructor. Write the class's name, or Array.isArray and typeof to ask what a value is.",
      at: key,
    };
  }
  return null;
}

/** The parser leaves patterns alone. */
function isPattern(pattern: string, flags: string): boolean {
  try {
    new RegExp(pattern, flags);
    return true;
  } catch {
    return false;
  }
}

function decorated(node: Node): Complaint {
  return { message: "found a decorator. Call a function on the class or its method instead.", at: node };
}
