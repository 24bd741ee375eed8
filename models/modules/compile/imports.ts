/** What a module imports: the library, and nothing else. */
import type { Program } from "@babel/types";
import { closest, LIBRARY } from "./names.ts";
import { type Node, propertyName, refuse } from "./nodes.ts";
import type { Binding, Scopes } from "./scopes.ts";

/**
 * Throws ModuleError for an import that is not of the library or that the library lacks. No list: names are not looked at. A name that no value
 * is asked of may be that of a type, which is nothing at run time.
 */
export function checkImports(source: string, program: Program, scopes: Scopes, libraryNames: readonly string[]): void {
  const used = new Set(scopes.references.values());
  for (const statement of program.body) {
    if (statement.type !== "ImportDeclaration" || statement.importKind === "type") continue;
    const from = statement.source.value;
    const types = statement.specifiers.length > 0 &&
      statement.specifiers.every((one) => one.type === "ImportSpecifier" && one.importKind === "type");
    if (types) continue;
    if (from !== LIBRARY) {
      refuse(
        source,
        statement.source,
        `found an import from ${JSON.stringify(from.slice(0, 60))}. Only "${LIBRARY}" can be imported: ` +
          `copy the functions you need into the module, and write import type for types.`,
      );
    }
    for (const specifier of statement.specifiers) {
      if (specifier.type === "ImportDefaultSpecifier") {
        const { name } = specifier.local;
        const hint = `Write import { ${name} } from "${LIBRARY}", or import * as ${name} from "${LIBRARY}".`;
        refuse(source, specifier, `found an import of a default, and "${LIBRARY}" has none. ${hint}`);
      }
      if (specifier.type !== "ImportSpecifier" || specifier.importKind === "type") continue;
      if (!used.has(scopes.declarations.get(specifier.local))) continue;
      checkName(source, specifier.imported, propertyName(specifier.imported, false) ?? "", libraryNames);
    }
  }
}

export function checkName(source: string, node: Node, name: string, libraryNames: readonly string[]): void {
  if (libraryNames.length === 0 || libraryNames.includes(name)) return;
  const near = closest(name, libraryNames);
  const remedy = near ? `Did you mean ${near}?` : "See the list of its functions in docs/library.md, or write it out.";
  refuse(source, node, `found ${name}, which "${LIBRARY}" does not have. ${remedy}`);
}

/** Declares what is imported: text for the first line. */
export function renderImports(scopes: Scopes): string {
  const named: string[] = [];
  let text = "";
  for (const binding of scopes.top.values()) {
    if (binding.imported === "*") text += ` const ${binding.name} = ǂlibrary;`;
    else if (binding.imported !== null) named.push(`${JSON.stringify(binding.imported)}: ${binding.name}`);
  }
  return named.length > 0 ? ` const { ${named.join(", ")} } = ǂlibrary;${text}` : text;
}

/** Whether a name is the library itself. */
export function isLibrary(binding: Binding | undefined): boolean {
  return binding?.imported === "*";
}
