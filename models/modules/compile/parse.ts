/** Reads a module's text. */
import { parse as parseText } from "@babel/parser";
import type { Program } from "@babel/types";
import { ModuleError } from "../errors.ts";

const LARGEST_SOURCE = 256 * 1024; // characters: the largest model of the Stan example volumes has 20 thousand

/** What to do about the parser's complaints whose words do not say it. */
const REMEDIES: Record<string, string> = {
  StrictWith: "Write the object's name before each property.",
  StrictDelete: "Variables cannot be deleted: assign undefined.",
  VarRedeclaration: "Rename one of the two.",
  DuplicateExport: "Export each name once.",
  ModuleExportUndefined: "Declare what is exported.",
  MissingSemicolon: "Separate the statements by a semicolon or a new line, and check what stands before.",
  UnexpectedImportExport: "Move it to the top level, or close the brace that is open before it.",
  UnterminatedComment: "Close the comment by */.",
  UnterminatedString: "Close the text by the quote that opens it.",
  UnterminatedTemplate: "Close the template by a backtick.",
};

/** Throws ModuleError for what is no TypeScript module. */
export function parse(source: string): Program {
  if (source.length > LARGEST_SOURCE) {
    throw new ModuleError(
      null,
      `the source has ${source.length} characters; at most ${LARGEST_SOURCE} are taken. Put numbers into the job's data.`,
    );
  }
  try {
    return parseText(source, {
      sourceType: "module",
      plugins: ["typescript", "decorators", "decoratorAutoAccessors"],
      createParenthesizedExpressions: true,
      attachComment: false,
    }).program;
  } catch (error) {
    throw inPlainWords(source, error);
  }
}

interface ParserComplaint {
  loc: { line: number; column: number; index: number };
  message: string;
  reasonCode?: string;
}

function isComplaint(error: unknown): error is Error & ParserComplaint {
  return error instanceof SyntaxError && "loc" in error && typeof error.loc === "object" && error.loc !== null;
}

function inPlainWords(source: string, error: unknown): unknown {
  if (error instanceof RangeError) return error; // nested too deeply
  if (!isComplaint(error)) return withoutWords(source);
  const { line, column, index } = error.loc;
  const words = error.message.replace(/\s*\(\d+:\d+\)\s*$/, "").replace(/\.$/, "");
  const remedy = REMEDIES[error.reasonCode ?? ""] ?? "Correct it, or what stands just before it.";
  return new ModuleError({ line, column: column + 1, text: source.slice(index, index + 20) }, `${words}. ${remedy}`);
}

/** The parser throws nothing at all where types in angle brackets stand between `new` and what is to be made. */
function withoutWords(source: string): ModuleError {
  const at = source.search(/\bnew\s*</);
  const before = source.slice(0, Math.max(at, 0)).split(/\r\n|[\n\r\u2028\u2029]/);
  const site = { line: before.length, column: before[before.length - 1].length + 1, text: source.slice(at, at + 20) };
  return new ModuleError(
    at < 0 ? null : site,
    "found what can't be read as TypeScript. Write the class's name behind new, before its types: new Map<string, number>().",
  );
}
