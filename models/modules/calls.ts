/** Calls into a module: what goes wrong in them becomes a ModuleError that names the place. */
import { type Columns, sourceColumn } from "./compile/columns.ts";
import { ModuleError, type Site } from "./errors.ts";

export const FILENAME = "model.ts";
const MOST_TEXT = 300;

/** Runs `call`, a part of the module `what` ("logDensity"). `columns`: of the source, by those of the code. */
export function calling<Result>(what: string, call: () => Result, columns: Columns = []): Result {
  try {
    return call();
  } catch (error) {
    throw explained(what, error, columns);
  }
}

function explained(what: string, error: unknown, columns: Columns): ModuleError {
  const stack = textOf(error, "stack"), message = textOf(error, "message");
  const site = siteIn(stack, columns);
  if (error instanceof ModuleError) {
    return error.site ? error : new ModuleError(site, error.text);
  }
  if (/Maximum call stack/.test(message)) {
    return new ModuleError(site, `${what} calls itself too deep. Write the recursion as a loop, or give it an end.`);
  }
  if (/Code generation from strings/.test(message)) {
    return new ModuleError(site, "text is run as code, which a model may not do. Write the code itself.");
  }
  if (/read only property|not extensible|Cannot delete property/.test(message)) {
    return new ModuleError(
      site,
      `${what} changes the data, which are the same for all evaluations (${message}). Copy them first: [...values].`,
    );
  }
  const said = message === "" ? "something that is no Error" : message;
  return new ModuleError(site, `${what} threw: ${said}`);
}

/** The place in the module at which an error was made, by its stack. */
function siteIn(stack: string, columns: Columns): Site | null {
  const found = /model\.ts:(\d+):(\d+)/.exec(stack);
  if (!found) return null;
  const line = Number(found[1]);
  return { line, column: sourceColumn(columns, line, Number(found[2])), text: "" };
}

/** A property of what was thrown, which may be anything. */
function textOf(error: unknown, name: "message" | "stack"): string {
  try {
    if (typeof error !== "object" || error === null) return name === "message" ? String(error).slice(0, MOST_TEXT) : "";
    const text: unknown = Reflect.get(error, name);
    if (typeof text !== "string") return "";
    return name === "message" ? text.slice(0, MOST_TEXT) : text.slice(0, 10_000);
  } catch {
    return "";
  }
}
