/**
 * Which declaration each name of a module means. Types declare nothing: a name that only a type declares is free.
 */
import type {
  Class,
  Function as FunctionNode,
  Identifier,
  ImportDeclaration,
  LVal,
  Program,
  VariableDeclaration,
} from "@babel/types";
import { children, isType, type Node, propertyName, unwrap } from "./nodes.ts";

export interface Binding {
  readonly name: string;
  readonly kind: "import" | "var" | "let" | "const" | "function" | "class" | "parameter" | "catch";
  /** Its name in the library; "*" of a namespace. Null of what is not imported. */
  readonly imported: string | null;
  /** What it is given: the value of its declaration and of each assignment. Null: a value that no expression of the source is. */
  readonly values: (Node | null)[];
  /** Where it is assigned, its declaration apart. */
  readonly assignments: Identifier[];
}

export interface Scopes {
  /** What the names that are used or assigned mean, in the order of the source; undefined: nothing declares it. */
  readonly references: ReadonlyMap<Identifier, Binding | undefined>;
  /** What the names in declarations declare. */
  readonly declarations: ReadonlyMap<Identifier, Binding>;
  /** Where names that nothing declares are assigned. */
  readonly assignedFree: readonly Identifier[];
  readonly top: ReadonlyMap<string, Binding>;
}

interface Scope {
  readonly parent: Scope | null;
  readonly names: Map<string, Binding>;
  /** Whether `var` stops here. */
  readonly ofFunction: boolean;
}

export function findScopes(program: Program): Scopes {
  const used: [Identifier, Scope][] = [];
  const assigned: [Identifier, Scope, Node | null][] = [];
  const declarations = new Map<Identifier, Binding>();
  const top: Scope = { parent: null, names: new Map(), ofFunction: true };

  const inner = (parent: Scope, ofFunction = false): Scope => ({ parent, names: new Map(), ofFunction });

  function declare(id: Identifier, kind: Binding["kind"], scope: Scope, value: Node | null, imported?: string): void {
    let home = scope;
    while (kind === "var" && !home.ofFunction && home.parent) home = home.parent;
    let binding = home.names.get(id.name);
    if (!binding) {
      binding = { name: id.name, kind, imported: imported ?? null, values: [], assignments: [] };
      home.names.set(id.name, binding);
    }
    binding.values.push(value);
    declarations.set(id, binding);
  }

  /** A pattern that declares (kind) or assigns (no kind). `value`: what it is given, where one expression is that. */
  function pattern(node: Node, kind: Binding["kind"] | null, scope: Scope, value: Node | null): void {
    switch (node.type) {
      case "Identifier":
        if (kind) declare(node, kind, scope, value);
        else assigned.push([node, scope, value]);
        if (!kind) used.push([node, scope]);
        return;
      case "AssignmentPattern":
        pattern(node.left, kind, scope, null);
        return visit(node.right, scope);
      case "RestElement":
        return pattern(node.argument, kind, scope, null);
      case "ArrayPattern":
        for (const element of node.elements) if (element) pattern(element, kind, scope, null);
        return;
      case "ObjectPattern":
        for (const property of node.properties) {
          if (property.type === "RestElement") {
            pattern(property.argument, kind, scope, null);
          } else {
            if (property.computed) visit(property.key, scope);
            pattern(property.value, kind, scope, null);
          }
        }
        return;
      case "TSParameterProperty":
        return pattern(node.parameter, kind, scope, null);
      default: {
        const target = unwrap(node);
        if (target === node) return visit(node, scope);
        return pattern(target, kind, scope, value);
      }
    }
  }

  function variables(node: VariableDeclaration, scope: Scope, ofLoop: boolean): void {
    if (node.declare) return;
    const kind = node.kind === "var" || node.kind === "let" ? node.kind : "const";
    for (const { id, init } of node.declarations) {
      // A `var` without a value leaves what it has.
      pattern(id, kind, scope, ofLoop ? null : init ?? id);
      if (init) visit(init, scope);
    }
  }

  function functionNode(node: FunctionNode, scope: Scope): void {
    let outer = scope;
    if (node.type === "FunctionExpression" && node.id) {
      outer = inner(scope);
      declare(node.id, "function", outer, null);
    }
    const own = inner(outer, true);
    for (const parameter of node.params) {
      if (parameter.type === "Identifier" && parameter.name === "this") continue;
      pattern(parameter, "parameter", own, null);
    }
    if (node.body.type === "BlockStatement") statements(node.body, own);
    else visit(node.body, own);
  }

  function classNode(node: Class, scope: Scope): void {
    const own = inner(scope);
    if (node.id && node.type === "ClassExpression") declare(node.id, "class", own, null);
    if (node.superClass) visit(node.superClass, own);
    visit(node.body, own);
  }

  function imports(node: ImportDeclaration): void {
    if (node.importKind === "type") return;
    for (const specifier of node.specifiers) {
      if (specifier.type === "ImportSpecifier") {
        if (specifier.importKind === "type") continue;
        const name = propertyName(specifier.imported, false) ?? "";
        declare(specifier.local, "import", top, null, name);
      } else {
        declare(specifier.local, "import", top, null, specifier.type === "ImportDefaultSpecifier" ? "default" : "*");
      }
    }
  }

  function statements(node: Node, scope: Scope): void {
    for (const child of children(node)) visit(child, scope);
  }

  function loop(left: VariableDeclaration | LVal | Node, scope: Scope): void {
    if (left.type === "VariableDeclaration") variables(left, scope, true);
    else pattern(left, null, scope, null);
  }

  function visit(node: Node, scope: Scope): void {
    if (isType(node)) return;
    switch (node.type) {
      case "Identifier":
        used.push([node, scope]);
        return;
      case "MemberExpression":
      case "OptionalMemberExpression":
        visit(node.object, scope);
        if (node.computed) visit(node.property, scope);
        return;
      case "ObjectProperty":
        if (node.computed) visit(node.key, scope);
        return visit(node.value, scope);
      case "ClassProperty":
        if (node.declare) return;
        if (node.computed) visit(node.key, scope);
        if (node.value) visit(node.value, scope);
        return;
      case "ClassPrivateProperty":
        if (node.value) visit(node.value, scope);
        return;
      case "FunctionDeclaration":
        if (node.id) declare(node.id, "function", scope, null);
        return functionNode(node, scope);
      case "ObjectMethod":
      case "ClassMethod":
        if (node.computed) visit(node.key, scope);
        return functionNode(node, scope);
      case "ClassPrivateMethod":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        return functionNode(node, scope);
      case "ClassDeclaration":
        if (node.declare) return;
        if (node.id) declare(node.id, "class", scope, null);
        return classNode(node, scope);
      case "ClassExpression":
        return classNode(node, scope);
      case "VariableDeclaration":
        return variables(node, scope, false);
      case "ImportDeclaration":
        return imports(node);
      case "ExportNamedDeclaration":
        if (node.exportKind === "type") return;
        return statements(node, scope);
      case "LabeledStatement":
        return visit(node.body, scope);
      case "BreakStatement":
      case "ContinueStatement":
      case "ExportSpecifier": // may name a type; the parser has looked for a declaration
      case "MetaProperty":
      case "PrivateName":
        return;
      case "AssignmentExpression":
        pattern(
          node.left,
          null,
          scope,
          node.operator === "=" ? node.right : /^(&&|\|\||\?\?)/.test(node.operator) ? null : node,
        );
        return visit(node.right, scope);
      case "UpdateExpression": {
        const target = unwrap(node.argument);
        return pattern(target, null, scope, node);
      }
      case "ForInStatement":
      case "ForOfStatement": {
        const own = inner(scope);
        loop(node.left, own);
        visit(node.right, own);
        return visit(node.body, own);
      }
      case "CatchClause": {
        const own = inner(scope);
        if (node.param) pattern(node.param, "catch", own, null);
        return visit(node.body, own);
      }
      case "StaticBlock":
        return statements(node, inner(scope, true));
      case "BlockStatement":
      case "ForStatement":
      case "SwitchStatement":
        return statements(node, inner(scope));
      default:
        return statements(node, scope);
    }
  }

  statements(program, top);

  const resolve = (name: string, scope: Scope): Binding | undefined => {
    for (let at: Scope | null = scope; at; at = at.parent) {
      const binding = at.names.get(name);
      if (binding) return binding;
    }
    return undefined;
  };
  const assignedFree: Identifier[] = [];
  const references = new Map<Identifier, Binding | undefined>();
  for (const [id, scope] of used) references.set(id, resolve(id.name, scope));
  for (const [id, scope, value] of assigned) {
    const binding = resolve(id.name, scope);
    if (binding) {
      binding.assignments.push(id);
      binding.values.push(value);
    } else {
      assignedFree.push(id);
    }
  }
  return { references, declarations, assignedFree, top: top.names };
}
