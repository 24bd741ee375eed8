/**
 * Compiles a user's module: TypeScript in, JavaScript out whose arithmetic calls the runtime (`ǂ`), so that it can be traced. Nothing of the module
 * is run. What no gradient can go through is refused here, as far as the text shows it; the runtime refuses the rest when it meets it.
 */
import { ModuleError, type Site } from "../errors.ts";
import { checkCertain } from "./certain.ts";
import { type Columns, unmark } from "./columns.ts";
import { Emitter } from "./emitter.ts";
import { checkExports, checkSpelling, findExports, renderExports } from "./exports.ts";
import { checkImports, renderImports } from "./imports.ts";
import { children } from "./nodes.ts";
import { parse } from "./parse.ts";
import { findPlain } from "./plain.ts";
import { checkSyntax } from "./refusals.ts";
import { render } from "./render.ts";
import { findScopes } from "./scopes.ts";

export interface Compiled {
  /**
   * `(function (ǂ, ǂlibrary) { "use strict"; … return { logDensity, variables, … }; })`: the expression of a classic script. Its line n is the
   * source's line n.
   */
  readonly code: string;
  /** The places of operations, which name theirs by its index here. */
  readonly sites: readonly Site[];
  /** The source's columns, by the code's: for `sourceColumn`. */
  readonly columns: Columns;
  /** The names of the module's exports. */
  readonly exports: readonly string[];
}

/** Throws ModuleError. `libraryNames`: what "ergodic" exports; where it is empty, imported names are not looked at. */
export function compile(source: string, libraryNames: readonly string[] = []): Compiled {
  try {
    return compileText(source, libraryNames);
  } catch (error) {
    // The stack's end: parser and compiler go down the tree by recursion.
    if (error instanceof RangeError) {
      throw new ModuleError(null, "the source is nested too deeply. Break long expressions into several statements.");
    }
    throw error;
  }
}

function compileText(source: string, libraryNames: readonly string[]): Compiled {
  const program = parse(source);
  const scopes = findScopes(program);
  checkImports(source, program, scopes, libraryNames);
  checkSyntax(source, program, scopes, libraryNames);
  const exports = findExports(program, scopes);
  checkExports(exports, scopes);
  checkSpelling(source, program, exports);
  const isPlain = findPlain(scopes);
  checkCertain(source, program, scopes, exports, isPlain);
  const emitter = new Emitter(source, scopes, isPlain, render);
  const body = emitter.keepBetween(0, source.length, children(program), emitter.render);
  const marked = `(function (ǂ, ǂlibrary) { "use strict";${renderImports(scopes)}${body}\n${
    renderExports(exports)
  }\n})`;
  return {
    ...unmark(marked, emitter.mark, source),
    sites: emitter.sites,
    exports: exports.map(({ exported }) => exported),
  };
}
