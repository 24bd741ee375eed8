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
  if (!isComplaint(error)) return error;
  const { line, column, index } = error.loc;
  const words = error.message.replace(/\s*\(\d+:\d+\)\s*$/, "").replace(/\.$/, "");
  const remedy = REMEDIES[error.reasonCode ?? ""] ?? "Correct it, or what stands just before it.";
  return new ModuleError({ line, column: column + 1, text: source.slice(index, index + 20) }, `${words}. ${remedy}`);
}
